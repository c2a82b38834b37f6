//! The bytes of XLSX going out: one sheet with a frozen head, texts inline, no formulas, no temporary
//! file. A fixed set of parts of ECMA-376 is all an export needs; reading takes any XLSX.

use super::plain;
use super::write::{Cell, MAX_XLSX_CHARS, lira};
use std::fmt::Write as _;
use std::io::{self, Write};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const PACKAGE_LINKS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK_LINKS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Styles by number: 0 plain, 1 head (bold), 2 date, 3 amount, 4 text that stays text when edited.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>"#;
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
/// Beyond this a spreadsheet program would round, since its numbers are IEEE 754 doubles.
const EXACT: u64 = 1 << 53;
/// What a cut text ends with.
const CUT: &str = " … (devamı kesildi)";

/// Writes an XLSX file.
pub struct XlsxOut<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    line: String,
    row: u64,
}

impl<W: Write> XlsxOut<W> {
    /// Writes everything that stands before the rows, and the head.
    pub fn new(out: W, name: &str, head: &[&str]) -> io::Result<Self> {
        // The stored instant stays the format's zero: the same rows give the same bytes.
        let mut zip = ZipWriter::new_stream(out);
        let workbook = format!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="{}" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
            escaped(&tab_name(name))
        );
        for (path, text) in [
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", PACKAGE_LINKS),
            ("xl/workbook.xml", &workbook),
            ("xl/_rels/workbook.xml.rels", WORKBOOK_LINKS),
            ("xl/styles.xml", STYLES),
        ] {
            zip.start_file(path, options()).map_err(io::Error::from)?;
            zip.write_all(text.as_bytes())?;
        }
        zip.start_file("xl/worksheets/sheet1.xml", options().large_file(true)).map_err(io::Error::from)?;
        let mut columns = String::new();
        for (at, label) in head.iter().enumerate() {
            let width = (label.chars().count() + 4).clamp(12, 48);
            write!(columns, r#"<col min="{0}" max="{0}" width="{width}" customWidth="1"/>"#, at + 1)
                .expect("writing to a String cannot fail");
        }
        let columns = if columns.is_empty() { columns } else { format!("<cols>{columns}</cols>") };
        write!(
            zip,
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="{MAIN}"><sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>{columns}<sheetData>"#
        )?;
        let mut xlsx = Self { zip, line: String::new(), row: 0 };
        let head: Vec<_> = head.iter().map(|label| Cell::Text(label)).collect();
        xlsx.cells(&head, 1)?;
        Ok(xlsx)
    }

    /// Writes one row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.cells(cells, 4)
    }

    fn cells(&mut self, cells: &[Cell<'_>], text_style: u8) -> io::Result<()> {
        self.row += 1;
        self.line.clear();
        write!(self.line, r#"<row r="{}">"#, self.row).expect("writing to a String cannot fail");
        for (column, cell) in cells.iter().enumerate() {
            let place = format!("{}{}", column_name(column), self.row);
            push_cell(&mut self.line, &place, cell, text_style);
        }
        self.line.push_str("</row>");
        self.zip.write_all(self.line.as_bytes())
    }

    /// Closes the sheet and the archive and gives the output back.
    pub fn finish(mut self) -> io::Result<W> {
        self.zip.write_all(b"</sheetData></worksheet>")?;
        let mut out = self.zip.finish().map_err(io::Error::from)?.into_inner();
        out.flush()?;
        Ok(out)
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::DEFAULT.compression_method(CompressionMethod::Deflated)
}

fn push_cell(line: &mut String, place: &str, cell: &Cell<'_>, text_style: u8) {
    let mut number = |style: u8, value: &dyn std::fmt::Display| {
        write!(line, r#"<c r="{place}" s="{style}"><v>{value}</v></c>"#)
            .expect("writing to a String cannot fail");
    };
    match cell {
        Cell::Empty => {}
        Cell::Int(value) if value.unsigned_abs() <= EXACT => number(0, value),
        Cell::Kurus(amount) if amount.unsigned_abs() <= EXACT => number(3, &lira(*amount, '.')),
        Cell::Date(date) => match serial(*date) {
            Some(serial) => number(2, &serial),
            None => push_text(line, place, &date.to_string(), text_style),
        },
        Cell::Int(value) => push_text(line, place, &value.to_string(), text_style),
        Cell::Kurus(amount) => push_text(line, place, &lira(*amount, ','), text_style),
        Cell::Text("") => {}
        Cell::Text(text) => push_text(line, place, text, text_style),
    }
}

fn push_text(line: &mut String, place: &str, text: &str, style: u8) {
    let text = escaped(&cut(&plain(text)));
    write!(
        line,
        r#"<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#
    )
    .expect("writing to a String cannot fail");
}

/// Days since 1899-12-30, as Excel counts from March 1900 on; earlier days it counts wrongly.
fn serial(date: time::Date) -> Option<i32> {
    let epoch = time::macros::date!(1899 - 12 - 30);
    let days = date.to_julian_day() - epoch.to_julian_day();
    (days > 60 && date.year() <= 9999).then_some(days)
}

/// A, B, … Z, AA, AB, …
fn column_name(mut column: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.push(b'A' + u8::try_from(column % 26).expect("a remainder of 26 fits a byte"));
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    name.iter().rev().map(|letter| char::from(*letter)).collect()
}

/// A text that Excel accepts in one cell; a longer one is cut and says so.
fn cut(text: &str) -> std::borrow::Cow<'_, str> {
    if text.encode_utf16().count() <= MAX_XLSX_CHARS {
        return text.into();
    }
    let mut room = MAX_XLSX_CHARS - CUT.encode_utf16().count();
    let fits = |letter: &char| {
        let wide = letter.len_utf16();
        let is_room = wide <= room;
        room = room.saturating_sub(wide);
        is_room
    };
    let mut kept: String = text.chars().take_while(fits).collect();
    kept.push_str(CUT);
    kept.into()
}

/// A tab's name: at most 31 characters, none of those that stand for something in a reference.
fn tab_name(name: &str) -> String {
    let name: String = plain(name).replace(['[', ']', ':', '*', '?', '/', '\\', '\n', '\t'], " ");
    let name: String = name.trim_matches([' ', '\'']).chars().take(31).collect();
    if name.trim().is_empty() { "Liste".to_owned() } else { name }
}

/// XML text. An underscore that would begin an escape of the format (`_x000D_`) is itself escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '_' if begins_escape(&text[at..]) => escaped.push_str("_x005F_"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// Whether the text begins with `_xHHHH_`, which readers of XLSX replace by one character.
fn begins_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7 && bytes[1] == b'x' && bytes[6] == b'_' && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_in_excel() {
        let names = [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")];
        for (column, name) in names {
            assert_eq!(column_name(column), name);
        }
    }

    #[test]
    fn days_are_counted_as_in_excel() {
        assert_eq!(serial(time::macros::date!(2026 - 11 - 22)), Some(46_348));
        assert_eq!(serial(time::macros::date!(1900 - 03 - 01)), Some(61));
        assert_eq!(serial(time::macros::date!(1881 - 05 - 19)), None);
    }

    #[test]
    fn a_tab_name_never_breaks_the_workbook() {
        assert_eq!(tab_name("Personel [2026]: A/B?"), "Personel  2026   A B");
        assert_eq!(tab_name(" ':' "), "Liste");
        assert_eq!(tab_name(&"ş".repeat(40)).chars().count(), 31);
    }

    #[test]
    fn a_cut_text_says_so_and_never_splits_a_letter() {
        let long = "😀".repeat(MAX_XLSX_CHARS);
        let kept = cut(&long);
        assert!(kept.encode_utf16().count() <= MAX_XLSX_CHARS && kept.ends_with(CUT));
        let fits = "ş".repeat(MAX_XLSX_CHARS);
        assert_eq!(cut(&fits), fits);
    }
}
