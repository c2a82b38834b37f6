//! Pages on their way out of a file: parts of it fetched in few reads, pages unpacked and decoded, of a page only the
//! rows that are wanted where they are few.

use super::PAGE_ROWS;
use super::pages::{ColumnPages, Decoded, Values, by_page, count_codes};
use crate::error::Result;
use crate::journal::Stores;
use bytes::Bytes;
use parquet::basic::{Compression, Encoding, Type as Physical};
use parquet::column::page::{Page, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::page_index::offset_index::PageLocation;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Parts that lie no further apart are one read: so much is read sooner than a disk is asked again.
const GAP_BYTES: u64 = 32 * 1024;
/// Where of a page fewer rows than one in so many are wanted, only these are decoded.
const FEW: usize = 8;
/// A page that says it is larger is no page of ours.
const MOST_PAGE_BYTES: u64 = 1 << 30;

/// Parts of a file that were fetched, by where they begin.
#[derive(Default)]
pub struct Parts(BTreeMap<u64, Bytes>);

impl Parts {
    /// Fetches these ranges; neighbours are one read.
    pub async fn fetch(stores: &Stores, path: &str, mut ranges: Vec<Range<u64>>) -> Result<Arc<Self>> {
        ranges.sort_unstable_by_key(|range| range.start);
        let mut merged: Vec<Range<u64>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.start <= last.end.saturating_add(GAP_BYTES) => {
                    last.end = last.end.max(range.end);
                }
                _ => merged.push(range),
            }
        }
        let bytes = stores.ranges(path, &merged).await?;
        Ok(Arc::new(Self(merged.iter().map(|range| range.start).zip(bytes).collect())))
    }
}

impl Length for Parts {
    fn len(&self) -> u64 {
        u64::MAX
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

/// What unpacks pages in this thread, and the memory that a page is unpacked into.
struct Unpacking {
    zstd: zstd::bulk::Decompressor<'static>,
    page: Vec<u8>,
}

thread_local! {
    static UNPACKING: RefCell<Option<Unpacking>> = const { RefCell::new(None) };
}

impl Unpacking {
    /// Unpacks a page and gives it to `then`; `None` when it is not packed with zstd or does not say how large it is.
    fn page<T>(packed: &[u8], then: impl FnOnce(&[u8]) -> T) -> Option<T> {
        UNPACKING.with_borrow_mut(|kept| {
            let mut made = match kept.take() {
                Some(made) => made,
                None => Self { zstd: zstd::bulk::Decompressor::new().ok()?, page: Vec::new() },
            };
            let size = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten();
            let size = usize::try_from(size.filter(|size| *size <= MOST_PAGE_BYTES)?).ok()?;
            made.page.clear();
            made.page.reserve(size);
            let unpacked = made.zstd.decompress_to_buffer(packed, &mut made.page);
            let found = unpacked.ok().map(|_| then(&made.page));
            *kept = Some(made);
            found
        })
    }
}

/// The pages of one column chunk.
pub struct ChunkPages {
    reader: SerializedPageReader<Parts>,
    /// Pages are unpacked here and not by the library, which makes what it unpacks with anew for each column.
    is_packed: bool,
    is_bytes: bool,
    is_optional: bool,
    has_dictionary: bool,
    rows: usize,
    count: usize,
}

const NO_PAGE: &str = "a page is not what it should be";

impl ChunkPages {
    pub fn new(
        chunk: &ColumnChunkMetaData,
        rows: usize,
        locations: Vec<PageLocation>,
        parts: Arc<Parts>,
    ) -> std::result::Result<Self, String> {
        let broken = |error: ParquetError| error.to_string();
        let is_packed = matches!(chunk.compression(), Compression::ZSTD(_));
        let count = locations.len();
        let as_is = chunk.clone().into_builder().set_compression(Compression::UNCOMPRESSED);
        let as_is = as_is.build().map_err(broken)?;
        let chunk = if is_packed { &as_is } else { chunk };
        Ok(Self {
            reader: SerializedPageReader::new(parts, chunk, rows, Some(locations)).map_err(broken)?,
            is_packed,
            is_bytes: chunk.column_type() == Physical::BYTE_ARRAY,
            is_optional: chunk.column_descr().max_def_level() > 0,
            has_dictionary: chunk.dictionary_page_offset().is_some(),
            rows,
            count,
        })
    }

    fn unpacked<T>(&self, buf: &[u8], then: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        if self.is_packed { Unpacking::page(buf, then).flatten() } else { then(buf) }
    }

    /// Decodes dictionary and pages, of the pages at least these rows (ascending).
    pub fn decode(mut self, rows: &[u32]) -> std::result::Result<ColumnPages, String> {
        let mut column = ColumnPages { dictionary: self.dictionary()?, pages: Vec::new() };
        column.pages.resize_with(self.count, || None);
        let mut wanted = by_page(rows).peekable();
        for page in 0..self.count {
            let Some((_, rows)) = wanted.next_if(|(of, _)| *of == page) else {
                self.reader.skip_next_page().map_err(|error| error.to_string())?;
                continue;
            };
            let (buf, all, encoding) = self.next(page)?;
            column.pages[page] = Some(self.page(&buf, all, encoding, rows).ok_or(NO_PAGE)?);
        }
        Ok(column)
    }

    /// Counts the values of the pages that these rows are of, all that the pages have, into the dictionary; gives the
    /// dictionary, the rows without a value, and decoded the pages that hold no codes.
    pub fn count(
        mut self,
        rows: &[u32],
        by_code: &mut Vec<u64>,
    ) -> std::result::Result<(ColumnPages, u64), String> {
        let mut column = ColumnPages { dictionary: self.dictionary()?, pages: Vec::new() };
        by_code.resize(column.dictionary.as_ref().map_or(0, Values::len), 0);
        column.pages.resize_with(self.count, || None);
        let (mut without, mut wanted) = (0, by_page(rows).map(|(page, _)| page).peekable());
        for page in 0..self.count {
            if wanted.next_if_eq(&page).is_none() {
                self.reader.skip_next_page().map_err(|error| error.to_string())?;
                continue;
            }
            let (buf, all, encoding) = self.next(page)?;
            let is_coded = matches!(encoding, Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY);
            if is_coded {
                let counted = self.unpacked(&buf, |buf| count_codes(buf, all, self.is_optional, by_code));
                without += counted.ok_or(NO_PAGE)?;
            } else {
                let kind = (self.is_bytes, self.is_optional);
                let decoded = self.unpacked(&buf, |buf| Decoded::new(buf, all, encoding, kind));
                column.pages[page] = Some(decoded.ok_or(NO_PAGE)?);
            }
        }
        Ok((column, without))
    }

    fn dictionary(&mut self) -> std::result::Result<Option<Values>, String> {
        if !self.has_dictionary {
            return Ok(None);
        }
        let Some(Page::DictionaryPage { buf, num_values, .. }) =
            self.reader.get_next_page().map_err(|error| error.to_string())?
        else {
            return Err(NO_PAGE.to_owned());
        };
        let plain = |buf: &[u8]| Values::plain(buf, self.is_bytes, num_values as usize);
        Ok(Some(self.unpacked(&buf, plain).ok_or(NO_PAGE)?))
    }

    /// The next page as it lies there, which is of this number, and how many rows it has.
    fn next(&mut self, page: usize) -> std::result::Result<(Bytes, usize, Encoding), String> {
        let next = self.reader.get_next_page().map_err(|error| error.to_string())?;
        let Some(Page::DataPage { buf, num_values, encoding, .. }) = next else {
            return Err(NO_PAGE.to_owned());
        };
        let all = self.rows.min((page + 1) * PAGE_ROWS).saturating_sub(page * PAGE_ROWS);
        match num_values as usize == all {
            true => Ok((buf, all, encoding)),
            false => Err(NO_PAGE.to_owned()),
        }
    }

    fn page(&self, buf: &[u8], all: usize, encoding: Encoding, rows: &[u32]) -> Option<Decoded> {
        let kind = (self.is_bytes, self.is_optional);
        self.unpacked(buf, |buf| match rows.len() * FEW < all {
            true => {
                let picked = rows.iter().map(|row| row % PAGE_ROWS as u32).collect();
                Decoded::of_rows(buf, (all, picked), encoding, kind)
            }
            false => Decoded::new(buf, all, encoding, kind),
        })
    }
}
