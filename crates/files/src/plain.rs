//! Plain text in the encodings that Turkish offices have used: UTF-8, UTF-16 and windows-1254.
//! Telling text from other bytes is here too, since both need the same look at the bytes.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1254};

/// Share of bytes above 0x7F, in percent, over which bytes are no windows-1254 text.
/// Turkish prose has about 10; a table of capitals about 25.
const MAX_HIGH_PERCENT: usize = 45;

/// The bytes above 0x7F that Turkish text in windows-1254 uses: letters (with the circumflexed), quotation marks,
/// dashes, bullet, ellipsis and the signs on a Turkish keyboard.
const TURKISH_1254: &[u8] = b"\xC7\xE7\xD0\xF0\xDD\xFD\xD6\xF6\xDE\xFE\xDC\xFC\xC2\xE2\xCE\xEE\xDB\xFB\
    \x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xA0\xA7\xA9\xAB\xAD\xAE\xB0\xB1\xB2\xB3\xB4\xB7\xBB\xBC\xBD\xBE\xC9\xE9";

/// A text and the encoding it was found in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// Name of the encoding as the person reads it: `UTF-8`, `UTF-16`, `Windows-1254 (Türkçe)`.
    pub encoding: &'static str,
}

/// Decodes `bytes` when they are text; nothing when they are not. `is_head` says that `bytes` is only the beginning
/// of something longer, so that a character cut in half at the end is no fault.
pub fn decode(bytes: &[u8], is_head: bool) -> Option<Decoded> {
    if let Some((encoding, mark_len)) = Encoding::for_bom(bytes) {
        let name = if encoding == UTF_8 { "UTF-8" } else { "UTF-16" };
        return decode_with(encoding, &bytes[mark_len..], name, is_head);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return decode_with(encoding, bytes, "UTF-16", is_head);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => printable(text.to_owned(), "UTF-8"),
        Err(error) if is_head && error.error_len().is_none() => {
            decode_with(UTF_8, &bytes[..error.valid_up_to()], "UTF-8", false)
        }
        Err(_) if looks_like_1254(bytes) => decode_with(WINDOWS_1254, bytes, "Windows-1254 (Türkçe)", false),
        Err(_) => None,
    }
}

fn decode_with(
    encoding: &'static Encoding,
    bytes: &[u8],
    name: &'static str,
    is_head: bool,
) -> Option<Decoded> {
    let bytes = if is_head && encoding != UTF_8 { &bytes[..bytes.len() & !1] } else { bytes };
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let mut text = text.into_owned();
    if had_errors {
        if !is_head || !text.ends_with('\u{FFFD}') {
            return None;
        }
        text.pop();
        if text.contains('\u{FFFD}') {
            return None;
        }
    }
    printable(text, name)
}

/// Text has no control characters but tab, line ends, form feed and the end mark of old editors (0x1A).
fn printable(text: String, encoding: &'static str) -> Option<Decoded> {
    let is_allowed =
        |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{C}' | '\u{1A}' | '\u{85}');
    text.chars().all(is_allowed).then_some(Decoded { text, encoding })
}

/// Latin text in UTF-16 has a zero in nearly every second byte, on one side only.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096) & !1];
    if head.len() < 4 {
        return None;
    }
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    if odd * 2 > half && even == 0 {
        Some(UTF_16LE)
    } else if even * 2 > half && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn looks_like_1254(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|byte| **byte >= 0x80).count();
    let turkish = bytes.iter().filter(|byte| TURKISH_1254.contains(byte)).count();
    high * 100 <= bytes.len() * MAX_HIGH_PERCENT && turkish * 100 >= high * 90
}

/// Undoes the commonest accident of old Turkish files: windows-1254 read as windows-1252, so that `ı ş ğ İ Ş Ğ` became
/// `ý þ ð Ý Þ Ð`. Returns the repaired text only where the Icelandic letters appear and none of the Turkish ones does.
pub fn repair_icelandic(text: &str) -> Option<String> {
    const PAIRS: [(char, char); 6] = [('ý', 'ı'), ('þ', 'ş'), ('ð', 'ğ'), ('Ý', 'İ'), ('Þ', 'Ş'), ('Ð', 'Ğ')];
    let wrong = text.chars().filter(|c| PAIRS.iter().any(|(from, _)| from == c)).count();
    let right = text.chars().any(|c| PAIRS.iter().any(|(_, to)| *to == c));
    if wrong < 3 || right {
        return None;
    }
    let swap = |c: char| PAIRS.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to);
    Some(text.chars().map(swap).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SENTENCE: &str = "Bilgi İşlem Müdürlüğü; çığ, şöför, “ağaç” – kâğıt…\r\nMADDE 1- Amaç\tğ)\n";

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn every_encoding_of_a_turkish_office_gives_the_same_text() {
        let in_1254 = WINDOWS_1254.encode(SENTENCE).0.into_owned();
        let with_mark = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        let cases = [
            (SENTENCE.as_bytes().to_vec(), "UTF-8"),
            (with_mark(b"\xEF\xBB\xBF", SENTENCE.as_bytes().to_vec()), "UTF-8"),
            (with_mark(b"\xFF\xFE", utf16(SENTENCE, u16::to_le_bytes)), "UTF-16"),
            (with_mark(b"\xFE\xFF", utf16(SENTENCE, u16::to_be_bytes)), "UTF-16"),
            (utf16(SENTENCE, u16::to_le_bytes), "UTF-16"),
            (utf16(SENTENCE, u16::to_be_bytes), "UTF-16"),
            (in_1254, "Windows-1254 (Türkçe)"),
        ];
        for (bytes, encoding) in cases {
            let decoded = decode(&bytes, false).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.encoding), (SENTENCE, encoding));
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_not_made_into_text() {
        for bytes in [
            &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..],
            b"a\0b",
            b"\x01\x02\x03",
            &[0xFF; 64],
            &[0xC3, 0x28, 0xE9],
        ] {
            assert_eq!(decode(bytes, false), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_character_cut_in_half_is_a_fault_only_at_the_real_end() {
        let cut = &"ağ".as_bytes()[..2];
        assert_eq!(decode(cut, true).unwrap().text, "a");
        let mut wide = b"\xFF\xFE".to_vec();
        wide.extend(utf16("ağ", u16::to_le_bytes));
        wide.pop();
        assert_eq!(decode(&wide, true).unwrap().text, "a");
        assert_eq!(decode(&wide, false), None);
    }

    #[test]
    fn icelandic_letters_become_turkish_only_in_text_that_has_no_turkish_ones() {
        assert_eq!(
            repair_icelandic("Bilgi Ýþlem, yazýlým, baðlý").as_deref(),
            Some("Bilgi İşlem, yazılım, bağlı")
        );
        assert_eq!(repair_icelandic("Þór Þorláksson, İstanbul, ýðþ"), None);
        assert_eq!(repair_icelandic("Amaç"), None);
    }
}
