//! The regulation of a directorate: its text read into structure, kept as versions and put in force, and the duties
//! it lays upon people. Only the table of contents; the reading is pure and lives in `reading`, the rest in its part.

pub mod catalogue;
mod directives;
mod duties;
mod inspection;
pub mod matching;
mod migrations;
mod notices;
pub mod profiles;
pub mod reading;
pub mod texts;
mod watch;

use kernel::capability::DemoContext;
use kernel::{Boxed, Capability, Result};

/// What the capability declares of itself: the sum of its parts.
pub fn capability() -> Capability {
    let whole = Capability {
        id: "regulation",
        name_tr: "Yönetmelik",
        migrations: migrations::all(),
        notices: notices::all(),
        demo: Some(demo),
        ..Capability::default()
    };
    let later = Capability { migrations: migrations::later(), ..Capability::default() };
    parts().into_iter().fold(whole, Capability::and).and(later)
}

/// In the order of their migrations and of the menu.
fn parts() -> [Capability; 5] {
    [texts::part(), duties::part(), inspection::part(), directives::part(), watch::part()]
}

/// The demo town's regulation first, then what rests on it.
fn demo(context: &DemoContext) -> Boxed<'_, Result<()>> {
    Box::pin(async move {
        for load in parts().into_iter().filter_map(|part| part.demo) {
            load(context).await?;
        }
        Ok(())
    })
}

/// Routes of all parts.
pub fn routes() -> web::Routes {
    texts::routes()
        .and(duties::routes())
        .and(inspection::routes())
        .and(directives::routes())
        .and(watch::routes())
}

#[cfg(test)]
mod tests;
