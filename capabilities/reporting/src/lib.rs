//! Reports that are made from what the records say. Only the table of contents.

mod activity;
mod demo;
#[cfg(test)]
mod tests;

use kernel::Capability;
use kernel::capability::{MenuEntry, Permission};
use kernel::event::VerbLabel;
use web::{Allow, Routes};

/// Sees activity reports.
pub const VIEW: &str = "reporting.activity.view";
/// Prepares and submits them.
pub const WRITE: &str = "reporting.activity.write";

/// What the capability declares of itself.
pub fn capability() -> Capability {
    Capability {
        id: "reporting",
        name_tr: "Raporlar",
        menu: vec![MenuEntry {
            group_tr: "Görev ve denetim",
            label_tr: "Faaliyet raporları",
            path: activity::PATH,
            permission: VIEW,
        }],
        permissions: vec![
            Permission {
                code: VIEW,
                sentence_tr: "Faaliyet raporlarını görür",
                roles: &[("admin", "all"), ("deputy_mayor", "all"), ("director", "all"), ("auditor", "all")],
            },
            Permission {
                code: WRITE,
                sentence_tr: "Faaliyet raporu hazırlar ve sunar",
                roles: &[("admin", "all"), ("director", "all")],
            },
        ],
        migrations: vec![activity::migration()],
        kinds: vec![activity::kind()],
        verbs: VERBS.to_vec(),
        evidence: vec![activity::evidence()],
        demo: Some(demo::load),
        duties: vec!["RP-1"],
        ..Capability::default()
    }
}

/// The kit's routes and the paper.
pub fn routes() -> Routes {
    web::kind_routes(&activity::kind(), Some(activity::page::extras)).get(
        "/faaliyet-raporlari/{id}/pdf",
        Allow::Permission(VIEW),
        activity::page::print,
    )
}

const fn verb(verb: &'static str, label_tr: &'static str, is_official: bool) -> VerbLabel {
    VerbLabel { verb, label_tr, is_official }
}

const VERBS: [VerbLabel; 3] = [
    verb("report_submitted", "Rapor sunuldu", true),
    verb("report_reopened", "Rapor geri alındı", true),
    verb("report_taken", "Raporun çıktısı alındı", false),
];
