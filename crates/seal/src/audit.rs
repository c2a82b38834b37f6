//! Seals the event log every few seconds and checks it: the audit nobody can alter unseen (ID-3).
//! The chain itself is `chain.rs`; this file reads and writes the database.

use kernel::capability::{Capability, Evidence, EvidenceNow};
use kernel::db::Sql;
use kernel::event::{COLUMNS, Event};
use kernel::job::{Job, JobContext};
use kernel::migrate::{Migration, create};
use kernel::schema::Table;
use kernel::{Boxed, Db, Error, Instant, Result, Tx};
use sea_orm::FromQueryResult;

use crate::{Anchor, CannotSeal, Report, Seal, Sealed, Verifier};

/// Events under one seal at most; a sealer that has fallen behind makes several in a row.
const MOST_LEAVES: u32 = 5_000;
/// Seals one run of the job makes at most.
const MOST_SEALS: u32 = 40;
/// Rows read at once while checking.
const PAGE: i64 = 2_000;

pub fn capability() -> Capability {
    Capability {
        id: "seal",
        name_tr: "Mühür",
        migrations: vec![Migration { id: "seal/0001_seal", up: |backend| create(backend, &[table()]) }],
        jobs: vec![Job {
            name: "seal.seal_events",
            label_tr: "Kayıtları mühürle",
            every_seconds: Some(5),
            max_attempts: 8,
            limit_seconds: 120,
            run: |context, _| Box::pin(run(context)),
        }],
        evidence: vec![Evidence {
            duty: "ID-3",
            label_tr: "Mühürlenen işlem kayıtları",
            path: "/kayitlar",
            fresh_days: 1,
            run: evidence,
        }],
        ..Capability::default()
    }
}

fn table() -> Table {
    Table::new("seal", "links of the chain over the event log")
        .int("no", "number from 0 without a gap")
        .int("first_leaf", "number of its first event in the whole log")
        .int("leaf_count", "events under it")
        .bytes("root", "Merkle root over the events' digests")
        .bytes("previous", "hash of the seal before; zeros for the first")
        .at("sealed_at", "when")
        .bytes("hash", "hash of the seal")
        .bytes("leaves", "the digests, 32 bytes each, so that a finding can name the event")
        .key(&["no"])
}

#[derive(FromQueryResult)]
struct Stored {
    no: i64,
    first_leaf: i64,
    leaf_count: i64,
    root: Vec<u8>,
    previous: Vec<u8>,
    sealed_at: Instant,
    hash: Vec<u8>,
}

const SEAL_COLUMNS: &str = "no, first_leaf, leaf_count, root, previous, sealed_at, hash";

impl Stored {
    fn seal(&self) -> Result<Seal> {
        Ok(Seal {
            no: unsigned(self.no)?,
            first: unsigned(self.first_leaf)?,
            count: unsigned(self.leaf_count)?,
            root: digest(&self.root)?,
            previous: digest(&self.previous)?,
            sealed_at_us: self.sealed_at.0,
            hash: digest(&self.hash)?,
        })
    }
}

fn unsigned(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(Error::internal)
}

fn signed(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(Error::internal)
}

fn digest(bytes: &[u8]) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|_| Error::internal("a digest in the seal table is not 32 bytes"))
}

async fn run(context: &JobContext) -> Result<()> {
    for _ in 0..MOST_SEALS {
        if seal_once(context).await? < MOST_LEAVES as usize {
            break;
        }
    }
    Ok(())
}

/// Seals what is not sealed yet, at most one seal's worth; answers how many events it covered.
/// Two nodes at once: the second's seal has the same number and is refused, its events stay for the next run.
pub async fn seal_once(context: &JobContext) -> Result<usize> {
    let tx = context.db.begin(&context.act("mühürleyici")).await?;
    tx.without_event("a seal is the proof of events, not one of them");
    let count = seal_in(&tx).await?;
    if count == 0 {
        tx.rollback().await?
    } else {
        tx.commit().await?
    }
    Ok(count)
}

#[derive(FromQueryResult)]
struct Leaf {
    leaf_no: i64,
    digest: Vec<u8>,
}

async fn seal_in(tx: &Tx) -> Result<usize> {
    let last = format!("SELECT {SEAL_COLUMNS} FROM seal ORDER BY no DESC LIMIT 1");
    let last: Option<Stored> = tx.row(&last, vec![]).await?;
    let last = last.map(|stored| stored.seal()).transpose()?;
    let no = last.as_ref().map_or(0, |seal| seal.no + 1);
    let mut leaves: Vec<Leaf> = tx.rows(&take_leaves(), vec![signed(no)?.into()]).await?;
    if leaves.is_empty() {
        return Ok(0);
    }
    leaves.sort_by_key(|leaf| leaf.leaf_no);
    let digests = leaves.iter().map(|leaf| digest(&leaf.digest)).collect::<Result<Vec<_>>>()?;
    // After the machine's clock was set back the chain must still go forward.
    let at = tx.at().0.max(last.as_ref().map_or(0, |seal| seal.sealed_at_us));
    let seal = Seal::next(last.as_ref(), &digests, at).map_err(|error: CannotSeal| Error::internal(error))?;
    insert(tx, &seal, &digests).await?;
    Ok(leaves.len())
}

/// Puts the oldest unsealed events under the seal `$1`. The sign before the last `seal_no` hides its index: SQLite would
/// look for each event among all that are unsealed, and nobody could write meanwhile.
fn take_leaves() -> String {
    format!(
        "UPDATE event SET seal_no = $1, leaf_no = open.place FROM (\
           SELECT id AS open_id, row_number() OVER (ORDER BY id) - 1 AS place FROM (\
             SELECT id FROM event WHERE seal_no IS NULL ORDER BY id LIMIT {MOST_LEAVES}) AS oldest) AS open \
         WHERE event.id = open.open_id AND +event.seal_no IS NULL RETURNING leaf_no, digest"
    )
}

async fn insert(tx: &Tx, seal: &Seal, digests: &[[u8; 32]]) -> Result<()> {
    let sql = format!("INSERT INTO seal ({SEAL_COLUMNS}, leaves) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    let values = vec![
        signed(seal.no)?.into(),
        signed(seal.first)?.into(),
        signed(seal.count)?.into(),
        seal.root.to_vec().into(),
        seal.previous.to_vec().into(),
        seal.sealed_at_us.into(),
        seal.hash.to_vec().into(),
        digests.concat().into(),
    ];
    tx.run(&sql, values).await?;
    Ok(())
}

/// What a check of the whole log found.
#[derive(Debug)]
pub struct Checked {
    pub report: Report,
    /// Events not sealed yet, and those among them that no longer match their own digest.
    pub unsealed: u64,
    pub unsealed_changed: Vec<uuid::Uuid>,
    /// The last seal, to be written down outside the database.
    pub anchor: Option<Anchor>,
}

impl Checked {
    pub fn is_whole(&self) -> bool {
        self.report.is_whole() && self.unsealed_changed.is_empty()
    }
}

/// Reads every seal and every event and finds any later change. Memory stays at one seal's worth. It looks at one
/// snapshot, so that a node which seals meanwhile is not taken for somebody who tampers.
pub async fn verify(db: &Db, anchors: &[Anchor]) -> Result<Checked> {
    verify_view(&db.snapshot().await?, anchors).await
}

async fn verify_view(db: &impl Sql, anchors: &[Anchor]) -> Result<Checked> {
    let mut verifier = Verifier::new(anchors);
    let mut anchor = None;
    let mut next = 0_i64;
    let sql = format!("SELECT {SEAL_COLUMNS} FROM seal WHERE no >= $1 ORDER BY no LIMIT 1");
    while let Some(stored) = db.row::<Stored>(&sql, vec![next.into()]).await? {
        let seal = stored.seal()?;
        let kept: Vec<u8> = db
            .scalar("SELECT leaves FROM seal WHERE no = $1", vec![stored.no.into()])
            .await?
            .unwrap_or_default();
        let kept = kept.chunks(32).map(digest).collect::<Result<Vec<_>>>().ok();
        let found = digests_under(db, stored.no).await?;
        verifier.check(&Sealed { seal: &seal, found: &found, kept: kept.as_deref() });
        anchor = Some(seal.anchor());
        next = stored.no + 1;
    }
    let numbered: Option<i64> =
        db.scalar("SELECT count(*) FROM event WHERE seal_no IS NOT NULL", vec![]).await?;
    let report = verifier.finish(Some(unsigned(numbered.unwrap_or(0))?));
    let (unsealed, unsealed_changed) = check_unsealed(db).await?;
    Ok(Checked { report, unsealed, unsealed_changed, anchor })
}

async fn digests_under(db: &impl Sql, seal_no: i64) -> Result<Vec<[u8; 32]>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM event WHERE seal_no = $1 AND leaf_no >= $2 ORDER BY leaf_no, id LIMIT {PAGE}"
    );
    let mut found = Vec::new();
    let mut from = 0_i64;
    loop {
        let rows: Vec<Event> = db.rows(&sql, vec![seal_no.into(), from.into()]).await?;
        found.extend(rows.iter().map(Event::canonical_digest));
        match rows.last() {
            Some(last) if rows.len() as i64 == PAGE => from = last.leaf_no.unwrap_or(from) + 1,
            _ => return Ok(found),
        }
    }
}

async fn check_unsealed(db: &impl Sql) -> Result<(u64, Vec<uuid::Uuid>)> {
    let sql =
        format!("SELECT {COLUMNS} FROM event WHERE seal_no IS NULL AND id > $1 ORDER BY id LIMIT {PAGE}");
    let (mut count, mut changed, mut after) = (0, Vec::new(), uuid::Uuid::nil());
    loop {
        let rows: Vec<Event> = db.rows(&sql, vec![after.into()]).await?;
        let Some(last) = rows.last() else { return Ok((count, changed)) };
        after = last.id;
        count += rows.len() as u64;
        let differs =
            rows.iter().filter(|event| event.canonical_digest().as_slice() != event.digest.as_slice());
        changed.extend(differs.map(|event| event.id));
    }
}

/// The last seal as it stands in this view, to be kept outside it; nothing before the first.
pub async fn last_anchor(db: &impl Sql) -> Result<Option<Anchor>> {
    let sql = format!("SELECT {SEAL_COLUMNS} FROM seal ORDER BY no DESC LIMIT 1");
    let last: Option<Stored> = db.row(&sql, vec![]).await?;
    last.map(|stored| Ok(stored.seal()?.anchor())).transpose()
}

fn evidence(db: &Db) -> Boxed<'_, Result<EvidenceNow>> {
    Box::pin(async move {
        let sql = format!("SELECT {SEAL_COLUMNS} FROM seal ORDER BY no DESC LIMIT 1");
        let last: Option<Stored> = db.row(&sql, vec![]).await?;
        let count = last.as_ref().map_or(0, |seal| seal.first_leaf + seal.leaf_count);
        Ok(EvidenceNow {
            count,
            last_at: last.map(|seal| seal.sealed_at),
            sentence_tr: format!("{} işlem kaydı mühürlü.", kernel::tr::grouped(count)),
        })
    })
}

mod proofs;

pub use proofs::{EventProof, proofs_of};

#[cfg(test)]
mod tests;
