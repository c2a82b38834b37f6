//! Records that not everybody who sees the kind may see: drafts, and what is written for a few. Beside the access rule, which
//! goes by unit and owner, a kind names values of a column that another permission is needed for.

use super::{Kind, Record};
use crate::access::Actor;

/// Records whose `column` is one of `values` are seen with the permission `to` only.
#[derive(Clone, Copy, Debug)]
pub struct Reserved {
    pub column: &'static str,
    /// Codes; never what a person typed.
    pub values: &'static [&'static str],
    pub to: &'static str,
}

impl Kind {
    /// Whether a record is kept from this person, whatever unit and owner it has.
    pub(crate) fn keeps_back(&self, record: &Record, actor: &Actor) -> bool {
        self.reserved_from(actor).any(|one| one.values.contains(&record.get(one.column).text()))
    }

    fn reserved_from(&self, actor: &Actor) -> impl Iterator<Item = &Reserved> {
        self.reserved.iter().filter(|one| !actor.may(one.to))
    }

    /// [`Self::keeps_back`] as SQL over the kind's table called `name`: true for what is not kept back. `None` where nothing is.
    pub(crate) fn open_to(&self, actor: &Actor, name: &str) -> Option<String> {
        let of = |one: &Reserved| format!("{name}.{} NOT IN ('{}')", one.column, one.values.join("', '"));
        let all: Vec<String> = self.reserved_from(actor).map(of).collect();
        (!all.is_empty()).then(|| all.join(" AND "))
    }
}
