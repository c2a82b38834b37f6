//! Any query of a list's address and any form: a list query and a draft, or sentences that say what is wrong.
#![no_main]

use std::collections::BTreeMap;

use kernel::record::{Field, FieldKind, Kind, ListQuery, PAGE_SIZES, parse_form};
use libfuzzer_sys::fuzz_target;

/// One field of each sort that a form can have.
fn kind() -> Kind {
    let fields = vec![
        Field::text("name", "Ad", 40).required().sorted().filtered(),
        Field::reference("unit_id", "Birim", "unit").filtered(),
        Field::new("day", "Gün", FieldKind::Day).sorted().filtered(),
        Field::new("at", "Zaman", FieldKind::Instant).sorted().filtered(),
        Field::new("count", "Sayı", FieldKind::Int { min: 0, max: 100 }).sorted().filtered(),
        Field::new("price", "Bedel", FieldKind::Money),
        Field::new("is_open", "Açık", FieldKind::Bool).filtered(),
        Field::new("note", "Not", FieldKind::LongText { max_length: 200 }),
    ];
    let mut kind = Kind::new("probe", "deneme", "Denemeler", "/deneme", "probe.view");
    kind.fields = fields;
    kind
}

fuzz_target!(|pairs: Vec<(String, String)>| {
    let kind = kind();
    let (query, violations) = ListQuery::parse(&kind, &pairs);
    assert!(PAGE_SIZES.contains(&query.size) && query.text.chars().count() <= 200);
    assert!(violations.iter().all(|one| !one.text.is_empty() && !one.field.is_empty()));
    let typed: BTreeMap<String, String> = pairs.into_iter().collect();
    let (draft, violations) = parse_form(&kind, &typed, None);
    assert!(violations.iter().all(|one| !one.text.is_empty()));
    if violations.is_empty() {
        let name = draft.get("name").text().to_string();
        assert!(!name.is_empty() && name.chars().count() <= 40);
    }
});
