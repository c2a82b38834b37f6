//! Finds every change of a journal and names its place: chains first (signature, order, clock), then the time stamps over
//! them, then every segment against its seal, row by row where asked. It trusts the keys and anchors it is given, the
//! judge of time stamps, and nothing else.

mod finding;
mod library;
mod segments;
mod stamps;
mod walk;

pub use finding::{Finding, Warning, What};

use crate::chain::{Entry, Event, PublicKey, Sealed};
use crate::error::{Error, Result};
use crate::journal::Journal;
use crate::names;
use crate::schema::Row;
use crate::segment::Segment;
use crate::stamps::Judge;
use crate::tree::{BLOCK_ROWS, Digest, Leaves, Proof};
use std::collections::BTreeMap;
use walk::Walk;

/// An entry known from outside: printed, stamped, or of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The node.
    pub node: String,
    /// Number of the entry.
    pub no: u64,
    /// SHA-256 of its file.
    pub digest: Digest,
}

/// Outcome of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries looked at.
    pub entries: u64,
    /// Segments looked at.
    pub segments: u64,
    /// Rows whose leaves were computed again.
    pub rows: u64,
    /// Segments that an entry says were deleted.
    pub deleted: u64,
    /// Time stamps that are believed; none without a judge.
    pub stamps: u64,
    /// The instant of the newest of them.
    pub stamped_upto_us: Option<i64>,
    /// Entries that none of them covers; 0 without a judge.
    pub unstamped: u64,
    /// When the oldest of those was written.
    pub unstamped_since_us: Option<i64>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What is worth knowing and proves no change.
    pub warnings: Vec<Warning>,
}

impl Report {
    fn add(&mut self, path: &str, what: What) {
        self.findings.push(Finding { path: path.to_owned(), what });
    }
}

/// A row with the evidence that it was sealed.
#[derive(Debug, Clone)]
pub struct Proved {
    /// The bytes that were sealed for the row.
    pub leaf: Vec<u8>,
    /// Its instant.
    pub at_us: i64,
    /// When it was received.
    pub received_at_us: i64,
    /// The path to the root.
    pub proof: Proof,
    /// The root, as the entry states it.
    pub root: Digest,
    /// The file of the entry, with its signature.
    pub entry: String,
}

impl Journal {
    /// Checks all chains, stamps and segments. `keys` are the nodes' public keys and `anchors` entries known from
    /// outside. Without an anchor or a stamp, which `judge` reads, a chain cut at its end, or made anew with a stolen
    /// key, looks whole. With `every_row`, rows are decoded and their leaves computed again; without, the digests of
    /// the files are.
    pub async fn verify(
        &self,
        keys: &BTreeMap<String, PublicKey>,
        anchors: &[Anchor],
        judge: Option<&Judge<'_>>,
        every_row: bool,
    ) -> Result<Report> {
        let mut report = Report::default();
        // Nodes go on meanwhile. What is listed first was made last: a stamp names entries that are there, and the
        // segments of an entry are there.
        let stamps = match judge {
            Some(_) => self.stamp_folders().await?,
            None => Vec::new(),
        };
        let mut walk = Walk::default();
        walk.go_on(self, keys, &mut report).await?;
        walk.check_anchors(self.schema().stream(), anchors, &mut report);
        if let Some(judge) = judge {
            self.verify_stamps(stamps, judge, &walk, &mut report).await?;
        }
        self.verify_segments(&mut walk, (keys, every_row), &mut report).await?;
        Ok(report)
    }

    fn digests(&self, rows: &[Row]) -> Vec<Digest> {
        let (mut leaves, mut digests) = (Leaves::default(), Vec::with_capacity(rows.len()));
        for row in rows {
            leaves.add((row.at_us, row.received_at_us), &mut digests, |leaf| self.encoder().leaf(row, leaf));
        }
        leaves.flush(&mut digests);
        digests
    }

    /// The proof of one row of a sealed segment. Errors: no entry seals the segment, or it is not the sealed one.
    pub async fn prove(&self, path: &str, index: u64) -> Result<Proved> {
        let refused = || Error::Refused(format!("{path} has no sealed row {index}"));
        let (sealed, entry) = self.seal_of(path).await?.ok_or_else(refused)?;
        let segment = Segment::open(self.stores(), path, sealed.bytes, self.schema()).await?;
        let at = usize::try_from(index).ok().filter(|at| *at < segment.rows()).ok_or_else(refused)?;
        let from = at / BLOCK_ROWS * BLOCK_ROWS;
        let wanted: Vec<u32> = (from..segment.rows().min(from + BLOCK_ROWS)).map(|row| row as u32).collect();
        let rows = segment.rows_at(self.stores(), &wanted, None).await?;
        let digests = self.digests(&rows);
        let proof = Proof::new(index, sealed.rows, &digests, &sealed.blocks).ok_or_else(refused)?;
        if !proof.holds(&digests[at - from], &sealed.root) {
            return Err(Error::damaged(path, "the row is not the sealed one"));
        }
        let (row, mut leaf) = (&rows[at - from], Vec::new());
        self.encoder().leaf(row, &mut leaf);
        let (at_us, received_at_us) = (row.at_us, row.received_at_us);
        Ok(Proved { leaf, at_us, received_at_us, proof, root: sealed.root, entry })
    }

    /// The seal of a segment and the file of its entry. Of the chain of some years only as many entries are read as it can be halved.
    async fn seal_of(&self, path: &str) -> Result<Option<(Sealed, String)>> {
        let Some(name) = names::SegmentName::parse(path) else { return Ok(None) };
        let chain = format!("{}/{}", names::chains(&name.stream), name.node);
        let entries = self.stores().list(&chain).await?;
        let (mut from, mut to, mut found) = (0, entries.len(), None);
        while from < to {
            let middle = from.midpoint(to);
            let entry_path = &entries[middle].0;
            let text = String::from_utf8_lossy(&self.stores().whole(entry_path).await?).into_owned();
            let entry = Entry::parse(entry_path, &text)?;
            // The number of the log never goes back; the first entry that has it is the one that seals it.
            if entry.log < name.log {
                from = middle + 1;
            } else {
                (to, found) = (middle, Some((entry, text)));
            }
        }
        let Some((entry, text)) = found else { return Ok(None) };
        let Event::Sealed(segments) = entry.event else { return Ok(None) };
        Ok(segments.into_iter().find(|sealed| sealed.path == path).map(|sealed| (sealed, text)))
    }
}
