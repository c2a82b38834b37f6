//! What the access crate asks of the directory: who works where, what lies under a unit, and who acts for whom
//! at an instant. Nothing is stored for it, so powers pass and return by themselves.

use std::collections::{HashMap, HashSet};

use access::{Acting, Directory};
use kernel::db::{Sql, placeholders};
use kernel::{Boxed, Db, Instant, Result};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use crate::store;

/// The directory as the access rule sees it. Give it to `access::Accounts` at start-up.
pub struct DirectoryPowers;

#[derive(FromQueryResult)]
struct Place {
    staff_id: Uuid,
    unit_id: Uuid,
}

/// People asked about in one statement at most; both databases take more parameters than this.
const MOST_AT_ONCE: usize = 5_000;

impl Directory for DirectoryPowers {
    fn units_of<'a>(
        &'a self,
        db: &'a Db,
        staff: &'a [Uuid],
        at: Instant,
    ) -> Boxed<'a, Result<HashMap<Uuid, Uuid>>> {
        Box::pin(async move {
            let mut units = HashMap::new();
            for part in staff.chunks(MOST_AT_ONCE) {
                let mut values: Vec<Value> = vec![at.day().to_string().into()];
                values.extend(store::ids(part));
                let sql = format!(
                    "SELECT staff_id, unit_id FROM staff_position WHERE staff_id IN ({}) \
                     AND from_on <= $1 AND (to_on IS NULL OR to_on > $1)",
                    placeholders(2, part.len())
                );
                let rows: Vec<Place> = db.rows(&sql, values).await?;
                units.extend(rows.into_iter().map(|row| (row.staff_id, row.unit_id)));
            }
            Ok(units)
        })
    }

    fn trees<'a>(
        &'a self,
        db: &'a Db,
        units: &'a [Uuid],
        at: Instant,
    ) -> Boxed<'a, Result<HashMap<Uuid, Vec<Uuid>>>> {
        Box::pin(async move {
            let mut below: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
            for version in store::versions_on(db, at.day().0).await? {
                if let Some(parent) = version.parent_id {
                    below.entry(parent).or_default().push(version.unit_id);
                }
            }
            Ok(units.iter().map(|unit| (*unit, with_descendants(*unit, &below))).collect())
        })
    }

    fn acting<'a>(
        &'a self,
        db: &'a Db,
        staff: &'a [Uuid],
        at: Instant,
    ) -> Boxed<'a, Result<HashMap<Uuid, Vec<Acting>>>> {
        Box::pin(async move {
            let mut all: HashMap<Uuid, Vec<Acting>> = HashMap::new();
            for part in staff.chunks(MOST_AT_ONCE) {
                for row in store::actings_at(db, at, part).await? {
                    all.entry(row.substitute_id).or_default().push(Acting {
                        staff_id: row.principal_id,
                        name: row.principal_name,
                        unit_id: Some(row.unit_id),
                        until: row.until_at,
                    });
                }
            }
            Ok(all)
        })
    }
}

/// The unit first, then everything under it; a circle in bad data ends.
fn with_descendants(unit: Uuid, below: &HashMap<Uuid, Vec<Uuid>>) -> Vec<Uuid> {
    let mut tree = vec![unit];
    let mut seen = HashSet::from([unit]);
    let mut next = 0;
    while let Some(&current) = tree.get(next) {
        next += 1;
        tree.extend(below.get(&current).into_iter().flatten().copied().filter(|child| seen.insert(*child)));
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_begins_with_its_unit_and_a_circle_ends() {
        let id = Uuid::from_u128;
        let below = HashMap::from([(id(1), vec![id(2), id(3)]), (id(3), vec![id(4)]), (id(4), vec![id(1)])]);
        assert_eq!(with_descendants(id(1), &below), [1, 2, 3, 4].map(id));
        assert_eq!(with_descendants(id(9), &below), [id(9)]);
    }
}
