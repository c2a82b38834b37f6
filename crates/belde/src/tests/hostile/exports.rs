//! What came into a table somehow and is shown or handed out: no formula for the spreadsheet, no script for the page.

use kernel::db::Sql;
use kernel::record::FieldKind;
use testkit::TestDb;

use super::super::each_town;
use super::{House, some_record};

/// Cells of a CSV, quotes taken away.
fn cells(text: &str) -> Vec<String> {
    let (mut all, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut letters = text.trim_start_matches('\u{FEFF}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ';' | '\n' if !is_quoted => all.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => {}
            other => cell.push(other),
        }
    }
    all.push(cell);
    all
}

/// The first sheet of a workbook, as it stands in the file.
fn sheet_of(workbook: &[u8]) -> String {
    let limits = files::Limits::default();
    let mut archive = files::archive::Archive::open(std::io::Cursor::new(workbook), &limits).unwrap();
    let sheet = archive.read("xl/worksheets/sheet1.xml", 10_000_000).unwrap().unwrap();
    String::from_utf8(sheet).unwrap()
}

#[tokio::test]
async fn no_export_hands_a_formula_to_a_spreadsheet_and_no_page_runs_a_stored_script() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        let mut tried = 0;
        for kind in test.registry.kinds() {
            if kind.table == "event" {
                continue; // Events are only added; what stands in them came through the same parser.
            }
            let Some(id) = some_record(test, kind).await else { continue };
            let texts = kind
                .fields
                .iter()
                .filter(|field| matches!(field.kind, FieldKind::Text { .. } | FieldKind::LongText { .. }));
            let texts: Vec<_> = texts.map(|field| field.name).collect();
            for begin in ["=", "+", "-", "@", "\t=", "\r="] {
                let evil = format!("{begin}cmd|'/c'!A1<script>alert(1)</script>");
                for name in &texts {
                    let sql = format!("UPDATE {} SET {name} = $1 WHERE id = $2", kind.table);
                    // A column may be too narrow, unique or under a key: then the next text is tried.
                    let tx = test.begin().await;
                    if tx.run(&sql, vec![evil.clone().into(), id.into()]).await.is_ok() {
                        tx.without_event("a test writes past the parser");
                        tx.commit().await.unwrap();
                    }
                }
                let csv = house.app.get(&format!("{}/disa-aktar/csv", kind.path)).await.ok().html();
                for cell in cells(&csv) {
                    let first = cell.chars().next().unwrap_or(' ');
                    let is_number = cell
                        .trim_start_matches(['-', '+'])
                        .chars()
                        .all(|letter| letter.is_ascii_digit() || ".,".contains(letter));
                    assert!(
                        is_number || !"=+-@\t\r".contains(first),
                        "{}: the cell “{cell}” is a formula",
                        kind.id
                    );
                }
                tried += usize::from(csv.contains("cmd|"));
                let xlsx = house.app.get(&format!("{}/disa-aktar/xlsx", kind.path)).await.ok();
                let table = printing::sheet::read(&xlsx.bytes).unwrap();
                assert!(!table.rows.is_empty(), "{}", kind.id);
                // In a workbook a text is a text, whatever it begins with; only an element of its own is a formula.
                assert!(!sheet_of(&xlsx.bytes).contains("<f"), "{}", kind.id);
                let is_told = |cell: &String| cell.contains(begin.trim()) && cell.contains("cmd|");
                let told = table.rows.iter().any(|row| row.cells.iter().any(is_told));
                assert_eq!(
                    told,
                    csv.contains("cmd|"),
                    "{}: {begin:?} reaches the workbook as it is",
                    kind.id
                );
            }
            let mut pages = vec![kind.path.to_string(), format!("{}/yazdir", kind.path)];
            if kind.has_detail {
                pages.push(kind.address(id));
            }
            for path in pages {
                let page = house.app.get(&path).await.ok();
                assert!(!page.html().contains("<script>alert"), "{path}");
            }
        }
        assert!(tried > 12, "formulas reached only {tried} exports");
    })
    .await;
}
