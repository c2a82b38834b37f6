//! XLSX coming in. The archive is measured before anything in it is believed, then its cells are read
//! as a stream, so that a sheet which claims a billion cells costs nothing.

use super::plain;
use super::read::{Builder, MAX_INFLATED_BYTES, ReadError, Table};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use zip::ZipArchive;

/// Parts of an archive; a workbook with a hundred sheets and pictures has a few hundred.
const MAX_PARTS: usize = 4_000;
/// Unpacked bytes for each packed one; repetitive sheets reach some forty.
const MAX_RATIO: u64 = 200;
/// Below this the ratio does not matter.
const SMALL_BYTES: u64 = 16 * 1024 * 1024;
/// Unpacked bytes of the parts that the reader keeps in memory whole: texts and styles. Cells are read as a stream.
const MAX_KEPT_BYTES: u64 = 32 * 1024 * 1024;
/// Bytes of the shortest text that a list of shared texts can hold, `<si/>`.
const SHORTEST_TEXT: usize = 5;
/// The last day that Excel knows, 9999-12-31, as its serial number.
const LAST_SERIAL: f64 = 2_958_466.0;

/// Reads the first visible sheet.
pub fn read(bytes: &[u8]) -> Result<Table, ReadError> {
    measure(bytes)?;
    // The reader trusts what the file says about itself here and there (a cell called AAAAAAAAA1
    // overflows its arithmetic); a damaged file must not end more than its own reading.
    catch_unwind(AssertUnwindSafe(|| read_cells(bytes)))
        .unwrap_or_else(|_| Err(ReadError::Damaged("the reader panicked".to_owned())))
}

/// Unpacks every part into nothing and counts, because the sizes an archive states may lie.
fn measure(bytes: &[u8]) -> Result<(), ReadError> {
    let damaged = |error: zip::result::ZipError| ReadError::Damaged(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > MAX_PARTS {
        return Err(ReadError::Bomb);
    }
    let packed = bytes.len() as u64;
    let limit = MAX_INFLATED_BYTES.min((packed * MAX_RATIO).max(SMALL_BYTES));
    let mut unpacked = 0;
    let broken = |error: io::Error| ReadError::Damaged(error.to_string());
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(damaged)?;
        let name = String::from_utf8_lossy(part.name_raw()).to_ascii_lowercase();
        let room = limit - unpacked + 1;
        if ["sharedstrings.xml", "styles.xml"].iter().any(|kept| name.ends_with(kept)) {
            let mut kept = Vec::new();
            unpacked +=
                part.take(room.min(MAX_KEPT_BYTES + 1)).read_to_end(&mut kept).map_err(broken)? as u64;
            check_kept(&kept)?;
        } else {
            unpacked += io::copy(&mut part.take(room), &mut io::sink()).map_err(broken)?;
        }
        if unpacked > limit {
            return Err(ReadError::Bomb);
        }
    }
    Ok(())
}

/// The reader makes room for as many texts as the file promises, which would end the process when that is a lie.
fn check_kept(part: &[u8]) -> Result<(), ReadError> {
    const PROMISE: &[u8] = b"uniqueCount";
    if part.len() as u64 > MAX_KEPT_BYTES {
        return Err(ReadError::Bomb);
    }
    if part.contains(&0) {
        return Err(ReadError::Damaged("texts or styles in UTF-16".to_owned()));
    }
    for (at, _) in part.windows(PROMISE.len()).enumerate().filter(|(_, name)| *name == PROMISE) {
        let after = part[at + PROMISE.len()..].iter().skip_while(|byte| !byte.is_ascii_digit());
        let digits = after.take_while(|byte| byte.is_ascii_digit()).map(|byte| usize::from(byte - b'0'));
        let promised = digits.fold(0_usize, |number, digit| number.saturating_mul(10).saturating_add(digit));
        if promised > part.len() / SHORTEST_TEXT {
            return Err(ReadError::Damaged("promises more texts than it can hold".to_owned()));
        }
    }
    Ok(())
}

fn read_cells(bytes: &[u8]) -> Result<Table, ReadError> {
    let damaged = |error: calamine::XlsxError| ReadError::Damaged(error.to_string());
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let sheet = book
        .sheets_metadata()
        .iter()
        .find(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .ok_or(ReadError::Empty)?;
    let name = sheet.name.clone();
    let mut cells = book.worksheet_cells_reader(&name).map_err(damaged)?;
    let mut builder = Builder::default();
    let mut last_row = 0;
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        let text = text_of(cell.get_value());
        if text.is_empty() {
            continue;
        }
        if row < last_row {
            return Err(ReadError::Damaged("rows are out of order".to_owned()));
        }
        last_row = row;
        builder.put(row.saturating_add(1), column as usize, &text)?;
    }
    builder.finish()
}

/// A cell as a person sees it, but for dates, which are ISO 8601.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) => plain(text),
        DataRef::SharedString(text) => plain(text),
        DataRef::Bool(true) => "DOĞRU".to_owned(),
        DataRef::Bool(false) => "YANLIŞ".to_owned(),
        DataRef::DateTime(at) => date_text(at),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => plain(&text.replace('T', " ")),
        DataRef::Error(error) => error.to_string(),
    }
}

/// Fifteen significant digits, as Excel shows them; more is noise of the binary fraction.
fn number_text(number: f64) -> String {
    if !number.is_finite() {
        return number.to_string();
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    // Adding zero turns a negative zero into a plain one.
    (rounded + 0.0).to_string().replace('.', ",")
}

fn date_text(at: &ExcelDateTime) -> String {
    let value = at.as_f64();
    if at.is_duration() || !(0.0..LAST_SERIAL).contains(&value) {
        return number_text(value);
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    // Half a second is the most that a binary fraction of a day is off.
    let second = if milli >= 500 { (second + 1).min(59) } else { second };
    let time = match second {
        0 => format!("{hour:02}:{minute:02}"),
        _ => format!("{hour:02}:{minute:02}:{second:02}"),
    };
    if value < 1.0 {
        time
    } else if time == "00:00" {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {time}")
    }
}

#[cfg(test)]
mod tests {
    use super::number_text;

    #[test]
    fn numbers_look_as_they_do_in_a_turkish_excel() {
        let cases =
            [(5.0, "5"), (-0.0, "0"), (0.1 + 0.2, "0,3"), (1234.56, "1234,56"), (1e15, "1000000000000000")];
        for (number, text) in cases {
            assert_eq!(number_text(number), text);
        }
        assert_eq!(number_text(12_345_678_901.0), "12345678901", "a TCKN typed as a number keeps its digits");
    }
}
