//! Who works where: units, titles, staff, posts, responsible persons, acting-for and the working calendar
//! (duties ORG-1, ORG-2, ORG-3, ORG-6). Accounts and roles are the access crate's; leave of persons is not here.
//! The pure rules (`units`, `staffing`, `appointment`, `acting`, `chart`, `calendar`) have no I/O.

pub mod acting;
pub mod actions;
pub mod appointment;
pub mod calendar;
pub mod chart;
mod demo;
mod evidence;
mod history;
pub mod kinds;
mod leaving;
mod my_day;
mod notices;
mod powers;
pub mod refusal;
mod screens;
pub mod staffing;
pub mod store;
mod tables;
pub mod units;
mod working;

use kernel::capability::{Capability, MenuEntry, Permission};
use kernel::event::VerbLabel;

pub use actions::{NewStaff, NewUnit, create_staff, create_title, create_unit, set_norm};
pub use powers::DirectoryPowers;
pub use refusal::Refusal;
pub use screens::{CHART_PATH, routes};
pub use working::{hours, settings, working_calendar};

/// What the directory declares of itself.
pub fn capability() -> Capability {
    Capability {
        id: "directory",
        name_tr: "Teşkilat",
        menu: vec![
            entry("Teşkilat şeması", screens::CHART_PATH, "directory.unit.view"),
            entry("Birimler", "/teskilat/birimler", "directory.unit.view"),
            entry("Personel", "/teskilat/personel", "directory.staff.view"),
            entry("Unvanlar", "/teskilat/unvanlar", "directory.norm.view"),
            entry("Norm kadro", "/teskilat/norm-kadro", "directory.norm.view"),
            entry("Sorumlular", "/teskilat/sorumlular", "directory.appointment.view"),
            entry("Vekâletler", "/teskilat/vekaletler", "directory.acting.view"),
            entry("Çalışma takvimi", screens::CALENDAR_PATH, "directory.unit.view"),
        ],
        permissions: permissions(),
        migrations: tables::all(),
        kinds: kinds::all(),
        verbs: VERBS.to_vec(),
        reactions: history::reactions(),
        notices: notices::all(),
        jobs: notices::jobs().into_iter().chain([leaving::job()]).collect(),
        settings: settings(),
        evidence: evidence::all(),
        my_day: vec![my_day::waiting],
        demo: Some(demo::load),
        duties: vec!["ORG-1", "ORG-2", "ORG-3", "ORG-6"],
        ..Capability::default()
    }
}

const fn entry(label_tr: &'static str, path: &'static str, permission: &'static str) -> MenuEntry {
    MenuEntry { group_tr: "Yönetim", label_tr, path, permission }
}

const fn act(verb: &'static str, label_tr: &'static str) -> VerbLabel {
    VerbLabel { verb, label_tr, is_official: true }
}

/// Verbs this crate publishes.
const VERBS: [VerbLabel; 18] = [
    act("unit_closed", "Birim kapatıldı"),
    act("unit_reopened", "Birim yeniden açıldı"),
    act("staff_leaving", "Ayrılışı yazıldı"),
    act("staff_leaving_withdrawn", "Ayrılıştan vazgeçildi"),
    act("staff_left", "Görevinden ayrıldı"),
    VerbLabel {
        verb: "staff_left_holding",
        label_tr: "Üzerinde teslim alınmamış varlıkla ayrıldı",
        is_official: false,
    },
    act("staff_returned", "Göreve yeniden başladı"),
    act("appointment_proposed", "Görevlendirme önerildi"),
    act("appointment_withdrawn", "Öneri geri çekildi"),
    act("appointment_approved", "Görevlendirme onaylandı"),
    act("appointment_rejected", "Görevlendirme reddedildi"),
    act("appointment_revised", "Yeniden düzenlemeye alındı"),
    act("appointment_ended", "Görevlendirme sona erdi"),
    act("acting_approved", "Vekâlet onaylandı"),
    act("acting_rejected", "Vekâlet reddedildi"),
    act("acting_withdrawn", "Vekâlet önerisi geri çekildi"),
    act("acting_ended", "Vekâlet sona erdirildi"),
    VerbLabel { verb: "acting_ending", label_tr: "Vekâletin bitmesine bir gün kaldı", is_official: false },
];

/// Roles that see the whole directory: everybody must know whom to ask.
const EVERYBODY: &[(&str, &str)] = &[
    ("admin", "all"),
    ("deputy_mayor", "all"),
    ("director", "all"),
    ("chief", "all"),
    ("staff", "all"),
    ("technician", "all"),
    ("clerk", "all"),
    ("auditor", "all"),
];

/// Roles that see the duties of the units they answer for.
const ANSWERING: &[(&str, &str)] = &[
    ("admin", "all"),
    ("deputy_mayor", "unit_tree"),
    ("director", "unit_tree"),
    ("chief", "unit"),
    ("staff", "own"),
    ("technician", "own"),
    ("clerk", "unit"),
    ("auditor", "all"),
];

const MANAGING: &[(&str, &str)] =
    &[("admin", "all"), ("deputy_mayor", "all"), ("director", "all"), ("clerk", "all"), ("auditor", "all")];

const ADMIN: &[(&str, &str)] = &[("admin", "all")];

fn permissions() -> Vec<Permission> {
    let permission = |code, sentence_tr, roles| Permission { code, sentence_tr, roles };
    vec![
        permission(
            "directory.unit.view",
            "Birimleri, teşkilat şemasını ve çalışma takvimini görür.",
            EVERYBODY,
        ),
        permission("directory.unit.edit", "Birim açar, değiştirir, kapatır.", ADMIN),
        permission(
            "directory.staff.view",
            "Personelin birimini, unvanını ve iş iletişim bilgilerini görür.",
            EVERYBODY,
        ),
        permission(
            "directory.staff.edit",
            "Personel kaydı açar ve değiştirir; göreve başlamayı ve ayrılmayı işler.",
            &[("admin", "all"), ("clerk", "all"), ("director", "unit_tree")],
        ),
        permission("directory.norm.view", "Unvanları ve norm kadro cetvelini görür.", MANAGING),
        permission("directory.norm.edit", "Unvanları ve norm kadro cetvelini değiştirir.", ADMIN),
        permission("directory.appointment.view", "Sorumlu görevlendirmelerini görür.", ANSWERING),
        permission(appointment::PROPOSE, "Sorumlu görevlendirmesi önerir.", &[("director", "unit_tree")]),
        permission(
            appointment::APPROVE,
            "Sorumlu görevlendirmesini onaylar.",
            &[("deputy_mayor", "unit_tree")],
        ),
        permission("directory.acting.view", "Vekâletleri görür.", ANSWERING),
        permission(
            "directory.acting.propose",
            "Vekâlet önerir, süren vekâleti sona erdirir.",
            &[("admin", "all"), ("deputy_mayor", "unit_tree"), ("director", "unit_tree")],
        ),
        permission(
            "directory.acting.approve",
            "Vekâleti onaylar.",
            &[("admin", "all"), ("deputy_mayor", "unit_tree")],
        ),
    ]
}

#[cfg(test)]
mod tests;
