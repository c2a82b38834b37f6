//! Rows as lines: one JSON list a row, cells in the order of the head's columns; numbers as numbers, texts as texts,
//! bytes as hexadecimal texts, nothing as null.

use kernel::db::Sql;
use kernel::schema::live::{Cell, Class, LiveTable};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::manifest::TableHead;

/// Rows of one page are about as many bytes as this.
const PAGE_BYTES: usize = 2 * 1024 * 1024;
const MOST_ROWS: usize = 2_000;

/// Appends the line of a row.
pub(crate) fn write_line(row: &[Cell], out: &mut Vec<u8>) -> serde_json::Result<()> {
    out.push(b'[');
    for (at, cell) in row.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        match cell {
            Cell::Null => out.extend_from_slice(b"null"),
            Cell::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Cell::Text(text) => serde_json::to_writer(&mut *out, text)?,
            Cell::Bytes(bytes) => {
                out.push(b'"');
                out.extend_from_slice(hex::encode(bytes).as_bytes());
                out.push(b'"');
            }
        }
    }
    out.extend_from_slice(b"]\n");
    Ok(())
}

/// The row of a line; nothing when it does not fit the table.
pub(crate) fn read_line(line: &str, table: &TableHead) -> Option<Vec<Cell>> {
    let values: Vec<Json> = serde_json::from_str(line).ok()?;
    if values.len() != table.columns.len() {
        return None;
    }
    let cells = values.into_iter().zip(&table.columns).map(|(value, column)| match (value, column.class) {
        (Json::Null, _) => Some(Cell::Null),
        (Json::Number(number), Class::Int) => number.as_i64().map(Cell::Int),
        (Json::String(text), Class::Text) => Some(Cell::Text(text)),
        (Json::String(text), Class::Bytes) => hex::decode(text).ok().map(Cell::Bytes),
        _ => None,
    });
    cells.collect()
}

/// Reads a table page by page as lines, so that memory stays flat: after pages of long rows come shorter pages.
pub(crate) struct Lines<'a> {
    table: &'a LiveTable,
    after: Option<Vec<Cell>>,
    limit: usize,
    is_done: bool,
    pub(crate) rows: u64,
    hash: Sha256,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(table: &'a LiveTable) -> Self {
        Self { table, after: None, limit: 16, is_done: false, rows: 0, hash: Sha256::new() }
    }

    /// Appends the lines of the next page to `out`; false when there were none left.
    pub(crate) async fn next(&mut self, db: &impl Sql, out: &mut Vec<u8>) -> kernel::Result<bool> {
        if self.is_done {
            return Ok(false);
        }
        let limit = u32::try_from(self.limit).unwrap_or(1);
        let page = self.table.page(db, self.after.as_deref(), limit).await?;
        let before = out.len();
        for row in &page {
            write_line(row, out)?;
        }
        self.hash.update(&out[before..]);
        self.rows += page.len() as u64;
        self.is_done = page.len() < self.limit;
        if let Some(last) = page.last() {
            self.after = Some(self.table.key_of(last));
            let bytes_a_row = ((out.len() - before) / page.len()).max(1);
            self.limit = (PAGE_BYTES / bytes_a_row).clamp(1, MOST_ROWS.min(self.limit * 8));
        }
        Ok(!page.is_empty())
    }

    /// SHA-256 over all lines so far.
    pub(crate) fn sha256(self) -> String {
        hex::encode(self.hash.finalize())
    }
}

/// Rows and digest of a table as it is now.
pub(crate) async fn sum(db: &impl Sql, table: &LiveTable) -> kernel::Result<(u64, String)> {
    let mut lines = Lines::new(table);
    let mut page = Vec::new();
    while lines.next(db, &mut page).await? {
        page.clear();
    }
    Ok((lines.rows, lines.sha256()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::manifest::ColumnHead;

    fn table() -> TableHead {
        let column = |name: &str, class| ColumnHead { name: name.into(), class };
        let columns = vec![column("a", Class::Int), column("b", Class::Text), column("c", Class::Bytes)];
        TableHead { name: "t".into(), columns, key: vec!["a".into()] }
    }

    #[test]
    fn a_row_comes_back_from_its_line_whatever_is_in_it() {
        let rows = [
            vec![
                Cell::Int(i64::MIN),
                Cell::Text("İğne \"deliği\"\n\u{2028}\t\\ 🏛".into()),
                Cell::Bytes(vec![0, 255]),
            ],
            vec![Cell::Int(1_793_862_000_000_001), Cell::Text(String::new()), Cell::Bytes(Vec::new())],
            vec![Cell::Null, Cell::Null, Cell::Null],
        ];
        for row in rows {
            let mut line = Vec::new();
            write_line(&row, &mut line).unwrap();
            assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1, "a row is one line");
            assert_eq!(read_line(&String::from_utf8(line).unwrap(), &table()), Some(row));
        }
    }

    #[test]
    fn a_line_of_another_shape_is_refused() {
        for line in
            ["", "[]", "[1,\"a\"]", "[\"1\",\"a\",\"00\"]", "[1,\"a\",\"0g\"]", "[1.5,\"a\",\"00\"]", "{}"]
        {
            assert_eq!(read_line(line, &table()), None, "{line}");
        }
    }
}
