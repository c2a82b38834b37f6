//! The kind `correspondent`: who writes to the municipality and is written to — institutions with their DETSİS number,
//! persons, firms. One is made of the name the register clerk types, and filled in when somebody writes to it.

mod met;
pub(crate) mod store;

use kernel::event::{NewEvent, VerbLabel};
use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Capability, Error, Result, Tx, Violation, tr};
use signing::Certificate;
use uuid::Uuid;

pub(crate) use met::{Sender, differences, meet};

use crate::{KEEPERS, READERS, entry, permission, verb};

pub const VIEW: &str = "documents.correspondent.view";
pub const EDIT: &str = "documents.correspondent.edit";

const KINDS: [Choice; 4] = [
    Choice::new("institution", "Kurum ya da kuruluş", Tone::Wait),
    Choice::new("unit", "Belediyenin birimi", Tone::Wait),
    Choice::new("person", "Kişi", Tone::Wait),
    Choice::new("company", "Firma, dernek, vakıf", Tone::Wait),
];

/// Decides the closing verb: "arz ederim" upwards and to the same rank, "rica ederim" below.
pub(crate) const RANKS: [Choice; 4] = [
    Choice::new("unknown", "Bilinmiyor", Tone::Wait),
    Choice::new("above", "Üst makam", Tone::Wait),
    Choice::new("same", "Aynı düzey", Tone::Wait),
    Choice::new("below", "Alt makam", Tone::Wait),
];

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Muhataplar", "/muhataplar", VIEW)],
        permissions: vec![
            permission(VIEW, "Yazışılan kurumları, kişileri ve firmaları görür.", READERS),
            permission(EDIT, "Yazışılan kurum, kişi ve firmaların bilgilerini yazar.", KEEPERS),
        ],
        kinds: vec![kind()],
        verbs: VERBS.to_vec(),
        ..Capability::default()
    }
}

const VERBS: [VerbLabel; 2] = [
    verb("correspondent_filled", "Paketindeki bilgilerle tamamlandı", false),
    verb("correspondent_differs", "Paketindeki bilgiler kayıttakinden farklı", false),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0003_correspondent", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("correspondent", "who writes and is written to")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "as it stands in letters")
        .text("name_key", "for sorting in Turkish order")
        .text("known_as", "folded, by which a typed name is found again")
        .text("kind", "institution, unit, person, company")
        .text("rank", "unknown, above, same, below: seen from the municipality")
        .text("detsis", "number in the state's register of institutions; may be empty")
        .text("kep", "registered electronic mail address; may be empty")
        .text("email", "may be empty")
        .text("phone", "may be empty")
        .text("address", "may be empty")
        .text("certificate", "PEM certificate that packages are encrypted for; may be empty")
        .default("''")
        .text("note", "anything else; may be empty")
        .at("created_at", "when it was entered")
        .unique(&["known_as"])
        .index_where(&["detsis"], "detsis <> ''")
        .listing(&["kind", "rank"], &["name_key"])
}

/// Companies are named in packages by their number in the register of commerce.
pub(crate) fn mersis_migration() -> Migration {
    let up = |backend| {
        let wider = Table::new("correspondent", "who writes and is written to")
            .text("mersis", "number in the central register of companies; may be empty")
            .default("''");
        wider.add_columns(backend)
    };
    Migration { id: "documents/0023_correspondent_mersis", up }
}

/// At `/muhataplar`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("correspondent", "muhatap", "Muhataplar", "/muhataplar", VIEW);
    kind.title = "name";
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("name", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.import_key = &[&["detsis"], &["name"]];
    kind.fields = vec![
        Field::text("name", "Adı", 240).required().listed().sorted_by("name_key").searched(),
        Field::choice("kind", "Türü", &KINDS).required().listed().filtered().default("institution"),
        Field::choice("rank", "Düzeyi", &RANKS)
            .filtered()
            .default("unknown")
            .hint("Yazı üst makama ve aynı düzeye “arz”, alt makama “rica” ile biter; kişide ve firmada sorulmaz."),
        Field::text("detsis", "DETSİS no", 8).listed().searched().hint("Sekiz rakam."),
        Field::text("mersis", "MERSİS no", 16).hint("Firmada on altı rakam; elektronik yazının paketinde yer alır."),
        Field::text("kep", "KEP adresi", 160),
        Field::new("email", "E-posta", FieldKind::Email).personal(),
        Field::new("phone", "Telefon", FieldKind::Phone).personal(),
        Field::text("address", "Adresi", 300).personal(),
        Field::new("certificate", "Şifreleme sertifikası (PEM)", FieldKind::LongText { max_length: 8_000 })
            .hint("“-----BEGIN CERTIFICATE-----” satırıyla başlar. Yazılırsa bu muhataba şifreli paket (.eyps) verilebilir."),
        Field::new("note", "Not", FieldKind::LongText { max_length: 2_000 }),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).read_only(),
    ];
    kind.views = vec![
        View { id: "kurumlar", label_tr: "Kurumlar", query: "kind=institution" },
        View { id: "kisiler", label_tr: "Kişiler", query: "kind=person" },
    ];
    kind
}

/// Where somebody stands whom a letter is written to: what its closing verb depends on. People and companies have no rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// An institution or unit whose rank nobody wrote down.
    Unknown,
    Above,
    Same,
    Below,
    Company,
    Person,
}

impl Standing {
    fn of(kind: &str, rank: &str) -> Self {
        match (kind, rank) {
            ("person", _) => Self::Person,
            ("company", _) => Self::Company,
            (_, "above") => Self::Above,
            (_, "same") => Self::Same,
            (_, "below") => Self::Below,
            _ => Self::Unknown,
        }
    }
}

/// Eight digits, the first not zero (DETSİS).
pub(crate) fn is_detsis(text: &str) -> bool {
    text.len() == 8 && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        let detsis = draft.or("detsis", before).text().to_string();
        if !detsis.is_empty() && !is_detsis(&detsis) {
            let text = "DETSİS no sekiz rakamdır ve sıfırla başlamaz.";
            found.push(Violation::new("MHT-001", "detsis", text));
        }
        let mersis = draft.or("mersis", before).text();
        if !mersis.is_empty() && (mersis.len() != 16 || !mersis.bytes().all(|byte| byte.is_ascii_digit())) {
            found.push(Violation::new("MHT-004", "mersis", "MERSİS no on altı rakamdır."));
        }
        let certificate = draft.or("certificate", before).text();
        if !certificate.is_empty() && encryption_certificate(certificate).is_none() {
            let text = "Şifreleme için verilmiş bir RSA sertifikası PEM olarak yazılmalı.";
            found.push(Violation::new("MHT-003", "certificate", text));
        }
        let known_as = known_as(draft.or("name", before).text());
        let other = store::known(tx, &known_as).await?;
        if other.is_some_and(|other| before.map(|one| one.id) != Some(other)) {
            found.push(Violation::new("MHT-002", "name", "Bu adla kayıtlı bir muhatap zaten var."));
        }
        draft.set("known_as", FieldValue::Text(known_as));
        let usual = [
            ("kind", "institution"),
            ("rank", "unknown"),
            ("detsis", ""),
            ("mersis", ""),
            ("kep", ""),
            ("email", ""),
            ("phone", ""),
            ("address", ""),
            ("certificate", ""),
            ("note", ""),
        ];
        for (column, usual) in usual {
            if draft.or(column, before).text().is_empty() {
                draft.set(column, FieldValue::Text(usual.into()));
            }
        }
        if before.is_none() {
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(found)
    })
}

/// The certificate of a PEM text, where something can be encrypted for it.
pub(crate) fn encryption_certificate(pem: &str) -> Option<Certificate> {
    let found = Certificate::from_pem_or_der(pem.as_bytes()).ok()?.into_iter().next()?;
    signing::enveloped::can_encrypt_for(&found).then_some(found)
}

/// Names that differ in letters, spaces and points only are one.
pub(crate) fn known_as(name: &str) -> String {
    tr::words(name).collect::<Vec<_>>().join(" ")
}

/// Whoever is called so, made if nobody is. Whoever may write to somebody may make them known by it, so this asks for no
/// permission of its own.
pub(crate) async fn named(tx: &Tx, name: &str) -> Result<Uuid> {
    if let Some(id) = store::known(tx, &known_as(name)).await? {
        return Ok(id);
    }
    let Some(id) = store::insert(tx, name, &known_as(name)).await? else {
        // Whoever was faster has committed by now: the statement waited for them.
        return store::known(tx, &known_as(name)).await?.ok_or_else(Error::not_found);
    };
    let kind = kind();
    let made = record::get(tx, &kind, id).await?;
    record::index(tx, &kind, &made).await?;
    tx.record(NewEvent::new(made.reference(&kind), made.title(&kind), "created")).await?;
    Ok(id)
}
