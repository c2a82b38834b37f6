//! Finds rows in a segment and reads as little as will do: footer, then bloom filters, then page indexes, then the
//! pages that may hold a match, and of the other columns the pages of the rows that were found.

use super::PAGE_ROWS;
use crate::bits::{self, Input};
use crate::error::{Error, Result};
use crate::journal::Stores;
use crate::query::{Condition, Test};
use crate::schema::{AT, Cell, ColumnId, Kind, RECEIVED_AT, Row, RowPlace, Schema};
use bytes::Bytes;
use parquet::basic::{Encoding, LogicalType, Type as Physical};
use parquet::bloom_filter::Sbbf;
use parquet::column::page::{Page, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::page_index::index_reader::{decode_column_index, decode_offset_index};
use parquet::file::page_index::offset_index::PageLocation;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::file::statistics::Statistics;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Read from the end at first; a footer of a hundred columns fits.
const TAIL_BYTES: u64 = 32 * 1024;

/// Rows of a segment that is believed; one of a full log has some million at most.
const MAX_ROWS: i64 = 1 << 24;

/// Columns that are asked for; all when `None`.
pub type Wanted<'a> = Option<&'a [ColumnId]>;

/// A segment whose footer was read.
#[derive(Debug)]
pub struct Segment {
    path: Arc<str>,
    meta: ParquetMetaData,
    columns: Vec<ColumnId>,
    /// Bytes of the footer, as a measure of the memory this takes.
    pub footer_bytes: usize,
}

/// Parts of a file that were fetched.
struct Parts(BTreeMap<u64, Bytes>, u64);

impl Length for Parts {
    fn len(&self) -> u64 {
        self.1
    }
}

impl ChunkReader for Parts {
    type T = std::io::Empty;

    fn get_read(&self, _: u64) -> parquet::errors::Result<Self::T> {
        Err(ParquetError::General("a part was not fetched".to_owned()))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let found = self.0.range(..=start).next_back().and_then(|(at, bytes)| {
            let from = usize::try_from(start - at).ok()?;
            let to = from.checked_add(length).filter(|to| *to <= bytes.len())?;
            Some(bytes.slice(from..to))
        });
        found.ok_or_else(|| ParquetError::General("a part was not fetched".to_owned()))
    }
}

/// The values of one page.
enum Values {
    Codes(Vec<u32>),
    Numbers(Vec<u64>),
    Texts(Bytes, Vec<(u32, u32)>),
}

struct Decoded {
    /// For each row the place of its value, from 1; 0 for none. `None` when every row has one.
    places: Option<Vec<u32>>,
    values: Values,
}

/// The pages of a column that were asked for.
struct ColumnPages {
    dictionary: Option<Values>,
    pages: BTreeMap<usize, Decoded>,
}

impl Values {
    fn get(&self, at: usize) -> Option<Cell<'_>> {
        match self {
            Self::Codes(_) => None,
            Self::Numbers(numbers) => numbers.get(at).map(|number| Cell::Number(*number)),
            Self::Texts(bytes, spans) => {
                spans.get(at).map(|(from, to)| Cell::Bytes(&bytes[*from as usize..*to as usize]))
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Codes(codes) => codes.len(),
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts(_, spans) => spans.len(),
        }
    }

    fn plain(bytes: &Bytes, is_bytes: bool, count: usize) -> Option<Self> {
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
        Some(Self::Texts(bytes.clone(), spans))
    }
}

impl Decoded {
    fn place(&self, row: usize) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(row).filter(|place| **place != 0).map(|place| *place as usize - 1),
            None => Some(row),
        }
    }
}

impl ColumnPages {
    fn get(&self, row: usize) -> Option<Cell<'_>> {
        let page = self.pages.get(&(row / PAGE_ROWS))?;
        let place = page.place(row % PAGE_ROWS)?;
        match (&page.values, &self.dictionary) {
            (Values::Codes(codes), Some(dictionary)) => dictionary.get(*codes.get(place)? as usize),
            (values, _) => values.get(place),
        }
    }

    /// Keeps the rows whose value meets the test; what is in the dictionary is tested once.
    fn keep(&self, test: &Test, rows: &mut Vec<usize>) {
        let verdicts: Vec<bool> = self.dictionary.as_ref().map_or_else(Vec::new, |dictionary| {
            (0..dictionary.len()).map(|at| dictionary.get(at).is_some_and(|cell| test.holds(cell))).collect()
        });
        if self.dictionary.is_some() && !verdicts.contains(&true) && !self.has_plain_page() {
            return rows.clear();
        }
        rows.retain(|row| {
            let Some(page) = self.pages.get(&(row / PAGE_ROWS)) else { return false };
            let Some(place) = page.place(row % PAGE_ROWS) else { return false };
            match &page.values {
                Values::Codes(codes) => {
                    codes.get(place).and_then(|code| verdicts.get(*code as usize)).copied().unwrap_or(false)
                }
                values => values.get(place).is_some_and(|cell| test.holds(cell)),
            }
        });
    }

    fn has_plain_page(&self) -> bool {
        self.pages.values().any(|page| !matches!(page.values, Values::Codes(_)))
    }
}

impl Segment {
    /// Reads the footer of a segment of so many bytes.
    pub async fn open(stores: &Stores, path: &str, size: u64, schema: &Schema) -> Result<Self> {
        let failed = |why: &str| Error::damaged(path, why);
        let broken = |error: ParquetError| Error::damaged(path, error);
        let mut tail = stores.range(path, size.saturating_sub(TAIL_BYTES)..size).await?;
        let ends = tail.len().checked_sub(8).filter(|at| &tail[at + 4..] == b"PAR1");
        let at = ends.ok_or_else(|| failed("it does not end as a Parquet file"))?;
        let length = Input(&tail[at..]).u32().unwrap_or(u32::MAX) as usize;
        if length as u64 + 8 > size {
            return Err(failed("its footer is longer than the file"));
        }
        if length > at {
            tail = stores.range(path, size - 8 - length as u64..size).await?;
        }
        let end = tail.len() - 8;
        let meta = ParquetMetaDataReader::decode_metadata(&tail[end - length..end]).map_err(broken)?;
        if meta.num_row_groups() != 1 || !(1..=MAX_ROWS).contains(&meta.row_group(0).num_rows()) {
            return Err(failed("it has not one row group of rows"));
        }
        let group = meta.row_group(0);
        // The library takes these for granted.
        let is_placed = |chunk: &ColumnChunkMetaData| {
            let places = [
                chunk.data_page_offset(),
                chunk.dictionary_page_offset().unwrap_or(0),
                chunk.compressed_size(),
            ];
            places.iter().all(|at| u64::try_from(*at).is_ok_and(|at| at <= size))
        };
        if !group.columns().iter().all(is_placed) {
            return Err(failed("a column lies outside of it"));
        }
        let columns =
            group.columns().iter().map(|chunk| column_of(chunk, schema)).collect::<Option<Vec<_>>>();
        let columns = columns.ok_or_else(|| failed("it has columns of another kind"))?;
        if !columns.contains(&AT) || !columns.contains(&RECEIVED_AT) {
            return Err(failed("it has no instants"));
        }
        Ok(Self { path: path.into(), meta, columns, footer_bytes: length })
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        usize::try_from(self.meta.row_group(0).num_rows()).unwrap_or(0)
    }

    /// First and last instant.
    pub fn at(&self) -> (i64, i64) {
        let statistics = self.chunk(AT).and_then(ColumnChunkMetaData::statistics);
        match statistics {
            Some(Statistics::Int64(values)) => {
                (values.min_opt().copied().unwrap_or(i64::MIN), values.max_opt().copied().unwrap_or(i64::MAX))
            }
            _ => (i64::MIN, i64::MAX),
        }
    }

    fn index_of(&self, id: ColumnId) -> Option<usize> {
        self.columns.iter().position(|column| *column == id)
    }

    fn chunk(&self, id: ColumnId) -> Option<&ColumnChunkMetaData> {
        self.index_of(id).map(|at| self.meta.row_group(0).column(at))
    }

    /// The rows within the instants that meet every condition, each with its instant, in the order of the file.
    pub async fn find(
        &self,
        stores: &Stores,
        within: (i64, i64),
        conditions: &[Condition],
    ) -> Result<Vec<(usize, i64)>> {
        let (first, last) = self.at();
        if last < within.0 || first >= within.1 || !conditions.iter().all(|it| self.may_hold(it)) {
            return Ok(Vec::new());
        }
        if !self.blooms_allow(stores, conditions).await? {
            return Ok(Vec::new());
        }
        let in_time = Condition { column: AT, test: Test::Instants(within.0, within.1) };
        let all: Vec<&Condition> = conditions.iter().chain([&in_time]).collect();
        let pages = self.pages_of(stores, &all).await?;
        let mut rows: Vec<usize> = pages.into_iter().flat_map(|page| self.page_rows(page)).collect();
        for condition in conditions {
            let found = self.read(stores, &[condition.column], &rows).await?;
            match found.first() {
                Some(column) => column.keep(&condition.test, &mut rows),
                None => rows.clear(),
            }
            if rows.is_empty() {
                return Ok(Vec::new());
            }
        }
        let found = self.read(stores, &[AT], &rows).await?;
        let instants = found.first().ok_or_else(|| Error::damaged(&*self.path, "it has no instants"))?;
        let with_instant = rows.into_iter().filter_map(|row| match instants.get(row) {
            Some(Cell::Number(number)) => Some((row, number.cast_signed())),
            _ => None,
        });
        Ok(with_instant.filter(|(_, at)| (within.0..within.1).contains(at)).collect())
    }

    /// The columns of these rows (ascending).
    pub async fn rows_at(&self, stores: &Stores, rows: &[usize], wanted: Wanted<'_>) -> Result<Vec<Row>> {
        let is_wanted = |id: &ColumnId| {
            wanted.is_none_or(|wanted| wanted.contains(id)) && *id != AT && *id != RECEIVED_AT
        };
        let ids: Vec<ColumnId> =
            [AT, RECEIVED_AT].into_iter().chain(self.columns.iter().copied().filter(is_wanted)).collect();
        let columns = self.read(stores, &ids, rows).await?;
        let instant = |column: &ColumnPages, row| match column.get(row) {
            Some(Cell::Number(number)) => Ok(number.cast_signed()),
            _ => Err(Error::damaged(&*self.path, "a row has no instant")),
        };
        let mut found = Vec::with_capacity(rows.len());
        for row in rows.iter().copied() {
            let (at_us, received_at_us) = (instant(&columns[0], row)?, instant(&columns[1], row)?);
            let place = Some(RowPlace { path: self.path.clone(), row: row as u64 });
            let mut made = Row::received(at_us, received_at_us);
            made.place = place;
            for (id, column) in ids.iter().zip(&columns).skip(2) {
                match column.get(row) {
                    Some(Cell::Bytes(bytes)) => made.bytes(*id, bytes),
                    Some(Cell::Number(number)) => made.number(*id, number),
                    None => {}
                }
            }
            found.push(made);
        }
        Ok(found)
    }

    fn page_rows(&self, page: usize) -> Range<usize> {
        page * PAGE_ROWS..self.rows().min((page + 1) * PAGE_ROWS)
    }

    /// What the statistics of the whole file allow.
    fn may_hold(&self, condition: &Condition) -> bool {
        let Some(chunk) = self.chunk(condition.column) else { return false };
        match chunk.statistics() {
            Some(Statistics::Int64(values)) => match (values.min_opt(), values.max_opt()) {
                (Some(min), Some(max)) => condition.test.may_hold_numbers(*min, *max),
                _ => true,
            },
            Some(Statistics::ByteArray(values)) => match (values.min_opt(), values.max_opt()) {
                (Some(min), Some(max)) => condition.test.may_hold_bytes(min.data(), max.data()),
                _ => true,
            },
            _ => true,
        }
    }

    async fn blooms_allow(&self, stores: &Stores, conditions: &[Condition]) -> Result<bool> {
        for condition in conditions {
            let Some(chunk) = self.chunk(condition.column) else { return Ok(false) };
            let place = chunk.bloom_filter_offset().zip(chunk.bloom_filter_length());
            let (Some((offset, length)), true) = (place, condition.test.names_values()) else { continue };
            let (Ok(offset), Ok(length)) = (u64::try_from(offset), u64::try_from(length)) else { continue };
            let bytes = stores.range(&self.path, offset..offset + length).await?;
            let bloom = Sbbf::from_bytes(&bytes).map_err(|error| Error::damaged(&*self.path, error))?;
            let allows = match &condition.test {
                Test::OneOf(values) => values.iter().any(|value| bloom.check(value.as_slice())),
                Test::Numbers(numbers) => numbers.iter().any(|number| bloom.check(&number.cast_signed())),
                _ => true,
            };
            if !allows {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The pages that may hold a row meeting all conditions, by their least and greatest values.
    async fn pages_of(&self, stores: &Stores, conditions: &[&Condition]) -> Result<Vec<usize>> {
        let mut pages: Vec<usize> = (0..self.rows().div_ceil(PAGE_ROWS)).collect();
        for condition in conditions {
            let Some(chunk) = self.chunk(condition.column) else { return Ok(Vec::new()) };
            let Some(range) = chunk.column_index_range().filter(|_| pages.len() > 1) else { continue };
            let bytes = stores.range(&self.path, range).await?;
            let index = decode_column_index(&bytes, chunk.column_type())
                .map_err(|error| Error::damaged(&*self.path, error))?;
            if index.num_pages() != self.rows().div_ceil(PAGE_ROWS) as u64 {
                return Err(Error::damaged(&*self.path, "its page index is not of its pages"));
            }
            pages.retain(|page| match &index {
                ColumnIndexMetaData::INT64(index) => match (index.min_value(*page), index.max_value(*page)) {
                    (Some(min), Some(max)) => condition.test.may_hold_numbers(*min, *max),
                    _ => false,
                },
                ColumnIndexMetaData::BYTE_ARRAY(index) => {
                    match (index.min_value(*page), index.max_value(*page)) {
                        (Some(min), Some(max)) => condition.test.may_hold_bytes(min, max),
                        _ => false,
                    }
                }
                _ => true,
            });
        }
        Ok(pages)
    }

    /// The pages of these columns that hold these rows (ascending); columns the file has not are left out.
    async fn read(&self, stores: &Stores, ids: &[ColumnId], rows: &[usize]) -> Result<Vec<ColumnPages>> {
        let mut pages: Vec<usize> = rows.iter().map(|row| row / PAGE_ROWS).collect();
        pages.dedup();
        let found: Vec<usize> = ids.iter().filter_map(|id| self.index_of(*id)).collect();
        let chunk = |at: &usize| self.meta.row_group(0).column(*at);
        let broken = |error: ParquetError| Error::damaged(&*self.path, error);
        let no_index = || Error::damaged(&*self.path, "it has no page index");
        let indexes = found.iter().map(|at| chunk(at).offset_index_range().ok_or_else(no_index));
        let indexes = stores.ranges(&self.path, &indexes.collect::<Result<Vec<_>>>()?).await?;
        let (mut locations, mut ranges) = (Vec::new(), Vec::new());
        for (at, bytes) in found.iter().zip(&indexes) {
            let all = decode_offset_index(bytes).map_err(broken)?.page_locations().clone();
            ranges.extend(needed(chunk(at), &all, &pages).ok_or_else(no_index)?);
            locations.push(all);
        }
        let bytes = stores.ranges(&self.path, &ranges).await?;
        let parts = ranges.iter().map(|range| range.start).zip(bytes).collect();
        let parts = Arc::new(Parts(parts, u64::MAX));
        let columns = found.iter().zip(locations);
        columns.map(|(at, all)| self.decode(chunk(at), all, &pages, parts.clone())).collect()
    }

    fn decode(
        &self,
        chunk: &ColumnChunkMetaData,
        locations: Vec<PageLocation>,
        pages: &[usize],
        parts: Arc<Parts>,
    ) -> Result<ColumnPages> {
        let broken = |error: ParquetError| Error::damaged(&*self.path, error);
        let damaged = || Error::damaged(&*self.path, "a page is not what it should be");
        let is_bytes = chunk.column_type() == Physical::BYTE_ARRAY;
        let is_optional = chunk.column_descr().max_def_level() > 0;
        let count = locations.len();
        let has_dictionary = chunk.dictionary_page_offset().is_some();
        let mut reader =
            SerializedPageReader::new(parts, chunk, self.rows(), Some(locations)).map_err(broken)?;
        let mut column = ColumnPages { dictionary: None, pages: BTreeMap::new() };
        if has_dictionary {
            let Some(Page::DictionaryPage { buf, num_values, .. }) =
                reader.get_next_page().map_err(broken)?
            else {
                return Err(damaged());
            };
            column.dictionary = Some(Values::plain(&buf, is_bytes, num_values as usize).ok_or_else(damaged)?);
        }
        for page in 0..count {
            if pages.binary_search(&page).is_err() {
                reader.skip_next_page().map_err(broken)?;
                continue;
            }
            let Some(Page::DataPage { buf, num_values, encoding, .. }) =
                reader.get_next_page().map_err(broken)?
            else {
                return Err(damaged());
            };
            if num_values as usize != self.page_rows(page).len() {
                return Err(damaged());
            }
            let decoded = decode_page(&buf, num_values as usize, encoding, (is_bytes, is_optional));
            column.pages.insert(page, decoded.ok_or_else(damaged)?);
        }
        Ok(column)
    }
}

/// The dictionary and these pages, as ranges of the file; neighbours are one range.
fn needed(
    chunk: &ColumnChunkMetaData,
    locations: &[PageLocation],
    pages: &[usize],
) -> Option<Vec<Range<u64>>> {
    let first = u64::try_from(locations.first()?.offset).ok()?;
    let dictionary = chunk.dictionary_page_offset().and_then(|from| u64::try_from(from).ok());
    let mut ranges: Vec<Range<u64>> = dictionary.map(|from| from..first).into_iter().collect();
    for page in pages {
        let location = locations.get(*page)?;
        let from = u64::try_from(location.offset).ok()?;
        ranges.push(from..from + u64::try_from(location.compressed_page_size).ok()?);
    }
    Some(ranges)
}

fn decode_page(
    buf: &Bytes,
    rows: usize,
    encoding: Encoding,
    (is_bytes, is_optional): (bool, bool),
) -> Option<Decoded> {
    let mut at = 0;
    let (mut places, mut count) = (None, rows);
    if is_optional {
        let length = Input(buf).u32()? as usize;
        at = length.checked_add(4)?;
        let mut levels = bits::runs(buf.get(4..at)?, 1, rows)?;
        count = 0;
        for level in &mut levels {
            count += (*level & 1) as usize;
            *level = if *level & 1 == 1 { count as u32 } else { 0 };
        }
        places = (count < rows).then_some(levels);
    }
    let body = buf.slice_ref(buf.get(at..)?);
    let values = match encoding {
        Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY => {
            let (width, codes) = body.split_first().map_or((0, &[][..]), |(width, codes)| (*width, codes));
            Values::Codes(bits::runs(codes, width, count)?)
        }
        Encoding::DELTA_BINARY_PACKED if !is_bytes => Values::Numbers(bits::deltas(&body, count)?),
        Encoding::PLAIN => Values::plain(&body, is_bytes, count)?,
        _ => return None,
    };
    Some(Decoded { places, values })
}

/// The column of a chunk by name and kind.
fn column_of(chunk: &ColumnChunkMetaData, schema: &Schema) -> Option<ColumnId> {
    let description = chunk.column_descr();
    let kind = match (description.physical_type(), description.logical_type_ref()) {
        (Physical::BYTE_ARRAY, Some(LogicalType::String)) => Kind::Text,
        (Physical::BYTE_ARRAY, None) => Kind::Bytes,
        (Physical::INT64, Some(LogicalType::Integer(_))) => Kind::Number,
        (Physical::INT64, Some(LogicalType::Timestamp(_))) => Kind::Time,
        _ => return None,
    };
    schema.column(description.name(), kind).ok()
}
