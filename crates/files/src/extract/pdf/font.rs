//! Fonts as text needs them: bytes to codes, codes to characters and widths (ISO 32000-1, 9.5 to 9.10). Shapes are
//! never looked at.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object};

use super::cmap::CMap;
use super::{MAX_STREAM_BYTES, dictionary, number};

/// Entries of a width table that are read.
const MAX_WIDTHS: usize = 100_000;

/// One shown code.
pub(super) struct Shown {
    /// Its text; nothing when no table knows it.
    pub(super) text: Option<String>,
    /// Its width in text space units at size 1.
    pub(super) width: f32,
    /// The single byte 32, to which word spacing applies.
    pub(super) is_space: bool,
}

/// A font of the document.
pub(super) struct Font {
    to_unicode: Option<CMap>,
    kind: Kind,
}

enum Kind {
    /// One byte a code.
    Simple { texts: Box<[Option<String>; 256]>, widths: Box<[f32; 256]> },
    /// Codes of one to four bytes that name glyphs by number.
    Composite { codes: CMap, widths: HashMap<u32, f32>, ranges: Vec<(u32, u32, f32)>, default_width: f32 },
}

impl Font {
    pub(super) fn read(document: &Document, font: &Dictionary) -> Self {
        let to_unicode = stream(document, font, b"ToUnicode").map(|bytes| CMap::read(&bytes));
        let subtype = font.get_deref(b"Subtype", document).and_then(Object::as_name).unwrap_or_default();
        let kind =
            if subtype == b"Type0" { composite(document, font) } else { simple(document, font, subtype) };
        Self { to_unicode, kind }
    }

    /// The codes in `bytes`, in order.
    pub(super) fn show(&self, bytes: &[u8]) -> Vec<Shown> {
        let mut shown = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (code, length) = match &self.kind {
                Kind::Simple { .. } => (u32::from(rest[0]), 1),
                Kind::Composite { codes, .. } => codes.next_code(rest),
            };
            let length = length.max(1);
            shown.push(Shown {
                text: self.text(code),
                width: self.width(code),
                is_space: length == 1 && code == 32,
            });
            rest = rest.get(length..).unwrap_or_default();
        }
        shown
    }

    fn text(&self, code: u32) -> Option<String> {
        let mapped = self.to_unicode.as_ref().and_then(|map| map.text(code)).filter(|text| !text.is_empty());
        mapped.or_else(|| match &self.kind {
            Kind::Simple { texts, .. } => texts.get(code as usize)?.clone(),
            Kind::Composite { .. } => None,
        })
    }

    fn width(&self, code: u32) -> f32 {
        match &self.kind {
            Kind::Simple { widths, .. } => widths.get(code as usize).copied().unwrap_or(0.5),
            Kind::Composite { codes, widths, ranges, default_width } => {
                let glyph = codes.glyph(code);
                let in_range = || ranges.iter().find(|(first, last, _)| (*first..=*last).contains(&glyph));
                widths
                    .get(&glyph)
                    .copied()
                    .or_else(|| in_range().map(|(_, _, width)| *width))
                    .unwrap_or(*default_width)
            }
        }
    }
}

/// The decoded stream under `key`, within the limit.
fn stream(document: &Document, parent: &Dictionary, key: &[u8]) -> Option<Vec<u8>> {
    let stream = parent.get_deref(key, document).ok()?.as_stream().ok()?;
    stream.get_plain_content_with_limit(MAX_STREAM_BYTES).ok()
}

fn simple(document: &Document, font: &Dictionary, subtype: &[u8]) -> Kind {
    let descriptor = dictionary(document, font, b"FontDescriptor");
    let missing = descriptor
        .and_then(|descriptor| number(document, descriptor.get(b"MissingWidth").ok()?))
        .filter(|width| *width > 0.0)
        .unwrap_or(500.0);
    // A Type 3 font measures in its own glyph space; all others in thousandths.
    let scale = (subtype == b"Type3")
        .then(|| number(document, font.get_deref(b"FontMatrix", document).ok()?.as_array().ok()?.first()?))
        .flatten()
        .unwrap_or(0.001);
    let mut widths = Box::new([missing * scale; 256]);
    let first = font.get(b"FirstChar").ok().and_then(|first| number(document, first)).unwrap_or(0.0);
    if let Ok(array) = font.get_deref(b"Widths", document).and_then(Object::as_array) {
        for (index, width) in array.iter().enumerate().take(256) {
            if let (Some(place), Some(width)) =
                (widths.get_mut(first.max(0.0) as usize + index), number(document, width))
            {
                *place = width * scale;
            }
        }
    }
    Kind::Simple { texts: encoding(document, font), widths }
}

/// Base encoding and differences of a simple font (9.6.6). Without either, the standard encoding: right for the
/// letters of English, and the best guess for a symbolic font.
fn encoding(document: &Document, font: &Dictionary) -> Box<[Option<String>; 256]> {
    let encoding = font.get_deref(b"Encoding", document).ok();
    let base = match encoding {
        Some(Object::Name(name)) => name.clone(),
        Some(Object::Dictionary(own)) => own
            .get_deref(b"BaseEncoding", document)
            .and_then(Object::as_name)
            .unwrap_or(b"StandardEncoding")
            .to_vec(),
        _ => b"StandardEncoding".to_vec(),
    };
    let known = [&b"WinAnsiEncoding"[..], b"MacRomanEncoding", b"MacExpertEncoding", b"StandardEncoding"];
    let base = if known.contains(&base.as_slice()) { base } else { b"StandardEncoding".to_vec() };
    let table = Tables::new(document);
    let mut texts: Box<[Option<String>; 256]> = Box::new(std::array::from_fn(|_| None));
    for (code, text) in (0..=255).zip(texts.iter_mut()) {
        *text = table.of_base(&base, code);
    }
    let differences = match encoding {
        Some(Object::Dictionary(own)) => {
            own.get_deref(b"Differences", document).and_then(Object::as_array).ok()
        }
        _ => None,
    };
    let mut code = 0;
    for object in differences.into_iter().flatten().take(1024) {
        match object {
            Object::Name(name) => {
                if let Some(place) = texts.get_mut(code) {
                    *place = table.of_name(name);
                }
                code += 1;
            }
            other => code = number(document, other).map_or(256, |number| number.max(0.0) as usize),
        }
    }
    texts
}

/// lopdf's tables of encodings and glyph names. They are reached through a font that says nothing but the question.
struct Tables<'d> {
    document: &'d Document,
}

impl<'d> Tables<'d> {
    fn new(document: &'d Document) -> Self {
        Self { document }
    }

    fn of_base(&self, base: &[u8], code: u8) -> Option<String> {
        self.ask(Object::Name(base.to_vec()), code)
    }

    /// A glyph's name as text (Adobe Glyph List): `scedilla`, `uni015F`, `u1F600`, with any suffix after a dot dropped.
    fn of_name(&self, name: &[u8]) -> Option<String> {
        let name = std::str::from_utf8(name).ok()?.split('.').next().filter(|name| !name.is_empty())?;
        let by_code =
            |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).map(String::from);
        if let Some(text) = name.strip_prefix("uni").filter(|digits| digits.len() == 4).and_then(by_code) {
            return Some(text);
        }
        if let Some(text) =
            name.strip_prefix('u').filter(|digits| (4..=6).contains(&digits.len())).and_then(by_code)
        {
            return Some(text);
        }
        let differences = Object::Array(vec![Object::Integer(0), Object::Name(name.as_bytes().to_vec())]);
        let encoding = Dictionary::from_iter([("Differences", differences)]);
        self.ask(Object::Dictionary(encoding), 0)
    }

    fn ask(&self, encoding: Object, code: u8) -> Option<String> {
        let font = Dictionary::from_iter([("Type", Object::Name(b"Font".to_vec())), ("Encoding", encoding)]);
        let table = font.get_font_encoding_with_limit(self.document, MAX_STREAM_BYTES).ok()?;
        table.bytes_to_string(&[code]).ok().filter(|text| !text.is_empty() && text != "\0")
    }
}

fn composite(document: &Document, font: &Dictionary) -> Kind {
    // Identity and the predefined maps of East Asian fonts have codes of two bytes; another map is in the file.
    let codes = stream(document, font, b"Encoding").map(|bytes| CMap::read(&bytes)).unwrap_or_default();
    let descendant = font
        .get_deref(b"DescendantFonts", document)
        .and_then(Object::as_array)
        .ok()
        .and_then(|fonts| document.dereference(fonts.first()?).ok()?.1.as_dict().ok());
    let mut widths = HashMap::new();
    let mut ranges = Vec::new();
    let mut default_width = 1.0;
    if let Some(descendant) = descendant {
        default_width = descendant
            .get(b"DW")
            .ok()
            .and_then(|width| number(document, width))
            .map_or(1.0, |width| width / 1000.0);
        if let Ok(array) = descendant.get_deref(b"W", document).and_then(Object::as_array) {
            read_widths(document, array, &mut widths, &mut ranges);
        }
    }
    Kind::Composite { codes, widths, ranges, default_width }
}

/// `first [w w w]` or `first last w`, repeated (9.7.4.3).
fn read_widths(
    document: &Document,
    array: &[Object],
    widths: &mut HashMap<u32, f32>,
    ranges: &mut Vec<(u32, u32, f32)>,
) {
    let whole = |object: &Object| {
        number(document, object).filter(|number| *number >= 0.0).map(|number| number as u32)
    };
    let mut rest = array;
    while let [first, second, tail @ ..] = rest {
        let Some(first) = whole(first) else { return };
        match document.dereference(second).map(|(_, object)| object) {
            Ok(Object::Array(list)) => {
                for (glyph, width) in (first..).zip(list) {
                    if widths.len() >= MAX_WIDTHS {
                        return;
                    }
                    if let Some(width) = number(document, width) {
                        widths.insert(glyph, width / 1000.0);
                    }
                }
                rest = tail;
            }
            _ => {
                let (Some(last), Some(width)) =
                    (whole(second), tail.first().and_then(|width| number(document, width)))
                else {
                    return;
                };
                if ranges.len() < 4096 {
                    ranges.push((first, last, width / 1000.0));
                }
                rest = &tail[1..];
            }
        }
    }
}
