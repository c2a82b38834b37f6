//! File names from outside: cleaned before they are stored, encoded safely when they go out in a header.

use std::fmt::Write as _;

/// Longest stored name, in bytes of UTF-8: what common file systems take (255), less room for a copy number.
const MAX_NAME_BYTES: usize = 200;

/// The name given to a file whose own name leaves nothing.
const NAMELESS: &str = "adsız";

/// Extensions that a desktop runs on a double click. A file with such a name is not accepted, whatever its bytes:
/// a batch file is plain text to any recogniser.
const PROGRAM_EXTENSIONS: [&str; 40] = [
    "exe", "com", "scr", "pif", "cpl", "msi", "msp", "dll", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js",
    "jse", "wsf", "wsh", "hta", "jar", "lnk", "url", "reg", "inf", "sh", "app", "apk", "deb", "rpm", "iso",
    "img", "vhd", "chm", "hlp", "docm", "xlsm", "pptm", "dotm", "xltm", "xll",
];

/// A name safe to store, list and download: the last path part, without control, bidirectional-override and
/// invisible characters, without what Windows forbids, at most 200 bytes with its extension kept.
pub fn clean_name(claimed: &str) -> String {
    let last = claimed.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !is_invisible(*c)).map(replace_forbidden).collect();
    let joined = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let trimmed = joined.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let named = if trimmed.is_empty() { NAMELESS.to_owned() } else { avoid_device_name(trimmed) };
    shorten(&named)
}

/// The extension in lower-case ASCII; empty when there is none.
pub fn extension(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.trim().to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// A name that a desktop would run rather than open, such as `fatura.pdf.exe`.
pub fn is_program_name(name: &str) -> bool {
    PROGRAM_EXTENSIONS.contains(&extension(name).as_str())
}

/// How the browser treats what it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Shown in the page.
    Inline,
    /// Saved as a file.
    Attachment,
}

/// The value of a `Content-Disposition` header (RFC 6266): an ASCII name for old clients and the true name in
/// `filename*` (RFC 8187). The name is cleaned first; the value has only visible ASCII, so it cannot split a header.
pub fn disposition(kind: Disposition, name: &str) -> String {
    let name = clean_name(name);
    let word = match kind {
        Disposition::Inline => "inline",
        Disposition::Attachment => "attachment",
    };
    let ascii: String = name.chars().map(ascii_twin).collect();
    let mut value = format!("{word}; filename=\"{ascii}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            value.push(char::from(byte));
        } else {
            write!(value, "%{byte:02X}").expect("writing into a String cannot fail");
        }
    }
    value
}

/// Control characters, bidirectional marks and overrides (a name with `U+202E` before `fdp.exe` reads `exe.pdf`), zero-width
/// characters, byte order marks, line and paragraph separators, private use and noncharacters.
fn is_invisible(c: char) -> bool {
    let is_joining_or_bidi = matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFF}');
    let is_private = matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{10FFFF}');
    (c.is_control() && !c.is_whitespace()) || is_joining_or_bidi || is_private
}

fn replace_forbidden(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        other => other,
    }
}

/// Windows opens a device, not a file, for these names with any extension.
fn avoid_device_name(name: &str) -> String {
    let stem = name.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let is_numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    };
    let is_device =
        matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || is_numbered("COM") || is_numbered("LPT");
    if is_device { format!("_{name}") } else { name.to_owned() }
}

/// Cuts the stem, never the extension: the extension tells a person what the file is.
fn shorten(name: &str) -> String {
    if name.len() <= MAX_NAME_BYTES {
        return name.to_owned();
    }
    let (stem, tail) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 16 => {
            (stem, format!(".{extension}"))
        }
        _ => (name, String::new()),
    };
    let room = MAX_NAME_BYTES - tail.len();
    let mut cut = room.min(stem.len());
    while !stem.is_char_boundary(cut) {
        cut -= 1;
    }
    // A cut may end where no name may: at a dot or a space.
    format!("{}{tail}", stem[..cut].trim_end_matches(|c: char| c == '.' || c.is_whitespace()))
}

/// The nearest ASCII letter, for clients that do not know `filename*`.
fn ascii_twin(c: char) -> char {
    match c {
        'ç' => 'c',
        'Ç' => 'C',
        'ğ' => 'g',
        'Ğ' => 'G',
        'ı' | 'î' => 'i',
        'İ' | 'Î' => 'I',
        'ö' => 'o',
        'Ö' => 'O',
        'ş' => 's',
        'Ş' => 'S',
        'ü' | 'û' => 'u',
        'Ü' | 'Û' => 'U',
        'â' => 'a',
        'Â' => 'A',
        '"' | '\\' | '%' => '_',
        c if c == ' ' || c.is_ascii_graphic() => c,
        _ => '_',
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_keeps_its_turkish_letters_and_loses_its_path() {
        let cases = [
            ("Görev Yönetmeliği (2026).docx", "Görev Yönetmeliği (2026).docx"),
            ("C:\\Users\\ali\\Desktop\\çıktı.pdf", "çıktı.pdf"),
            ("../../etc/passwd", "passwd"),
            ("..", "adsız"),
            ("", "adsız"),
            (" . ", "adsız"),
            ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
            ("fatura\u{202E}fdp.exe", "faturafdp.exe"),
            ("a\u{200B}b\u{FEFF}.pdf", "ab.pdf"),
            ("rapor?.pdf", "rapor_.pdf"),
            ("NUL.txt", "_NUL.txt"),
            ("com1", "_com1"),
            ("iki   boşluk.txt", "iki boşluk.txt"),
        ];
        for (claimed, kept) in cases {
            assert_eq!(clean_name(claimed), kept, "{claimed:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_before_its_extension() {
        let name = clean_name(&format!("{}.docx", "ş".repeat(500)));
        assert!(name.len() <= MAX_NAME_BYTES && name.ends_with("ş.docx"), "{name}");
        let without_extension = clean_name(&"a".repeat(500));
        assert_eq!(without_extension.len(), MAX_NAME_BYTES);
    }

    #[test]
    fn the_header_has_the_true_name_and_an_ascii_twin() {
        assert_eq!(
            disposition(Disposition::Attachment, "Müdürlük İşleri.pdf"),
            "attachment; filename=\"Mudurluk Isleri.pdf\"; filename*=UTF-8''M%C3%BCd%C3%BCrl%C3%BCk%20%C4%B0%C5%9Fleri.pdf"
        );
        assert!(disposition(Disposition::Inline, "100%.png").starts_with("inline; filename=\"100_.png\"; "));
    }

    #[test]
    fn what_a_desktop_would_run_is_known_by_its_last_extension() {
        for name in ["fatura.pdf.exe", "a.BAT", "makro.docm", "x.js "] {
            assert!(is_program_name(name), "{name}");
        }
        for name in ["exe", ".exe", "fatura.exe.pdf", "a"] {
            assert!(!is_program_name(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_name_escapes_its_folder_or_its_header(claimed in any::<String>()) {
            let name = clean_name(&claimed);
            prop_assert!(!name.is_empty() && name.len() <= MAX_NAME_BYTES);
            let dangerous = ['/', '\\', '\0', '\n', '\r', '\u{202E}'];
            prop_assert!(!name.contains(dangerous) && name != "." && name != "..");
            prop_assert_eq!(clean_name(&name), name, "cleaning twice changes nothing");
            let header = disposition(Disposition::Attachment, &claimed);
            prop_assert!(header.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
            prop_assert_eq!(header.matches('"').count(), 2);
        }
    }

    #[test]
    fn a_long_name_is_not_cut_at_a_dot_and_keeps_its_extension() {
        let long = "a".repeat(MAX_NAME_BYTES - 1);
        assert_eq!(
            clean_name(&format!("{long}.{}", "b".repeat(40))),
            long,
            "found by the fuzz target `upload`"
        );
        let room = MAX_NAME_BYTES - ".pdf".len();
        let (dotted, spaced) = (format!("{}...son.pdf", "a".repeat(room - 1)), "ı ".repeat(120) + "son.pdf");
        assert_eq!(clean_name(&dotted), format!("{}.pdf", "a".repeat(room - 1)));
        let short = clean_name(&spaced);
        assert!(short.len() <= MAX_NAME_BYTES && short.ends_with("ı.pdf"), "{short}");
    }

    proptest! {
        /// What the fuzz target asserts, shortly.
        #[test]
        fn cleaned_once_is_clean(claimed in "[a-cş .<_/\\\\\u{202E}\u{FEFE}]{0,260}(\\.[a-z]{0,20})?") {
            let name = clean_name(&claimed);
            prop_assert!(!name.is_empty() && name.len() <= MAX_NAME_BYTES);
            prop_assert!(!name.contains(['/', '\\', '\0', '\n']));
            prop_assert_eq!(clean_name(&name), name);
        }
    }
}
