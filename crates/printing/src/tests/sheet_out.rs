//! Spreadsheets going out: the exact bytes of CSV, harmless formulas, and the way back.

use crate::sheet::{Cell, Format, MAX_XLSX_CHARS, SheetWriter, Table, WriteError, read};
use proptest::prelude::*;
use time::macros::date;

pub(super) fn written(format: Format, head: &[&str], rows: &[Vec<Cell<'_>>]) -> Vec<u8> {
    let mut sheet = SheetWriter::new(format, Vec::new(), "Liste", head).unwrap();
    for row in rows {
        sheet.row(row).unwrap();
    }
    sheet.finish().unwrap()
}

fn csv(head: &[&str], rows: &[Vec<Cell<'_>>]) -> String {
    String::from_utf8(written(Format::Csv, head, rows)).unwrap()
}

pub(super) fn cells(table: &Table) -> Vec<Vec<String>> {
    table.rows.iter().map(|row| row.cells.clone()).collect()
}

#[test]
fn csv_opens_in_a_turkish_excel() {
    let rows = [vec![
        Cell::Text("Şükrü \"Reis\""),
        Cell::Int(-3),
        Cell::Kurus(-123_456),
        Cell::Date(date!(2026 - 11 - 22)),
    ]];
    assert_eq!(
        csv(&["Ad", "Adet", "Tutar", "Gün"], &rows),
        "\u{FEFF}Ad;Adet;Tutar;Gün\r\n\"Şükrü \"\"Reis\"\"\";-3;-1234,56;2026-11-22\r\n"
    );
    assert_eq!(
        csv(&["a", "b"], &[vec![Cell::Empty, Cell::Text("x;y\r\nz")]]),
        "\u{FEFF}a;b\r\n;\"x;y\nz\"\r\n"
    );
}

#[test]
fn a_text_that_looks_like_a_formula_is_made_harmless_and_a_number_stays_a_number() {
    for text in [
        "=1+1",
        "+90 312",
        "-cmd",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "=HYPERLINK(\"http://x\";\"y\")",
        "＝1",
        "'=1",
    ] {
        let line = csv(&["a"], &[vec![Cell::Text(text)]]);
        let field = line.lines().nth(1).unwrap().trim_start_matches('"');
        assert!(field.starts_with('\''), "{text:?} became {field:?}");
    }
    for text in ["a=1", "5", "", "'tırnak", "O'Neil"] {
        let line = csv(&["a"], &[vec![Cell::Text(text)]]);
        assert_eq!(line.lines().nth(1).unwrap(), text);
    }
    assert!(csv(&["=baş"], &[]).contains("'=baş"), "heads are texts as well");
    assert!(csv(&["a"], &[vec![Cell::Int(-5)]]).contains("\r\n-5\r\n"));
}

#[test]
fn direction_marks_and_controls_do_not_leave_the_house() {
    let text = "ad\u{202E}fdp\u{2066}.exe\u{0}\u{7}\u{200F}";
    for format in [Format::Csv, Format::Xlsx] {
        let table = read(&written(format, &["x"], &[vec![Cell::Text(text)]])).unwrap();
        assert_eq!(cells(&table), [["adfdp.exe"]], "{format:?}");
    }
    assert!(csv(&["x"], &[vec![Cell::Text(text)]]).ends_with("\r\nadfdp.exe\r\n"));
}

/// One part of the archive, unpacked.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

#[test]
fn xlsx_holds_texts_numbers_and_dates_as_what_they_are_and_never_a_formula() {
    let rows = [vec![
        Cell::Text("=1+1 <&>\" _x000D_"),
        Cell::Int(-7),
        Cell::Int(i64::MAX),
        Cell::Kurus(-123_456),
        Cell::Date(date!(2026 - 11 - 22)),
        Cell::Date(date!(1881 - 05 - 19)),
        Cell::Empty,
    ]];
    let bytes = written(Format::Xlsx, &["a", "b", "c", "d", "e", "f", "g"], &rows);
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f"), "a formula was written");
    for cell in [
        r#"<c r="A2" s="4" t="inlineStr"><is><t xml:space="preserve">=1+1 &lt;&amp;&gt;&quot; _x005F_x000D_</t></is></c>"#,
        r#"<c r="B2" s="0"><v>-7</v></c>"#,
        r#"<c r="C2" s="4" t="inlineStr"><is><t xml:space="preserve">9223372036854775807</t></is></c>"#,
        r#"<c r="D2" s="3"><v>-1234.56</v></c>"#,
        r#"<c r="E2" s="2"><v>46348</v></c>"#,
        r#"<t xml:space="preserve">1881-05-19</t>"#,
    ] {
        assert!(sheet.contains(cell), "{cell} is missing in {sheet}");
    }
    let table = read(&bytes).unwrap();
    let row = ["=1+1 <&>\" _x000D_", "-7", "9223372036854775807", "-1234,56", "2026-11-22", "1881-05-19", ""];
    assert_eq!(cells(&table), [row]);
    assert_eq!(
        bytes,
        written(Format::Xlsx, &["a", "b", "c", "d", "e", "f", "g"], &rows),
        "same rows, same bytes"
    );
}

#[test]
fn a_text_too_long_for_excel_is_cut_and_says_so_but_csv_keeps_it() {
    let long = "ş".repeat(MAX_XLSX_CHARS + 1);
    let sheet = part(&written(Format::Xlsx, &["a"], &[vec![Cell::Text(&long)]]), "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("(devamı kesildi)</t>"));
    assert!(csv(&["a"], &[vec![Cell::Text(&long)]]).contains(&long));
}

#[test]
fn a_row_that_does_not_match_the_head_is_refused() {
    for format in [Format::Csv, Format::Xlsx] {
        let mut sheet = SheetWriter::new(format, Vec::new(), "x", &["a", "b"]).unwrap();
        let error = sheet.row(&[Cell::Empty]).unwrap_err();
        assert!(matches!(error, WriteError::Uneven) && error.turkish().ends_with("hazırlanamadı."));
    }
}

#[test]
fn a_message_about_a_limit_says_the_number_as_people_write_it() {
    assert!(WriteError::TooManyRows.turkish().contains("en çok 1.048.575 satır"));
}

#[test]
fn an_output_that_refuses_the_bytes_is_an_error_and_not_a_short_file() {
    /// Takes a few bytes, then is full.
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.0 == 0 {
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            Ok(taken)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for (format, room) in [(Format::Csv, 0), (Format::Csv, 5), (Format::Xlsx, 0), (Format::Xlsx, 900)] {
        let outcome = SheetWriter::new(format, Full(room), "x", &["başlık"]).and_then(|mut sheet| {
            sheet.row(&[Cell::Text("değer")])?;
            sheet.finish()
        });
        assert!(matches!(outcome, Err(WriteError::Output(_))), "{format:?} with room for {room}");
    }
}

/// openpyxl reads the file with an implementation that shares nothing with ours.
#[test]
fn another_program_reads_the_same_xlsx() {
    let path = std::env::temp_dir().join(format!("belde-sheet-{}.xlsx", std::process::id()));
    let rows = [vec![Cell::Text("=1+1"), Cell::Kurus(150), Cell::Date(date!(2026 - 11 - 22))]];
    std::fs::write(&path, written(Format::Xlsx, &["Şöför", "Tutar", "Gün"], &rows)).unwrap();
    let script = "import sys,openpyxl\ns=openpyxl.load_workbook(sys.argv[1]).active\n\
                  print([[str(c.value) for c in r] for r in s.rows],s.freeze_panes,s.title)";
    // Debian's openpyxl is seen by Debian's Python only, which need not be the first one on the path.
    let output = ["python3", "/usr/bin/python3"].into_iter().find_map(|python| {
        let output = std::process::Command::new(python).args(["-c", script]).arg(&path).output().ok()?;
        output.status.success().then_some(output)
    });
    std::fs::remove_file(&path).unwrap();
    let Some(said) = output else {
        eprintln!("skipped: no python3 with openpyxl (Debian: python3-openpyxl)");
        return;
    };
    let expected = "[['Şöför', 'Tutar', 'Gün'], ['=1+1', '1.5', '2026-11-22 00:00:00']] A2 Liste";
    assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), expected);
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_back(
        head in proptest::collection::vec("[a-zğüşıöçİ=+'\",;\t]{1,6}x", 1..5),
        texts in proptest::collection::vec(any::<String>(), 0..30),
    ) {
        let columns = head.len();
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        let rows: Vec<Vec<Cell<'_>>> =
            texts.chunks_exact(columns).map(|row| row.iter().map(|text| Cell::Text(text)).collect()).collect();
        // Rows without anything in them are not data; everything else comes back letter by letter.
        let expected: Vec<Vec<String>> = texts
            .chunks_exact(columns)
            .map(|row| row.iter().map(|text| kept(text)).collect::<Vec<_>>())
            .filter(|row| row.iter().any(|text| !text.trim().is_empty()))
            .collect();
        for format in [Format::Csv, Format::Xlsx] {
            let table = read(&written(format, &head, &rows)).unwrap();
            let trimmed: Vec<String> = head.iter().map(|label| label.trim().to_owned()).collect();
            prop_assert_eq!(&table.header, &trimmed);
            let found: Vec<Vec<String>> = cells(&table);
            prop_assert_eq!(&found, &expected, "{:?}", format);
        }
    }
}

proptest! {
    #[test]
    fn numbers_and_dates_come_back_as_numbers_and_dates(
        count in any::<i64>(), kurus in -99_999_999_999_i64..99_999_999_999, day in 2_415_100..5_373_484_i32,
    ) {
        let date = time::Date::from_julian_day(day).unwrap();
        let row = vec![Cell::Int(count), Cell::Kurus(kurus), Cell::Date(date)];
        let sign = if kurus < 0 { "-" } else { "" };
        let exact = format!("{sign}{},{:02}", kurus.abs() / 100, kurus.abs() % 100);
        let csv = read(&written(Format::Csv, &["a", "b", "c"], std::slice::from_ref(&row))).unwrap();
        prop_assert_eq!(cells(&csv), [[count.to_string(), exact.clone(), date.to_string()]]);
        let xlsx = read(&written(Format::Xlsx, &["a", "b", "c"], &[row])).unwrap();
        // A spreadsheet shows an amount without trailing zeros once it is a number.
        let shown = exact.trim_end_matches('0').trim_end_matches(',');
        let shown = if shown.is_empty() || shown == "-" { "0" } else { shown };
        prop_assert_eq!(&cells(&xlsx)[0][1..], [shown.to_owned(), date.to_string()]);
        if count.unsigned_abs() < 1_000_000_000_000_000 {
            prop_assert_eq!(&cells(&xlsx)[0][0], &count.to_string());
        }
    }
}

/// What an export keeps of a text: all but controls and direction marks, with one kind of line end.
fn kept(text: &str) -> String {
    let is_mark = |letter: char| {
        matches!(letter, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
    };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars()
        .filter(|letter| matches!(letter, '\n' | '\t') || (!letter.is_control() && !is_mark(*letter)))
        .collect()
}
