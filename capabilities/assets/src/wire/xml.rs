//! XML of agents as objects: an element without elements in it is a text, a repeated one a list. No entity is expanded
//! but the five of the standard and numeric ones, a DOCTYPE is refused, nothing is fetched.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

use super::Refusal;

/// An inventory is five deep, a switch with its ports eight.
const MAX_DEPTH: usize = 24;
/// A switch of 20 MB has some 400,000.
const MAX_ELEMENTS: usize = 2_000_000;
/// The longest text of one element that is kept; a monitor's EDID is the longest that is meant.
const MAX_TEXT: usize = 16_384;

/// An element that is being read.
struct Open {
    name: String,
    text: String,
    children: Map<String, Value>,
}

/// The root element's name in small letters and what is in it. Each part of its CONTENT is shown to `keep` as soon as it is
/// read; what that takes for itself is not in the answer, so that a message need not be there as a whole tree.
pub(super) fn read(
    text: &str,
    keep: &mut dyn FnMut(&str, Value) -> Option<Value>,
) -> Result<(String, Value), Refusal> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Open> = Vec::new();
    let mut elements = 0_usize;
    loop {
        match reader.read_event().map_err(|error| Refusal::Unreadable(error.to_string()))? {
            Event::Start(start) => {
                elements += 1;
                if open.len() >= MAX_DEPTH || elements > MAX_ELEMENTS {
                    return Err(Refusal::Unreadable("çok derin ya da çok sayıda öğe".into()));
                }
                open.push(begun(&start));
            }
            Event::End(_) => {
                let Some(done) = open.pop() else {
                    return Err(Refusal::Unreadable("fazla kapanış".into()));
                };
                let (name, value) = done.value();
                let is_part = open.len() == 2 && open[1].name == "content";
                let value = if is_part { keep(&name, value) } else { Some(value) };
                match (open.last_mut(), value) {
                    (Some(parent), Some(value)) => add(&mut parent.children, name, value),
                    (Some(_), None) => {}
                    (None, value) => return Ok((name, value.unwrap_or_default())),
                }
            }
            Event::Text(part) => append(&mut open, &part.xml10_content()),
            Event::CData(part) => append(&mut open, &part.xml10_content()),
            Event::GeneralRef(reference) => {
                if let Some(letter) = reference.resolve_char_ref().ok().flatten() {
                    append(&mut open, letter.encode_utf8(&mut [0; 4]));
                } else if let Some(text) =
                    quick_xml::escape::resolve_predefined_entity(&reference.into_inner())
                {
                    append(&mut open, text);
                }
            }
            Event::DocType(_) => return Err(Refusal::Unreadable("DOCTYPE kabul edilmez".into())),
            Event::Eof => return Err(Refusal::Unreadable("yarım kalmış".into())),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::Empty(_) => {}
        }
    }
}

fn begun(start: &BytesStart<'_>) -> Open {
    let name = start.local_name().into_inner().to_ascii_lowercase();
    Open { name, text: String::new(), children: Map::new() }
}

/// Control characters occur in names that firmware reports; they are left out, not refused.
fn append(open: &mut [Open], text: &str) {
    let Some(top) = open.last_mut().filter(|top| top.text.len() < MAX_TEXT) else { return };
    let room = MAX_TEXT - top.text.len();
    top.text.extend(text.chars().filter(|letter| !letter.is_control() || *letter == '\n').take(room));
}

/// The same name again makes a list of both.
fn add(children: &mut Map<String, Value>, name: String, value: Value) {
    match children.get_mut(&name) {
        None => {
            children.insert(name, value);
        }
        Some(Value::Array(list)) => list.push(value),
        Some(first) => {
            let earlier = std::mem::take(first);
            *first = Value::Array(vec![earlier, value]);
        }
    }
}

impl Open {
    fn value(self) -> (String, Value) {
        if self.children.is_empty() {
            return (self.name, Value::String(self.text.trim().to_string()));
        }
        (self.name, Value::Object(self.children))
    }
}
