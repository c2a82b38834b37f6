//! Canonical bytes: fixed for outsiders, unambiguous, indifferent to how a database spells JSON.

use crate::{Canonical, leaf_digest};
use proptest::prelude::*;
use serde_json::{Value, json};

/// One value of each type, for the comparison of whole records.
#[derive(Debug, Clone, PartialEq)]
enum Field {
    None,
    Bool(bool),
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Instant(i64),
    List(u8),
}

fn field() -> impl Strategy<Value = Field> {
    prop_oneof![
        Just(Field::None),
        any::<bool>().prop_map(Field::Bool),
        any::<i64>().prop_map(Field::Int),
        ".{0,6}".prop_map(Field::Text),
        proptest::collection::vec(any::<u8>(), 0..6).prop_map(Field::Bytes),
        any::<i64>().prop_map(Field::Instant),
        any::<u8>().prop_map(Field::List),
    ]
}

fn written(kind: &str, fields: &[Field]) -> Vec<u8> {
    let mut record = Canonical::record(kind);
    for field in fields {
        match field {
            Field::None => record.none(),
            Field::Bool(value) => record.bool(*value),
            Field::Int(value) => record.int(*value),
            Field::Text(value) => record.text(value),
            Field::Bytes(value) => record.bytes(value),
            Field::Instant(value) => record.instant_us(*value),
            Field::List(count) => record.list(usize::from(*count)),
        };
    }
    record.as_bytes().to_vec()
}

fn json_bytes(value: &Value) -> Vec<u8> {
    let mut record = Canonical::record("j");
    record.json(value);
    record.as_bytes().to_vec()
}

/// The worked example of `docs/formats/seal.md`; when this changes, every outside verifier breaks.
#[test]
fn the_documented_example_keeps_its_bytes() {
    let mut record = Canonical::record("example/1");
    record.text("Şükrü").int(-1).none().bool(true).instant_us(1_700_000_000_000_000);
    record.bytes(&[0xde, 0xad]).list(1).text("a").json(&json!({"b": [1.5, 2.0], "a": null}));
    let expected = [
        "0a0000000000000009",
        "6578616d706c652f31",
        "050000000000000008",
        "c59ec3bc6b72c3bc",
        "020000000000000008",
        "ffffffffffffffff",
        "000000000000000000",
        "010000000000000001",
        "01",
        "070000000000000008",
        "00060a24181e4000",
        "060000000000000002",
        "dead",
        "080000000000000008",
        "0000000000000001",
        "050000000000000001",
        "61",
        "090000000000000008",
        "0000000000000002",
        "050000000000000001",
        "61",
        "000000000000000000",
        "050000000000000001",
        "62",
        "080000000000000008",
        "0000000000000002",
        "040000000000000008",
        "3ff8000000000000",
        "020000000000000008",
        "0000000000000002",
    ]
    .concat();
    assert_eq!(hex::encode(record.as_bytes()), expected);
    assert_eq!(record.leaf(), leaf_digest(record.as_bytes()));
    let documented = include_str!("../../../../docs/formats/seal.md");
    assert!(documented.contains(&hex::encode(record.leaf())), "docs/formats/seal.md lost its example");
}

#[test]
fn nothing_differs_from_an_empty_text_and_an_empty_text_from_no_bytes() {
    let with = |write: fn(&mut Canonical)| {
        let mut record = Canonical::record("k");
        write(&mut record);
        record.leaf()
    };
    let leaves = [
        with(|record| {
            record.none();
        }),
        with(|record| {
            record.text("");
        }),
        with(|record| {
            record.bytes(&[]);
        }),
        with(|record| {
            record.int(0);
        }),
        with(|record| {
            record.instant_us(0);
        }),
        with(|record| {
            record.bool(false);
        }),
        with(|record| {
            record.list(0);
        }),
        with(|record| {
            record.json(&json!({}));
        }),
    ];
    for (at, leaf) in leaves.iter().enumerate() {
        assert!(!leaves[at + 1..].contains(leaf), "two empty values share their bytes");
    }
    assert_eq!(
        with(|record| {
            record.optional_text(None);
        }),
        leaves[0]
    );
    assert_eq!(
        with(|record| {
            record.optional_text(Some(""));
        }),
        leaves[1]
    );
    assert_eq!(
        with(|record| {
            record.optional_bytes(None);
        }),
        leaves[0]
    );
    assert_eq!(
        with(|record| {
            record.optional_bytes(Some(&[]));
        }),
        leaves[2]
    );
}

#[test]
fn json_keeps_its_bytes_through_a_database_that_respells_it() {
    let sent: Value = serde_json::from_str(r#"{"tutar":1e2,"ad":"Ş","not":[null,true]}"#).unwrap();
    let back: Value = serde_json::from_str(r#"{"ad": "\u015e", "not": [null, true], "tutar": 100}"#).unwrap();
    assert_eq!(json_bytes(&sent), json_bytes(&back));
    assert_ne!(json_bytes(&json!(0.1)), json_bytes(&json!(0.2)));
    assert_ne!(json_bytes(&json!(u64::MAX)), json_bytes(&json!(-1)));
    assert_ne!(json_bytes(&json!(1e300)), json_bytes(&json!(i64::MAX)));
    assert_eq!(json_bytes(&json!(-0.0)), json_bytes(&json!(0)));
    assert_ne!(json_bytes(&json!([["a"], "b"])), json_bytes(&json!([["a", "b"]])));
    assert_ne!(json_bytes(&json!({"a": "b"})), json_bytes(&json!(["a", "b"])));
}

proptest! {
    #[test]
    fn two_different_records_never_share_their_bytes(
        left in (".{0,3}", proptest::collection::vec(field(), 0..4)),
        right in (".{0,3}", proptest::collection::vec(field(), 0..4)),
    ) {
        prop_assert_eq!(left == right, written(&left.0, &left.1) == written(&right.0, &right.1));
    }

    /// Moving a character over the border of two fields is the classic way to forge a joined text.
    #[test]
    fn a_border_between_two_fields_cannot_be_moved(text in "[a-c]{1,8}", at in 0..8_usize, other in 0..8_usize) {
        let cut = |at: usize| {
            let (head, tail) = text.split_at(at.min(text.len()));
            written("k", &[Field::Text(head.to_owned()), Field::Text(tail.to_owned())])
        };
        prop_assert_eq!(cut(at) == cut(other), at.min(text.len()) == other.min(text.len()));
    }
}
