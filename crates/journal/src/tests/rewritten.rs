//! A segment that another program has written anew: with the same rows it is told so, with others its rows are named.

use super::{NOON, append, keys, lines, open};
use crate::What;
use bytes::Bytes;
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use std::sync::Arc;

/// The same rows as another program writes them: no dictionary, nothing packed. `change` may change texts.
fn rewritten(bytes: Vec<u8>, change: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr().root_schema_ptr();
    let properties = WriterProperties::builder().set_dictionary_enabled(false).build();
    let mut out = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut out, schema, Arc::new(properties)).unwrap();
    for at in 0..reader.num_row_groups() {
        let group = reader.get_row_group(at).unwrap();
        let rows = usize::try_from(group.metadata().num_rows()).unwrap();
        let mut new = writer.next_row_group().unwrap();
        let mut column = 0;
        while let Some(mut to) = new.next_column().unwrap() {
            let has_levels = group.metadata().column(column).column_descr().max_def_level() > 0;
            let mut levels = Vec::new();
            match group.get_column_reader(column).unwrap() {
                ColumnReader::Int64ColumnReader(mut from) => {
                    let mut values = Vec::new();
                    from.read_records(rows, has_levels.then_some(&mut levels), None, &mut values).unwrap();
                    let levels = has_levels.then_some(levels.as_slice());
                    to.typed::<Int64Type>().write_batch(&values, levels, None).unwrap();
                }
                ColumnReader::ByteArrayColumnReader(mut from) => {
                    let mut values = Vec::new();
                    from.read_records(rows, has_levels.then_some(&mut levels), None, &mut values).unwrap();
                    let values: Vec<ByteArray> = values
                        .iter()
                        .map(|value: &ByteArray| ByteArray::from(change(value.data())))
                        .collect();
                    let levels = has_levels.then_some(levels.as_slice());
                    to.typed::<ByteArrayType>().write_batch(&values, levels, None).unwrap();
                }
                _ => panic!("no column of ours"),
            }
            to.close().unwrap();
            column += 1;
        }
        new.close().unwrap();
    }
    writer.close().unwrap();
    out
}

#[tokio::test]
async fn what_another_program_wrote_anew_is_read_and_its_changed_rows_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), "one", 1_000_000).await;
    append(&journal, NOON, &lines(0, 9_000)).await;
    journal.seal_now().await.unwrap();
    journal.hand_over().await.unwrap();
    let path = folder.path().join("all/stream=lines/day=2026-11-30/one-0000000001.parquet");
    let whole = std::fs::read(&path).unwrap();
    for every_row in [false, true] {
        std::fs::write(&path, rewritten(whole.clone(), <[u8]>::to_vec)).unwrap();
        let report = journal.verify(&keys(&["one"]), &[], None, every_row).await.unwrap();
        assert_eq!(report.findings.iter().map(|it| &it.what).collect::<Vec<_>>(), [&What::SegmentRewritten]);
        let change = |text: &[u8]| if text == b"line 5000" { b"line 5001".to_vec() } else { text.to_vec() };
        std::fs::write(&path, rewritten(whole.clone(), change)).unwrap();
        let report = journal.verify(&keys(&["one"]), &[], None, every_row).await.unwrap();
        let is_named = |what: &What| matches!(what, What::RowsChanged { to, .. } if *to <= 9_000);
        assert!(
            !report.findings.is_empty() && report.findings.iter().all(|it| is_named(&it.what)),
            "{:?}",
            report.findings
        );
    }
}
