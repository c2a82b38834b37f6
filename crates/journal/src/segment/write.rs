//! Makes the Parquet file of a table: columns by name, rows by the sort columns, one row group, the seal's root in
//! the footer. The same table always gives the same bytes.

use super::PAGE_ROWS;
use super::column::{Chunk, Codes, Numbers, Writing};
use crate::error::{Error, Result};
use crate::schema::{AT, ColumnId, Kind, RECEIVED_AT, Schema};
use crate::table::{Table, Values, sorted_codes};
use crate::tree::{self, Digest};
use bytes::Bytes;
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::sync::Arc;

/// Who made the file, in its footer.
pub const CREATED_BY: &str = "belde journal";

/// A segment in memory, with what its seal says.
#[derive(Debug)]
pub struct Made {
    pub bytes: Vec<u8>,
    pub rows: u64,
    pub root: Digest,
    /// Nodes of the blocks of rows, in the order of the file.
    pub blocks: Vec<Digest>,
    /// First and last instant.
    pub at: (i64, i64),
    /// First and last receipt.
    pub received_at: (i64, i64),
}

/// Makes the segment of a table that has rows.
pub fn make(table: &Table, schema: &Schema, level: i32) -> Result<Made> {
    let order = table.order(schema);
    let leaves: Vec<Digest> = order.iter().map(|row| table.leaves[*row as usize]).collect();
    let blocks = tree::blocks(&leaves);
    let root = tree::root(&blocks);
    let (at, received_at) = (span(&table.at), span(&table.received_at));
    let mut columns: Vec<ColumnId> = table.columns().map(|(id, _)| id).collect();
    columns.sort_by_cached_key(|id| schema.about(*id).name.clone());
    let columns: Vec<ColumnId> = [AT, RECEIVED_AT].into_iter().chain(columns).collect();
    let notes = [
        ("belde.journal.root", hex::encode(root)),
        ("belde.journal.rows", table.len().to_string()),
        ("belde.journal.first_received_at", received_at.0.to_string()),
        ("belde.journal.last_received_at", received_at.1.to_string()),
    ];
    let notes = notes.into_iter().map(|(key, value)| KeyValue::new(key.to_owned(), value)).collect();
    let sorting = schema.sorted_by().iter().chain([&AT]).filter_map(|id| {
        let at = columns.iter().position(|column| column == id)?;
        Some(SortingColumn { column_idx: at as i32, descending: false, nulls_first: true })
    });
    let properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_key_value_metadata(Some(notes))
        .set_sorting_columns(Some(sorting.collect()))
        .build();
    let failed = |error: parquet::errors::ParquetError| Error::damaged("a segment being made", error);
    let mut file =
        SerializedFileWriter::new(Vec::new(), parquet_schema(&columns, schema)?, Arc::new(properties))
            .map_err(failed)?;
    let descriptions = file.schema_descr().columns().to_vec();
    let mut group = file.next_row_group().map_err(failed)?;
    for (id, description) in columns.iter().zip(descriptions) {
        let writing = Writing { description, level, is_sought: schema.about(*id).is_sought };
        let chunk = chunk_of(table, *id, &order, writing)?;
        group.append_column(&Bytes::from(chunk.bytes), chunk.close).map_err(failed)?;
    }
    group.close().map_err(failed)?;
    let bytes = file.into_inner().map_err(failed)?;
    Ok(Made { bytes, rows: table.len() as u64, root, blocks, at, received_at })
}

fn span(instants: &[i64]) -> (i64, i64) {
    let least = instants.iter().min().copied().unwrap_or_default();
    (least, instants.iter().max().copied().unwrap_or_default())
}

fn parquet_schema(columns: &[ColumnId], schema: &Schema) -> Result<Arc<Type>> {
    let failed = |error: parquet::errors::ParquetError| Error::damaged("a schema", error);
    let field = |id: &ColumnId| {
        let column = schema.about(*id);
        let (physical, logical) = match column.kind {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Bytes => (Physical::BYTE_ARRAY, None),
            Kind::Number => (Physical::INT64, Some(LogicalType::integer(64, false))),
            Kind::Time => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
        };
        let is_always = [AT, RECEIVED_AT].contains(id);
        let repetition = if is_always { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        let builder = Type::primitive_type_builder(&column.name, physical);
        builder.with_repetition(repetition).with_logical_type(logical).build().map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<std::result::Result<Vec<_>, _>>().map_err(failed)?;
    Type::group_type_builder("row").with_fields(fields).build().map(Arc::new).map_err(failed)
}

fn chunk_of(table: &Table, id: ColumnId, order: &[u32], writing: Writing) -> Result<Chunk> {
    let instants = match id {
        AT => Some(&table.at),
        RECEIVED_AT => Some(&table.received_at),
        _ => None,
    };
    if let Some(instants) = instants {
        let values = order.iter().map(|row| instants[*row as usize].cast_unsigned()).collect();
        return writing.numbers(&Numbers { values, present: None, is_signed: true });
    }
    let values = table.column(id).ok_or_else(|| Error::Refused("a column without values".to_owned()))?;
    match values {
        Values::Numbers(numbers, present) => {
            let is = |row: &u32| present.get(*row as usize).copied().unwrap_or(false);
            let value = |row: &u32| numbers.get(*row as usize).copied().unwrap_or(0);
            let values = order.iter().map(value).collect();
            let is_signed = writing.is_signed();
            writing.numbers(&Numbers { values, present: Some(order.iter().map(is).collect()), is_signed })
        }
        Values::Bytes(dictionary, codes) => {
            let sorted = sorted_codes(dictionary);
            let mut rank = vec![0; sorted.len() + 1];
            for (place, code) in (1..).zip(&sorted) {
                rank[*code as usize] = place;
            }
            let codes: Vec<u32> = order
                .iter()
                .map(|row| rank[codes.get(*row as usize).copied().unwrap_or(0) as usize])
                .collect();
            let values = sorted.iter().map(|code| dictionary.get(*code)).collect();
            writing.codes(&Codes { codes, values })
        }
    }
}

/// The pages of so many rows.
pub fn pages(rows: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    (0..rows).step_by(PAGE_ROWS).map(move |from| from..rows.min(from + PAGE_ROWS))
}
