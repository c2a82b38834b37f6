//! Automatic numbers of Word lists (ECMA-376, 17.9): Word stores how to count, not what it shows. In regulations the
//! letters of clauses are often such numbers, so they are counted here as Word counts them.

use std::collections::{HashMap, HashSet};

use super::super::sink::Sink;
use super::super::xml::{Element, Node, Xml};
use crate::error::Result;

/// Levels of a list.
const LEVELS: usize = 9;

/// How one level writes its count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Decimal,
    /// Decimal with leading zeros to this many digits.
    Padded(usize),
    Letters {
        is_turkish: bool,
        is_upper: bool,
    },
    Roman {
        is_upper: bool,
    },
    Ordinal,
    Bullet,
    Nothing,
}

#[derive(Debug, Clone)]
struct Level {
    start: u32,
    format: Format,
    text: String,
    gap: &'static str,
    /// Restarts only after a level up to this one (counted from one); zero never; nothing after any higher level.
    restart: Option<usize>,
    is_legal: bool,
    style: Option<String>,
    is_symbol_font: bool,
}

impl Default for Level {
    fn default() -> Self {
        Self {
            start: 0,
            format: Format::Decimal,
            text: String::new(),
            gap: " ",
            restart: None,
            is_legal: false,
            style: None,
            is_symbol_font: false,
        }
    }
}

#[derive(Default)]
struct Abstract {
    levels: HashMap<usize, Level>,
    /// The list is defined by another abstract list: the one whose `style_link` has this name.
    borrows: Option<String>,
    style_link: Option<String>,
}

#[derive(Default)]
struct Instance {
    abstract_id: String,
    starts: HashMap<usize, u32>,
    levels: HashMap<usize, Level>,
}

/// The part `numbering.xml`.
#[derive(Default)]
pub(super) struct Numbering {
    abstracts: HashMap<String, Abstract>,
    instances: HashMap<String, Instance>,
}

impl Numbering {
    pub(super) fn read(text: &str, sink: &mut Sink) -> Result<Self> {
        let mut reading = Reading::default();
        let mut xml = Xml::new(text);
        let mut closed = String::new();
        loop {
            sink.tick()?;
            match xml.next(&mut closed)? {
                Node::Open(element) if element.name() == "Fallback" => xml.skip()?,
                Node::Open(element) => reading.open(&element),
                Node::Close => reading.close(&closed),
                Node::Text(_) => {}
                Node::End => return Ok(reading.done),
            }
        }
    }

    /// The level of the list `number` that belongs to the paragraph style `style`.
    pub(super) fn level_of_style(&self, number: &str, style: &str) -> Option<usize> {
        let (_, list) = self.list(number)?;
        list.levels.iter().find(|(_, level)| level.style.as_deref() == Some(style)).map(|(index, _)| *index)
    }

    /// The abstract list behind an instance, following one borrowing.
    fn list(&self, number: &str) -> Option<(&str, &Abstract)> {
        let id = &self.instances.get(number)?.abstract_id;
        let list = self.abstracts.get(id)?;
        match &list.borrows {
            None => Some((id, list)),
            Some(link) => self
                .abstracts
                .iter()
                .find(|(_, other)| other.style_link.as_deref() == Some(link))
                .map_or(Some((id, list)), |(id, other)| Some((id, other))),
        }
    }

    fn level(&self, number: &str, index: usize) -> Option<&Level> {
        let own = self.instances.get(number)?.levels.get(&index);
        own.or_else(|| self.list(number)?.1.levels.get(&index))
    }
}

/// What is being read, from the outside in.
#[derive(Default)]
struct Reading {
    done: Numbering,
    list: Option<(String, Abstract)>,
    instance: Option<(String, Instance)>,
    override_index: usize,
    level: Option<(usize, Level)>,
}

impl Reading {
    fn open(&mut self, element: &Element<'_>) {
        let number = || element.val().and_then(|value| value.parse::<u32>().ok());
        match element.name() {
            "abstractNum" => {
                self.list =
                    Some((element.attribute("abstractNumId").unwrap_or_default(), Abstract::default()))
            }
            "num" => {
                self.instance = Some((element.attribute("numId").unwrap_or_default(), Instance::default()))
            }
            "lvl" => self.level = Some((index_of(element), Level::default())),
            "lvlOverride" => self.override_index = index_of(element),
            "startOverride" => {
                if let (Some((_, instance)), Some(start)) = (&mut self.instance, number()) {
                    instance.starts.insert(self.override_index, start);
                }
            }
            "abstractNumId" => {
                if let Some((_, instance)) = &mut self.instance {
                    instance.abstract_id = element.val().unwrap_or_default();
                }
            }
            "numStyleLink" | "styleLink" => {
                if let Some((_, list)) = &mut self.list {
                    let place =
                        if element.name() == "styleLink" { &mut list.style_link } else { &mut list.borrows };
                    *place = element.val();
                }
            }
            _ => {
                if let Some((_, level)) = &mut self.level {
                    level.property(element, number());
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "lvl" => {
                if let Some((index, level)) = self.level.take().filter(|(index, _)| *index < LEVELS) {
                    match (&mut self.list, &mut self.instance) {
                        (Some((_, list)), _) => drop(list.levels.insert(index, level)),
                        (None, Some((_, instance))) => drop(instance.levels.insert(index, level)),
                        (None, None) => {}
                    }
                }
            }
            "abstractNum" => self.done.abstracts.extend(self.list.take()),
            "num" => self.done.instances.extend(self.instance.take()),
            _ => {}
        }
    }
}

impl Level {
    fn property(&mut self, element: &Element<'_>, number: Option<u32>) {
        match element.name() {
            "start" => self.start = number.unwrap_or(0),
            "numFmt" => self.format = format_of(element),
            "lvlText" => self.text = element.val().unwrap_or_default(),
            "suff" if element.val().as_deref() == Some("nothing") => self.gap = "",
            "lvlRestart" => self.restart = number.map(|level| level as usize),
            "isLgl" => self.is_legal = element.is_on(),
            "pStyle" => self.style = element.val(),
            "rFonts" => {
                let font =
                    element.attribute("ascii").or_else(|| element.attribute("hAnsi")).unwrap_or_default();
                self.is_symbol_font = ["Wingdings", "Symbol", "Webdings", "OpenSymbol"]
                    .iter()
                    .any(|name| font.starts_with(name));
            }
            _ => {}
        }
    }
}

fn index_of(element: &Element<'_>) -> usize {
    element.attribute("ilvl").and_then(|level| level.parse().ok()).unwrap_or(0)
}

/// Word writes the Turkish alphabet as a custom format whose sample is `a, ç, ĝ, ...` ([MS-DOCX] 2.4).
fn format_of(element: &Element<'_>) -> Format {
    let sample = element.attribute("format").unwrap_or_default();
    match element.val().unwrap_or_default().as_str() {
        "custom" if sample.starts_with("a, ç") => Format::Letters { is_turkish: true, is_upper: false },
        "custom" if sample.starts_with("A, Ç") => Format::Letters { is_turkish: true, is_upper: true },
        "custom" if sample.starts_with('0') => {
            Format::Padded(sample.chars().take_while(char::is_ascii_digit).count().min(8))
        }
        "decimalZero" => Format::Padded(2),
        "lowerLetter" => Format::Letters { is_turkish: false, is_upper: false },
        "upperLetter" => Format::Letters { is_turkish: false, is_upper: true },
        "lowerRoman" => Format::Roman { is_upper: false },
        "upperRoman" => Format::Roman { is_upper: true },
        "ordinal" => Format::Ordinal,
        "bullet" => Format::Bullet,
        "none" => Format::Nothing,
        _ => Format::Decimal,
    }
}

/// How far every list has counted. Instances of one abstract list count on together.
#[derive(Default)]
pub(super) struct Counters {
    by_list: HashMap<String, [Option<u32>; LEVELS]>,
    started: HashSet<(String, usize)>,
}

impl Counters {
    /// Counts the next paragraph of list `number` at `level` and returns its label with the gap that follows; empty when
    /// the list is not defined.
    pub(super) fn next(&mut self, numbering: &Numbering, number: &str, level: usize) -> String {
        let (Some((list_id, _)), Some(definition)) = (numbering.list(number), numbering.level(number, level))
        else {
            return String::new();
        };
        let counts = self.by_list.entry(list_id.to_owned()).or_default();
        let forced =
            numbering.instances.get(number).and_then(|instance| instance.starts.get(&level).copied());
        let is_first = forced.is_some() && self.started.insert((number.to_owned(), level));
        let count = match (counts[level], forced) {
            (_, Some(start)) if is_first => start,
            (Some(count), _) => count.saturating_add(1),
            (None, forced) => forced.unwrap_or(definition.start),
        };
        counts[level] = Some(count);
        for (deeper, place) in counts.iter_mut().enumerate().skip(level + 1) {
            let restart = numbering.level(number, deeper).and_then(|definition| definition.restart);
            if restart.is_none_or(|up_to| level < up_to) {
                *place = None;
            }
        }
        let label = render(definition, level, counts, numbering, number);
        if label.is_empty() { label } else { label + definition.gap }
    }
}

/// Fills `%1` to `%9` of the level's text with the counts of those levels.
fn render(
    definition: &Level,
    level: usize,
    counts: &[Option<u32>; LEVELS],
    numbering: &Numbering,
    number: &str,
) -> String {
    if definition.format == Format::Bullet {
        return bullet(definition);
    }
    let mut label = String::new();
    let mut chars = definition.text.chars().peekable();
    while let Some(c) = chars.next() {
        let place = chars.peek().and_then(|digit| digit.to_digit(10)).filter(|digit| c == '%' && *digit > 0);
        let Some(place) = place.map(|digit| digit as usize - 1) else {
            label.push(c);
            continue;
        };
        chars.next();
        let shown = if place == level { Some(definition) } else { numbering.level(number, place) };
        if let Some(shown) = shown {
            let count = counts[place].unwrap_or(shown.start);
            let format = if definition.is_legal { Format::Decimal } else { shown.format };
            label.push_str(&write_count(count, format));
        }
    }
    label
}

/// The sign of a bullet. Symbol fonts give letters and private codes another shape, so theirs all become `•`.
fn bullet(level: &Level) -> String {
    let is_private = level.text.chars().any(|c| ('\u{E000}'..='\u{F8FF}').contains(&c));
    if level.text == "o" {
        "◦".to_owned()
    } else if level.text.trim().is_empty() || is_private || level.is_symbol_font {
        "•".to_owned()
    } else {
        level.text.clone()
    }
}

fn write_count(count: u32, format: Format) -> String {
    match format {
        Format::Decimal => count.to_string(),
        Format::Padded(digits) => format!("{count:0digits$}"),
        Format::Ordinal => format!("{count}."),
        Format::Letters { is_turkish, is_upper } => letters(count, is_turkish, is_upper),
        Format::Roman { is_upper } => {
            let roman = roman(count);
            if is_upper { roman.to_ascii_uppercase() } else { roman }
        }
        Format::Bullet | Format::Nothing => String::new(),
    }
}

/// a … z, then aa, bb …: Word repeats the letter.
fn letters(count: u32, is_turkish: bool, is_upper: bool) -> String {
    let alphabet = match (is_turkish, is_upper) {
        (false, false) => "abcdefghijklmnopqrstuvwxyz",
        (false, true) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (true, false) => "abcçdefgğhıijklmnoöprsştuüvyz",
        (true, true) => "ABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ",
    };
    let len = alphabet.chars().count();
    let Some(index) = count.checked_sub(1).map(|index| index as usize) else { return "0".to_owned() };
    let repeats = index / len + 1;
    match alphabet.chars().nth(index % len) {
        Some(letter) if repeats <= 20 => letter.to_string().repeat(repeats),
        _ => count.to_string(),
    }
}

/// Lower-case roman numeral; plain digits outside 1 … 3999.
pub(in crate::extract) fn roman(count: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if !(1..4000).contains(&count) {
        return count.to_string();
    }
    let mut rest = count;
    let mut roman = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            roman.push_str(sign);
            rest -= value;
        }
    }
    roman
}
