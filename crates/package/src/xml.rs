//! Small XML trees by local names: prefixes are not looked at, because both spellings of the namespaces occur. What
//! the elements mean is for `read`; how they are written is in `write`.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Deeper than any part of the format.
const MAX_DEPTH: usize = 32;
/// A digest file over four thousand parts has some thirty thousand.
const MAX_ELEMENTS: usize = 200_000;

/// One element with what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Name without its prefix.
    pub name: String,
    /// Names without prefixes.
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

/// Why a part is no readable XML; for us, not for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotXml(String);

impl Element {
    /// The first child of that name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of that name.
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Children of a list inside: `Ekler` with its `Ek`.
    pub fn list<'e>(&'e self, list: &'e str, item: &'e str) -> impl Iterator<Item = &'e Element> {
        self.all(list).flat_map(move |list| list.all(item))
    }

    /// All children.
    pub fn children(&self) -> &[Element] {
        &self.children
    }

    /// The element's own text without blanks around it.
    pub fn text(&self) -> &str {
        self.text.trim()
    }

    /// The text of a child that is there and not blank.
    pub fn child_text(&self, name: &str) -> Option<String> {
        self.child(name).map(Element::text).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// An attribute that is there and not blank.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name)?;
        Some(found.1.trim()).filter(|value| !value.is_empty())
    }
}

/// Reads a whole part: UTF-8 with or without its mark, no document type, limited in depth and number of elements.
pub(crate) fn parse(bytes: &[u8]) -> Result<Element, NotXml> {
    let text = std::str::from_utf8(bytes).map_err(|_| NotXml("not UTF-8".to_owned()))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut count = 0;
    loop {
        match reader.read_event().map_err(|error| NotXml(error.to_string()))? {
            Event::Start(start) => {
                count += 1;
                if open.len() >= MAX_DEPTH || count > MAX_ELEMENTS {
                    return Err(NotXml("too deep or too many elements".to_owned()));
                }
                if root.is_some() {
                    return Err(NotXml("two roots".to_owned()));
                }
                open.push(element(&start)?);
            }
            Event::End(_) => {
                let Some(closed) = open.pop() else {
                    return Err(NotXml("an end without a start".to_owned()));
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(closed),
                    None => root = Some(closed),
                }
            }
            Event::Text(text) => add_text(&mut open, &text.xml10_content())?,
            Event::CData(text) => add_text(&mut open, &text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let resolved =
                    match reference.resolve_char_ref().map_err(|error| NotXml(error.to_string()))? {
                        Some(c) => c.to_string(),
                        None => quick_xml::escape::resolve_predefined_entity(&reference.into_inner())
                            .ok_or_else(|| NotXml("an entity that XML does not know".to_owned()))?
                            .to_owned(),
                    };
                add_text(&mut open, &resolved)?;
            }
            Event::DocType(_) => return Err(NotXml("a document type".to_owned())),
            Event::Eof => break,
            _ => {}
        }
    }
    if !open.is_empty() {
        return Err(NotXml("cut off".to_owned()));
    }
    root.ok_or_else(|| NotXml("empty".to_owned()))
}

fn add_text(open: &mut [Element], text: &str) -> Result<(), NotXml> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(NotXml("text outside of the root".to_owned())),
    }
    Ok(())
}

fn element(start: &BytesStart<'_>) -> Result<Element, NotXml> {
    let full = start.name().as_ref().to_owned();
    let name = full.rsplit_once(':').map_or(full.as_str(), |(_, local)| local);
    let mut element = Element { name: name.to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| NotXml(error.to_string()))?;
        let key = attribute.key.as_ref().to_owned();
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Explicit1_0)
            .map_err(|error| NotXml(error.to_string()))?
            .into_owned();
        let local = key.rsplit_once(':').map_or(key.as_str(), |(_, local)| local).to_owned();
        element.attributes.push((local, value));
    }
    Ok(element)
}
