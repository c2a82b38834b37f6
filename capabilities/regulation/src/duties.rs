//! Duties as people meet them: the catalogue as records, the clauses that state each duty, who does it, which screens
//! serve it and what proves it. Declares this part; regulation texts, inspection and directives are other parts.

mod assign;
mod demo;
mod holders;
mod kind;
mod matches;
pub(crate) mod page;
mod proof;
mod proposal;
pub(crate) mod store;
pub(crate) mod sync;
#[cfg(test)]
pub(crate) mod tests;

use kernel::capability::{DayItem, MenuEntry, Permission};
use kernel::event::VerbLabel;
use kernel::job::Job;
use kernel::migrate::{Migration, create};
use kernel::{Actor, Boxed, Capability, Db, Instant, Result};
use web::{Allow, Routes};

use crate::catalogue::{Catalogue, DutyId};

pub(crate) use kind::{COVERAGE, EVIDENCE_STATES, kind};
pub(crate) use proof::{Proof, State, prove};

/// Sees duties with their clauses, people and evidence.
pub(crate) const VIEW: &str = "regulation.duty.view";
/// Says who does a duty.
pub(crate) const ASSIGN: &str = "regulation.duty.assign";
/// Confirms or rejects which duty a clause states.
pub(crate) const MATCH: &str = "regulation.match.decide";

/// What this part declares.
pub(crate) fn part() -> Capability {
    let entry =
        |label_tr, path, permission| MenuEntry { group_tr: "Görev ve denetim", label_tr, path, permission };
    Capability {
        menu: vec![
            entry("Görevler", "/gorevler", VIEW),
            entry("Görev eşleştirme", "/gorevler/eslestirme", MATCH),
        ],
        permissions: permissions(),
        migrations: vec![Migration {
            id: "regulation/0101_duties",
            up: |backend| create(backend, &kind::tables()),
        }],
        jobs: vec![Job {
            name: "regulation.refresh_evidence",
            label_tr: "Görev kanıtlarını tazele",
            every_seconds: Some(3_600),
            max_attempts: 5,
            limit_seconds: 300,
            run: |context, _payload| Box::pin(sync::run(context)),
        }],
        kinds: vec![kind()],
        verbs: VERBS.to_vec(),
        evidence: proof::all(),
        demo: Some(demo::load),
        my_day: vec![waiting],
        duties: vec!["REG-1", "REG-3"],
        ..Capability::default()
    }
}

/// Routes of this part.
pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), Some(page::extras))
        .get("/gorevler/eslestirme", Allow::Whole(MATCH), matches::show)
        .post("/gorevler/eslestirme", Allow::Whole(MATCH), matches::decide)
        .post("/gorevler/eslestirme/toplu", Allow::Whole(MATCH), matches::decide_all)
        .get("/gorevler/{id}/kimde", Allow::Whole(ASSIGN), assign::ask)
        .post("/gorevler/{id}/kimde", Allow::Whole(ASSIGN), assign::add)
        .post("/gorevler/{id}/sorumlu", Allow::Whole(ASSIGN), assign::lead)
        .post("/gorevler/sorumlu", Allow::Whole(ASSIGN), assign::many)
        .get("/gorevler/atama", Allow::Whole(ASSIGN), proposal::show)
        .post("/gorevler/atama", Allow::Whole(ASSIGN), proposal::send)
        .post("/gorevler/{id}/kimde/{sorumlu}/kaldir", Allow::Whole(ASSIGN), assign::remove)
}

fn permissions() -> Vec<Permission> {
    let permission = |code, sentence_tr, roles| Permission { code, sentence_tr, roles };
    vec![
        permission(VIEW, "Görevleri, dayanaklarını, sorumlularını ve kanıtlarını görür.", EVERYBODY),
        permission(
            ASSIGN,
            "Bir görevin hangi birimde, unvanda ve kişide olduğunu belirler.",
            &[("admin", "all"), ("director", "all")],
        ),
        permission(
            MATCH,
            "Yönetmelik maddelerinin hangi görevi bildirdiğini teyit eder ya da reddeder.",
            &[("admin", "all"), ("director", "all")],
        ),
    ]
}

/// Clauses of which nobody has said yet what duty they state.
fn waiting<'a>(db: &'a Db, actor: &'a Actor, _now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        if !actor.may_in_whole(MATCH) {
            return Ok(Vec::new());
        }
        Ok(vec![DayItem {
            label_tr: "Görevi sorulan yönetmelik maddesi".into(),
            count: store::count_undecided(db).await?,
            path: "/gorevler/eslestirme".into(),
            is_late: false,
        }])
    })
}

/// Where a clause stands on the page of its regulation.
pub(crate) fn clause_anchor(node: uuid::Uuid) -> String {
    format!("madde-{}", node.simple())
}

/// What people call the duty of this code.
pub(crate) fn title_of(code: &str) -> &'static str {
    let duty = code.parse::<DutyId>().ok().and_then(|id| Catalogue::built_in().duty(&id));
    duty.map_or("(katalogda yok)", |duty| &duty.title_tr)
}

/// Roles that read whatever binds everybody.
pub(crate) const EVERYBODY: &[(&str, &str)] = &[
    ("admin", "all"),
    ("deputy_mayor", "all"),
    ("director", "all"),
    ("chief", "all"),
    ("staff", "all"),
    ("technician", "all"),
    ("clerk", "all"),
    ("auditor", "all"),
];

const VERBS: [VerbLabel; 4] = [
    VerbLabel { verb: "match_confirmed", label_tr: "Dayanak madde teyit edildi", is_official: true },
    VerbLabel { verb: "match_rejected", label_tr: "Dayanak önerisi reddedildi", is_official: false },
    VerbLabel { verb: "assigned", label_tr: "Sorumlu belirlendi", is_official: true },
    VerbLabel { verb: "unassigned", label_tr: "Sorumlu kaldırıldı", is_official: false },
];
