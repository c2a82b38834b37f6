//! The access rule as a question to the index: what a list of the kind asks the database (`kernel::record`), term by term, so
//! that what somebody may not see is neither found nor counted.

use kernel::Actor;
use kernel::access::Scope;
use kernel::record::Kind;
use tantivy::Term;
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, Query, TermSetQuery};
use uuid::Uuid;

use crate::fields::{Fields, of_kind, of_owner, of_reserve, of_unit};

/// Parts of a question that narrow it to what `actor` may see of `kind`; `None` where that is nothing.
pub(crate) fn seen(fields: &Fields, kind: &Kind, actor: &Actor) -> Option<Vec<(Occur, Box<dyn Query>)>> {
    let own: Vec<Uuid> = [actor.staff_id, actor.account_id].into_iter().flatten().collect();
    let mut scope = Vec::new();
    let mut is_all = false;
    for grant in actor.grants_of(kind.view) {
        match (&grant.scope, kind.unit, kind.owner) {
            (Scope::All, ..) => is_all = true,
            (Scope::Units(units), Some(_), _) => scope.extend(units.iter().map(|unit| of_unit(kind, *unit))),
            (Scope::Own, _, Some(_)) => scope.extend(own.iter().map(|id| of_owner(kind, *id))),
            _ => {}
        }
    }
    if is_all {
        scope = vec![of_kind(kind)];
    }
    if scope.is_empty() {
        return None;
    }
    let mut parts = vec![(Occur::Must, any_of(fields, scope))];
    for (place, reserved) in kind.reserved.iter().enumerate().filter(|(_, one)| !actor.may(one.to)) {
        let kept = any_of(fields, vec![of_reserve(kind, place)]);
        let is_own_seen = reserved.but_owner && kind.owner.is_some() && !own.is_empty();
        let kept = if is_own_seen {
            // Kept back is what is reserved and not one's own.
            let own = any_of(fields, own.iter().map(|id| of_owner(kind, *id)).collect());
            Box::new(BooleanQuery::new(vec![(Occur::Must, kept), (Occur::MustNot, own)])) as Box<dyn Query>
        } else {
            kept
        };
        parts.push((Occur::MustNot, kept));
    }
    Some(parts)
}

/// Has one of these terms; says nothing of how well a record fits.
fn any_of(fields: &Fields, terms: Vec<String>) -> Box<dyn Query> {
    let terms: Vec<Term> = terms.iter().map(|term| Term::from_field_text(fields.access, term)).collect();
    let query: Box<dyn Query> = match <[Term; 1]>::try_from(terms) {
        Ok([term]) => {
            Box::new(tantivy::query::TermQuery::new(term, tantivy::schema::IndexRecordOption::Basic))
        }
        Err(terms) => Box::new(TermSetQuery::new(terms)),
    };
    Box::new(ConstScoreQuery::new(query, 0.0))
}
