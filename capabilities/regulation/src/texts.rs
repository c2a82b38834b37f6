//! Regulation texts: taken in, read, corrected, confirmed and put in force. Declares this part; duties, directives and
//! inspection are other parts of the crate.

mod correcting;
mod evidence;
mod force;
mod founding;
mod intake;
mod kind;
mod opened;
mod screens;
pub mod store;

use kernel::Capability;
use kernel::capability::{MenuEntry, Permission};
use kernel::event::{Reaction, VerbLabel};
use kernel::job::Job;
use web::{Allow, Routes};

pub use force::{Force, Worked, put_in_force, work_out};
pub use intake::{Source, adopt, text_of_file};
pub(crate) use kind::kind;
pub use opened::read;
pub use store::newest;

/// Sees regulations and their outlines.
pub(crate) const VIEW: &str = "regulation.text.view";
/// Takes texts in and corrects readings.
pub(crate) const EDIT: &str = "regulation.text.edit";
/// Confirms a reading and puts it in force.
pub(crate) const CONFIRM: &str = "regulation.text.confirm";

/// What this part declares.
pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![MenuEntry {
            group_tr: "Görev ve denetim",
            label_tr: "Yönetmelikler",
            path: "/yonetmelik",
            permission: VIEW,
        }],
        permissions: permissions(),
        jobs: vec![Job {
            name: force::TAKE_FORCE,
            label_tr: "Günü gelen yönetmelikleri yürürlüğe koy",
            every_seconds: Some(600),
            max_attempts: 8,
            limit_seconds: 120,
            run: |context, _payload| Box::pin(force::take_force(context)),
        }],
        kinds: vec![kind()],
        verbs: VERBS.to_vec(),
        reactions: vec![Reaction {
            subject_kind: "regulation",
            verb: "draft_discarded",
            run: kind::discarded,
        }],
        evidence: evidence::all(),
        duties: vec!["REG-1"],
        ..Capability::default()
    }
}

/// Routes of this part.
pub(crate) fn routes() -> Routes {
    use screens::{compare, confirm, correct, detail, found, new};
    let (view, edit, sign) = (Allow::Whole(VIEW), Allow::Whole(EDIT), Allow::Whole(CONFIRM));
    web::kind_routes(&kind(), Some(detail::extras))
        .get("/yonetmelik/yeni", edit, new::show)
        .post("/yonetmelik/yeni", edit, new::create)
        .get("/yonetmelik/{id}/duzelt", edit, correct::show)
        .post("/yonetmelik/{id}/duzelt", edit, correct::correct)
        .post("/yonetmelik/{id}/duzelt/geri-al", edit, correct::take_back)
        .get("/yonetmelik/{id}/onayla", sign, confirm::show)
        .post("/yonetmelik/{id}/onayla", sign, confirm::confirm)
        .get("/yonetmelik/{id}/teskilat", Allow::Whole(founding::FOUND), found::show)
        .post("/yonetmelik/{id}/teskilat", Allow::Whole(founding::FOUND), found::send)
        .get("/yonetmelik/{id}/karsilastir", view, compare::choose)
        .get("/yonetmelik/{id}/karsilastir/{other}", view, compare::show)
}

fn permissions() -> Vec<Permission> {
    let permission = |code, sentence_tr, roles| Permission { code, sentence_tr, roles };
    vec![
        permission(
            VIEW,
            "Yönetmelikleri, sürümlerini ve yapılarını görür.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("director", "all"),
                ("chief", "all"),
                ("staff", "all"),
                ("technician", "all"),
                ("clerk", "all"),
                ("auditor", "all"),
            ],
        ),
        permission(
            EDIT,
            "Yönetmelik metni yükler ve okumasını düzeltir.",
            &[("admin", "all"), ("director", "all"), ("clerk", "all")],
        ),
        permission(
            CONFIRM,
            "Yönetmeliğin okumasını onaylar ve yürürlüğe koyar.",
            &[("admin", "all"), ("director", "all")],
        ),
    ]
}

const VERBS: [VerbLabel; 8] = [
    VerbLabel { verb: "reading_corrected", label_tr: "Okuma düzeltildi", is_official: false },
    VerbLabel { verb: "correction_undone", label_tr: "Son düzeltme geri alındı", is_official: false },
    VerbLabel { verb: "reading_confirmed", label_tr: "Onaylandı, gününü bekliyor", is_official: true },
    VerbLabel { verb: "confirmation_withdrawn", label_tr: "Onay geri alındı", is_official: true },
    VerbLabel { verb: "draft_discarded", label_tr: "Taslak silindi", is_official: false },
    VerbLabel { verb: "put_in_force", label_tr: "Yürürlüğe konuldu", is_official: true },
    VerbLabel {
        verb: "organisation_founded", label_tr: "Teşkilat yönetmelikten kuruldu", is_official: true
    },
    VerbLabel { verb: "repealed", label_tr: "Yürürlükten kaldırıldı", is_official: true },
];
