//! The record kind `regulation`: what its list and detail show. Making one and every change have screens of their own.

use kernel::record::{Choice, Direction, Field, FieldKind, Kind, Tone, View};

use super::{EDIT, VIEW};

const STATES: [Choice; 3] = [
    Choice::new("draft", "Taslak", Tone::Doing),
    Choice::new("in_force", "Yürürlükte", Tone::Done),
    Choice::new("repealed", "Yürürlükten kalktı", Tone::Wait),
];

const SOURCES: [Choice; 3] = [
    Choice::new("file", "Dosya", Tone::Wait),
    Choice::new("paste", "Yapıştırılan metin", Tone::Wait),
    Choice::new("profile", "Hazır profil", Tone::Wait),
];

pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("regulation", "yönetmelik", "Yönetmelikler", "/yonetmelik", VIEW);
    kind.create = Some(EDIT);
    kind.has_form = false;
    kind.default_sort = ("created_at", Direction::Descending);
    kind.fields = vec![
        Field::text("title", "Adı", 300).listed().sorted_by("title_key").searched().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("in_force_on", "Yürürlüğe girdi", FieldKind::Day).listed().read_only(),
        Field::new("repealed_on", "Yürürlükten kalktı", FieldKind::Day).listed().read_only(),
        Field::text("decision", "Meclis kararı", 300).listed().searched().read_only(),
        Field::choice("source", "Kaynak", &SOURCES).filtered().read_only(),
        Field::text("source_name", "Kaynağın adı", 300).read_only(),
        Field::reference("supersedes_id", "Yerini aldığı", "regulation").read_only(),
        Field::text("created_by", "Kaydeden", 200).read_only(),
        Field::new("created_at", "Kaydedildi", FieldKind::Instant).listed().sorted().read_only(),
    ];
    kind.views = vec![
        View { id: "yururlukte", label_tr: "Yürürlükte olanlar", query: "state=in_force" },
        View { id: "taslak", label_tr: "Taslaklar", query: "state=draft" },
    ];
    kind
}
