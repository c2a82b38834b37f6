//! Finds rows in a segment and reads as little as will do: footer, then bloom filters, then page indexes, then the
//! pages that may hold a match, and of the other columns the pages of the rows that were found.

use super::PAGE_ROWS;
use super::fetch::{ChunkPages, Parts};
use super::pages::{ColumnPages, Decoded, by_page};
use crate::bits::Input;
use crate::error::{Error, Result};
use crate::journal::Stores;
use crate::query::{Condition, Test};
use crate::schema::{AT, Cell, ColumnId, Kind, RECEIVED_AT, Row, RowPlace, Schema};
use crate::side::{by_side, cores};
use bytes::Bytes;
use parquet::basic::{LogicalType, Type as Physical};
use parquet::bloom_filter::Sbbf;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::page_index::index_reader::{decode_column_index, decode_offset_index};
use parquet::file::page_index::offset_index::PageLocation;
use parquet::file::statistics::Statistics;
use std::ops::Range;
use std::sync::Arc;

/// Read from the end at first; footer and page indexes of fifty columns and a million rows fit.
const TAIL_BYTES: u64 = 64 * 1024;
/// Page indexes that are kept with the footer.
const MOST_INDEX_BYTES: u64 = 256 * 1024;

/// Rows of a segment that is believed; one of a full log has some million at most.
const MAX_ROWS: i64 = 1 << 24;

/// Fewer rows are read sooner than a second thread is woken.
const FEW_ROWS: usize = 16;

/// Columns that are asked for; all when `None`.
pub type Wanted<'a> = Option<&'a [ColumnId]>;

/// A segment whose footer was read.
#[derive(Debug)]
pub struct Segment {
    path: Arc<str>,
    meta: ParquetMetaData,
    columns: Vec<ColumnId>,
    /// The page indexes of all columns, and where in the file they begin; they stand before the footer.
    indexes: (u64, Bytes),
    /// Bytes of footer and page indexes, as a measure of the memory this takes.
    pub footer_bytes: usize,
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
        let end = size - 8 - length as u64;
        let begin = group.columns().iter().filter_map(first_index).min().unwrap_or(end);
        let tail_from = size - tail.len() as u64;
        let indexes = match begin {
            _ if begin > end || end - begin > MOST_INDEX_BYTES => Bytes::new(),
            _ if begin >= tail_from => tail.slice((begin - tail_from) as usize..(end - tail_from) as usize),
            _ => stores.range(path, begin..end).await?,
        };
        let footer_bytes = length + indexes.len();
        // Of its own, so that the rest of the tail does not stay in memory.
        let indexes = (begin, Bytes::copy_from_slice(&indexes));
        Ok(Self { path: path.into(), meta, columns, indexes, footer_bytes })
    }

    /// Page indexes, out of memory or the file.
    async fn index_bytes(&self, stores: &Stores, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let (begin, bytes) = &self.indexes;
        let kept = |range: &Range<u64>| {
            let from = usize::try_from(range.start.checked_sub(*begin)?).ok()?;
            let to = usize::try_from(range.end.checked_sub(*begin)?).ok()?;
            (from <= to && to <= bytes.len()).then(|| bytes.slice(from..to))
        };
        match ranges.iter().map(kept).collect::<Option<Vec<_>>>() {
            Some(kept) => Ok(kept),
            None => stores.ranges(&self.path, ranges).await,
        }
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

    /// Whether footer and bloom filters allow a row within the instants that meets every condition.
    pub async fn may_have(
        &self,
        stores: &Stores,
        within: (i64, i64),
        conditions: &[Condition],
    ) -> Result<bool> {
        let (first, last) = self.at();
        if last < within.0 || first >= within.1 || !conditions.iter().all(|it| self.may_hold(it)) {
            return Ok(false);
        }
        self.blooms_allow(stores, conditions).await
    }

    /// The rows within the instants that meet every condition, in the order of the file.
    pub async fn matching(
        &self,
        stores: &Stores,
        within: (i64, i64),
        conditions: &[Condition],
    ) -> Result<Vec<u32>> {
        if !self.may_have(stores, within, conditions).await? {
            return Ok(Vec::new());
        }
        let in_time = Condition { column: AT, test: Test::Instants(within.0, within.1) };
        let (first, last) = self.at();
        let is_all_in_time = within.0 <= first && last < within.1;
        let in_time = (!is_all_in_time).then_some(&in_time);
        let all: Vec<&Condition> = conditions.iter().chain(in_time).collect();
        let pages = self.pages_of(stores, &all).await?;
        let mut rows: Vec<u32> =
            pages.into_iter().flat_map(|page| self.page_rows(page)).map(|row| row as u32).collect();
        for condition in all {
            let found = self.read(stores, &[condition.column], &rows).await?;
            match found.first() {
                Some(column) => column.keep(&condition.test, &mut rows),
                None => rows.clear(),
            }
            if rows.is_empty() {
                break;
            }
        }
        Ok(rows)
    }

    /// The instants of these rows (ascending).
    pub async fn instants(&self, stores: &Stores, rows: &[u32]) -> Result<Vec<i64>> {
        let damaged = || Error::damaged(&*self.path, "a row has no instant");
        let found = self.read(stores, &[AT], rows).await?;
        let column = found.first().ok_or_else(damaged)?;
        let mut instants = Vec::with_capacity(rows.len());
        for (page, rows) in by_page(rows) {
            let decoded = column.page(page).ok_or_else(damaged)?;
            for row in rows {
                instants.push(instant(decoded, *row as usize % PAGE_ROWS, column).ok_or_else(damaged)?);
            }
        }
        Ok(instants)
    }

    /// The columns of these rows (ascending).
    pub async fn rows_at(&self, stores: &Stores, rows: &[u32], wanted: Wanted<'_>) -> Result<Vec<Row>> {
        let mut found = Vec::with_capacity(rows.len());
        self.each_row(stores, rows, wanted, &mut |row| found.push(row.clone())).await?;
        for (row, at) in found.iter_mut().zip(rows) {
            row.place = Some(RowPlace { path: self.path.clone(), row: u64::from(*at) });
        }
        Ok(found)
    }

    /// The same, of many columns on all cores: of rows that stand far apart most of the file is read and unpacked.
    pub async fn rows_by_side(
        self: &Arc<Self>,
        stores: &Stores,
        rows: &[u32],
        wanted: Wanted<'_>,
    ) -> Result<Vec<Row>> {
        let parts = self.shares(wanted, cores());
        if parts.len() < 2 || rows.len() < FEW_ROWS {
            return self.rows_at(stores, rows, wanted).await;
        }
        let reading = parts.into_iter().map(|part| (self.clone(), stores.clone(), rows.to_vec(), part));
        let reading = reading.map(|(segment, stores, rows, part)| async move {
            segment.rows_at(&stores, &rows, Some(&part)).await
        });
        let mut found: Vec<Row> = Vec::new();
        by_side(reading.collect(), |some: Vec<Row>| match found.is_empty() {
            true => found = some,
            false => found.iter_mut().zip(&some).for_each(|(row, more)| row.add(more)),
        })
        .await?;
        Ok(found)
    }

    /// The columns that are wanted, in parts of about as many bytes that lie together.
    fn shares(&self, wanted: Wanted<'_>, count: usize) -> Vec<Vec<ColumnId>> {
        let is_wanted = |id: &ColumnId| wanted.is_none_or(|wanted| wanted.contains(id));
        let size = |id: &ColumnId| self.chunk(*id).map_or(0, |it| it.compressed_size().unsigned_abs());
        let ids: Vec<ColumnId> = self.columns.iter().copied().filter(is_wanted).collect();
        let each = ids.iter().map(size).sum::<u64>() / count as u64 + 1;
        let (mut parts, mut before): (Vec<Vec<ColumnId>>, u64) = (Vec::new(), 0);
        for id in ids {
            if (before / each) as usize >= parts.len() {
                parts.push(Vec::new());
            }
            parts.last_mut().into_iter().for_each(|part| part.push(id));
            before += size(&id);
        }
        parts
    }

    /// Calls with the columns of each of these rows (ascending), without its place.
    pub async fn each_row(
        &self,
        stores: &Stores,
        rows: &[u32],
        wanted: Wanted<'_>,
        take: &mut (dyn FnMut(&Row) + Send),
    ) -> Result<()> {
        let is_wanted = |id: &ColumnId| {
            wanted.is_none_or(|wanted| wanted.contains(id)) && *id != AT && *id != RECEIVED_AT
        };
        let ids: Vec<ColumnId> =
            [AT, RECEIVED_AT].into_iter().chain(self.columns.iter().copied().filter(is_wanted)).collect();
        let damaged = || Error::damaged(&*self.path, "a row has no instant");
        let columns = self.read(stores, &ids, rows).await?;
        let mut row = Row::default();
        for (page, rows) in by_page(rows) {
            let of = |column: &'_ ColumnPages| column.page(page).is_some_and(Decoded::has_values);
            let cells: Vec<(ColumnId, &Decoded, &ColumnPages)> = (ids.iter().zip(&columns).skip(2))
                .filter(|(_, column)| of(column))
                .filter_map(|(id, column)| Some((*id, column.page(page)?, column)))
                .collect();
            let instants = [&columns[0], &columns[1]].map(|column| Some((column.page(page)?, column)));
            let [Some(at), Some(received_at)] = instants else { return Err(damaged()) };
            for place in rows.iter().map(|row| *row as usize % PAGE_ROWS) {
                row.clear();
                row.at_us = instant(at.0, place, at.1).ok_or_else(damaged)?;
                row.received_at_us = instant(received_at.0, place, received_at.1).ok_or_else(damaged)?;
                for (id, decoded, column) in &cells {
                    match decoded.cell(place, column.dictionary.as_ref()) {
                        Some(Cell::Bytes(bytes)) => row.bytes(*id, bytes),
                        Some(Cell::Number(number)) => row.number(*id, number),
                        None => {}
                    }
                }
                take(&row);
            }
        }
        Ok(())
    }

    fn page_rows(&self, page: usize) -> Range<usize> {
        page * PAGE_ROWS..self.rows().min((page + 1) * PAGE_ROWS)
    }

    /// The dictionary of a column, where it has one that all its values are in.
    pub(super) async fn dictionary(&self, stores: &Stores, id: ColumnId) -> Result<Option<ColumnPages>> {
        let Some(at) = self.index_of(id) else { return Ok(None) };
        // Another program's pages may leave the dictionary.
        let is_ours = self.meta.file_metadata().created_by() == Some(super::write::CREATED_BY);
        match self.meta.row_group(0).column(at).dictionary_page_offset() {
            Some(_) if is_ours => Ok(self.read(stores, &[id], &[]).await?.pop()),
            _ => Ok(None),
        }
    }

    /// What the statistics of the whole file allow.
    pub(super) fn may_hold(&self, condition: &Condition) -> bool {
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
                // Numbers are asked for by their digits, which the filter does not know.
                Test::OneOf(_) if chunk.column_type() != Physical::BYTE_ARRAY => true,
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
            let bytes = self.index_bytes(stores, &[range]).await?;
            let index = decode_column_index(&bytes[0], chunk.column_type())
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

    /// The pages of these columns that hold these rows (ascending), with at least these rows; columns the file has not
    /// are left out.
    pub(super) async fn read(
        &self,
        stores: &Stores,
        ids: &[ColumnId],
        rows: &[u32],
    ) -> Result<Vec<ColumnPages>> {
        let mut columns = Vec::with_capacity(ids.len());
        for chunk in self.chunks(stores, ids, rows).await? {
            columns.push(chunk.decode(rows).map_err(|why| Error::damaged(&*self.path, why))?);
        }
        Ok(columns)
    }

    /// The same before anything is unpacked.
    pub(super) async fn chunks(
        &self,
        stores: &Stores,
        ids: &[ColumnId],
        rows: &[u32],
    ) -> Result<Vec<ChunkPages>> {
        let found: Vec<usize> = ids.iter().filter_map(|id| self.index_of(*id)).collect();
        let chunk = |at: &usize| self.meta.row_group(0).column(*at);
        let broken = |error: ParquetError| Error::damaged(&*self.path, error);
        let no_index = || Error::damaged(&*self.path, "it has no page index");
        let indexes = found.iter().map(|at| chunk(at).offset_index_range().ok_or_else(no_index));
        let indexes = self.index_bytes(stores, &indexes.collect::<Result<Vec<_>>>()?).await?;
        let (mut locations, mut ranges) = (Vec::new(), Vec::new());
        for (at, bytes) in found.iter().zip(&indexes) {
            let all = decode_offset_index(bytes).map_err(broken)?.page_locations().clone();
            ranges.extend(needed(chunk(at), &all, rows).ok_or_else(no_index)?);
            locations.push(all);
        }
        let parts = Parts::fetch(stores, &self.path, ranges).await?;
        let chunks = found.iter().zip(locations);
        let opened = chunks.map(|(at, all)| ChunkPages::new(chunk(at), self.rows(), all, parts.clone()));
        opened.map(|chunk| chunk.map_err(|why| Error::damaged(&*self.path, why))).collect()
    }

    /// The path, for what is said of damage.
    pub(super) fn path(&self) -> &str {
        &self.path
    }
}

/// Where the page indexes of a column begin.
fn first_index(chunk: &ColumnChunkMetaData) -> Option<u64> {
    let ranges = [chunk.column_index_range(), chunk.offset_index_range()];
    ranges.into_iter().flatten().map(|range| range.start).min()
}

/// The dictionary and the pages of these rows, as ranges of the file.
fn needed(chunk: &ColumnChunkMetaData, locations: &[PageLocation], rows: &[u32]) -> Option<Vec<Range<u64>>> {
    let first = u64::try_from(locations.first()?.offset).ok()?;
    let dictionary = chunk.dictionary_page_offset().and_then(|from| u64::try_from(from).ok());
    let mut ranges: Vec<Range<u64>> = dictionary.map(|from| from..first).into_iter().collect();
    for (page, _) in by_page(rows) {
        let location = locations.get(page)?;
        let from = u64::try_from(location.offset).ok()?;
        ranges.push(from..from.checked_add(u64::try_from(location.compressed_page_size).ok()?)?);
    }
    Some(ranges)
}

fn instant(decoded: &Decoded, row: usize, column: &ColumnPages) -> Option<i64> {
    match decoded.cell(row, column.dictionary.as_ref())? {
        Cell::Number(number) => Some(number.cast_signed()),
        Cell::Bytes(_) => None,
    }
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
