//! Council (meclis), committee (encümen) and their commissions: what is proposed to them, what they decide, and who must do
//! what by when because of it (CO-9; 5393 sayılı Belediye Kanunu m. 17–36). Only the table of contents.

mod agenda_item;
mod agenda_paper;
mod agenda_verbs;
mod decision_task;
mod notices;
pub(crate) mod store;

use kernel::Capability;
use kernel::capability::Permission;
use kernel::event::{Reaction, VerbLabel};
use kernel::migrate::{Migration, create};
use web::{Allow, Routes};

use crate::{KEEPERS, entry, permission, verb};

/// Sees agenda items and decisions within a scope.
pub const VIEW: &str = "documents.agenda.view";
/// Proposes to council and committee, and withdraws what was proposed.
pub const PROPOSE: &str = "documents.agenda.propose";
/// Keeps the agenda and writes what was decided: the clerk of the council.
pub const KEEP: &str = "documents.agenda.keep";
/// Sees what must be done because of decisions; everybody sees their own.
pub const VIEW_TASK: &str = "documents.decision_task.view";
/// Says who must do what because of a decision.
pub const GIVE_TASK: &str = "documents.decision_task.give";
/// Says what was done.
pub const ANSWER_TASK: &str = "documents.decision_task.answer";

pub(crate) const AGENDA_PATH: &str = "/gundem";
pub(crate) const TASK_PATH: &str = "/karar-isleri";

pub(crate) use agenda_item::kind as agenda_kind;
pub(crate) use decision_task::kind as task_kind;

pub(crate) fn migration() -> Migration {
    Migration {
        id: "documents/0008_meeting",
        up: |backend| create(backend, &[agenda_item::table(), decision_task::table()]),
    }
}

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![
            entry("Meclis ve encümen gündemi", AGENDA_PATH, VIEW),
            entry("Karar işleri", TASK_PATH, VIEW_TASK),
        ],
        permissions: permissions(),
        kinds: vec![agenda_kind(), task_kind()],
        verbs: VERBS.to_vec(),
        notices: notices::declared(),
        jobs: vec![notices::job()],
        subjects: vec![(agenda_paper::SUBJECT, "toplantı gündemi")],
        reactions: ["created", "decision_task_done", "decision_task_cancelled"]
            .map(|verb| Reaction { subject_kind: "decision_task", verb, run: decision_task::followed })
            .to_vec(),
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    web::kind_routes(&agenda_kind(), Some(agenda_paper::extras))
        .get("/gundem/liste", Allow::Permission(VIEW), agenda_paper::show)
        .get("/gundem/liste/pdf", Allow::Permission(VIEW), agenda_paper::print)
        .and(web::kind_routes(&task_kind(), None))
}

const VERBS: [VerbLabel; 13] = [
    verb("agenda_put_on", "Gündeme aldı", true),
    verb("agenda_decided", "Karara bağlandı", true),
    verb("agenda_postponed", "Görüşülmesi ertelendi", true),
    verb("agenda_returned", "Teklifi iade etti", true),
    verb("agenda_submitted_again", "Yeniden sundu", false),
    verb("agenda_withdrawn", "Teklifi geri çekti", true),
    verb("agenda_applied", "Kararın uygulandığını yazdı", true),
    verb("agenda_moved_on", "Uygulaması işleriyle değişti", false),
    verb("agenda_taken", "Gündem PDF'i alındı", false),
    verb("decision_task_done", "Kararın gereğini yaptı", true),
    verb("decision_task_prolonged", "Süresini uzattı", true),
    verb("decision_task_cancelled", "İşi iptal etti", false),
    verb("decision_task_late", "Karar işinin süresi geçti", false),
];

fn permissions() -> Vec<Permission> {
    let seen: &[(&str, &str)] = &[
        ("admin", "all"),
        ("deputy_mayor", "all"),
        ("director", "unit_tree"),
        ("chief", "unit"),
        ("staff", "own"),
        ("technician", "own"),
        ("clerk", "all"),
        ("auditor", "all"),
    ];
    vec![
        permission(VIEW, "Meclis ve encümen gündemini, teklifleri ve kararları görür.", seen),
        permission(
            PROPOSE,
            "Meclise, encümene ya da komisyona teklif hazırlar, teklifini geri çeker.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("director", "unit_tree"),
                ("chief", "unit"),
                ("staff", "own"),
                ("technician", "own"),
                ("clerk", "all"),
            ],
        ),
        permission(KEEP, "Teklifi gündeme alır, erteler, iade eder; kararı numarasıyla yazar.", KEEPERS),
        permission(VIEW_TASK, "Kararlar gereği yapılacak işleri görür.", seen),
        permission(
            GIVE_TASK,
            "Bir karar gereği kimin neyi ne zamana dek yapacağını yazar, süresini uzatır, iptal eder.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("director", "unit_tree"),
                ("chief", "unit"),
                ("clerk", "all"),
            ],
        ),
        permission(
            ANSWER_TASK,
            "Kararın gereği olarak ne yapıldığını yazar.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "own"),
                ("director", "unit_tree"),
                ("chief", "unit"),
                ("staff", "own"),
                ("technician", "own"),
                ("clerk", "own"),
            ],
        ),
    ]
}
