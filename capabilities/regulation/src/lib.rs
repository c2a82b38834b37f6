//! The regulation of a directorate: its text read into structure, kept as versions and put in force, and the duties
//! it lays upon people. Only the table of contents; the reading is pure and lives in `reading`, the rest in its part.

pub mod catalogue;
pub mod matching;
mod migrations;
pub mod profiles;
pub mod reading;
pub mod texts;

use kernel::Capability;

/// What the capability declares of itself: the sum of its parts.
pub fn capability() -> Capability {
    let whole = Capability {
        id: "regulation",
        name_tr: "Yönetmelik",
        migrations: migrations::all(),
        ..Capability::default()
    };
    [texts::part()].into_iter().fold(whole, joined)
}

/// Routes of all parts.
pub fn routes() -> web::Routes {
    texts::routes()
}

/// Lists of a part go behind those of the whole; its id and name do not count.
fn joined(mut whole: Capability, part: Capability) -> Capability {
    whole.menu.extend(part.menu);
    whole.permissions.extend(part.permissions);
    whole.migrations.extend(part.migrations);
    whole.jobs.extend(part.jobs);
    whole.kinds.extend(part.kinds);
    whole.verbs.extend(part.verbs);
    whole.reactions.extend(part.reactions);
    whole.settings.extend(part.settings);
    whole.evidence.extend(part.evidence);
    whole.holdings.extend(part.holdings);
    whole.my_day.extend(part.my_day);
    whole.demo = whole.demo.or(part.demo);
    whole.duties.extend(part.duties);
    whole
}

#[cfg(test)]
mod tests;
