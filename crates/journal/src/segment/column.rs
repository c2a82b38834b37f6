//! One column chunk: chooses how its values are written by trying on two of its pages, and writes pages, statistics,
//! page index and bloom filter. The pages are ours and not the library's writer's, because the dictionary is there
//! already: nothing is hashed or compared once more for each row.

use super::write::pages;
use crate::bits;
use crate::error::{Error, Result};
use bytes::Bytes;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::bloom_filter::Sbbf;
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ColumnIndexBuilder, OffsetIndexBuilder};
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use std::collections::HashMap;
use std::ops::Range;

/// A dictionary larger than this costs more when one row is looked for than it saves.
const MAX_DICTIONARY_BYTES: usize = 1 << 20;
/// A text longer than this stands in no statistics.
const MAX_STATED_BYTES: usize = 64;
/// A byte to be unpacked weighs as much as a byte on the disk divided by this: what is packed a little smaller but is
/// many times as much when it is read again is not worth it.
const UNPACKED_WEIGHT: usize = 64;
/// One false alarm of a bloom filter in so many.
const BLOOM_FALSE: f64 = 0.01;

/// Numbers in the order of the file.
pub struct Numbers {
    pub values: Vec<u64>,
    /// `None` when every row has one.
    pub present: Option<Vec<bool>>,
    pub is_signed: bool,
}

/// Texts in the order of the file: for each row its place among the sorted values from 1, 0 for none.
pub struct Codes<'a> {
    pub codes: Vec<u32>,
    pub values: Vec<&'a [u8]>,
}

/// A finished chunk, with offsets from its own beginning.
pub struct Chunk {
    pub bytes: Vec<u8>,
    pub close: ColumnCloseResult,
}

/// How values of a page are written.
enum Plan<'a> {
    /// Codes into the dictionary page, less one, in so many bits.
    Codes(&'a [u32], u8),
    Deltas(&'a Numbers),
    Numbers(&'a Numbers),
    Texts(&'a Codes<'a>),
}

impl Plan<'_> {
    fn encoding(&self) -> Encoding {
        match self {
            Self::Codes(..) => Encoding::RLE_DICTIONARY,
            Self::Deltas(_) => Encoding::DELTA_BINARY_PACKED,
            Self::Numbers(_) | Self::Texts(_) => Encoding::PLAIN,
        }
    }

    /// Which rows have a value; `None` for a column that always has.
    fn levels(&self, rows: Range<usize>, is_optional: bool) -> Option<Vec<u32>> {
        is_optional.then(|| match self {
            Self::Codes(codes, _) => codes[rows].iter().map(|code| u32::from(*code != 0)).collect(),
            Self::Texts(codes) => codes.codes[rows].iter().map(|code| u32::from(*code != 0)).collect(),
            Self::Deltas(numbers) | Self::Numbers(numbers) => match &numbers.present {
                Some(present) => present[rows].iter().map(|is| u32::from(*is)).collect(),
                None => vec![1; rows.len()],
            },
        })
    }

    fn values(&self, rows: Range<usize>, out: &mut Vec<u8>) {
        match self {
            Self::Codes(codes, width) => {
                out.push(*width);
                let codes: Vec<u32> =
                    codes[rows].iter().filter(|code| **code != 0).map(|code| code - 1).collect();
                bits::put_runs(&codes, *width, out);
            }
            Self::Deltas(numbers) => bits::put_deltas(&numbers.of(rows), out),
            Self::Numbers(numbers) => {
                numbers.of(rows).iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
            }
            Self::Texts(codes) => {
                for code in codes.codes[rows].iter().filter(|code| **code != 0) {
                    put_text(codes.values[*code as usize - 1], out);
                }
            }
        }
    }

    /// Writes a page before compression, and gives how many of its rows have no value. `body` is used again: pages of
    /// lines are megabytes, and fresh memory for each costs more than filling it.
    fn page(&self, rows: Range<usize>, is_optional: bool, body: &mut Vec<u8>) -> usize {
        body.clear();
        let mut nulls = 0;
        if let Some(levels) = self.levels(rows.clone(), is_optional) {
            nulls = levels.iter().filter(|level| **level == 0).count();
            body.extend_from_slice(&[0; 4]);
            bits::put_runs(&levels, 1, body);
            let length = (body.len() - 4) as u32;
            body[..4].copy_from_slice(&length.to_le_bytes());
        }
        self.values(rows, body);
        nulls
    }
}

fn put_text(text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text);
}

impl Numbers {
    fn of(&self, rows: Range<usize>) -> Vec<u64> {
        rows.filter(|row| self.is_present(*row)).map(|row| self.values[row]).collect()
    }

    fn is_present(&self, row: usize) -> bool {
        self.present.as_ref().is_none_or(|present| present[row])
    }

    /// Numbers in their own order.
    fn key(&self, number: u64) -> u64 {
        if self.is_signed { number ^ (1 << 63) } else { number }
    }

    fn span(&self, rows: Range<usize>) -> Option<(u64, u64)> {
        let keys = || rows.clone().filter(|row| self.is_present(*row)).map(|row| self.key(self.values[row]));
        Some((self.key(keys().min()?), self.key(keys().max()?)))
    }

    /// The distinct numbers in order, and each row's code, when they are few.
    fn coded(&self) -> Option<(Vec<u64>, Vec<u32>)> {
        let most = (self.values.len() / 8).min(1 << 16);
        let (mut codes, mut known) = (vec![0; self.values.len()], HashMap::new());
        for row in (0..self.values.len()).filter(|row| self.is_present(*row)) {
            let next = known.len() as u32 + 1;
            codes[row] = *known.entry(self.values[row]).or_insert(next);
            if known.len() > most {
                return None;
            }
        }
        let mut distinct: Vec<(u64, u32)> = known.into_iter().collect();
        distinct.sort_unstable_by_key(|(number, _)| self.key(*number));
        let mut ranks = vec![0; distinct.len() + 1];
        (1..).zip(&distinct).for_each(|(rank, (_, code))| ranks[*code as usize] = rank);
        codes.iter_mut().for_each(|code| *code = ranks[*code as usize]);
        Some((distinct.into_iter().map(|(number, _)| number).collect(), codes))
    }
}

/// What is written where: the column, how hard it is compressed, whether it is sought.
pub struct Writing {
    pub description: ColumnDescPtr,
    pub level: i32,
    pub is_sought: bool,
}

type Span = Option<(Vec<u8>, Vec<u8>)>;

impl Writing {
    pub fn is_signed(&self) -> bool {
        self.description.sort_order() == parquet::basic::SortOrder::SIGNED
    }

    fn is_optional(&self) -> bool {
        self.description.max_def_level() > 0
    }

    /// Writes a column of numbers.
    pub fn numbers(&self, numbers: &Numbers) -> Result<Chunk> {
        let coded = numbers.coded();
        let dictionary: Vec<u8> =
            coded.iter().flat_map(|(distinct, _)| distinct).flat_map(|number| number.to_le_bytes()).collect();
        let mut plans = vec![(Plan::Deltas(numbers), 0), (Plan::Numbers(numbers), 0)];
        if let Some((distinct, codes)) = &coded {
            plans.extend(widths(distinct.len()).map(|width| (Plan::Codes(codes, width), dictionary.len())));
        }
        let plan = self.best(plans, numbers.values.len())?;
        let state = |rows| {
            numbers.span(rows).map(|(min, max)| (min.to_le_bytes().to_vec(), max.to_le_bytes().to_vec()))
        };
        let is_coded = matches!(plan, Plan::Codes(..));
        let count = coded.as_ref().map_or(0, |(distinct, _)| distinct.len());
        let mut sink = Sink::new(self)?;
        if is_coded {
            sink.dictionary(dictionary, count)?;
        }
        let nulls = sink.pages(&plan, numbers.values.len(), &|rows| Some(state(rows)))?;
        let number = |bytes: &[u8]| bytes.try_into().ok().map(i64::from_le_bytes);
        let whole = state(0..numbers.values.len());
        let (min, max) = whole.map_or((None, None), |(min, max)| (number(&min), number(&max)));
        let statistics = Statistics::int64(min, max, None, Some(nulls), false);
        let sought = match (self.is_sought, &coded) {
            (false, _) => Vec::new(),
            (true, Some((distinct, _))) => distinct.clone(),
            (true, None) => numbers.of(0..numbers.values.len()),
        };
        let bloom = self.bloom(sought.len(), |bloom| {
            sought.iter().for_each(|number| bloom.insert(&number.cast_signed()));
        })?;
        sink.close(&plan, numbers.values.len(), statistics, bloom)
    }

    /// Writes a column of texts.
    pub fn codes(&self, codes: &Codes<'_>) -> Result<Chunk> {
        let size: usize = codes.values.iter().map(|value| value.len() + 4).sum();
        let present = codes.codes.iter().filter(|code| **code != 0).count();
        let mut plans = vec![(Plan::Texts(codes), 0)];
        if size <= MAX_DICTIONARY_BYTES && codes.values.len() <= present / 2 + 1 {
            plans
                .extend(widths(codes.values.len()).map(|width| (Plan::Codes(&codes.codes, width), size / 3)));
        }
        let plan = self.best(plans, codes.codes.len())?;
        let mut sink = Sink::new(self)?;
        if matches!(plan, Plan::Codes(..)) {
            let mut dictionary = Vec::with_capacity(size);
            codes.values.iter().for_each(|value| put_text(value, &mut dictionary));
            sink.dictionary(dictionary, codes.values.len())?;
        }
        let is_short = codes.values.iter().all(|value| value.len() <= MAX_STATED_BYTES);
        let value = |code: u32| codes.values[code as usize - 1].to_vec();
        let state = |rows: Range<usize>| -> Span {
            let present = || codes.codes[rows.clone()].iter().copied().filter(|code| *code != 0);
            Some((value(present().min()?), value(present().max()?)))
        };
        let nulls = sink.pages(&plan, codes.codes.len(), &|rows| is_short.then(|| state(rows)))?;
        let (min, max) = match is_short.then(|| state(0..codes.codes.len())).flatten() {
            Some((min, max)) => (Some(ByteArray::from(min)), Some(ByteArray::from(max))),
            None => (None, None),
        };
        let statistics = Statistics::byte_array(min, max, None, Some(nulls), false);
        let bloom = self.bloom(codes.values.len(), |bloom| {
            codes.values.iter().for_each(|value| bloom.insert(*value));
        })?;
        sink.close(&plan, codes.codes.len(), statistics, bloom)
    }

    fn bloom(&self, distinct: usize, fill: impl FnOnce(&mut Sbbf)) -> Result<Option<Sbbf>> {
        if !self.is_sought || distinct == 0 {
            return Ok(None);
        }
        let mut bloom = Sbbf::new_with_ndv_fpp(distinct as u64, BLOOM_FALSE).map_err(failed)?;
        fill(&mut bloom);
        Ok(Some(bloom))
    }

    /// The plan that makes two pages of the column smallest, what they are unpacked weighed in; beside each plan what its
    /// dictionary adds.
    fn best<'a>(&self, mut plans: Vec<(Plan<'a>, usize)>, rows: usize) -> Result<Plan<'a>> {
        if plans.len() == 1 {
            return Ok(plans.remove(0).0);
        }
        let all: Vec<Range<usize>> = pages(rows).collect();
        let tried = [all.first(), all.get(all.len() / 2).filter(|_| all.len() > 1)];
        let tried: Vec<Range<usize>> = tried.into_iter().flatten().cloned().collect();
        let share = tried.iter().map(Range::len).sum::<usize>() as f64 / rows.max(1) as f64;
        let (mut packer, mut page) = (packer(self.level)?, Vec::new());
        let mut best: Option<(usize, Plan<'a>)> = None;
        for (plan, beside) in plans {
            let mut size = (beside as f64 * share) as usize;
            for rows in &tried {
                plan.page(rows.clone(), self.is_optional(), &mut page);
                size += packed(&mut packer, &page)?.len() + page.len() / UNPACKED_WEIGHT;
            }
            if best.as_ref().is_none_or(|(least, _)| size < *least) {
                best = Some((size, plan));
            }
        }
        best.map(|(_, plan)| plan).ok_or_else(|| Error::Refused("a column without values".to_owned()))
    }
}

/// Bits of a code: as few as will do, and the next whole bytes, which zstd can see through.
fn widths(distinct: usize) -> impl Iterator<Item = u8> {
    let exact = bits::width_of(distinct.saturating_sub(1) as u64).max(1);
    let whole = exact.div_ceil(8) * 8;
    std::iter::once(exact).chain((whole != exact).then_some(whole))
}

fn failed(error: ParquetError) -> Error {
    Error::damaged("a segment being made", error)
}

fn packer(level: i32) -> Result<zstd::bulk::Compressor<'static>> {
    zstd::bulk::Compressor::new(level).map_err(Error::disk("preparing compression"))
}

fn packed(packer: &mut zstd::bulk::Compressor<'_>, body: &[u8]) -> Result<Vec<u8>> {
    packer.compress(body).map_err(Error::disk("compressing a page"))
}

/// Pages on their way into a chunk.
struct Sink<'a> {
    writing: &'a Writing,
    packer: zstd::bulk::Compressor<'static>,
    out: TrackedWrite<Vec<u8>>,
    offsets: OffsetIndexBuilder,
    index: Option<ColumnIndexBuilder>,
    raw_bytes: usize,
    data_offset: usize,
}

impl<'a> Sink<'a> {
    fn new(writing: &'a Writing) -> Result<Self> {
        Ok(Self {
            writing,
            packer: packer(writing.level)?,
            out: TrackedWrite::new(Vec::new()),
            offsets: OffsetIndexBuilder::new(),
            index: Some(ColumnIndexBuilder::new(writing.description.physical_type())),
            raw_bytes: 0,
            data_offset: 0,
        })
    }

    fn put(&mut self, page: Page, raw_bytes: usize) -> Result<(u64, u64)> {
        let mut pages = SerializedPageWriter::new(&mut self.out);
        let spec = pages.write_page(CompressedPage::new(page, raw_bytes)).map_err(failed)?;
        self.raw_bytes += spec.uncompressed_size;
        Ok((spec.offset, spec.bytes_written))
    }

    fn dictionary(&mut self, values: Vec<u8>, count: usize) -> Result<()> {
        let buf = Bytes::from(packed(&mut self.packer, &values)?);
        let page = Page::DictionaryPage {
            buf,
            num_values: count as u32,
            encoding: Encoding::PLAIN,
            is_sorted: true,
        };
        self.put(page, values.len())?;
        self.data_offset = self.out.bytes_written();
        Ok(())
    }

    /// Writes every page; `state` gives least and greatest value of rows, `None` where none are stated at all.
    fn pages(
        &mut self,
        plan: &Plan<'_>,
        rows: usize,
        state: &dyn Fn(Range<usize>) -> Option<Span>,
    ) -> Result<u64> {
        let (mut all_nulls, mut body) = (0, Vec::new());
        for rows in pages(rows) {
            let nulls = plan.page(rows.clone(), self.writing.is_optional(), &mut body);
            let page = Page::DataPage {
                buf: Bytes::from(packed(&mut self.packer, &body)?),
                num_values: rows.len() as u32,
                encoding: plan.encoding(),
                def_level_encoding: Encoding::RLE,
                rep_level_encoding: Encoding::RLE,
                statistics: None,
            };
            let (offset, size) = self.put(page, body.len())?;
            self.offsets.append_offset_and_size(offset as i64, size as i32);
            self.offsets.append_row_count(rows.len() as i64);
            match (state(rows), &mut self.index) {
                (Some(span), Some(index)) => {
                    let (min, max) = span.clone().unwrap_or_default();
                    index.append(span.is_none(), min, max, nulls as i64, None);
                }
                (None, index) => *index = None,
                _ => {}
            }
            all_nulls += nulls as u64;
        }
        Ok(all_nulls)
    }

    fn close(
        self,
        plan: &Plan<'_>,
        rows: usize,
        statistics: Statistics,
        bloom: Option<Sbbf>,
    ) -> Result<Chunk> {
        let is_coded = matches!(plan, Plan::Codes(..));
        let size = self.out.bytes_written();
        let mut encodings = vec![plan.encoding(), Encoding::RLE];
        encodings.extend(is_coded.then_some(Encoding::PLAIN));
        let metadata = ColumnChunkMetaData::builder(self.writing.description.clone())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(self.writing.level).map_err(failed)?))
            .set_encodings(encodings)
            .set_num_values(rows as i64)
            .set_total_compressed_size(size as i64)
            .set_total_uncompressed_size(self.raw_bytes as i64)
            .set_data_page_offset(self.data_offset as i64)
            .set_dictionary_page_offset(is_coded.then_some(0))
            .set_statistics(statistics)
            .build()
            .map_err(failed)?;
        let close = ColumnCloseResult {
            bytes_written: size as u64,
            rows_written: rows as u64,
            metadata,
            bloom_filter: bloom,
            column_index: self.index.map(ColumnIndexBuilder::build).transpose().map_err(failed)?,
            offset_index: Some(self.offsets.build()),
        };
        Ok(Chunk { bytes: self.out.into_inner().map_err(failed)?, close })
    }
}
