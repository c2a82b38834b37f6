//! Documents: the register of what comes in and goes out, the file plan it is filed under, and who must do what about it by
//! when. Only the table of contents.

mod addressee_group;
mod correspondent;
mod delivery;
mod demo;
mod document;
mod evidence;
mod file_code;
mod file_plan;
mod intake;
mod late;
mod letter;
mod meeting;
mod pdf_signing;
mod referral;
mod secrecy;
#[cfg(test)]
mod tests;
mod unit_contact;

/// Setting: off, trial, on.
pub use letter::SIGNING;
pub use letter::bundle;
pub use letter::esign::Trusted;
pub use letter::esign::sealing::Seal;
pub use letter::esign::sealing::examine::{KeysStanding, examine as examine_keys};

pub use intake::mailbox::OfficeMailbox;
pub use intake::signatures::{Judged, judge};
pub use intake::unseal::Opening;
use kernel::Capability;
use kernel::capability::{MenuEntry, Permission};
use kernel::event::VerbLabel;
use web::Routes;

/// What the capability declares of itself.
pub fn capability() -> Capability {
    let own = Capability {
        id: "documents",
        name_tr: "Evrak",
        migrations: vec![
            file_plan::migration(),
            file_code::migration(),
            correspondent::migration(),
            document::migration(),
            referral::migration(),
            letter::migration(),
            delivery::migration(),
            meeting::migration(),
            intake::migration(),
            letter::esign::stamping::migration(),
            letter::esign::sealing::migration(),
            unit_contact::migration(),
            addressee_group::migration(),
            letter::template::migration(),
            secrecy::migration(),
            pdf_signing::migration(),
            document::unit_index(),
            letter::number_migration(),
            letter::hands_migration(),
            letter::scan_migration(),
            letter::sending::migration(),
            letter::addressed_migration(),
            correspondent::mersis_migration(),
            letter::signers_migration(),
            document::kept(),
            intake::compared(),
            letter::cited_migration(),
            letter::rescan_migration(),
            referral::others::migration(),
        ],
        evidence: evidence::all(),
        my_day: vec![
            evidence::waiting,
            evidence::carried,
            evidence::decided_work,
            evidence::overdue,
            evidence::unstamped,
            letter::esign::sealing::day,
            letter::scan::waiting,
        ],
        demo: Some(demo::load),
        ..Capability::default()
    };
    own.and(document::part())
        .and(referral::part())
        .and(letter::part())
        .and(secrecy::part())
        .and(pdf_signing::part())
        .and(delivery::part())
        .and(meeting::part())
        .and(intake::part())
        .and(correspondent::part())
        .and(file_plan::part())
        .and(file_code::part())
        .and(letter::template::part())
        .and(addressee_group::part())
        .and(unit_contact::part())
}

/// Every route: the kit's for each kind and what the kit does not draw.
pub fn routes() -> Routes {
    document::routes()
        .and(letter::routes())
        .and(secrecy::routes())
        .and(pdf_signing::routes())
        .and(delivery::routes())
        .and(meeting::routes())
        .and(intake::routes())
        .and(web::kind_routes(&referral::kind(), Some(referral::extras)))
        .and(web::kind_routes(&correspondent::kind(), None))
        .and(web::kind_routes(&file_plan::kind(), None))
        .and(web::kind_routes(&file_code::kind(), None))
        .and(web::kind_routes(&letter::template::kind(), Some(letter::template::extras)))
        .and(web::kind_routes(&addressee_group::kind(), None))
        .and(web::kind_routes(&unit_contact::kind(), None))
}

const fn entry(label_tr: &'static str, path: &'static str, permission: &'static str) -> MenuEntry {
    MenuEntry { group_tr: "Evrak", label_tr, path, permission }
}

const fn verb(verb: &'static str, label_tr: &'static str, is_official: bool) -> VerbLabel {
    VerbLabel { verb, label_tr, is_official }
}

const fn permission(
    code: &'static str,
    sentence_tr: &'static str,
    roles: &'static [(&'static str, &'static str)],
) -> Permission {
    Permission { code, sentence_tr, roles }
}

/// Roles that keep the register.
const KEEPERS: &[(&str, &str)] = &[("admin", "all"), ("clerk", "all")];

/// Everybody who works here reads what everybody must know to write to somebody.
const READERS: &[(&str, &str)] = &[
    ("admin", "all"),
    ("deputy_mayor", "all"),
    ("director", "all"),
    ("chief", "all"),
    ("staff", "all"),
    ("technician", "all"),
    ("clerk", "all"),
    ("auditor", "all"),
];
