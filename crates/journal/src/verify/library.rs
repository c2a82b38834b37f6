//! A segment that another program has written anew: read slowly, as any reader of Parquet does, to tell whether its rows are the sealed
//! ones and, if not, which are others. Our own reader reads only what we write.

use crate::journal::Inner;
use crate::schema::{AT, Kind, RECEIVED_AT, Row};
use crate::tree::{self, BLOCK_ROWS, Digest, Leaves};
use bytes::Bytes;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use std::panic::AssertUnwindSafe;

/// How many rows, and the nodes over their blocks; nothing where no reader of Parquet reads it, or a value is of no kind of ours.
pub(super) fn blocks(inner: &Inner, bytes: Bytes) -> Option<(u64, Vec<Digest>)> {
    // The library may fall over what was changed on purpose; the report goes on.
    std::panic::catch_unwind(AssertUnwindSafe(|| read(inner, bytes))).ok().flatten()
}

fn read(inner: &Inner, bytes: Bytes) -> Option<(u64, Vec<Digest>)> {
    let reader = SerializedFileReader::new(bytes).ok()?;
    let (mut leaves, mut digests, mut nodes) = (Leaves::default(), Vec::new(), Vec::new());
    let (mut row, mut rows) = (Row::default(), 0);
    for read in reader.get_row_iter(None).ok()? {
        row.clear();
        for (name, field) in read.ok()?.get_column_iter() {
            fill(inner, &mut row, name, field)?;
        }
        leaves.add((row.at_us, row.received_at_us), &mut digests, |leaf| inner.encoder().leaf(&row, leaf));
        rows += 1;
        if rows % BLOCK_ROWS as u64 == 0 {
            leaves.flush(&mut digests);
            nodes.extend(tree::blocks(&digests));
            digests.clear();
        }
    }
    leaves.flush(&mut digests);
    nodes.extend(tree::blocks(&digests));
    Some((rows, nodes))
}

/// Sets one value. Partitions that a program writes as columns (`day`, `stream`) are dropped by name, as they are of no row.
fn fill(inner: &Inner, row: &mut Row, name: &str, field: &Field) -> Option<()> {
    let schema = inner.schema();
    match field {
        Field::Null => {}
        Field::TimestampMicros(at_us) if name == "at" => row.time(AT, *at_us),
        Field::TimestampMicros(at_us) if name == "received_at" => row.time(RECEIVED_AT, *at_us),
        Field::TimestampMicros(at_us) => row.time(schema.column(name, Kind::Time).ok()?, *at_us),
        Field::Str(text) => {
            let id = schema.find(name).or_else(|| schema.column(name, Kind::Text).ok())?;
            row.bytes(id, text.as_bytes());
        }
        Field::Bytes(bytes) => {
            let id = schema.find(name).or_else(|| schema.column(name, Kind::Bytes).ok())?;
            row.bytes(id, bytes.data());
        }
        Field::ULong(number) => row.number(schema.column(name, Kind::Number).ok()?, *number),
        Field::Long(number) => row.number(schema.column(name, Kind::Number).ok()?, number.cast_unsigned()),
        _ if matches!(name, "day" | "stream") => {}
        _ => return None,
    }
    Some(())
}
