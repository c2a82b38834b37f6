//! Text of an OpenDocument text (ISO/IEC 26300): paragraphs, headings, tables and numbered lists. Notes, comments and
//! deleted text are left out.

use std::collections::HashMap;
use std::io::Cursor;

use super::docx::roman;
use super::sink::{Lines, Sink};
use super::xml::{Element, Node, Xml, decode};
use crate::archive::Archive;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// Largest part read, in bytes.
const MAX_PART_BYTES: u64 = 128 * 1024 * 1024;

/// Longest run of spaces written for one `text:s`.
const MAX_SPACES: usize = 64;

/// How one level of a list writes its count.
#[derive(Debug, Clone, Default)]
struct Level {
    /// `1`, `a`, `A`, `i`, `I`; empty for no number.
    format: String,
    prefix: String,
    suffix: String,
    start: u32,
    /// How many levels the label shows: 2 gives `1.1`.
    shown_levels: usize,
    bullet: Option<String>,
}

type ListStyles = HashMap<String, HashMap<usize, Level>>;

pub(super) fn read(bytes: &[u8], limits: &Limits, sink: &mut Sink) -> Result<()> {
    let mut parts = Archive::open(Cursor::new(bytes), limits)?;
    if parts.read("META-INF/manifest.xml", MAX_PART_BYTES)?.is_some_and(|manifest| is_encrypted(&manifest)) {
        return Err(Error::new(ErrorKind::Encrypted, "an encrypted OpenDocument file"));
    }
    let content = parts
        .read("content.xml", MAX_PART_BYTES)?
        .ok_or_else(|| Error::new(ErrorKind::Damaged, "no content.xml"))?;
    let content = decode(&content)?;
    let mut styles = ListStyles::new();
    if let Some(bytes) = parts.read("styles.xml", MAX_PART_BYTES)? {
        read_list_styles(&decode(&bytes)?, &mut styles, sink)?;
    }
    read_list_styles(&content, &mut styles, sink)?;
    Body {
        styles,
        lists: Vec::new(),
        counts: HashMap::new(),
        lines: Lines::default(),
        paragraphs: Vec::new(),
    }
    .read(&content, sink)
}

fn is_encrypted(manifest: &[u8]) -> bool {
    manifest.windows(15).any(|window| window == b"encryption-data")
}

fn read_list_styles(text: &str, styles: &mut ListStyles, sink: &mut Sink) -> Result<()> {
    let mut xml = Xml::new(text);
    let mut closed = String::new();
    let mut style: Option<String> = None;
    loop {
        sink.tick()?;
        match xml.next(&mut closed)? {
            Node::Open(element) => match (element.name(), &style) {
                ("body", _) => return Ok(()),
                ("list-style", _) => style = element.attribute("name"),
                ("list-level-style-number" | "list-level-style-bullet", Some(name)) => {
                    let (index, level) = level_of(&element);
                    styles.entry(name.clone()).or_default().insert(index, level);
                }
                _ => {}
            },
            Node::Close if closed == "list-style" => style = None,
            Node::End => return Ok(()),
            _ => {}
        }
    }
}

fn level_of(element: &Element<'_>) -> (usize, Level) {
    let text = |name: &str| element.attribute(name).unwrap_or_default();
    let number = |name: &str| element.attribute(name).and_then(|value| value.parse::<u32>().ok());
    let is_bullet = element.name() == "list-level-style-bullet";
    let sign = text("bullet-char");
    let is_private = sign.is_empty() || sign.chars().any(|c| ('\u{E000}'..='\u{F8FF}').contains(&c));
    let level = Level {
        format: text("num-format"),
        prefix: text("num-prefix"),
        suffix: text("num-suffix"),
        start: number("start-value").unwrap_or(1),
        shown_levels: number("display-levels").unwrap_or(1) as usize,
        bullet: is_bullet.then(|| if is_private { "•".to_owned() } else { sign }),
    };
    (number("level").unwrap_or(1) as usize, level)
}

/// An open `text:list`.
struct List {
    style: Option<String>,
    count: Option<u32>,
    /// The label of the item just opened, until its first paragraph takes it.
    label: Option<String>,
}

struct Body {
    styles: ListStyles,
    lists: Vec<List>,
    /// Where a list of that style and depth stopped, for one that continues it.
    counts: HashMap<(Option<String>, usize), u32>,
    lines: Lines,
    paragraphs: Vec<String>,
}

impl Body {
    fn read(mut self, content: &str, sink: &mut Sink) -> Result<()> {
        let mut xml = Xml::new(content);
        let mut closed = String::new();
        while !sink.is_full() {
            sink.tick()?;
            match xml.next(&mut closed)? {
                Node::Open(element) => match element.name() {
                    "note" => {
                        sink.note("Dipnotlar ve sonnotlar alınmadı.");
                        xml.skip()?;
                    }
                    "annotation"
                    | "tracked-changes"
                    | "automatic-styles"
                    | "forms"
                    | "table-of-content-source" => xml.skip()?,
                    _ => self.open(&element),
                },
                Node::Close => self.close(&closed, sink)?,
                Node::Text(text) => self.write(&collapse(&text)),
                Node::End => break,
            }
        }
        Ok(())
    }

    fn open(&mut self, element: &Element<'_>) {
        match element.name() {
            "p" | "h" => self.paragraphs.push(String::new()),
            "tab" => self.write("\t"),
            "line-break" => self.write("\n"),
            "s" => {
                let count = element.attribute("c").and_then(|count| count.parse().ok()).unwrap_or(1);
                self.write(&" ".repeat(MAX_SPACES.min(count)));
            }
            "table-row" => self.lines.open_row(),
            "table-cell" => self.lines.open_cell(),
            "list" => self.open_list(element),
            "list-item" => self.open_item(element),
            _ => {}
        }
    }

    fn open_list(&mut self, element: &Element<'_>) {
        let outer = self.lists.last().and_then(|list| list.style.clone());
        let style = element.attribute("style-name").or(outer);
        let is_continued = element.attribute("continue-numbering").as_deref() == Some("true")
            || element.attribute("continue-list").is_some();
        let before = self.counts.get(&(style.clone(), self.lists.len() + 1)).copied();
        self.lists.push(List { style, count: before.filter(|_| is_continued), label: None });
    }

    fn open_item(&mut self, element: &Element<'_>) {
        let depth = self.lists.len();
        let Some(list) = self.lists.last_mut() else { return };
        let level = list
            .style
            .as_ref()
            .and_then(|style| self.styles.get(style)?.get(&depth))
            .cloned()
            .unwrap_or_default();
        let forced = element.attribute("start-value").and_then(|value| value.parse().ok());
        let count = forced.unwrap_or_else(|| list.count.map_or(level.start, |count| count.saturating_add(1)));
        list.count = Some(count);
        self.counts.insert((list.style.clone(), depth), count);
        let label = self.label(&level);
        if let Some(list) = self.lists.last_mut() {
            list.label = Some(label);
        }
    }

    fn label(&self, level: &Level) -> String {
        if let Some(bullet) = &level.bullet {
            return format!("{bullet} ");
        }
        let depth = self.lists.len();
        let first = depth.saturating_sub(level.shown_levels.max(1));
        let counts: Vec<String> = (first..depth)
            .filter_map(|index| {
                let list = &self.lists[index];
                let format = &self.styles.get(list.style.as_ref()?)?.get(&(index + 1))?.format;
                (!format.is_empty()).then(|| write_count(list.count.unwrap_or(1), format))
            })
            .collect();
        if counts.is_empty() {
            String::new()
        } else {
            format!("{}{}{} ", level.prefix, counts.join("."), level.suffix)
        }
    }

    fn close(&mut self, name: &str, sink: &mut Sink) -> Result<()> {
        match name {
            "p" | "h" => {
                if let Some(text) = self.paragraphs.pop() {
                    let label = self.lists.last_mut().and_then(|list| list.label.take()).unwrap_or_default();
                    self.lines.paragraph(&(label + &text), sink)?;
                }
            }
            "list" => drop(self.lists.pop()),
            "table-row" => self.lines.close_row(),
            _ => {}
        }
        Ok(())
    }

    fn write(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.push_str(text);
        }
    }
}

/// White space in the XML is one space (ISO/IEC 26300, 6.1.2); real runs of it are elements.
fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for c in text.chars() {
        let is_space = matches!(c, ' ' | '\n' | '\r' | '\t');
        if !(is_space && collapsed.ends_with(' ')) {
            collapsed.push(if is_space { ' ' } else { c });
        }
    }
    collapsed
}

fn write_count(count: u32, format: &str) -> String {
    let letter = |first: u8| match count.checked_sub(1) {
        Some(index) if index < 26 * 20 => {
            let letter = char::from(first + u8::try_from(index % 26).expect("a remainder by 26 fits a byte"));
            letter.to_string().repeat(index as usize / 26 + 1)
        }
        _ => count.to_string(),
    };
    match format {
        "a" => letter(b'a'),
        "A" => letter(b'A'),
        "i" => roman(count),
        "I" => roman(count).to_ascii_uppercase(),
        _ => count.to_string(),
    }
}
