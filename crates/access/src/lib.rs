//! Accounts, sessions, roles, grants with scopes, second factor and API tokens: who may do what, decided by one
//! rule for lists and records (duties ID-1 and ID-2). Units and people are the directory's; pages' frame is the web's.

mod accounts;
pub mod actions;
mod bounds;
mod command;
pub mod demo;
mod directory;
mod events;
mod evidence;
mod explain;
mod grants;
mod jobs;
mod kinds;
mod migrations;
mod my_day;
mod notices;
pub mod password;
pub mod roles;
pub mod rules;
mod screens;
pub mod store;
mod throttle;
pub mod totp;
mod web_side;

use kernel::capability::{Capability, MenuEntry, Permission};

pub use accounts::{Accounts, Recognised, duty_pages};
pub use command::Listed;
pub use directory::{Acting, Directory, NoDirectory};
pub use explain::Explained;
pub use grants::{actors_of, grants_of};
pub use notices::who_may;
pub use password::Hashing;
pub use roles::sync_roles;
pub use rules::Policy;
pub use screens::{code_list, pairing_steps, routes};
/// Lets all nodes forget cached powers; the directory calls it when units, places or actings change.
pub use store::touch;

/// What access declares of itself.
pub fn capability() -> Capability {
    Capability {
        id: "access",
        name_tr: "Hesaplar ve yetkiler",
        menu: vec![
            entry("Hesaplar", "/yonetim/hesaplar", "access.account.view"),
            entry("Roller", "/yonetim/roller", "access.role.view"),
            entry("Yetki gözden geçirme", "/yonetim/yetki-gozden-gecirme", "access.review.run"),
        ],
        permissions: permissions(),
        migrations: migrations::all(),
        jobs: jobs::all(),
        kinds: vec![kinds::account(), kinds::role()],
        verbs: events::VERBS.to_vec(),
        reactions: kinds::reactions(),
        notices: notices::all(),
        accounts_of: Some(notices::accounts_of),
        settings: rules::settings(),
        evidence: evidence::all(),
        my_day: vec![my_day::waiting],
        demo: Some(demo::load),
        duties: vec!["ID-1", "ID-2", "ID-3"],
        ..Capability::default()
    }
}

const fn entry(label_tr: &'static str, path: &'static str, permission: &'static str) -> MenuEntry {
    MenuEntry { group_tr: "Yönetim", label_tr, path, permission }
}

fn permissions() -> Vec<Permission> {
    let permission = |code, sentence_tr, roles| Permission { code, sentence_tr, roles };
    vec![
        permission(
            "access.account.view",
            "Hesapları ve kimin hangi role sahip olduğunu görür.",
            &[("admin", "all"), ("auditor", "all"), ("director", "all")],
        ),
        permission(
            "access.account.edit",
            "Hesap açar, kilitler, kapatır; tek kullanımlık parola verir.",
            &[("admin", "all")],
        ),
        permission("access.account.grant", "Hesaplara rol verir ve geri alır.", &[("admin", "all")]),
        permission(
            "access.role.view",
            "Rolleri ve rollerin yetkilerini görür.",
            &[("admin", "all"), ("auditor", "all"), ("director", "all")],
        ),
        permission("access.role.edit", "Rol açar, rollerin yetkilerini değiştirir.", &[("admin", "all")]),
        permission(
            "access.review.run",
            "Hesapların yetkilerini dönemsel olarak gözden geçirir.",
            &[("admin", "all")],
        ),
        permission(
            "access.explain.view",
            "Bir kaydı kimlerin hangi yetkiyle görebildiğini görür.",
            &[("admin", "all"), ("auditor", "all"), ("director", "unit_tree")],
        ),
        permission(
            "access.token.create",
            "Kendi hesabı için API anahtarı oluşturur.",
            &[
                ("admin", "own"),
                ("director", "own"),
                ("chief", "own"),
                ("staff", "own"),
                ("technician", "own"),
                ("clerk", "own"),
            ],
        ),
    ]
}

#[cfg(test)]
mod tests;
