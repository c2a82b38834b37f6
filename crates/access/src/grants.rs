//! From roles to powers: the one place that decides what an account may do at a moment, for one account at
//! sign-in and for all of them when a screen explains who can see a record.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use kernel::{ActingFor, Actor, Db, Grant, Instant, Result, Scope, tr};
use uuid::Uuid;

use crate::directory::{Acting, Directory};
use crate::store::{self, Assigned, Holder};

/// The actor of one account with the powers of this moment; `None` when there is no such account or it is closed.
pub async fn grants_of(
    db: &Db,
    directory: &dyn Directory,
    account: Uuid,
    at: Instant,
) -> Result<Option<Actor>> {
    let holders = store::holders(db, &[account]).await?;
    Ok(actors_of(db, directory, &holders, at, None).await?.into_iter().next())
}

/// Actors of many accounts, in a fixed number of queries. With `only` their grants are limited to one permission.
pub async fn actors_of(
    db: &Db,
    directory: &dyn Directory,
    holders: &[Holder],
    at: Instant,
    only: Option<&str>,
) -> Result<Vec<Actor>> {
    let staff: Vec<Uuid> = holders.iter().filter_map(|holder| holder.staff_id).collect();
    let acting = directory.acting(db, &staff, at).await?;
    let absent: Vec<Uuid> = acting.values().flatten().map(|acting| acting.staff_id).collect();
    let stood_for = store::holders_of_staff(db, &absent).await?;
    let known: Vec<Uuid> = unique(holders.iter().chain(&stood_for).map(|holder| holder.id));
    let assigned = store::assigned(db, &known, at, only).await?;
    let mut of_account: HashMap<Uuid, Vec<&Assigned>> = HashMap::new();
    for one in &assigned {
        of_account.entry(one.account_id).or_default().push(one);
    }
    let everybody: Vec<Uuid> = unique(holders.iter().chain(&stood_for).filter_map(|holder| holder.staff_id));
    let units = directory.units_of(db, &everybody, at).await?;
    let roots = unique(
        assigned
            .iter()
            .filter_map(|one| one.unit_id)
            .chain(units.values().copied())
            .chain(acting.values().flatten().filter_map(|one| one.unit_id)),
    );
    let needs_trees = assigned.iter().any(|one| one.scope == "unit_tree");
    let trees = if needs_trees { directory.trees(db, &roots, at).await? } else { HashMap::new() };
    let world = World { of_account, units, trees, acting, stood_for: &stood_for };
    Ok(holders.iter().map(|holder| world.actor(holder)).collect())
}

fn unique(ids: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    let mut seen = HashSet::new();
    ids.filter(|id| seen.insert(*id)).collect()
}

/// Everything that was read, from which actors are put together.
struct World<'a> {
    of_account: HashMap<Uuid, Vec<&'a Assigned>>,
    units: HashMap<Uuid, Uuid>,
    trees: HashMap<Uuid, Vec<Uuid>>,
    acting: HashMap<Uuid, Vec<Acting>>,
    stood_for: &'a [Holder],
}

impl World<'_> {
    fn actor(&self, holder: &Holder) -> Actor {
        let unit_id = holder.staff_id.and_then(|staff| self.units.get(&staff).copied());
        let mut grants = Vec::new();
        for assigned in self.of_account.get(&holder.id).into_iter().flatten() {
            let reason = format!("{} rolü", assigned.role_name);
            grants.extend(self.grant(assigned, assigned.unit_id.or(unit_id), reason));
        }
        let acting = holder.staff_id.and_then(|staff| self.acting.get(&staff)).map_or(&[][..], Vec::as_slice);
        for one in acting {
            self.passed(one, &mut grants);
        }
        Actor {
            account_id: Some(holder.id),
            staff_id: holder.staff_id,
            unit_id,
            name: holder.name.clone(),
            acting_for: acting.first().map(|one| ActingFor {
                staff_id: one.staff_id,
                name: one.name.clone(),
                until: one.until,
            }),
            grants: Arc::new(grants),
        }
    }

    /// Powers of the one acted for. What reaches only a person's own records is personal and does not pass.
    fn passed(&self, acting: &Acting, grants: &mut Vec<Grant>) {
        let to = tr::dative_name(&acting.name).unwrap_or_else(|| format!("{} adına", acting.name));
        let absent = self.stood_for.iter().filter(|holder| holder.staff_id == Some(acting.staff_id));
        for assigned in absent.flat_map(|holder| self.of_account.get(&holder.id).into_iter().flatten()) {
            if assigned.scope == "own" {
                continue;
            }
            let unit =
                assigned.unit_id.or(acting.unit_id).or_else(|| self.units.get(&acting.staff_id).copied());
            grants.extend(self.grant(assigned, unit, format!("{to} vekâleten: {} rolü", assigned.role_name)));
        }
    }

    /// A scope that needs a unit gives nothing to somebody who has none.
    fn grant(&self, assigned: &Assigned, unit: Option<Uuid>, reason: String) -> Option<Grant> {
        let scope = match assigned.scope.as_str() {
            "all" => Scope::All,
            "own" => Scope::Own,
            "unit" => Scope::Units(vec![unit?]),
            "unit_tree" => {
                let unit = unit?;
                Scope::Units(self.trees.get(&unit).cloned().unwrap_or_else(|| vec![unit]))
            }
            _ => return None,
        };
        Some(Grant { permission: assigned.permission.clone(), scope, reason })
    }
}
