//! Proofs of single events, for whoever takes events out of the house: the seal each stands under and the path to its root.

use std::collections::{BTreeSet, HashMap};

use kernel::db::{Sql, placeholders};
use kernel::event::Event;
use kernel::{Error, Result};
use sea_orm::{FromQueryResult, Value};

use super::{SEAL_COLUMNS, Stored, digest};
use crate::{Digest, Proof, Seal, prove};

/// Seals whose digests are held in memory at once.
const AT_ONCE: usize = 40;

/// Where an event stands: its seal, and how the seal's root follows from the event's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventProof {
    pub seal: Seal,
    pub proof: Proof,
}

#[derive(FromQueryResult)]
struct Kept {
    no: i64,
    leaves: Vec<u8>,
}

/// For each event, in the order given, its proof; `None` where it is not sealed yet. The proof is made of the digests that were
/// kept with the seal: an event that was changed since does not fit it, which is for the reader of the proof to find.
pub async fn proofs_of(db: &impl Sql, events: &[Event]) -> Result<Vec<Option<EventProof>>> {
    let numbers: BTreeSet<i64> = events.iter().filter_map(|event| event.seal_no).collect();
    let numbers: Vec<i64> = numbers.into_iter().collect();
    let mut proofs = vec![None; events.len()];
    for part in numbers.chunks(AT_ONCE) {
        let seals = under(db, part).await?;
        for (event, place) in events.iter().zip(&mut proofs) {
            let (Some(no), Some(leaf)) = (event.seal_no, event.leaf_no) else { continue };
            if part.binary_search(&no).is_err() {
                continue;
            }
            let (seal, leaves) =
                seals.get(&no).ok_or_else(|| Error::internal(format!("seal {no} is missing")))?;
            let proof = usize::try_from(leaf).ok().and_then(|leaf| prove(leaves, leaf));
            let proof = proof.ok_or_else(|| Error::internal(format!("seal {no} has no leaf {leaf}")))?;
            *place = Some(EventProof { seal: seal.clone(), proof });
        }
    }
    Ok(proofs)
}

/// These seals with the digests under them.
async fn under(db: &impl Sql, numbers: &[i64]) -> Result<HashMap<i64, (Seal, Vec<Digest>)>> {
    let list = placeholders(1, numbers.len());
    let values = || numbers.iter().map(|no| Value::from(*no)).collect::<Vec<_>>();
    let sql = format!("SELECT {SEAL_COLUMNS} FROM seal WHERE no IN ({list}) ORDER BY no LIMIT {AT_ONCE}");
    let stored: Vec<Stored> = db.rows(&sql, values()).await?;
    let sql = format!("SELECT no, leaves FROM seal WHERE no IN ({list}) ORDER BY no LIMIT {AT_ONCE}");
    let kept: Vec<Kept> = db.rows(&sql, values()).await?;
    let mut seals = HashMap::new();
    for (stored, kept) in stored.iter().zip(kept) {
        let leaves = kept.leaves.chunks(32).map(digest).collect::<Result<Vec<_>>>()?;
        seals.insert(kept.no, (stored.seal()?, leaves));
    }
    Ok(seals)
}
