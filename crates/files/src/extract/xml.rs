//! The XML inside office documents, event by event. No entity is expanded but the five of the standard and numeric
//! ones, and nothing is fetched.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::error::{Error, ErrorKind, Result};
use crate::plain;

/// Deepest nesting of elements; a document made by people has some thirty.
const MAX_DEPTH: usize = 512;

/// What comes next in the XML. Names are local: `w:p` is `p`.
pub(super) enum Node<'x> {
    Open(Element<'x>),
    Close,
    Text(String),
    End,
}

/// An element's name and attributes.
pub(super) struct Element<'x>(BytesStart<'x>);

impl Element<'_> {
    /// The name without its prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The attribute whose local name is `name`.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.0
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().into_inner() == name)
            .and_then(|attribute| {
                attribute.normalized_value(XmlVersion::default()).ok().map(|value| value.into_owned())
            })
    }

    /// `val`, the attribute that carries nearly everything in WordprocessingML.
    pub(super) fn val(&self) -> Option<String> {
        self.attribute("val")
    }

    /// A switch (ECMA-376, CT_OnOff): present without `val` means on.
    pub(super) fn is_on(&self) -> bool {
        !matches!(self.val().as_deref(), Some("0" | "false" | "off"))
    }
}

/// Reads one part of a document. An empty element is an `Open` followed by a `Close`.
pub(super) struct Xml<'x> {
    reader: Reader<&'x [u8]>,
    /// Names of the open elements, outermost first.
    open: Vec<String>,
}

/// A part's bytes as text: UTF-8 mostly, UTF-16 with its mark as the standard allows.
pub(super) fn decode(bytes: &[u8]) -> Result<String> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.trim_start_matches('\u{FEFF}').to_owned()),
        Err(_) => plain::decode(bytes, false)
            .map(|decoded| decoded.text)
            .ok_or_else(|| damaged("no known encoding")),
    }
}

impl<'x> Xml<'x> {
    pub(super) fn new(text: &'x str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, open: Vec::new() }
    }

    /// Is an element of this name open above the current place?
    pub(super) fn is_inside(&self, name: &str) -> bool {
        self.open.iter().any(|open| open == name)
    }

    /// Name of the element that a `Close` is about to close, or that holds a text.
    pub(super) fn current(&self) -> &str {
        self.open.last().map_or("", String::as_str)
    }

    /// The next node. After `Close`, [`current`](Self::current) is the parent; `closed` names what was closed.
    pub(super) fn next(&mut self, closed: &mut String) -> Result<Node<'x>> {
        loop {
            match self.reader.read_event().map_err(|error| damaged(&error.to_string()))? {
                Event::Start(start) => {
                    if self.open.len() >= MAX_DEPTH {
                        return Err(damaged("elements are nested too deeply"));
                    }
                    let element = Element(start);
                    self.open.push(element.name().to_owned());
                    return Ok(Node::Open(element));
                }
                Event::End(_) => {
                    *closed = self.open.pop().unwrap_or_default();
                    return Ok(Node::Close);
                }
                Event::Text(text) => return Ok(Node::Text(text.xml10_content().into_owned())),
                Event::CData(text) => return Ok(Node::Text(text.xml10_content().into_owned())),
                Event::GeneralRef(reference) => {
                    if let Some(c) = reference.resolve_char_ref().ok().flatten() {
                        return Ok(Node::Text(c.to_string()));
                    }
                    let name = reference.into_inner();
                    if let Some(text) = quick_xml::escape::resolve_predefined_entity(&name) {
                        return Ok(Node::Text(text.to_owned()));
                    }
                }
                Event::Eof => {
                    return if self.open.is_empty() { Ok(Node::End) } else { Err(damaged("cut off")) };
                }
                _ => {}
            }
        }
    }

    /// Passes over everything inside the element just opened, and its end.
    pub(super) fn skip(&mut self) -> Result<()> {
        let depth = self.open.len();
        let mut closed = String::new();
        while self.open.len() >= depth {
            if matches!(self.next(&mut closed)?, Node::End) {
                break;
            }
        }
        Ok(())
    }
}

pub(super) fn damaged(detail: &str) -> Error {
    Error::new(ErrorKind::Damaged, format!("xml: {detail}"))
}
