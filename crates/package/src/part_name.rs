//! Names of parts: comparing them as OPC does, resolving targets of relationships, and making file names that the
//! format takes.

/// The name with its leading slash and without percent escapes, as people see it. None when it leaves the package.
pub(crate) fn clean(name: &str) -> Option<String> {
    let decoded = percent_decode(name.trim()).replace('\\', "/");
    resolve("", &decoded)
}

/// What two names must share to name one part.
pub(crate) fn key(name: &str) -> String {
    clean(name).unwrap_or_default().to_lowercase()
}

/// Resolves a target that a relationship of `source` (a clean name, or empty for the package) has: `/Ekler/a.pdf`,
/// `Ekler/a.pdf` and `../Ekler/a.pdf` all occur.
pub(crate) fn resolve(source: &str, target: &str) -> Option<String> {
    let target = percent_decode(target.trim());
    let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
    let full = if target.starts_with('/') { target } else { format!("{folder}/{target}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in full.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let is_safe = !parts.is_empty() && full.len() <= 1024 && !full.contains(char::is_control);
    is_safe.then(|| format!("/{}", parts.join("/")))
}

fn percent_decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let digits = pair.filter(|pair| pair.iter().all(u8::is_ascii_hexdigit));
        let value = digits.and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        decoded.push(value.unwrap_or(bytes[at]));
        at += if value.is_some() { 3 } else { 1 };
    }
    // What is no UTF-8 after decoding was not meant as an escape.
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

/// What stands for something else in names of parts (OPC), in file systems or in XML.
const FORBIDDEN: &str = "/\\%?#<>\"&[]{}^`|*:";

/// What the official programs take as a file name: ASCII without blanks.
pub(crate) fn is_official(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '/' | '\\'))
}

/// Writes a file name as packages carry it: Turkish letters become their ASCII neighbours, everything else outside
/// of ASCII is dropped, and so are blanks (EncodePath of the official programs). We drop what means something in
/// names of parts and in file systems, too, and dots at both ends.
///
/// Errors: none; a name of which nothing is left becomes `dosya`.
pub fn transliterate(name: &str) -> String {
    let ascii: String = encode_path(name).chars().filter(|c| !FORBIDDEN.contains(*c)).collect();
    let ascii = ascii.trim_matches('.');
    if ascii.is_empty() { "dosya".to_owned() } else { ascii.to_owned() }
}

/// EncodePath of the official programs, so that their names of parts are found from the names of files.
pub(crate) fn encode_path(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            'ş' => 's',
            'Ş' => 'S',
            'ö' => 'o',
            'Ö' => 'O',
            'ç' => 'c',
            'Ç' => 'C',
            'ı' => 'i',
            'İ' => 'I',
            'ğ' => 'g',
            'Ğ' => 'G',
            'ü' => 'u',
            'Ü' => 'U',
            c => c,
        })
        .filter(char::is_ascii_graphic)
        .collect()
}
