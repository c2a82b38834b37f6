//! The watch list: laws, regulations and council decisions that change what the directorate must do, until the staff
//! has been told. That they read it is `directives::acknowledge`.

mod store;

use kernel::capability::{Evidence, EvidenceNow, MenuEntry, Permission};
use kernel::event::VerbLabel;
use kernel::migrate::{Migration, create};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Capability, Db, Instant, Result, Tx, Violation};
use web::{Allow, Routes};

use crate::directives::{READERS, acknowledge};
use crate::duties::EVERYBODY;

pub(crate) const VIEW: &str = "regulation.watch.view";
pub(crate) const EDIT: &str = "regulation.watch.edit";

const STATES: [Choice; 3] = [
    Choice::new("watching", "İzleniyor", Tone::Doing),
    Choice::new("told", "Personele duyuruldu", Tone::Done),
    Choice::new("closed", "Kapandı", Tone::Wait),
];

const KINDS: [Choice; 5] = [
    Choice::new("law", "Kanun", Tone::Wait),
    Choice::new("regulation", "Yönetmelik", Tone::Wait),
    Choice::new("circular", "Genelge ya da tebliğ", Tone::Wait),
    Choice::new("council", "Meclis kararı", Tone::Wait),
    Choice::new("committee", "Encümen kararı", Tone::Wait),
];

/// What this part declares.
pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![MenuEntry {
            group_tr: "Görev ve denetim",
            label_tr: "Mevzuat izleme",
            path: "/mevzuat-izleme",
            permission: VIEW,
        }],
        permissions: vec![
            Permission {
                code: VIEW,
                sentence_tr: "Mevzuat izleme listesini görür; okuduğunu bildirir.",
                roles: EVERYBODY,
            },
            Permission {
                code: EDIT,
                sentence_tr: "Mevzuat izleme listesini tutar ve değişiklikleri personele duyurur.",
                roles: &[("admin", "all"), ("director", "all"), ("clerk", "all")],
            },
        ],
        migrations: vec![Migration {
            id: "regulation/0103_watch_list",
            up: |backend| create(backend, &[table()]),
        }],
        kinds: vec![kind()],
        verbs: vec![
            VerbLabel { verb: "told", label_tr: "Personele duyuruldu", is_official: true },
            VerbLabel { verb: "watch_closed", label_tr: "İzleme kapatıldı", is_official: false },
        ],
        evidence: vec![Evidence {
            duty: "REG-2",
            label_tr: "İzlenen ve duyurulan mevzuat",
            path: "/mevzuat-izleme",
            fresh_days: 180,
            run: evidence,
        }],
        ..Capability::default()
    }
}

/// Routes of this part.
pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), Some(acknowledge::extras))
        .get("/mevzuat-izleme/{id}/okuyanlar", Allow::Whole(READERS), |ctx, id| {
            acknowledge::names_page(ctx, "watched_law", id)
        })
        .post("/mevzuat-izleme/{id}/okudum", Allow::Whole(VIEW), |ctx, id, form| {
            acknowledge::accept(ctx, "watched_law", id, form)
        })
}

fn table() -> Table {
    Table::new("watched_law", "changes of law and decisions the staff must hear of")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "what changed")
        .text("title_key", "Turkish sort key of the title")
        .text("number", "number of the law or decision; may be empty")
        .text("kind", "law, regulation, circular, council, committee")
        .on_null("gazette_on", "day of the gazette or of the decision")
        .text("gazette_no", "number of the gazette; may be empty")
        .text("note", "what it changes for the directorate")
        .text("state", "watching, told, closed")
        .at_null("told_at", "when the staff was told")
        .at("created_at", "when it was entered")
        .listing(&["state", "kind"], &["title_key", "created_at"])
}

/// Watched laws and decisions.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("watched_law", "mevzuat değişikliği", "Mevzuat izleme", "/mevzuat-izleme", VIEW);
    kind.number = Some("number");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("title", "Konusu", 200).required().listed().sorted_by("title_key").searched(),
        Field::choice("kind", "Türü", &KINDS).required().listed().filtered(),
        Field::text("number", "Kanun ya da karar sayısı", 40).listed().searched(),
        Field::new("gazette_on", "Resmî Gazete ya da karar tarihi", FieldKind::Day).listed(),
        Field::text("gazette_no", "Resmî Gazete sayısı", 20),
        Field::new("note", "Müdürlük için ne değişiyor", FieldKind::LongText { max_length: 10_000 })
            .required()
            .searched(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("told_at", "Duyurulduğu an", FieldKind::Instant).listed().read_only(),
        Field::new("created_at", "Listeye alındığı an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![
        View { id: "izlenen", label_tr: "İzlenenler", query: "state=watching" },
        View { id: "duyurulan", label_tr: "Duyurulanlar", query: "state=told" },
    ];
    let verb = |id, label_tr, from, to, event| Verb::new(id, label_tr, EDIT, from, to, event);
    kind.verbs = vec![
        verb("duyur", "Personele duyur", &["watching"], "told", "told")
            .official()
            .saying("Personele duyuruldu.")
            .run(|tx, record, _reason| Box::pin(set_told(tx, record))),
        verb("kapat", "İzlemeyi kapat", &["watching", "told"], "closed", "watch_closed")
            .asking("Gerekçe")
            .saying("İzleme kapatıldı."),
    ];
    kind
}

async fn set_told(tx: &Tx, record: &Record) -> Result<()> {
    store::set_told(tx, record.id).await?;
    Ok(())
}

/// What the staff was told must stay what they were told.
fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut violations = Vec::new();
        if let Some(before) = before.filter(|before| before.get("state").text() != "watching") {
            for name in ["title", "note"] {
                if draft.or(name, Some(before)) != before.get(name) {
                    let text = "Personele duyurulmuş bir kaydın konusu ve açıklaması değiştirilemez; \
                                düzeltmeyi yeni bir kayıtla duyurun.";
                    violations.push(Violation::new("MVZ-001", name, text));
                }
            }
        }
        if before.is_none() {
            draft.set("state", FieldValue::Text("watching".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(violations)
    })
}

fn evidence(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::shown(db).await?;
        let sentence_tr =
            format!("İzleme listesindeki değişiklik: {}; duyurulan: {}.", found.number, found.told);
        Ok(EvidenceNow { count: found.number, last_at: found.last_at.map(Instant), sentence_tr })
    })
}
