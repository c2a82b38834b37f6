//! Time stamps (RFC 3161) as everybody here gets them: the authority of the settings, with KamuSM on the municipality's
//! account, what is left there, and the stamp of the hour over a journal's chains. What a stamp is put into and when it
//! is wanted is the business of whoever asks for it.

mod client;
mod credit;
mod examine;
mod journals;
mod settings;
mod store;
#[cfg(test)]
mod tests;

use kernel::Capability;
use kernel::event::VerbLabel;
use kernel::migrate::Migration;
use kernel::schema::Table;
use sea_orm::DbBackend;
use signing::Certificate;

pub use client::{Answer, Authority, Http};
pub use examine::{Stamps, examine};
pub use journals::{Standing, judge, roots, stamp};

/// The password of the KamuSM account, from the configuration.
pub struct StampPassword(pub String);

/// Root certificates that an authority is believed for, from the configuration; empty means that nobody said whom to
/// believe.
pub struct Roots(pub Vec<Certificate>);

/// What serves people here: settings, and the credit with its notice.
pub fn capability() -> Capability {
    Capability {
        id: "time_stamps",
        name_tr: "Zaman damgası",
        migrations: vec![Migration { id: "time_stamps/0001_credit", up: credit_table }],
        jobs: vec![credit::job()],
        notices: vec![credit::notice()],
        verbs: vec![VerbLabel {
            verb: "stamp_credit_low",
            label_tr: "Kalan zaman damgası azaldı",
            is_official: false,
        }],
        settings: settings::all(),
        my_day: vec![credit::day],
        ..Capability::default()
    }
}

/// Where time stamps were the register's alone, its migration has made this table already.
fn credit_table(backend: DbBackend) -> Vec<String> {
    let table = Table::new("stamp_credit", "how many time stamps are left")
        .text("name", "kamusm")
        .int("stamps_left", "when last answered")
        .bool("is_low", "fewer than the setting says; told once")
        .text("error", "why it could not be asked; empty while it can")
        .at("asked_at", "when it was last tried")
        .key(&["name"]);
    let once = |statement: String| statement.replacen("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1);
    table.create(backend).into_iter().map(once).collect()
}
