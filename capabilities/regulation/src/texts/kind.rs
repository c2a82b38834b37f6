//! The record kind `regulation`: what its list and detail show, and what may be done with a draft besides correcting and
//! confirming it, which have screens of their own.

use kernel::event::Event;
use kernel::record::{self, Choice, Direction, Field, FieldKind, Kind, Record, Tone, Verb, View};
use kernel::{Boxed, Result, Tx};

use super::{CONFIRM, EDIT, VIEW, store};

const STATES: [Choice; 5] = [
    Choice::new("draft", "Taslak", Tone::Doing),
    Choice::new("awaiting", "Yürürlüğe girecek", Tone::New),
    Choice::new("in_force", "Yürürlükte", Tone::Done),
    Choice::new("repealed", "Yürürlükten kalktı", Tone::Wait),
    Choice::new("discarded", "Silinen taslak", Tone::Wait),
];

const SOURCES: [Choice; 3] = [
    Choice::new("file", "Dosya", Tone::Wait),
    Choice::new("paste", "Yapıştırılan metin", Tone::Wait),
    Choice::new("profile", "Hazır profil", Tone::Wait),
];

pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("regulation", "yönetmelik", "Yönetmelikler", "/yonetmelik", VIEW);
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.has_form = false;
    kind.editable_in = &["draft"];
    kind.locked_tr = "Onaylanmış yönetmeliğin adı değiştirilemez.";
    kind.default_sort = ("created_at", Direction::Descending);
    kind.fields = vec![
        Field::text("title", "Adı", 300).listed().required().sorted_by("title_key").searched(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("in_force_on", "Yürürlük tarihi", FieldKind::Day).listed().read_only(),
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
        View { id: "girecek", label_tr: "Yürürlüğe girecekler", query: "state=awaiting" },
        View { id: "taslak", label_tr: "Taslaklar", query: "state=draft" },
    ];
    kind.verbs = vec![
        Verb::new(
            "onayi-geri-al",
            "Onayı geri al",
            CONFIRM,
            &["awaiting"],
            "draft",
            "confirmation_withdrawn",
        )
        .asking("Gerekçe")
        .saying("Onay geri alındı; yönetmelik yeniden taslak.")
        .official()
        .run(withdraw),
        Verb::new("taslagi-sil", "Taslağı sil", EDIT, &["draft"], "discarded", "draft_discarded")
            .asking("Gerekçe")
            .saying("Taslak silindi.")
            .danger(),
    ];
    kind
}

/// Whoever confirms it again does so from the reading.
fn withdraw<'a>(tx: &'a Tx, record: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(store::clear_confirmation(tx, record.id))
}

/// Its page stays for who was there; nobody is offered it again. After the verb, whose last act is to enter the record in
/// the directory of records.
pub(super) fn discarded<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move { record::remove(tx, &kind(), event.subject_id).await })
}
