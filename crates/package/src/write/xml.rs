//! Writes XML as the format has it: UTF-8 with its mark, two blanks for each depth, nothing left to chance.

use std::fmt::Write;

use super::refusal::CannotWrite;

/// An XML text in the making.
pub(super) struct Xml {
    out: String,
    open: Vec<String>,
    /// Before names in the namespace of types: `tipler:` or nothing.
    prefix: &'static str,
    has_bad_text: bool,
}

impl Xml {
    pub fn new(prefix: &'static str) -> Self {
        let out = "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>".to_owned();
        Self { out, open: Vec::new(), prefix, has_bad_text: false }
    }

    /// Opens an element whose name is not in the namespace of types.
    pub fn open_plain(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.out.push('>');
        self.open.push(name.to_owned());
    }

    /// Opens an element in the namespace of types.
    pub fn open(&mut self, name: &str) {
        self.open_plain(&format!("{}{name}", self.prefix), &[]);
    }

    pub fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            let _ = write!(self.out, "</{name}>");
        }
    }

    /// An element with a text.
    pub fn text(&mut self, name: &str, text: &str) {
        self.text_with(name, &[], text);
    }

    /// An element with a text, when there is one.
    pub fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    pub fn text_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.plain_text(&format!("{}{name}", self.prefix), attributes, text);
    }

    pub fn plain_text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.start(name, attributes);
        self.out.push('>');
        self.escape(text);
        let _ = write!(self.out, "</{name}>");
    }

    /// An element with attributes only.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.plain_empty(&format!("{}{name}", self.prefix), attributes);
    }

    pub fn plain_empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.out.push_str(" />");
    }

    /// The bytes; `what` names the part in the refusal of a text that XML cannot carry.
    pub fn finish(mut self, what: &'static str) -> Result<Vec<u8>, CannotWrite> {
        while !self.open.is_empty() {
            self.close();
        }
        if self.has_bad_text { Err(CannotWrite::BadText(what)) } else { Ok(self.out.into_bytes()) }
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        let _ = write!(self.out, "<{name}");
        for (key, value) in attributes {
            let _ = write!(self.out, " {key}=\"");
            self.escape(value);
            self.out.push('"');
        }
    }

    fn indent(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", self.open.len()));
    }

    fn escape(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                // As a reference, or readers would change it into a line feed.
                '\r' => self.out.push_str("&#xD;"),
                '\n' | '\t' => self.out.push(c),
                c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => self.has_bad_text = true,
                c => self.out.push(c),
            }
        }
    }
}
