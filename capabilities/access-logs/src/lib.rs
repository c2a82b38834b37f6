//! Access logs under law 5651: the lines of devices kept whole and sealed, their sources watched, and found again (AC-1, AC-3).
//! Only the table of contents.

mod asking;
mod columns;
mod demo;
mod evidence;
mod expert;
mod handing;
mod hunt;
mod keeping;
mod network;
mod report;
mod request;
mod retention;
mod saved;
mod seals;
mod search;
mod source;
mod standing;
#[cfg(test)]
mod tests;
mod watching;

use kernel::Capability;
use kernel::capability::{MenuEntry, Permission};
use kernel::event::VerbLabel;
use web::{Allow, Routes};

pub use demo::fill;
pub use keeping::{AccessLogs, Doors, Examined, Place, follow};
pub use seals::{Checked, anchor_text, last_check, parse_anchor};

/// Sees sources and how the record stands; never a line.
pub const VIEW: &str = "access_logs.source.view";
/// Names sources, corrects what they are taken for, refuses them.
pub const EDIT: &str = "access_logs.source.edit";
/// Reads lines; every look is an event.
pub const READ: &str = "access_logs.line.read";

/// Hands over archives and lines.
pub const SEND: &str = "access_logs.line.send";
/// Holds days back from being deleted, and lets them go.
pub const HOLD: &str = "access_logs.retention.hold";

/// What events about reading are about.
const SUBJECT: &str = "access_log";

/// What the capability declares of itself.
pub fn capability() -> Capability {
    Capability {
        id: "access-logs",
        name_tr: "Erişim kayıtları",
        menu: vec![
            entry("Erişim kayıtları", search::PATH, READ),
            entry("Canlı akış", search::LIVE, READ),
            entry("Kayıt kaynakları", source::PATH, VIEW),
            entry("Kayıt bulguları", watching::PATH, VIEW),
            entry("Kayıtların durumu", standing::PATH, VIEW),
            entry("Kayıt raporu", report::PATH, READ),
            entry("Tehdit taraması", hunt::PATH, READ),
            entry("SQL sorgusu", expert::PATH, READ),
        ],
        permissions: permissions(),
        migrations: vec![
            source::migration(),
            watching::migration(),
            seals::migration(),
            saved::migration(),
            network::migration(),
            source::relays(),
            seals::heads(),
            keeping::losses(),
            source::doubts(),
            handing::migration(),
            source::named(),
            keeping::gaps(),
            retention::migration(),
        ],
        jobs: [vec![watching::job(), retention::job()], seals::jobs()].concat(),
        settings: retention::settings(),
        kinds: vec![source::kind(), watching::kind(), saved::kind(), network::kind()],
        subjects: vec![(SUBJECT, "Erişim kayıtları")],
        verbs: VERBS.to_vec(),
        notices: watching::notices(),
        evidence: evidence::all(),
        demo: Some(demo::load),
        duties: vec!["AC-1", "AC-3"],
        ..Capability::default()
    }
    .and(request::part())
}

/// Every route: the kit's for sources, search, live view, how the record stands.
pub fn routes() -> Routes {
    Routes::new()
        .get(search::PATH, Allow::Whole(READ), search::show)
        .get(search::LIVE, Allow::Whole(READ), search::live)
        .get(search::LIVE_LINES, Allow::Whole(READ), search::live_lines)
        .get(search::LINE, Allow::Whole(READ), search::line)
        .get(search::LINE_BYTES, Allow::Whole(READ), search::line_bytes)
        .get(search::LINE_PROOF, Allow::Whole(READ), search::line_proof)
        .get(report::PATH, Allow::Whole(READ), report::show)
        .get(seals::PATH, Allow::Whole(VIEW), seals::show)
        .post(seals::CHECK, Allow::Whole(EDIT), seals::ask_check)
        .get(seals::KEY, Allow::Whole(VIEW), seals::key)
        .get(hunt::PATH, Allow::Whole(READ), hunt::ask)
        .post(hunt::PATH, Allow::Whole(READ), hunt::run)
        .get(expert::PATH, Allow::Whole(READ), expert::ask)
        .post(expert::PATH, Allow::Whole(READ), expert::run)
        .get(retention::PATH, Allow::Whole(VIEW), retention::show)
        .get(retention::HOLD_PATH, Allow::Whole(HOLD), retention::ask_hold)
        .post(retention::HOLD_PATH, Allow::Whole(HOLD), retention::hold)
        .get(retention::RELEASE_PATH, Allow::Whole(HOLD), retention::ask_release)
        .post(retention::RELEASE_PATH, Allow::Whole(HOLD), retention::release)
        .get(handing::PATH, Allow::Whole(SEND), handing::ask)
        .post(handing::PATH, Allow::Whole(SEND), handing::take)
        .post(handing::API, Allow::Whole(SEND), handing::take_from_program)
        .get(standing::PATH, Allow::Whole(VIEW), standing::show)
        .and(web::kind_routes(&source::kind(), Some(standing::extras)))
        .and(web::kind_routes(&watching::kind(), Some(watching::extras)))
        .and(web::kind_routes(&saved::kind(), Some(saved::extras)))
        .and(web::kind_routes(&network::kind(), None))
        .and(request::routes())
}

const fn entry(label_tr: &'static str, path: &'static str, permission: &'static str) -> MenuEntry {
    MenuEntry { group_tr: "Ağ ve kayıt", label_tr, path, permission }
}

const fn verb(verb: &'static str, label_tr: &'static str, is_official: bool) -> VerbLabel {
    VerbLabel { verb, label_tr, is_official }
}

const VERBS: [VerbLabel; 18] = [
    verb("log_begun_anew", "Erişim kayıtlarına yeni bir yerde başlandı", true),
    verb("log_line_taken", "Erişim kaydı satırını indirdi", true),
    verb("log_seals_checked", "Erişim kayıtlarının mühürleri denetlendi", true),
    verb("log_check_asked", "Mühürlerin denetlenmesini istedi", false),
    verb("log_archive_imported", "Eski kayıtları aktardı", false),
    verb("log_days_deleted", "Süresi dolan kayıtlar silindi", true),
    verb("log_days_held", "Kayıtların silinmesini durdurdu", true),
    verb("log_days_released", "Silmeyi durdurmayı kaldırdı", true),
    verb("log_source_refused", "Kaynağın kayıtlarını kabul etmedi", true),
    verb("log_source_accepted", "Kaynağın kayıtlarını yeniden kabul etti", true),
    verb("log_source_retired", "Kaynağı kaldırdı", true),
    verb("log_source_restored", "Kaynağı geri getirdi", false),
    verb("log_source_silent", "Kayıt kaynağı sustu", false),
    verb("log_source_heard_again", "Kayıt kaynağından yeniden kayıt geldi", false),
    verb("log_finding_ended", "Kayıt bulgusu bitti", false),
    verb("log_finding_explained", "Kayıt bulgusunu açıkladı", true),
    verb("log_searched", "Erişim kayıtlarında arama yaptı", true),
    verb("log_watched", "Canlı akışı açtı", true),
];

fn permissions() -> Vec<Permission> {
    let permission = |code, sentence_tr, roles| Permission { code, sentence_tr, roles };
    vec![
        permission(
            VIEW,
            "Kayıt kaynaklarını ve kayıtların durumunu görür; satırları göremez.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("director", "all"),
                ("technician", "all"),
                ("auditor", "all"),
            ],
        ),
        permission(
            EDIT,
            "Kayıt kaynaklarına ad verir, türünü düzeltir, kayıtlarını kabul etmeyebilir.",
            &[("admin", "all"), ("technician", "all")],
        ),
        permission(
            READ,
            "Erişim kayıtlarının satırlarını arar ve okur; her bakışı gerekçesiyle kaydedilir.",
            &[("admin", "all")],
        ),
        permission(
            SEND,
            "Eski kayıt dosyalarını aktarır, programla kayıt satırı gönderir.",
            &[("admin", "all"), ("technician", "all")],
        ),
        permission(
            HOLD,
            "Erişim kayıtlarının silinmesini durdurur ve durdurmayı kaldırır.",
            &[("admin", "all"), ("director", "all")],
        ),
    ]
}
