//! The kind `how_to`: how things are solved, written once and found from the form that reports them (SD-6). Earlier
//! wordings stand in its history.

pub(crate) mod page;
pub(crate) mod store;

use kernel::migrate::{Migration, create};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Reserved, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Day, Error, Result, Tx, Violation};
use time::Duration;

/// Reads how-tos.
pub const VIEW: &str = "service_desk.how_to.view";
/// Writes and publishes how-tos.
pub const EDIT: &str = "service_desk.how_to.edit";

/// Reads drafts and what is written for the desk alone.
pub const VIEW_ALL: &str = "service_desk.how_to.view_all";

/// A how-to nobody looked at for so long may be wrong by now.
const REVIEWED_EVERY: Duration = Duration::days(365);

const STATES: [Choice; 3] = [
    Choice::new("draft", "Taslak", Tone::New),
    Choice::new("published", "Yayında", Tone::Done),
    Choice::new("withdrawn", "Yayından kalktı", Tone::Wait),
];

const AUDIENCES: [Choice; 2] = [
    Choice::new("everybody", "Herkes", Tone::Done),
    Choice::new("desk", "Yalnızca destek ekibi", Tone::Wait),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "service_desk/0006_how_to", up: |backend| create(backend, &[table(), vote_table()]) }
}

fn table() -> Table {
    Table::new("how_to", "how things are solved")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "question or matter, as people say it")
        .text("title_key", "Turkish sort key of the title")
        .text("body", "what to do")
        .text("category", "what it is about")
        .text("audience", "everybody, desk")
        .text("state", "draft, published, withdrawn")
        .on("review_on", "day on which somebody reads it again")
        .at("created_at", "when it was entered")
        .listing(&["state", "category", "audience"], &["title_key", "review_on", "created_at"])
}

fn vote_table() -> Table {
    Table::new("how_to_vote", "whether an how_to helped, once for each person")
        .uuid("how_to_id", "which how_to")
        .references("how_to")
        .uuid("account_id", "who says so")
        .bool("has_helped", "it did")
        .at("at", "when they said so last")
        .key(&["how_to_id", "account_id"])
}

/// At `/bilgi-bankasi`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("how_to", "bilgi yazısı", "Bilgi bankası", "/bilgi-bankasi", VIEW);
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("title", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.read_first = &["body"];
    kind.reserved = &[
        Reserved { column: "audience", values: &["desk"], to: VIEW_ALL, but_owner: false },
        Reserved { column: "state", values: &["draft", "withdrawn"], to: VIEW_ALL, but_owner: false },
    ];
    kind.fields = vec![
        Field::text("title", "Başlık", 160)
            .required()
            .listed()
            .sorted_by("title_key")
            .searched()
            .hint("Soran kişinin sözleriyle: “Yazıcı çıktı vermiyor”."),
        Field::new("body", "Ne yapmalı?", FieldKind::LongText { max_length: 20_000 }).required().searched(),
        Field::choice("category", "Ne ile ilgili?", &crate::ticket::CATEGORIES)
            .required()
            .listed()
            .filtered(),
        Field::choice("audience", "Kim okur?", &AUDIENCES)
            .required()
            .filtered()
            .default("everybody")
            .hint("Parola, sunucu adresi gibi bilgiler destek ekibine yazılır; ötekiler göremez, aramada da bulamaz."),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("review_on", "Gözden geçirme günü", FieldKind::Day).listed().sorted(),
        Field::new("created_at", "Yazıldığı an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![
        View { id: "yayinda", label_tr: "Yayında", query: "state=published" },
        View { id: "taslak", label_tr: "Taslaklar", query: "state=draft" },
        View {
            id: "gozden-gecir",
            label_tr: "Gözden geçirme sırası",
            query: "state=published&sirala=review_on",
        },
    ];
    kind.verbs = vec![
        Verb::new("yayimla", "Yayımla", EDIT, &["draft", "withdrawn"], "published", "how_to_published")
            .bulk(),
        Verb::new(
            "gozden-gecirdim",
            "Gözden geçirdim, doğru",
            EDIT,
            &["published"],
            "published",
            "how_to_reviewed",
        )
        .bulk()
        .run(|tx, how_to, _| Box::pin(review(tx, how_to))),
        Verb::new("kaldir", "Yayından kaldır", EDIT, &["published"], "withdrawn", "how_to_withdrawn").bulk(),
    ];
    kind
}

/// Once a day is enough, however often the button is pressed.
async fn review(tx: &Tx, how_to: &Record) -> Result<()> {
    let next = next_review(tx);
    if how_to.get("review_on").text() == next.to_string() {
        return Err(Error::conflict("Bu yazı bugün zaten gözden geçirilmiş."));
    }
    store::set_review(tx, how_to.id, next).await
}

fn next_review(tx: &Tx) -> Day {
    Day(tx.at().day().0 + REVIEWED_EVERY)
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        if draft.or("review_on", before).text().is_empty() {
            draft.set("review_on", FieldValue::Text(next_review(tx).to_string()));
        }
        if before.is_none() {
            draft.set("state", FieldValue::Text("draft".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}
