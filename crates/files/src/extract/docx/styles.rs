//! The one thing that text needs from paragraph styles: whether a style puts its paragraphs in a list.

use std::collections::HashMap;

use super::super::sink::Sink;
use super::super::xml::{Node, Xml};
use crate::error::Result;

/// Longest chain of styles based on one another; a circle ends here too.
const MAX_CHAIN: usize = 16;

#[derive(Default)]
struct Style {
    based_on: Option<String>,
    number: Option<String>,
    level: Option<usize>,
}

/// Paragraph styles by id.
#[derive(Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    default_id: Option<String>,
}

/// What a style says about lists.
#[derive(Default)]
pub(super) struct ListOf {
    /// Id of the numbering instance.
    pub(super) number: Option<String>,
    /// Level from zero.
    pub(super) level: Option<usize>,
    /// The style that says so.
    pub(super) style: Option<String>,
}

impl Styles {
    pub(super) fn read(text: &str, sink: &mut Sink) -> Result<Self> {
        let mut styles = Self::default();
        let mut xml = Xml::new(text);
        let mut closed = String::new();
        let mut current: Option<(String, Style)> = None;
        loop {
            sink.tick()?;
            match xml.next(&mut closed)? {
                Node::Open(element) => match (element.name(), &mut current) {
                    ("style", _) => {
                        let id = element.attribute("styleId").unwrap_or_default();
                        let is_default =
                            matches!(element.attribute("default").as_deref(), Some("1" | "true"));
                        if is_default && element.attribute("type").as_deref() == Some("paragraph") {
                            styles.default_id = Some(id.clone());
                        }
                        current = Some((id, Style::default()));
                    }
                    ("basedOn", Some((_, style))) => style.based_on = element.val(),
                    ("numId", Some((_, style))) => style.number = element.val(),
                    ("ilvl", Some((_, style))) => {
                        style.level = element.val().and_then(|level| level.parse().ok())
                    }
                    _ => {}
                },
                Node::Close if closed == "style" => styles.by_id.extend(current.take()),
                Node::End => return Ok(styles),
                _ => {}
            }
        }
    }

    /// What the style `id`, or a style it is based on, says; the default style's word when `id` is nothing.
    pub(super) fn list_of(&self, id: Option<&str>) -> ListOf {
        let mut id = id.or(self.default_id.as_deref());
        let mut list = ListOf::default();
        for _ in 0..MAX_CHAIN {
            let Some((name, style)) = id.and_then(|id| self.by_id.get_key_value(id)) else { break };
            list.level = list.level.or(style.level);
            if style.number.is_some() {
                list.number.clone_from(&style.number);
                list.style = Some(name.clone());
                break;
            }
            id = style.based_on.as_deref();
        }
        list
    }
}
