//! What a file is, from its bytes alone. The name and the type that the sender claims are never asked.

use std::io::{Cursor, Read, Seek, SeekFrom};

use crate::archive::Archive;
use crate::error::Result;
use crate::limits::Limits;
use crate::media::MediaType;
use crate::plain;

/// How much of the beginning is looked at.
pub const HEAD_BYTES: usize = 64 * 1024;

/// The type of a whole file in memory.
pub fn sniff(bytes: &[u8]) -> MediaType {
    sniff_reader(Cursor::new(bytes), &Limits::default()).unwrap_or(MediaType::Unknown)
}

/// The type of a file that can be read anywhere; memory stays small. A zip whose directory is hostile or cut off is
/// still a `Zip`: refusing it is for whoever opens it. Errors: only those of reading.
pub fn sniff_reader(mut reader: impl Read + Seek, limits: &Limits) -> Result<MediaType> {
    let mut head = Vec::new();
    let io = |error: std::io::Error| crate::Error::from_io(&error, "reading a file to learn its type");
    reader.seek(SeekFrom::Start(0)).map_err(io)?;
    reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(io)?;
    let is_head = head.len() == HEAD_BYTES;
    let media = match by_signature(&head) {
        Some(MediaType::Zip) => inside_zip(reader, limits),
        Some(media) => media,
        None => by_text(&head, is_head),
    };
    Ok(media)
}

/// The first bytes of the formats that have such (each format's own specification).
fn by_signature(head: &[u8]) -> Option<MediaType> {
    const TABLE: [(&[u8], MediaType); 13] = [
        (b"\x89PNG\r\n\x1a\n", MediaType::Png),
        (b"\xFF\xD8\xFF", MediaType::Jpeg),
        (b"GIF87a", MediaType::Gif),
        (b"GIF89a", MediaType::Gif),
        (b"II*\0", MediaType::Tiff),
        (b"MM\0*", MediaType::Tiff),
        (b"PK\x03\x04", MediaType::Zip),
        (b"PK\x05\x06", MediaType::Zip),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", MediaType::Ole),
        (b"{\\rtf", MediaType::Rtf),
        (b"\x7FELF", MediaType::Program),
        (b"#!", MediaType::Program),
        (b"\xCF\xFA\xED\xFE", MediaType::Program),
    ];
    if let Some((_, media)) = TABLE.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(*media);
    }
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return Some(MediaType::Webp);
    }
    // A DOS header is 64 bytes with zeros among them; a text that begins with the letters MZ has none.
    if head.starts_with(b"MZ") && head.iter().take(64).any(|byte| *byte == 0) {
        return Some(MediaType::Program);
    }
    // Readers accept a PDF whose header stands anywhere in the first 1024 bytes.
    let start = &head[..head.len().min(1024)];
    start.windows(5).any(|window| window == b"%PDF-").then_some(MediaType::Pdf)
}

/// Office documents, OpenDocument files and correspondence packages are zips with known files inside.
fn inside_zip(reader: impl Read + Seek, limits: &Limits) -> MediaType {
    let Ok(mut archive) = Archive::open(reader, limits) else { return MediaType::Zip };
    let has = |wanted: &str| archive.entries().iter().any(|entry| entry.name.eq_ignore_ascii_case(wanted));
    let has_under = |folder: &str| archive.entries().iter().any(|entry| entry.name.starts_with(folder));
    if has("[Content_Types].xml") {
        if has_under("SifreliIcerik") {
            return MediaType::Eyps;
        }
        if has("PaketOzeti/PaketOzeti.xml") && has("Ustveri/Ustveri.xml") {
            return MediaType::Eyp;
        }
        // A document with macros is a program in a document's clothes.
        if has("word/vbaProject.bin") || has("xl/vbaProject.bin") || has("ppt/vbaProject.bin") {
            return MediaType::Program;
        }
        let known = [
            ("word/document.xml", MediaType::Docx),
            ("xl/workbook.xml", MediaType::Xlsx),
            ("ppt/presentation.xml", MediaType::Pptx),
        ];
        if let Some((_, media)) = known.iter().find(|(name, _)| has(name)) {
            return *media;
        }
        return office_by_folder(has_under);
    }
    match archive.read("mimetype", 256) {
        Ok(Some(text)) if text.starts_with(b"application/vnd.oasis.opendocument.text") => MediaType::Odt,
        Ok(Some(text)) if text.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") => {
            MediaType::Ods
        }
        _ => MediaType::Zip,
    }
}

/// The main part may have another name (`word/document2.xml`); its folder is still the program's.
fn office_by_folder(has_under: impl Fn(&str) -> bool) -> MediaType {
    let known = [("word/", MediaType::Docx), ("xl/", MediaType::Xlsx), ("ppt/", MediaType::Pptx)];
    known.iter().find(|(folder, _)| has_under(folder)).map_or(MediaType::Zip, |(_, media)| *media)
}

fn by_text(head: &[u8], is_head: bool) -> MediaType {
    if head.is_empty() {
        return MediaType::Text;
    }
    let Some(decoded) = plain::decode(head, is_head) else { return MediaType::Unknown };
    by_markup(&decoded.text)
        .unwrap_or_else(|| if is_csv(&decoded.text, is_head) { MediaType::Csv } else { MediaType::Text })
}

/// XML, SVG and HTML. Whatever a browser could take for HTML counts as HTML, since HTML is only downloaded.
fn by_markup(text: &str) -> Option<MediaType> {
    const TAGS: [&str; 22] = [
        "html", "head", "body", "script", "iframe", "style", "title", "link", "meta", "base", "table", "div",
        "font", "a", "b", "p", "br", "h1", "img", "form", "object", "embed",
    ];
    let start = text.trim_start();
    let lower: String = start.chars().take(1024).collect::<String>().to_lowercase();
    if ["<script", "<iframe", "<html", "<!doctype html"].iter().any(|tag| lower.contains(tag)) {
        return Some(MediaType::Html);
    }
    let root = root_name(start)?;
    let local = root.rsplit(':').next().unwrap_or_default().to_lowercase();
    if local == "svg" {
        Some(MediaType::Svg)
    } else if TAGS.contains(&local.as_str()) {
        Some(MediaType::Html)
    } else {
        Some(MediaType::Xml)
    }
}

/// The name of the first element after declaration, comments and document type; nothing when this is no markup.
fn root_name(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<!") {
            ">"
        } else {
            break;
        };
        rest = rest.find(end).map(|at| &rest[at + end.len()..])?;
    }
    let name = rest.strip_prefix('<')?;
    let end = name
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.')))
        .unwrap_or(name.len());
    let is_tag = name[end..].starts_with(|c: char| c == '>' || c == '/' || c.is_whitespace());
    (end > 0 && name.starts_with(|c: char| c.is_alphabetic() || c == '_') && is_tag).then(|| &name[..end])
}

/// At least two lines, all with the same number of one separator outside quotation marks. A comma is common in
/// prose, so it needs a third line or a second column more.
fn is_csv(text: &str, is_head: bool) -> bool {
    let mut lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(21).collect();
    if is_head || lines.len() == 21 {
        lines.pop();
    }
    if lines.len() < 2 {
        return false;
    }
    [';', '\t', ','].into_iter().any(|separator| {
        let count = fields_separated(lines[0], separator);
        let is_enough =
            if separator == ',' { count >= 2 || (count == 1 && lines.len() >= 3) } else { count >= 1 };
        is_enough && lines.iter().all(|line| fields_separated(line, separator) == count)
    })
}

fn fields_separated(line: &str, separator: char) -> usize {
    let mut is_quoted = false;
    let mut count = 0;
    for c in line.chars() {
        is_quoted ^= c == '"';
        count += usize::from(!is_quoted && c == separator);
    }
    count
}
