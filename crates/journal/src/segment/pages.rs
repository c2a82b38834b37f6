//! Pages of a column as they were read: the values of rows, and which rows meet a test.

use super::PAGE_ROWS;
use crate::bits::{self, Input};
use crate::query::Test;
use crate::schema::Cell;
use bytes::Bytes;
use parquet::basic::Encoding;

/// The values of one page, or of a dictionary.
#[derive(Debug)]
pub enum Values {
    Codes(Vec<u32>),
    Numbers(Vec<u64>),
    Texts(Bytes, Vec<(u32, u32)>),
}

/// Which rows of a page have a value.
#[derive(Debug)]
pub enum Present {
    All,
    None,
    /// For each row the place of its value, from 1; 0 for none.
    Some(Vec<u32>),
}

/// One page, or of a page a few rows.
#[derive(Debug)]
pub struct Decoded {
    pub rows: usize,
    /// The rows that were decoded, ascending; all when `None`.
    picked: Option<Vec<u32>>,
    /// Of the rows that were decoded.
    pub present: Present,
    pub values: Values,
}

/// The pages of a column that were asked for.
#[derive(Debug)]
pub struct ColumnPages {
    pub dictionary: Option<Values>,
    /// By number of the page.
    pub pages: Vec<Option<Decoded>>,
}

impl Values {
    pub fn get(&self, at: usize) -> Option<Cell<'_>> {
        match self {
            Self::Codes(_) => None,
            Self::Numbers(numbers) => numbers.get(at).map(|number| Cell::Number(*number)),
            Self::Texts(bytes, spans) => {
                spans.get(at).map(|(from, to)| Cell::Bytes(&bytes[*from as usize..*to as usize]))
            }
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Codes(codes) => codes.len(),
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts(_, spans) => spans.len(),
        }
    }

    /// Plain values, texts in memory of their own.
    pub fn plain(bytes: &[u8], is_bytes: bool, count: usize) -> Option<Self> {
        if !is_bytes {
            let whole = bytes.get(..count.checked_mul(8)?)?;
            let number = |it: &[u8]| it.try_into().map_or(0, u64::from_le_bytes);
            return Some(Self::Numbers(whole.chunks_exact(8).map(number).collect()));
        }
        let (mut input, mut spans) = (Input(bytes), Vec::with_capacity(count.min(bytes.len())));
        for _ in 0..count {
            let length = input.u32()?;
            let from = (bytes.len() - input.0.len()) as u32;
            input.take(length as usize)?;
            spans.push((from, from + length));
        }
        Some(Self::Texts(Bytes::copy_from_slice(bytes), spans))
    }

    /// Of plain values those at these places (ascending), in memory of their own.
    fn plain_at(bytes: &[u8], is_bytes: bool, places: &[u32]) -> Option<Self> {
        if !is_bytes {
            let number = |place: &u32| {
                let eight = bytes.get(*place as usize * 8..)?.first_chunk::<8>()?;
                Some(u64::from_le_bytes(*eight))
            };
            return places.iter().map(number).collect::<Option<_>>().map(Self::Numbers);
        }
        let (mut input, mut at) = (Input(bytes), 0);
        let (mut texts, mut spans) = (Vec::new(), Vec::with_capacity(places.len()));
        for place in places {
            for _ in at..*place {
                let length = input.u32()?;
                input.take(length as usize)?;
            }
            let length = input.u32()?;
            let from = texts.len() as u32;
            texts.extend_from_slice(input.take(length as usize)?);
            spans.push((from, from + length));
            at = place + 1;
        }
        Some(Self::Texts(texts.into(), spans))
    }
}

impl Decoded {
    /// Whether a row has a value.
    pub fn has_values(&self) -> bool {
        !matches!(self.present, Present::None)
    }

    fn place(&self, row: usize) -> Option<usize> {
        let row = match &self.picked {
            Some(picked) => picked.binary_search(&u32::try_from(row).ok()?).ok()?,
            None => row,
        };
        match &self.present {
            Present::All => Some(row),
            Present::None => None,
            Present::Some(places) => {
                places.get(row).filter(|place| **place != 0).map(|place| *place as usize - 1)
            }
        }
    }

    /// The value of a row of this page.
    pub fn cell<'a>(&'a self, row: usize, dictionary: Option<&'a Values>) -> Option<Cell<'a>> {
        let place = self.place(row)?;
        match (&self.values, dictionary) {
            (Values::Codes(codes), Some(dictionary)) => dictionary.get(*codes.get(place)? as usize),
            (values, _) => values.get(place),
        }
    }

    /// The code of a row of this page, where it has codes and the row has a value.
    pub fn code(&self, row: usize) -> Option<u32> {
        match &self.values {
            Values::Codes(codes) => codes.get(self.place(row)?).copied(),
            _ => None,
        }
    }

    /// Decodes a page of so many rows; `None` when the bytes are not that.
    pub fn new(
        buf: &[u8],
        rows: usize,
        encoding: Encoding,
        (is_bytes, is_optional): (bool, bool),
    ) -> Option<Self> {
        let (mut at, mut present, mut count) = (0, Present::All, rows);
        if is_optional {
            let length = Input(buf).u32()? as usize;
            at = length.checked_add(4)?;
            let levels = buf.get(4..at)?;
            if !bits::is_run_of_ones(levels, rows) {
                let mut levels = bits::runs(levels, 1, rows)?;
                count = 0;
                for level in &mut levels {
                    count += (*level & 1) as usize;
                    *level = if *level & 1 == 1 { count as u32 } else { 0 };
                }
                present = match count {
                    0 => Present::None,
                    _ if count == rows => Present::All,
                    _ => Present::Some(levels),
                };
            }
        }
        let body = buf.get(at..)?;
        let values = match encoding {
            Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY => {
                let (width, codes) =
                    body.split_first().map_or((0, &[][..]), |(width, codes)| (*width, codes));
                Values::Codes(bits::runs(codes, width, count)?)
            }
            Encoding::DELTA_BINARY_PACKED if !is_bytes => Values::Numbers(bits::deltas(body, count)?),
            Encoding::PLAIN => Values::plain(body, is_bytes, count)?,
            _ => return None,
        };
        Some(Self { rows, picked: None, present, values })
    }

    /// Decodes of a page only these of its rows (ascending).
    pub fn of_rows(
        buf: &[u8],
        (rows, picked): (usize, Vec<u32>),
        encoding: Encoding,
        (is_bytes, is_optional): (bool, bool),
    ) -> Option<Self> {
        let (mut body, mut present, mut count) = (buf, Present::All, rows);
        let mut places: Option<Vec<u32>> = None;
        if is_optional {
            let length = Input(buf).u32()? as usize;
            let (levels, rest) = buf.get(4..)?.split_at_checked(length)?;
            body = rest;
            if !bits::is_run_of_ones(levels, rows) {
                let (ones, all) = bits::ones_at(levels, rows, &picked)?;
                let mut number = 0;
                let numbered = ones.iter().map(|one| {
                    number += u32::from(one.is_some());
                    if one.is_some() { number } else { 0 }
                });
                present = Present::Some(numbered.collect());
                let with: Vec<u32> = ones.into_iter().flatten().collect();
                if with.is_empty() {
                    present = Present::None;
                }
                (count, places) = (all, Some(with));
            }
        }
        let places = places.as_deref().unwrap_or(&picked);
        let values = match encoding {
            Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY => {
                let (width, codes) =
                    body.split_first().map_or((0, &[][..]), |(width, codes)| (*width, codes));
                Values::Codes(bits::runs_at(codes, width, count, places)?)
            }
            Encoding::DELTA_BINARY_PACKED if !is_bytes => {
                Values::Numbers(bits::deltas_at(body, count, places)?)
            }
            Encoding::PLAIN => Values::plain_at(body, is_bytes, places)?,
            _ => return None,
        };
        Some(Self { rows, picked: Some(picked), present, values })
    }
}

/// Counts the values of a whole page that holds codes into the dictionary, and gives the rows without one; `None` when it
/// holds none, or is not a page.
pub fn count_codes(buf: &[u8], rows: usize, is_optional: bool, by_code: &mut [u64]) -> Option<u64> {
    let (mut body, mut count) = (buf, rows);
    if is_optional {
        let length = Input(buf).u32()? as usize;
        let (levels, rest) = buf.get(4..)?.split_at_checked(length)?;
        (body, count) = (rest, bits::ones_at(levels, rows, &[])?.1);
    }
    let (width, codes) = body.split_first().map_or((0, &[][..]), |(width, codes)| (*width, codes));
    bits::count_runs(codes, width, count, by_code)?;
    Some((rows - count) as u64)
}

/// Ascending rows in groups of one page: the page, and its part of the rows.
pub fn by_page(rows: &[u32]) -> impl Iterator<Item = (usize, &[u32])> {
    let page = |row: u32| row as usize / PAGE_ROWS;
    rows.chunk_by(move |one, other| page(*one) == page(*other)).map(move |some| (page(some[0]), some))
}

impl ColumnPages {
    pub fn page(&self, page: usize) -> Option<&Decoded> {
        self.pages.get(page).and_then(Option::as_ref)
    }

    /// For each entry of the dictionary whether it meets the test; empty without a dictionary.
    pub fn verdicts(&self, test: &Test) -> Vec<bool> {
        self.dictionary.as_ref().map_or_else(Vec::new, |dictionary| {
            (0..dictionary.len()).map(|at| dictionary.get(at).is_some_and(|cell| test.holds(cell))).collect()
        })
    }

    /// For each of these rows (ascending) whether its value meets the test.
    pub fn meeting(&self, test: &Test, rows: &[u32]) -> Vec<bool> {
        let (verdicts, mut met) = (self.verdicts(test), Vec::with_capacity(rows.len()));
        for (page, rows) in by_page(rows) {
            let decoded = self.page(page);
            let meets =
                |row: &u32| decoded.is_some_and(|it| it.meets(*row as usize % PAGE_ROWS, test, &verdicts));
            met.extend(rows.iter().map(meets));
        }
        met
    }

    /// Keeps the rows whose value meets the test; what is in the dictionary is tested once.
    pub fn keep(&self, test: &Test, rows: &mut Vec<u32>) {
        let verdicts = self.verdicts(test);
        let (mut kept, mut at) = (0, 0);
        while at < rows.len() {
            let page = rows[at] as usize / PAGE_ROWS;
            let first = page * PAGE_ROWS;
            let end = at + rows[at..].partition_point(|row| (*row as usize) < first + PAGE_ROWS);
            if let Some(decoded) = self.page(page) {
                for place in at..end {
                    let row = rows[place];
                    rows[kept] = row;
                    kept += usize::from(decoded.meets(row as usize - first, test, &verdicts));
                }
            }
            at = end;
        }
        rows.truncate(kept);
    }
}

impl Decoded {
    /// Whether a row of this page meets a test that `verdicts` are of.
    pub fn meets(&self, row: usize, test: &Test, verdicts: &[bool]) -> bool {
        let Some(place) = self.place(row) else { return false };
        match &self.values {
            Values::Codes(codes) => {
                codes.get(place).and_then(|code| verdicts.get(*code as usize)).copied().unwrap_or(false)
            }
            values => values.get(place).is_some_and(|cell| test.holds(cell)),
        }
    }
}
