//! Spreadsheets coming in: what Turkish offices really send, what an attacker sends, and the limits.

use super::sheet_out::{cells, written};
use crate::sheet::{
    Cell, Format, MAX_CELL_CHARS, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, ReadError, Table, read,
};
use proptest::prelude::*;
use std::io::Write;
use zip::write::SimpleFileOptions;

fn table(bytes: &[u8]) -> Table {
    read(bytes).unwrap()
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn every_encoding_that_turkish_programs_write_is_read() {
    let text = "Ad;Birim\r\nŞükrü Işık;İğdır\r\n";
    let (turkish, _, had_errors) = encoding_rs::WINDOWS_1254.encode(text);
    assert!(!had_errors);
    let files = [
        text.as_bytes().to_vec(),
        ["\u{FEFF}".as_bytes(), text.as_bytes()].concat(),
        turkish.into_owned(),
        utf16(&format!("\u{FEFF}{text}"), u16::to_le_bytes),
        utf16(&format!("\u{FEFF}{text}"), u16::to_be_bytes),
        utf16(text, u16::to_le_bytes),
        utf16(text, u16::to_be_bytes),
        utf16("Ad;Birim\r\nAli;Imar\r\n", u16::to_le_bytes),
    ];
    for (at, file) in files.iter().enumerate() {
        let table = table(file);
        assert_eq!(table.header, ["Ad", "Birim"], "file {at}");
        assert_eq!(
            cells(&table),
            if at < 7 { [["Şükrü Işık", "İğdır"]] } else { [["Ali", "Imar"]] },
            "file {at}"
        );
    }
}

#[test]
fn every_usual_separator_is_found() {
    for text in [
        "a;b;c\n1;2,5;3",
        "a,b,c\n1,\"2,5\",3",
        "a\tb\tc\n1\t2,5\t3",
        "sep=;\r\na;b;c\r\n1;2,5;3",
        "\n\na;b;c\n1;2,5;3\n",
    ] {
        let table = table(text.as_bytes());
        assert_eq!(table.header, ["a", "b", "c"], "{text:?}");
        assert_eq!(cells(&table), [["1", "2,5", "3"]], "{text:?}");
    }
    assert_eq!(table(b"Ad Soyad\nAli Kaya").header, ["Ad Soyad"]);
    assert_eq!(table("\"a;b\",c\n1,2".as_bytes()).header, ["a;b", "c"], "a quoted separator does not count");
}

#[test]
fn quotes_line_breaks_and_the_apostrophe_before_a_formula_are_understood() {
    let table = table("a;b\n\"iki\r\nsatır\";\"o \"\"dedi\"\"\"\n'=1+1;'tek\n\"x\"y;z".as_bytes());
    assert_eq!(cells(&table), [["iki\nsatır", "o \"dedi\""], ["=1+1", "'tek"], ["xy", "z"]]);
}

#[test]
fn rows_keep_the_numbers_that_the_person_sees() {
    let table = table(b"\n a ; b ;;\n\n1;2\n;\n3\n4;5;6\n7;8;;;\n");
    assert_eq!(table.header, ["a", "b"]);
    let rows: Vec<(u32, Vec<&str>)> =
        table.rows.iter().map(|row| (row.number, row.cells.iter().map(String::as_str).collect())).collect();
    let expected = [(4, vec!["1", "2"]), (6, vec!["3", ""]), (7, vec!["4", "5", "6"]), (8, vec!["7", "8"])];
    assert_eq!(rows, expected);
}

#[test]
fn spaces_under_a_head_are_kept_and_beyond_it_dropped() {
    let table = table("a;b\n1;\u{202F}; \n \n;  ;\n".as_bytes());
    assert_eq!(cells(&table), [["1", "\u{202F}"]]);
}

#[test]
fn what_is_no_sheet_is_refused_in_plain_turkish() {
    let mut old = vec![0xD0, 0xCF, 0x11, 0xE0];
    old.extend([0; 600]);
    let cases: [(&[u8], &str); 6] = [
        (b"", "hiç satır yok"),
        (b"\n;;\n \n", "hiç satır yok"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "tablo değil"),
        (&old, "parolasız .xlsx"),
        (b"PK\x03\x04 broken", "bozuk"),
        (b"a;b\n1;\"2\n3;4", "2. satırda açılan tırnak"),
    ];
    for (bytes, sentence) in cases {
        let error = read(bytes).unwrap_err();
        assert!(error.turkish().contains(sentence), "{error}: {}", error.turkish());
    }
}

#[test]
fn each_limit_is_kept() {
    assert_eq!(read(&vec![b'a'; MAX_FILE_BYTES + 1]), Err(ReadError::FileTooLarge));
    assert_eq!(read("a\n".repeat(MAX_ROWS + 2).as_bytes()), Err(ReadError::TooManyRows));
    assert!(ReadError::TooManyRows.turkish().starts_with("Dosyada 200.000 satırdan fazlası var."));
    assert_eq!(table("a\n".repeat(MAX_ROWS + 1).as_bytes()).rows.len(), MAX_ROWS);
    assert_eq!(read("a;".repeat(MAX_COLUMNS).as_bytes()).unwrap().header.len(), MAX_COLUMNS);
    assert_eq!(read(format!("{}a", "a;".repeat(MAX_COLUMNS)).as_bytes()), Err(ReadError::TooManyColumns));
    let long = format!("a\n{}", "ş".repeat(MAX_CELL_CHARS + 1));
    assert_eq!(read(long.as_bytes()), Err(ReadError::CellTooLong { row: 2 }));
    assert!(read(&long.as_bytes()[..long.len() - 2]).is_ok());
    let wide = format!("{}\n", "a;".repeat(MAX_COLUMNS));
    assert_eq!(read((wide + &"b\n".repeat(40_000)).as_bytes()), Err(ReadError::TooMuch));
}

/// A workbook with this sheet, these shared strings and a date style at index 1.
fn workbook(sheet: &str, strings: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    // A whole part of the test's own, or what stands in an ordinary one.
    let texts = match strings.starts_with("<sst") {
        true => strings.to_owned(),
        false => format!(r#"<sst xmlns="{main}">{strings}</sst>"#),
    };
    let parts = [
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{package}"><Relationship Id="a" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Gizli" sheetId="2" state="hidden" r:id="b"/><sheet name="Asıl" sheetId="1" r:id="a"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{package}"><Relationship Id="a" Type="{office}/worksheet" Target="worksheets/one.xml"/><Relationship Id="b" Type="{office}/worksheet" Target="worksheets/two.xml"/><Relationship Id="c" Type="{office}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="d" Type="{office}/styles" Target="styles.xml"/></Relationships>"#
            ),
        ),
        ("xl/sharedStrings.xml", texts),
        (
            "xl/styles.xml",
            format!(
                r#"<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="20"/></cellXfs></styleSheet>"#
            ),
        ),
        (
            "xl/worksheets/one.xml",
            format!(r#"<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>"#),
        ),
        ("xl/worksheets/two.xml", format!(r#"<worksheet xmlns="{main}"><sheetData/></worksheet>"#)),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, text) in parts {
        zip.start_file(path, SimpleFileOptions::DEFAULT).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn xlsx_cells_become_what_a_person_sees() {
    let sheet = r#"<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>
        <row r="4"><c r="B4"><v>5.0</v></c><c r="C4"><v>0.30000000000000004</v></c></row>
        <row r="5"><c r="B5" s="1"><v>46348</v></c><c r="C5" s="2"><v>46348.586805555555</v></c></row>
        <row r="6"><c r="B6" t="b"><v>1</v></c><c r="C6" t="e"><v>#N/A</v></c></row>
        <row r="7"><c r="B7" t="str"><f>A1&amp;"x"</f><v>sonuç</v></c><c r="C7" t="inlineStr"><is><t>iç</t></is></c></row>
        <row r="8"><c r="B8" s="3"><v>0.375</v></c><c r="C8" s="1"><v>-5</v></c></row>
        <row r="9"><c r="B9"><v>12345678901</v></c><c r="C9" t="s"><v>0</v></c></row>"#;
    let table = table(&workbook(sheet, "<si><t>Ad</t></si><si><r><t>So</t></r><r><t>yad</t></r></si>"));
    assert_eq!(table.header, ["", "Ad", "Soyad"]);
    let expected = [
        ["", "5", "0,3"],
        ["", "2026-11-22", "2026-11-22 14:05"],
        ["", "DOĞRU", "#N/A"],
        ["", "sonuç", "iç"],
        ["", "09:00", "-5"],
        ["", "12345678901", "Ad"],
    ];
    assert_eq!(cells(&table), expected);
    assert_eq!(table.rows[0].number, 4);
}

#[test]
fn a_sheet_that_claims_to_be_huge_costs_nothing_and_hostile_references_end_only_the_reading() {
    let far = workbook(
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>"#,
        "",
    );
    assert_eq!(table(&far).rows[0].number, 1_048_576);
    let wide = workbook(r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#, "");
    assert_eq!(read(&wide), Err(ReadError::TooManyColumns));
    for reference in ["AAAAAAAAAAAA1", "A99999999999999999", "A0", "", "1", "ğ1", "A1:B2"] {
        let sheet = format!(r#"<row r="1"><c r="{reference}"><v>1</v></c></row>"#);
        drop(read(&workbook(&sheet, "")));
    }
    let missing = workbook(r#"<row r="1"><c r="A1" t="s"><v>7</v></c></row>"#, "");
    assert!(read(&missing).is_err() || table(&missing).header.is_empty());
    let backwards =
        workbook(r#"<row r="9"><c r="A9"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>"#, "");
    assert!(matches!(read(&backwards), Err(ReadError::Damaged(_))));
}

#[test]
fn a_zip_bomb_is_recognised_before_it_is_believed() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::DEFAULT).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..40 {
        zip.write_all(&zeros).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 100_000);
    let error = read(&bomb).unwrap_err();
    assert_eq!(error, ReadError::Bomb);
    assert!(error.turkish().contains("güvenlik gereği"));
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..4_100 {
        zip.start_file(format!("{at}"), SimpleFileOptions::DEFAULT).unwrap();
    }
    assert_eq!(read(&zip.finish().unwrap().into_inner()), Err(ReadError::Bomb));
}

#[test]
fn a_list_of_texts_that_promises_more_than_it_holds_ends_the_reading_and_not_the_process() {
    let sheet = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#;
    let promising = |count: &str| workbook(sheet, &format!("<sst {count}><si><t>Ad</t></si></sst>"));
    assert_eq!(table(&promising(r#"count="1" uniqueCount="1""#)).header, ["Ad"]);
    for count in ["9999999999999", "99999999999999999999999999", " 1000 "] {
        let error = read(&promising(&format!(r#"uniqueCount = "{count}""#))).unwrap_err();
        assert!(matches!(error, ReadError::Damaged(_)), "{count}: {error:?}");
        assert!(error.turkish().contains("bozuk"));
    }
    let many = format!("<sst>{}</sst>", "<si/>".repeat(7_000_000));
    assert_eq!(read(&workbook(sheet, &many)), Err(ReadError::Bomb), "small, but each text takes room");
}

#[test]
fn one_long_text_named_many_times_is_not_copied_without_end() {
    let strings = format!("<si><t>{}</t></si>", "a".repeat(30_000));
    let rows: String =
        (1..=2_500).map(|row| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#)).collect();
    assert_eq!(read(&workbook(&rows, &strings)), Err(ReadError::TooMuch));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        drop(read(&bytes));
    }

    #[test]
    fn any_text_is_read_or_refused_and_what_was_read_survives_being_written(
        text in "(sep=)?[a;,\t\"'=\r\n\u{FEFF}ş ]{0,60}",
    ) {
        let Ok(table) = read(text.as_bytes()) else { return Ok(()) };
        prop_assert!(!table.header.is_empty());
        prop_assert!(table.rows.iter().all(|row| row.cells.len() >= table.header.len() && row.number >= 2));
        // A row longer than the head is for the importer to report; the way back needs even rows.
        if table.rows.iter().all(|row| row.cells.len() == table.header.len()) {
            let head: Vec<&str> = table.header.iter().map(String::as_str).collect();
            let rows: Vec<Vec<Cell<'_>>> =
                table.rows.iter().map(|row| row.cells.iter().map(|cell| Cell::Text(cell)).collect()).collect();
            for format in [Format::Csv, Format::Xlsx] {
                let again = read(&written(format, &head, &rows)).unwrap();
                prop_assert_eq!(&again.header, &table.header, "{:?}", format);
                prop_assert_eq!(cells(&again), cells(&table), "{:?}", format);
            }
        }
    }

    #[test]
    fn a_damaged_xlsx_is_read_or_refused_without_a_panic(
        at in any::<proptest::sample::Index>(), byte in any::<u8>(), cut in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = written(Format::Xlsx, &["a", "b"], &[vec![Cell::Text("x"), Cell::Int(5)]]);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        drop(read(&bytes));
        drop(read(&bytes[..cut.index(bytes.len())]));
    }

    #[test]
    fn any_sheet_xml_is_read_or_refused_without_a_panic(
        reference in "[A-Z]{0,9}[0-9]{0,12}", kind in "(s|b|e|d|n|str|inlineStr|x)?", style in "[0-9]{0,3}",
        value in "[0-9TZ:.eE+-]{0,12}|.{0,5}", row in "[0-9]{0,12}",
    ) {
        let value = value.replace(['<', '&', '\u{0}'], "");
        let sheet = format!(r#"<row r="{row}"><c r="{reference}" t="{kind}" s="{style}"><v>{value}</v></c></row>"#);
        drop(read(&workbook(&sheet, "<si><t>a</t></si>")));
    }
}
