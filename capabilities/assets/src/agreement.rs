//! The kind `agreement`: contracts, certificates, domain names and whatever else ends on a day; and one calendar of all ends, with
//! warranties, licences and the commitments of lines (AS-3, AS-4, AS-10).

mod calendar;
mod origins;
mod part;
mod store;

use kernel::event::Event;
use kernel::job::Job;
use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice, Reach};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};
use uuid::Uuid;

pub(crate) use part::{part, routes};

use crate::ending::{self, Ending};

/// Sees agreements and the calendar of ends.
pub const VIEW: &str = "assets.agreement.view";
/// Enters agreements, renews and ends them.
pub const EDIT: &str = "assets.agreement.edit";

pub(crate) const PATH: &str = "/sozlesmeler";

const STATES: [Choice; 3] = [
    Choice::new("valid", "Yürürlükte", Tone::Done),
    Choice::new("renewed", "Yenilendi", Tone::Wait),
    Choice::new("cancelled", "Sonlandırıldı", Tone::Wait),
];

const TYPES: [Choice; 5] = [
    Choice::new("maintenance", "Bakım sözleşmesi", Tone::Wait),
    Choice::new("service", "Hizmet sözleşmesi", Tone::Wait),
    Choice::new("certificate", "Sertifika", Tone::Wait),
    Choice::new("domain", "Alan adı", Tone::Wait),
    Choice::new("other", "Diğer", Tone::Wait),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0012_agreement", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("agreement", "contracts, certificates, domain names: what ends on a day")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "what it is")
        .text("type", "maintenance, service, certificate, domain, other")
        .text("supplier", "firm or registrar; may be empty")
        .text("document", "number of the contract, serial of the certificate; may be empty")
        .on_null("from_on", "first day")
        .on("until_on", "last day")
        .text("ending", "valid, ending, ended; follows the last day as a warranty does")
        .int_null("price_kurus", "what it costs in all")
        .text("note", "anything else; may be empty")
        .text("state", "valid, renewed, cancelled")
        .at("created_at", "when it was entered")
        .index(&["ending", "until_on"])
        .listing(&["state", "type", "ending"], &["until_on", "created_at"])
}

/// By what the program the town used before called it, so that its list can be brought in again.
pub(crate) fn migration_of_imports() -> Migration {
    let up = |backend| {
        let column =
            Table::new("agreement", "contracts, certificates, domains and whatever else ends on a day")
                .text("former_number", "number in the program the town used before; may be empty")
                .default("''")
                .index_where(&["former_number"], "former_number <> ''");
        column.add_columns(backend)
    };
    Migration { id: "assets/0021_agreement_imported", up }
}

/// At `/sozlesmeler`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("agreement", "süreli kayıt", "Sözleşme ve süreler", PATH, VIEW);
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("until_on", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.import_key = &[&["former_number"], &["document"], &["title", "until_on"]];
    kind.import_rest = Some("note");
    kind.origins = origins::ORIGINS;
    kind.list_links = &[("Bütün süreler tek takvimde", "takvim")];
    kind.fields = vec![
        Field::text("title", "Adı", 200)
            .required()
            .listed()
            .searched()
            .hint("“Sunucu bakımı”, “ornekova.bel.tr”."),
        Field::choice("type", "Türü", &TYPES).required().listed().filtered(),
        Field::text("supplier", "Firma", 120).listed().searched(),
        Field::text("document", "Belge ya da seri no", 120).searched(),
        Field::text("former_number", "Eski programdaki no", 60).searched().on_import(),
        Field::new("from_on", "İlk günü", FieldKind::Day),
        Field::new("until_on", "Son günü", FieldKind::Day).required().listed().sorted(),
        Field::choice("ending", "Süresi", &ending::STATES).listed().filtered().read_only(),
        Field::new("price_kurus", "Bedeli", FieldKind::Money),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![
        View { id: "biten", label_tr: "Bitmek üzere olanlar", query: "ending=ending&state=valid" },
        View { id: "bitmis", label_tr: "Süresi geçenler", query: "ending=ended&state=valid" },
    ];
    kind.verbs = vec![
        Verb::new("yenilendi", "Yenilendi", EDIT, &["valid"], "renewed", "agreement_renewed")
            .asking("Yenisinin numarası ya da tarihi"),
        Verb::new("sonlandir", "Sonlandır", EDIT, &["valid"], "cancelled", "agreement_cancelled")
            .asking("Gerekçe"),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let until = draft.or("until_on", before).text().to_string();
        let from = draft.or("from_on", before).text();
        if !from.is_empty() && until.as_str() < from {
            return Ok(vec![Violation::new("SZL-001", "until_on", "Son gün ilk günden önce olamaz.")]);
        }
        draft.set("ending", FieldValue::Text(ending::state_on(until.parse().ok(), tx.at().day()).into()));
        if before.is_none() {
            if draft.get("former_number").is_null() {
                draft.set("former_number", FieldValue::Text(String::new()));
            }
            draft.set("state", FieldValue::Text("valid".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

const AGREEMENT: Ending = Ending {
    kind,
    until: "until_on",
    column: "ending",
    in_force: "state = 'valid'",
    act_tr: "süreler",
    ending: "agreement_ending",
    ended: "agreement_ended",
    then: None,
};

pub(crate) fn job() -> Job {
    Job {
        name: "assets.watch_agreements",
        label_tr: "Bitmek üzere olan sözleşme ve sertifikaları bildirme",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 60,
        run: |context, _| Box::pin(ending::watch(context, &AGREEMENT)),
    }
}

pub(crate) fn notice() -> Notice {
    Notice {
        key: "assets.agreement_ending",
        label_tr: "Bir sözleşme, sertifika ya da alan adının süresi bitmek üzereyken ya da bittiğinde",
        on: &[("agreement", "agreement_ending"), ("agreement", "agreement_ended")],
        receivers: keepers,
        sentence_tr: "Süresi bitiyor ya da bitti: {title}.",
        path: None,
        many: None,
        about: About::Record,
    }
}

fn keepers<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = ::access::who_may(tx, EDIT, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}
