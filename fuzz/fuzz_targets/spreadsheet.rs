//! Any bytes given as a spreadsheet: they are read or refused, never a panic, never beyond the limits; and what was
//! read can be written and read again without a change.
#![no_main]

use libfuzzer_sys::fuzz_target;
use printing::sheet::{Cell, Format, MAX_COLUMNS, MAX_ROWS, SheetWriter, Table, read};

fuzz_target!(|bytes: &[u8]| {
    let Ok(table) = read(bytes) else { return };
    assert!(table.header.len() <= MAX_COLUMNS && table.rows.len() <= MAX_ROWS);
    assert!(table.rows.iter().all(|row| row.cells.len() >= table.header.len()));
    // A row longer than the head is for the importer to report; the way back needs even rows.
    if table.rows.iter().any(|row| row.cells.len() > table.header.len()) {
        return;
    }
    for format in [Format::Csv, Format::Xlsx] {
        let again = read(&written(&table, format)).expect("our own files are readable");
        assert_eq!(again.header, table.header, "{format:?}");
        assert!(again.rows.iter().map(|row| &row.cells).eq(table.rows.iter().map(|row| &row.cells)), "{format:?}");
    }
});

fn written(table: &Table, format: Format) -> Vec<u8> {
    let head: Vec<&str> = table.header.iter().map(String::as_str).collect();
    let mut sheet = SheetWriter::new(format, Vec::new(), "fuzz", &head).expect("memory takes every byte");
    for row in &table.rows {
        let cells: Vec<Cell<'_>> = row.cells.iter().map(|cell| Cell::Text(cell)).collect();
        sheet.row(&cells).expect("the rows are even");
    }
    sheet.finish().expect("memory takes every byte")
}
