//! Directives under the regulation (yönerge, talimat, iş akışı): kept, put in force, read and understood. Who read
//! what is `acknowledge`, which also serves the list of watched laws.

pub(crate) mod acknowledge;
mod store;
#[cfg(test)]
mod tests;

use kernel::capability::{DayItem, Evidence, EvidenceNow, MenuEntry, Permission};
use kernel::event::VerbLabel;
use kernel::migrate::{Migration, create};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Actor, Boxed, Capability, Db, Instant, Result, Tx, Violation};
use web::{Allow, Routes};

use crate::duties::EVERYBODY;

pub(crate) const VIEW: &str = "regulation.directive.view";
pub(crate) const EDIT: &str = "regulation.directive.edit";
/// Sees by name who acknowledged and who did not.
pub(crate) const READERS: &str = "regulation.acknowledgement.view";

const STATES: [Choice; 3] = [
    Choice::new("draft", "Taslak", Tone::New),
    Choice::new("in_force", "Yürürlükte", Tone::Done),
    Choice::new("repealed", "Yürürlükten kalktı", Tone::Wait),
];

const KINDS: [Choice; 3] = [
    Choice::new("directive", "Yönerge", Tone::Wait),
    Choice::new("instruction", "Talimat", Tone::Wait),
    Choice::new("workflow", "İş akışı", Tone::Wait),
];

/// What this part declares.
pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![MenuEntry {
            group_tr: "Görev ve denetim",
            label_tr: "Yönergeler",
            path: "/yonergeler",
            permission: VIEW,
        }],
        permissions: vec![
            Permission {
                code: VIEW,
                sentence_tr: "Yönerge, talimat ve iş akışlarını görür; okuduğunu bildirir.",
                roles: EVERYBODY,
            },
            Permission {
                code: EDIT,
                sentence_tr: "Yönerge, talimat ve iş akışı hazırlar, yürürlüğe koyar ve kaldırır.",
                roles: &[("admin", "all"), ("director", "all")],
            },
            Permission {
                code: READERS,
                sentence_tr: "Yönerge ve mevzuat değişikliklerini kimin okuduğunu, kimin okumadığını görür.",
                roles: &[("admin", "all"), ("deputy_mayor", "all"), ("director", "all"), ("auditor", "all")],
            },
        ],
        migrations: vec![Migration {
            id: "regulation/0102_directives",
            up: |backend| create(backend, &[table(), acknowledge::table()]),
        }],
        kinds: vec![kind()],
        verbs: vec![VerbLabel { verb: "acknowledged", label_tr: "Okudum, anladım dedi", is_official: true }],
        evidence: vec![Evidence {
            duty: "REG-2",
            label_tr: "Yürürlükteki yönergeler ve okunmaları",
            path: "/yonergeler?state=in_force",
            fresh_days: 365,
            run: evidence,
        }],
        my_day: vec![acknowledge::my_day, due_for_review],
        duties: vec!["REG-2"],
        ..Capability::default()
    }
}

/// Routes of this part.
pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), Some(acknowledge::extras))
        .get("/yonergeler/{id}/okuyanlar", Allow::Whole(READERS), |ctx, id| {
            acknowledge::names_page(ctx, "directive", id)
        })
        .post("/yonergeler/{id}/okudum", Allow::Whole(VIEW), |ctx, id, form| {
            acknowledge::accept(ctx, "directive", id, form)
        })
        .get("/okunacaklar", Allow::SignedIn, acknowledge::waiting_page)
}

fn table() -> Table {
    Table::new("directive", "directives, instructions and workflows under the regulation")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "as the office numbers it; may be empty")
        .text("title", "name")
        .text("title_key", "Turkish sort key of the title")
        .text("kind", "directive, instruction, workflow")
        .uuid_null("unit_id", "unit it binds; null for the whole directorate")
        .text("text", "what it says")
        .on_null("in_force_on", "first day in force")
        .on_null("review_on", "day it must be looked at again")
        .bool("needs_acknowledgement", "staff must say that they read it")
        .text("state", "draft, in_force, repealed")
        .at("created_at", "when it was begun")
        .listing(&["state", "kind", "unit_id"], &["title_key", "created_at"])
        .index_where(&["review_on"], "state = 'in_force'")
}

/// Directives.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("directive", "yönerge", "Yönergeler", "/yonergeler", VIEW);
    kind.number = Some("number");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("title", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("title", "Adı", 200).required().listed().sorted_by("title_key").searched(),
        Field::text("number", "Sayısı", 40).listed().searched(),
        Field::choice("kind", "Türü", &KINDS).required().listed().filtered().default("directive"),
        Field::reference("unit_id", "Kapsadığı birim", "unit")
            .among(&["open"])
            .hint("Bütün müdürlüğü bağlıyorsa seçmeyin.")
            .listed()
            .filtered(),
        Field::reference("regulation_id", "Dayandığı yönetmelik", "regulation")
            .among(&["in_force", "awaiting"])
            .hint("Yönetmeliğin sayfasında da görünür.")
            .filtered()
            .backlinked(),
        Field::text("article", "Dayandığı madde", 60).hint("Örneğin “Madde 13, bent ç”."),
        Field::reference("duty_id", "İlgili görev", "duty")
            .among(&["active"])
            .hint("Görevin sayfasında da görünür.")
            .filtered()
            .backlinked(),
        Field::new("text", "Metni", FieldKind::LongText { max_length: 100_000 }).required(),
        Field::new("in_force_on", "Yürürlük tarihi", FieldKind::Day)
            .hint("Boş bırakırsanız yürürlüğe koyduğunuz gün yazılır.")
            .listed(),
        Field::new("review_on", "Gözden geçirme tarihi", FieldKind::Day)
            .hint("O gün gelince yetkililerin Günüm sayfasında görünür.")
            .listed(),
        Field::new("needs_acknowledgement", "Personel okuduğunu bildirsin", FieldKind::Bool),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Hazırlanmaya başladığı an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![
        View { id: "yururlukte", label_tr: "Yürürlükte", query: "state=in_force" },
        View { id: "taslak", label_tr: "Taslaklar", query: "state=draft" },
    ];
    kind.verbs = verbs();
    kind
}

fn verbs() -> Vec<Verb> {
    let verb = |id, label_tr, from, to, event| Verb::new(id, label_tr, EDIT, from, to, event).official();
    vec![
        verb("yururluge-koy", "Yürürlüğe koy", &["draft"], "in_force", "put_in_force")
            .saying("Yürürlüğe kondu; okuması beklenen personele bildirildi.")
            .run(|tx, record, _reason| Box::pin(set_first_day(tx, record))),
        verb("yururlukten-kaldir", "Yürürlükten kaldır", &["in_force"], "repealed", "repealed")
            .asking("Gerekçe")
            .saying("Yürürlükten kaldırıldı.")
            .danger(),
    ]
}

async fn set_first_day(tx: &Tx, record: &Record) -> Result<()> {
    if record.get("in_force_on").is_null() {
        store::set_first_day(tx, record.id).await?;
    }
    Ok(())
}

/// What people said they read must stay what they read: the words of a directive in force cannot change.
fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut violations = Vec::new();
        if let Some(before) = before.filter(|before| before.get("state").text() != "draft") {
            for name in ["title", "text"] {
                if draft.or(name, Some(before)) != before.get(name) {
                    let text = "Yürürlüğe girmiş bir yönergenin adı ve metni değiştirilemez; \
                                yürürlükten kaldırıp yenisini hazırlayın.";
                    violations.push(Violation::new("YNG-001", name, text));
                }
            }
        }
        let day = |name| draft.or(name, before).text().to_string();
        let (first, review) = (day("in_force_on"), day("review_on"));
        if !first.is_empty() && !review.is_empty() && review <= first {
            let text = "Gözden geçirme tarihi yürürlük tarihinden sonra olmalı.";
            violations.push(Violation::new("YNG-002", "review_on", text));
        }
        if before.is_none() {
            draft.set("state", FieldValue::Text("draft".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(violations)
    })
}

/// Directives whose day of review has come, for those who may act.
fn due_for_review<'a>(db: &'a Db, actor: &'a Actor, now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        if !actor.may_in_whole(EDIT) {
            return Ok(Vec::new());
        }
        let count = store::count_due_for_review(db, now.day()).await?;
        Ok(vec![DayItem {
            label_tr: "Gözden geçirme günü gelen yönerge".into(),
            count,
            path: "/yonergeler?state=in_force".into(),
            is_late: true,
        }])
    })
}

fn evidence(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let found = store::shown(db).await?;
        let sentence_tr = format!(
            "Yürürlükteki yönerge, talimat ve iş akışı: {}; “okudum, anladım” bildirimi: {}.",
            found.in_force, found.acknowledged
        );
        Ok(EvidenceNow { count: found.in_force, last_at: found.last_at.map(Instant), sentence_tr })
    })
}
