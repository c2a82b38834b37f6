//! Text of a Word document (ECMA-376, WordprocessingML): paragraphs with their automatic numbers, tables, line breaks
//! and tabs. Headers, footers, footnotes, comments and deleted text are left out.

mod numbering;
mod styles;

use std::io::Cursor;

use super::sink::{Lines, Sink};
use super::xml::{Element, Node, Xml, decode};
use crate::archive::Archive;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
pub(super) use numbering::roman;
use numbering::{Counters, Numbering};
use styles::Styles;

/// Largest part read, in bytes: a thousand pages of text are about 20 MB of XML.
const MAX_PART_BYTES: u64 = 128 * 1024 * 1024;

/// Subtrees whose text is not the document's: deleted or moved away, field codes, the second form of alternative
/// content, properties before a tracked change, page settings.
const SKIPPED: [&str; 12] = [
    "del",
    "moveFrom",
    "instrText",
    "delText",
    "delInstrText",
    "Fallback",
    "pPrChange",
    "rPrChange",
    "sectPr",
    "tblPr",
    "trPr",
    "binData",
];

type Parts<'b> = Archive<Cursor<&'b [u8]>>;

pub(super) fn read(bytes: &[u8], limits: &Limits, sink: &mut Sink) -> Result<()> {
    let mut parts = Archive::open(Cursor::new(bytes), limits)?;
    let main = main_part(&mut parts)?;
    let document =
        part(&mut parts, &main)?.ok_or_else(|| Error::new(ErrorKind::Damaged, "no main document part"))?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let beside = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let numbering = match part(&mut parts, &beside("numbering.xml"))? {
        Some(text) => Numbering::read(&text, sink)?,
        None => Numbering::default(),
    };
    let styles = match part(&mut parts, &beside("styles.xml"))? {
        Some(text) => Styles::read(&text, sink)?,
        None => Styles::default(),
    };
    Body {
        numbering: &numbering,
        styles: &styles,
        counters: Counters::default(),
        lines: Lines::default(),
        paragraphs: Vec::new(),
        is_run_hidden: false,
    }
    .read(&document, sink)
}

fn part(parts: &mut Parts<'_>, name: &str) -> Result<Option<String>> {
    parts.read(name, MAX_PART_BYTES)?.map(|bytes| decode(&bytes)).transpose()
}

/// The part that the package's relations call the office document; `word/document.xml` in all but a few.
fn main_part(parts: &mut Parts<'_>) -> Result<String> {
    let usual = "word/document.xml".to_owned();
    let Some(relations) = part(parts, "_rels/.rels")? else { return Ok(usual) };
    let mut xml = Xml::new(&relations);
    let mut closed = String::new();
    loop {
        match xml.next(&mut closed)? {
            Node::Open(element) if element.name() == "Relationship" => {
                let is_main = element.attribute("Type").is_some_and(|kind| kind.ends_with("/officeDocument"));
                if let (true, Some(target)) = (is_main, element.attribute("Target")) {
                    return Ok(target.trim_start_matches('/').to_owned());
                }
            }
            Node::End => return Ok(usual),
            _ => {}
        }
    }
}

/// A paragraph that is being read; a text box puts one inside another.
#[derive(Default)]
struct Paragraph {
    text: String,
    style: Option<String>,
    number: Option<String>,
    level: Option<usize>,
}

struct Body<'d> {
    numbering: &'d Numbering,
    styles: &'d Styles,
    counters: Counters,
    lines: Lines,
    paragraphs: Vec<Paragraph>,
    is_run_hidden: bool,
}

impl Body<'_> {
    fn read(mut self, document: &str, sink: &mut Sink) -> Result<()> {
        let mut xml = Xml::new(document);
        let mut closed = String::new();
        while !sink.is_full() {
            sink.tick()?;
            match xml.next(&mut closed)? {
                Node::Open(element) if SKIPPED.contains(&element.name()) => xml.skip()?,
                Node::Open(element) => self.open(&element, &xml, sink),
                Node::Close => self.close(&closed, sink)?,
                Node::Text(text) => {
                    if xml.current() == "t" && !self.is_run_hidden {
                        self.write(&text);
                    }
                }
                Node::End => break,
            }
        }
        Ok(())
    }

    fn open(&mut self, element: &Element<'_>, xml: &Xml<'_>, sink: &mut Sink) {
        match element.name() {
            "p" => self.paragraphs.push(Paragraph::default()),
            "r" => self.is_run_hidden = false,
            "tr" => self.lines.open_row(),
            "tc" => self.lines.open_cell(),
            _ if xml.is_inside("pPr") => self.property(element, xml),
            "vanish" if element.is_on() => {
                self.is_run_hidden = true;
                sink.note("Belgedeki gizli metin alınmadı.");
            }
            "tab" | "ptab" => self.write("\t"),
            "br" | "cr" => self.write("\n"),
            "noBreakHyphen" => self.write("-"),
            "sym" => self.write(&symbol(element)),
            "footnoteReference" | "endnoteReference" => sink.note("Dipnotlar ve sonnotlar alınmadı."),
            _ => {}
        }
    }

    /// A property of the paragraph. Its own run properties only format the paragraph mark.
    fn property(&mut self, element: &Element<'_>, xml: &Xml<'_>) {
        if xml.is_inside("rPr") {
            return;
        }
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        match element.name() {
            "pStyle" => paragraph.style = element.val(),
            "numId" => paragraph.number = element.val(),
            "ilvl" => paragraph.level = element.val().and_then(|level| level.parse().ok()),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, sink: &mut Sink) -> Result<()> {
        match name {
            "p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    let label = self.label(&paragraph);
                    self.lines.paragraph(&(label + &paragraph.text), sink)?;
                }
            }
            "tr" => self.lines.close_row(),
            _ => {}
        }
        Ok(())
    }

    /// The automatic number of the paragraph as Word shows it, with the space that follows; empty without one.
    fn label(&mut self, paragraph: &Paragraph) -> String {
        let list = self.styles.list_of(paragraph.style.as_deref());
        let number = paragraph.number.clone().or(list.number);
        let Some(number) = number.filter(|number| number != "0") else { return String::new() };
        let linked =
            |style: Option<&str>| style.and_then(|style| self.numbering.level_of_style(&number, style));
        let by_style =
            || linked(paragraph.style.as_deref()).or(list.level).or_else(|| linked(list.style.as_deref()));
        let level = paragraph.level.or_else(by_style).unwrap_or(0);
        self.counters.next(self.numbering, &number, level)
    }

    fn write(&mut self, text: &str) {
        if let (Some(paragraph), false) = (self.paragraphs.last_mut(), self.is_run_hidden) {
            paragraph.text.push_str(text);
        }
    }
}

/// A character of a symbol font: its code is the font's own, so all but the known ones become a bullet.
fn symbol(element: &Element<'_>) -> String {
    let code = element.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
    match code.and_then(char::from_u32) {
        Some(c) if !('\u{E000}'..='\u{F8FF}').contains(&c) && !c.is_control() => c.to_string(),
        Some('\u{F0FC}' | '\u{F0FE}') => "✓".to_owned(),
        Some('\u{F06F}' | '\u{F0A8}') => "☐".to_owned(),
        _ => "•".to_owned(),
    }
}
