//! Code maps (Adobe Technical Notes 5014 and 5411): which bytes make a code, and which text or glyph number a code
//! stands for. Ranges stay ranges, so that a map of four thousand million codes costs one entry.

use std::collections::HashMap;

/// Entries read of one map; a font has at most 65,536 glyphs.
const MAX_ENTRIES: usize = 200_000;

#[derive(Debug, Default)]
pub(super) struct CMap {
    /// `(length in bytes, first, last)` of the code space.
    spaces: Vec<(usize, u32, u32)>,
    texts: HashMap<u32, String>,
    /// Sorted by `first`.
    text_ranges: Vec<TextRange>,
    /// `(first, last, glyph number of the first)`, sorted.
    glyph_ranges: Vec<(u32, u32, u32)>,
}

#[derive(Debug)]
struct TextRange {
    first: u32,
    last: u32,
    /// Text of the first code; its last character counts up.
    start: String,
}

#[derive(Debug, PartialEq)]
enum Token<'b> {
    Hex(Vec<u8>),
    Number(u32),
    Open,
    Close,
    Word(&'b [u8]),
}

impl CMap {
    /// Reads what it can; what is malformed is passed over.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut operands: Vec<Token<'_>> = Vec::new();
        let mut entries = 0;
        for token in (Tokens { bytes }) {
            match token {
                Token::Word(b"endcodespacerange") => map.add_spaces(&operands),
                Token::Word(b"endbfchar") => map.add_chars(&operands),
                Token::Word(b"endbfrange") => map.add_ranges(&operands),
                Token::Word(b"endcidrange") => map.add_glyphs(&operands, 3),
                Token::Word(b"endcidchar") => map.add_glyphs(&operands, 2),
                Token::Word(_) => {}
                operand => {
                    entries += 1;
                    if entries > MAX_ENTRIES {
                        break;
                    }
                    operands.push(operand);
                    continue;
                }
            }
            operands.clear();
        }
        map.text_ranges.sort_by_key(|range| range.first);
        map.glyph_ranges.sort_unstable();
        map
    }

    /// The next code in `bytes` and its length; two bytes where the map does not say.
    pub(super) fn next_code(&self, bytes: &[u8]) -> (u32, usize) {
        for length in 1..=bytes.len().min(4) {
            let code = value(&bytes[..length]);
            if self.spaces.iter().any(|(len, first, last)| *len == length && (*first..=*last).contains(&code))
            {
                return (code, length);
            }
        }
        let usual = if self.spaces.is_empty() {
            2
        } else {
            self.spaces.iter().map(|(len, _, _)| *len).min().unwrap_or(2)
        };
        let length = usual.clamp(1, bytes.len().max(1)).min(bytes.len());
        (value(&bytes[..length]), length)
    }

    /// The text of a code.
    pub(super) fn text(&self, code: u32) -> Option<String> {
        if let Some(text) = self.texts.get(&code) {
            return Some(text.clone());
        }
        let after = self.text_ranges.partition_point(|range| range.first <= code);
        // Ranges of a broken map may overlap; the few before the place are enough for real ones.
        let range = self.text_ranges[..after].iter().rev().take(8).find(|range| code <= range.last)?;
        let mut chars: Vec<char> = range.start.chars().collect();
        let last = chars.pop()?;
        chars.push(char::from_u32(u32::from(last).checked_add(code - range.first)?)?);
        Some(chars.into_iter().collect())
    }

    /// The glyph number of a code; the code itself where the map does not say.
    pub(super) fn glyph(&self, code: u32) -> u32 {
        let after = self.glyph_ranges.partition_point(|(first, _, _)| *first <= code);
        match self.glyph_ranges[..after].last() {
            Some((first, last, glyph)) if code <= *last => glyph.saturating_add(code - first),
            _ => code,
        }
    }

    fn add_spaces(&mut self, operands: &[Token<'_>]) {
        for pair in operands.chunks_exact(2) {
            if let [Token::Hex(first), Token::Hex(last)] = pair
                && (1..=4).contains(&first.len())
            {
                self.spaces.push((first.len(), value(first), value(last)));
            }
        }
    }

    fn add_chars(&mut self, operands: &[Token<'_>]) {
        for pair in operands.chunks_exact(2) {
            if let [Token::Hex(code), Token::Hex(text)] = pair {
                self.texts.insert(value(code), utf16(text));
            }
        }
    }

    fn add_ranges(&mut self, operands: &[Token<'_>]) {
        let mut rest = operands;
        while let [Token::Hex(first), Token::Hex(last), tail @ ..] = rest {
            let (first, last) = (value(first), value(last));
            rest = match tail {
                [Token::Hex(text), tail @ ..] => {
                    self.text_ranges.push(TextRange { first, last, start: utf16(text) });
                    tail
                }
                [Token::Open, tail @ ..] => {
                    let end = tail.iter().position(|token| *token == Token::Close).unwrap_or(tail.len());
                    for (code, token) in (first..=last).zip(&tail[..end]) {
                        if let Token::Hex(text) = token {
                            self.texts.insert(code, utf16(text));
                        }
                    }
                    tail.get(end + 1..).unwrap_or_default()
                }
                _ => return,
            };
        }
    }

    fn add_glyphs(&mut self, operands: &[Token<'_>], size: usize) {
        for group in operands.chunks_exact(size) {
            match group {
                [Token::Hex(first), Token::Hex(last), Token::Number(glyph)] => {
                    self.glyph_ranges.push((value(first), value(last), *glyph));
                }
                [Token::Hex(code), Token::Number(glyph)] => {
                    self.glyph_ranges.push((value(code), value(code), *glyph));
                }
                _ => {}
            }
        }
    }
}

/// Up to four bytes, high byte first; of more, the last four.
fn value(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |value, byte| (value << 8) | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    if let [byte] = bytes {
        return char::from(*byte).to_string();
    }
    let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).filter(|c| *c != '\0').collect()
}

struct Tokens<'b> {
    bytes: &'b [u8],
}

impl<'b> Iterator for Tokens<'b> {
    type Item = Token<'b>;

    fn next(&mut self) -> Option<Token<'b>> {
        loop {
            let (&first, rest) = self.bytes.split_first()?;
            match first {
                b'%' => {
                    let end =
                        rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
                    self.bytes = &rest[end..];
                }
                b'<' if rest.first() != Some(&b'<') => {
                    let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
                    self.bytes = rest.get(end + 1..).unwrap_or_default();
                    return Some(Token::Hex(unhex(&rest[..end])));
                }
                b'[' | b']' => {
                    self.bytes = rest;
                    return Some(if first == b'[' { Token::Open } else { Token::Close });
                }
                byte if is_word(byte) => {
                    let end = self.bytes.iter().position(|byte| !is_word(*byte)).unwrap_or(self.bytes.len());
                    let (word, rest) = self.bytes.split_at(end);
                    self.bytes = rest;
                    let number = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok());
                    return Some(number.map_or(Token::Word(word), Token::Number));
                }
                _ => self.bytes = rest,
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"()<>[]{}/%".contains(&byte)
}

fn unhex(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits
        .iter()
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits.chunks(2).map(|pair| (pair[0] << 4) | pair.get(1).copied().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    const MAP: &[u8] = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n\
        1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
        2 beginbfchar <0003> <0020> <0010> <00660069> endbfchar\n\
        3 beginbfrange <0020> <0022> <0061> <0030> <0032> [<011F> <0131> <015F>] <0040> <FFFFFFFF> <0041> endbfrange\n\
        endcmap";

    #[test]
    fn codes_become_text_by_single_range_and_list() {
        let map = CMap::read(MAP);
        let cases = [
            (3, " "),
            (0x10, "fi"),
            (0x20, "a"),
            (0x22, "c"),
            (0x30, "ğ"),
            (0x31, "ı"),
            (0x32, "ş"),
            (0x41, "B"),
        ];
        for (code, text) in cases {
            assert_eq!(map.text(code).as_deref(), Some(text), "{code:x}");
        }
        assert_eq!(map.text(0x23), None);
        assert_eq!(map.text(u32::MAX), None, "past the last character there is no text");
        assert_eq!(map.next_code(&[0x00, 0x20, 0x00]), (0x20, 2));
    }

    #[test]
    fn a_code_is_as_long_as_its_space_says() {
        let map = CMap::read(b"begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange begincidrange <00> <7F> 100 endcidrange");
        assert_eq!(map.next_code(&[0x41, 0x80]), (0x41, 1));
        assert_eq!(map.next_code(&[0x80, 0x41]), (0x8041, 2));
        assert_eq!((map.glyph(1), map.glyph(0x8000)), (101, 0x8000));
        assert_eq!(CMap::read(b"").next_code(&[0x80]), (0x80, 1), "a lone last byte");
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_make_some_map(bytes in prop::collection::vec(any::<u8>(), 0..600), code in any::<u32>()) {
            let map = CMap::read(&[b"1 beginbfrange <00> <FF> ", &bytes[..], b" endbfrange"].concat());
            let _ = (map.text(code), map.glyph(code));
            let (_, length) = map.next_code(&[1, 2, 3]);
            prop_assert!((1..=3).contains(&length));
        }
    }
}
