//! The access rule as terms of the index: what a list of the kind asks the database (`kernel::record`), so that what somebody
//! may not see is neither found nor counted.

use kernel::Actor;
use kernel::access::Scope;
use kernel::record::Kind;
use uuid::Uuid;

use crate::fields::{of_kind, of_owner, of_reserve, of_unit};

/// What somebody may see of a kind: records that have a term of the scope, and are not kept back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// One of these; they are sorted, so that equal rules are equal.
    pub scope: Vec<String>,
    pub kept: Vec<Kept>,
}

/// Records that are kept back: they have this term, and are not of these owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub term: String,
    pub but: Vec<String>,
}

/// What `actor` may see of `kind`; `None` where that is nothing.
pub(crate) fn seen(kind: &Kind, actor: &Actor) -> Option<Seen> {
    let own: Vec<Uuid> = [actor.staff_id, actor.account_id].into_iter().flatten().collect();
    let own = || own.iter().map(|id| of_owner(kind, *id));
    let mut scope = Vec::new();
    let mut is_all = false;
    for grant in actor.grants_of(kind.view) {
        match (&grant.scope, kind.unit, kind.owner) {
            (Scope::All, ..) => is_all = true,
            (Scope::Units(units), Some(_), _) => scope.extend(units.iter().map(|unit| of_unit(kind, *unit))),
            (Scope::Own, _, Some(_)) => scope.extend(own()),
            _ => {}
        }
    }
    if is_all {
        scope = vec![of_kind(kind)];
    }
    if scope.is_empty() {
        return None;
    }
    scope.sort_unstable();
    scope.dedup();
    let kept = kind.reserved.iter().enumerate().filter(|(_, one)| !actor.may(one.to));
    let kept = kept.map(|(place, reserved)| Kept {
        term: of_reserve(kind, place),
        but: if reserved.but_owner && kind.owner.is_some() { own().collect() } else { Vec::new() },
    });
    Some(Seen { scope, kept: kept.collect() })
}
