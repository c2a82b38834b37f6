//! How many records of a kind somebody may see and how common a word is, which decides the way a list is answered and never what
//! it shows. What was counted is remembered for a few seconds.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;

use sea_orm::DbBackend;

use super::Asker;
use super::conditions::{FEW_HITS, scope_alone};
use crate::clock::Moment;
use crate::db::Sql;
use crate::error::Result;
use crate::record::Kind;
use crate::record::words::{Sought, hits, hits_of_one};

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
/// Counts that are remembered; when there are more, all are forgotten.
const MOST_REMEMBERED: usize = 20_000;

/// What was counted in the last seconds, by a digest of what it is the count of. A list is right with whatever stands here: a scope
/// that grew meanwhile is gathered once more than it should be.
#[derive(Debug, Default)]
pub(crate) struct Counted(Mutex<HashMap<u64, (Moment, i64)>>);

impl Counted {
    fn known(&self, key: u64) -> Option<i64> {
        let all = self.0.lock().expect("no panic holds the lock");
        all.get(&key).filter(|(at, _)| at.seconds_ago() < AGE_SECONDS).map(|(_, count)| *count)
    }

    fn keep(&self, key: u64, count: i64) {
        let mut all = self.0.lock().expect("no panic holds the lock");
        if all.len() >= MOST_REMEMBERED {
            all.clear();
        }
        all.insert(key, (Moment::now(), count));
    }
}

fn key(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// A database and what is remembered of it; transactions and snapshots remember nothing.
pub(super) struct Asked<'a, D> {
    pub db: &'a D,
    pub lately: Option<&'a Counted>,
}

impl<D: Sql> Asked<'_, D> {
    pub fn backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    pub async fn reach(&self, kind: &Kind, (actor, permission): Asker<'_>) -> Result<Reach> {
        let Some((scope, values)) = scope_alone(kind, permission, actor, self.backend()) else {
            return Ok(Reach::Whole);
        };
        let key = key(("scope", kind.id, &scope, format!("{values:?}")));
        let count = match self.known(key) {
            Some(count) => count,
            None => {
                let few = format!("SELECT 1 FROM {} WHERE {scope} LIMIT {FEW_HITS}", kind.table);
                let sql = format!("SELECT count(*) FROM ({few}) AS few");
                let count: i64 = self.db.scalar(&sql, values).await?.unwrap_or(0);
                self.keep(key, count);
                count
            }
        };
        Ok(if count < FEW_HITS { Reach::Few } else { Reach::Many })
    }

    /// Entries of the index that begin with each word, counted up to `most`, and of a single word the records they are of.
    pub async fn hits(
        &self,
        kind: &Kind,
        words: Vec<Sought>,
        most: i64,
    ) -> Result<(Vec<(i64, Sought)>, i64)> {
        // Only common words are remembered: they take the longest to count, and remain common.
        let keys: Vec<u64> = words.iter().map(|word| key(("word", kind.id, word, most))).collect();
        let known: Option<Vec<i64>> = keys.iter().map(|key| self.known(*key)).collect();
        if let Some(known) = known {
            return Ok((words.into_iter().map(|word| (most, word)).collect(), known[0]));
        }
        let (counted, records) = match words.as_slice() {
            [word] => {
                let (entries, records) = hits_of_one(self.db, kind, word, most).await?;
                (vec![(entries, word.clone())], records)
            }
            _ => (hits(self.db, Some(kind), words, most).await?, 0),
        };
        for (key, (entries, _)) in keys.into_iter().zip(&counted) {
            if *entries >= most {
                self.keep(key, records);
            }
        }
        Ok((counted, records))
    }

    fn known(&self, key: u64) -> Option<i64> {
        self.lately.and_then(|lately| lately.known(key))
    }

    fn keep(&self, key: u64, count: i64) {
        if let Some(lately) = self.lately {
            lately.keep(key, count);
        }
    }
}
