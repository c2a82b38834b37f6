//! How many records of a kind somebody may see, which decides the way a list is answered and never what it shows.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;

use sea_orm::Value;

use super::Asker;
use super::conditions::{FEW_HITS, scope_alone};
use crate::clock::Moment;
use crate::db::{Db, Sql};
use crate::error::Result;
use crate::record::Kind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All records, whatever unit and owner they have.
    Whole,
    /// So few that they are found first and then sorted.
    Few,
    /// So many that they are checked along the order of the list.
    Many,
}

/// Caches of a node are no older than this.
const AGE_SECONDS: u64 = 5;
/// Scopes that are remembered; when there are more, all are forgotten.
const MOST_REMEMBERED: usize = 20_000;

/// What the scopes of the last seconds were. A list is right with whatever stands here: a scope that grew meanwhile is gathered
/// once more than it should be.
#[derive(Debug, Default)]
pub(crate) struct Reaches(Mutex<HashMap<u64, (Moment, Reach)>>);

impl Reaches {
    pub async fn of(&self, db: &Db, kind: &Kind, asker: Asker<'_>) -> Result<Reach> {
        let Some((scope, values)) = scope_alone(kind, asker.1, asker.0, db.backend()) else {
            return Ok(Reach::Whole);
        };
        let mut hasher = DefaultHasher::new();
        (kind.id, &scope, format!("{values:?}")).hash(&mut hasher);
        let key = hasher.finish();
        let known = self.0.lock().expect("no panic holds the lock").get(&key).copied();
        if let Some((_, reach)) = known.filter(|(at, _)| at.seconds_ago() < AGE_SECONDS) {
            return Ok(reach);
        }
        let reach = of_scope(db, kind, &scope, values).await?;
        let mut all = self.0.lock().expect("no panic holds the lock");
        if all.len() >= MOST_REMEMBERED {
            all.clear();
        }
        all.insert(key, (Moment::now(), reach));
        Ok(reach)
    }
}

/// Looked up, for whoever has no memory.
pub(super) async fn counted(db: &impl Sql, kind: &Kind, (actor, permission): Asker<'_>) -> Result<Reach> {
    match scope_alone(kind, permission, actor, db.get_database_backend()) {
        Some((scope, values)) => of_scope(db, kind, &scope, values).await,
        None => Ok(Reach::Whole),
    }
}

async fn of_scope(db: &impl Sql, kind: &Kind, scope: &str, values: Vec<Value>) -> Result<Reach> {
    let sql =
        format!("SELECT count(*) FROM (SELECT 1 FROM {} WHERE {scope} LIMIT {FEW_HITS}) AS few", kind.table);
    let hits: i64 = db.scalar(&sql, values).await?.unwrap_or(0);
    Ok(if hits < FEW_HITS { Reach::Few } else { Reach::Many })
}
