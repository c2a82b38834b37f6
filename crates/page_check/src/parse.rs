//! A strict reader of the HTML that maud writes: quoted attributes, every element closed. What a browser would
//! silently repair is a fault here.

/// An element with its place in the tree.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub name: String,
    /// Attributes in order, values with character references resolved.
    pub attributes: Vec<(String, String)>,
    pub parent: Option<usize>,
    pub children: Vec<Node>,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Index into [`Parsed::elements`].
    Element(usize),
    Text(String),
}

/// A page as a flat list of elements in document order; `parent` indices make the tree.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub elements: Vec<Element>,
    pub has_doctype: bool,
    pub faults: Vec<String>,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_whitespace().any(|one| one == class))
    }

    /// For messages: `<input name=ad>`.
    pub(super) fn label(&self) -> String {
        let key = ["id", "name", "href", "action", "class"]
            .into_iter()
            .find_map(|key| Some((key, self.attribute(key)?)));
        key.map_or_else(
            || format!("<{}>", self.name),
            |(key, value)| format!("<{} {key}={value}>", self.name),
        )
    }
}

impl Parsed {
    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a Element)> {
        self.elements.iter().enumerate().filter(move |(_, element)| element.name == name)
    }

    /// The element itself and everything it stands in, inside out.
    pub(super) fn ancestors(&self, index: usize) -> impl Iterator<Item = &Element> {
        std::iter::successors(Some(index), |at| self.elements[*at].parent).map(|at| &self.elements[at])
    }

    pub(super) fn parent(&self, index: usize) -> Option<&Element> {
        self.elements[index].parent.map(|at| &self.elements[at])
    }

    /// The elements inside another, at any depth.
    pub(super) fn inside(&self, index: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut waiting = vec![index];
        while let Some(at) = waiting.pop() {
            for node in &self.elements[at].children {
                if let Node::Element(child) = node {
                    found.push(*child);
                    waiting.push(*child);
                }
            }
        }
        found
    }

    /// Text of an element with white space folded, leaving out what `skip` says.
    pub(super) fn text(&self, index: usize, skip: &dyn Fn(&Element) -> bool) -> String {
        let mut raw = String::new();
        self.collect(index, skip, &mut raw);
        raw.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn collect(&self, index: usize, skip: &dyn Fn(&Element) -> bool, into: &mut String) {
        for node in &self.elements[index].children {
            match node {
                Node::Text(text) => into.push_str(text),
                Node::Element(child) if !skip(&self.elements[*child]) => {
                    self.collect(*child, skip, into);
                    into.push(' ');
                }
                Node::Element(_) => {}
            }
        }
    }
}

const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Their content is text until their own end tag.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// Reads a whole text; never fails, but writes down what is wrong.
pub(super) fn parse(html: &str) -> Parsed {
    let mut reader = Reader { rest: html, parsed: Parsed::default(), open: Vec::new() };
    while !reader.rest.is_empty() {
        reader.step();
    }
    for index in std::mem::take(&mut reader.open) {
        let label = reader.parsed.elements[index].label();
        reader.parsed.faults.push(format!("{label} is never closed"));
    }
    reader.parsed
}

struct Reader<'a> {
    rest: &'a str,
    parsed: Parsed,
    open: Vec<usize>,
}

impl Reader<'_> {
    fn step(&mut self) {
        if let Some(after) = self.rest.strip_prefix("<!--") {
            self.rest = after.split_once("-->").map_or("", |(_, rest)| rest);
        } else if self.rest.starts_with("<!") {
            self.parsed.has_doctype |=
                self.rest.get(..15).is_some_and(|head| head.eq_ignore_ascii_case("<!DOCTYPE html>"));
            self.skip_past('>');
        } else if let Some(after) = self.rest.strip_prefix("</") {
            let (name, rest) = after.split_once('>').unwrap_or((after, ""));
            self.rest = rest;
            self.close(name.trim());
        } else if self.rest.starts_with('<') && self.rest[1..].starts_with(|c: char| c.is_ascii_alphabetic())
        {
            self.open_tag();
        } else {
            // A `<` that opens no tag is text too.
            let first = self.rest.chars().next().map_or(0, char::len_utf8);
            let end = self.rest[first..].find('<').map_or(self.rest.len(), |at| at + first);
            let (text, rest) = self.rest.split_at(end);
            self.rest = rest;
            self.add_text(text);
        }
    }

    fn skip_past(&mut self, c: char) {
        self.rest = self.rest.split_once(c).map_or("", |(_, rest)| rest);
    }

    fn add_text(&mut self, text: &str) {
        let text = resolve(text);
        if let Some(parent) = self.open.last() {
            self.parsed.elements[*parent].children.push(Node::Text(text));
        }
    }

    fn close(&mut self, name: &str) {
        match self.open.last() {
            Some(top) if self.parsed.elements[*top].name == name => {
                self.open.pop();
            }
            _ => self.parsed.faults.push(format!("</{name}> closes nothing that is open")),
        }
    }

    fn open_tag(&mut self) {
        let end_of_name = self.rest[1..]
            .find(|c: char| c.is_whitespace() || c == '>' || c == '/')
            .map_or(self.rest.len(), |at| at + 1);
        let name = self.rest[1..end_of_name].to_ascii_lowercase();
        self.rest = &self.rest[end_of_name..];
        let attributes = self.attributes(&name);
        let self_closed = self.rest.starts_with('/');
        self.skip_past('>');

        let index = self.parsed.elements.len();
        let parent = self.open.last().copied();
        self.parsed.elements.push(Element { name: name.clone(), attributes, parent, children: Vec::new() });
        if let Some(parent) = parent {
            self.parsed.elements[parent].children.push(Node::Element(index));
        }
        if self_closed || VOID.contains(&name.as_str()) {
            return;
        }
        self.open.push(index);
        if RAW.contains(&name.as_str()) {
            let end = self.rest.find(&format!("</{name}")).unwrap_or(self.rest.len());
            let (text, rest) = self.rest.split_at(end);
            self.rest = rest;
            self.add_text(text);
        }
    }

    /// Leaves `rest` at `>` or `/`.
    fn attributes(&mut self, element: &str) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() || self.rest.starts_with(['>', '/']) {
                return found;
            }
            let end = self
                .rest
                .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))
                .unwrap_or(self.rest.len());
            // A stray sign where a name should begin is taken as a name, so that reading always goes on.
            let least = self.rest.chars().next().map_or(0, char::len_utf8);
            let (key, rest) = self.rest.split_at(end.max(least));
            self.rest = rest;
            let value = self.value(element, key);
            if found.iter().any(|(other, _)| other == key) {
                self.parsed.faults.push(format!("<{element}> has {key} twice"));
            }
            found.push((key.to_ascii_lowercase(), value));
        }
    }

    fn value(&mut self, element: &str, key: &str) -> String {
        let Some(after) = self.rest.strip_prefix('=') else {
            return String::new();
        };
        let Some(quoted) = after.strip_prefix('"') else {
            self.parsed.faults.push(format!("<{element}> has {key} without quotes"));
            let end = after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len());
            self.rest = &after[end..];
            return after[..end].to_owned();
        };
        let (value, rest) = quoted.split_once('"').unwrap_or((quoted, ""));
        self.rest = rest;
        resolve(value)
    }
}

/// Resolves the character references maud writes.
fn resolve(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
