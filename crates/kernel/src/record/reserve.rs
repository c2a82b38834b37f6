//! Records that not everybody who sees the kind may see: drafts, and what is written for a few. Beside the access rule, which
//! goes by unit and owner, a kind names values of a column that another permission is needed for.

use sea_orm::Value;

use super::{Kind, Record};
use crate::access::Actor;
use crate::db::placeholders;

/// Records whose `column` is one of `values` are seen with the permission `to` only.
#[derive(Clone, Copy, Debug)]
pub struct Reserved {
    pub column: &'static str,
    /// Codes; never what a person typed.
    pub values: &'static [&'static str],
    pub to: &'static str,
    /// Whoever it belongs to sees it all the same.
    pub but_owner: bool,
}

impl Kind {
    /// Whether a record is kept from this person, whatever unit and owner it has.
    pub(crate) fn keeps_back(&self, record: &Record, actor: &Actor) -> bool {
        let own = record.owner_id(self);
        let is_own = own.is_some() && (own == actor.staff_id || own == actor.account_id);
        self.reserved_from(actor)
            .any(|one| one.values.contains(&record.get(one.column).text()) && !(one.but_owner && is_own))
    }

    fn reserved_from(&self, actor: &Actor) -> impl Iterator<Item = &Reserved> {
        self.reserved.iter().filter(|one| !actor.may(one.to))
    }

    /// [`Self::keeps_back`] as SQL over the kind's table called `name`: true for what is not kept back. `None` where nothing is.
    pub(crate) fn open_to(&self, actor: &Actor, name: &str, values: &mut Vec<Value>) -> Option<String> {
        let mut all = Vec::new();
        for one in self.reserved_from(actor) {
            let is_open = format!("{name}.{} NOT IN ('{}')", one.column, one.values.join("', '"));
            let own: Vec<_> = [actor.staff_id, actor.account_id].into_iter().flatten().collect();
            all.push(match self.owner.filter(|_| one.but_owner && !own.is_empty()) {
                Some(owner) => {
                    let list = placeholders(values.len() + 1, own.len());
                    values.extend(own.into_iter().map(Value::from));
                    format!("({is_open} OR {name}.{owner} IN ({list}))")
                }
                None => is_open,
            });
        }
        (!all.is_empty()).then(|| all.join(" AND "))
    }
}
