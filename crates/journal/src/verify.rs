//! Finds every change of a journal and names its place: chains first (signature, order, clock), then every segment
//! against its seal, row by row where asked. It trusts the keys and anchors it is given and nothing else.

use crate::chain::{Entry, Event, PublicKey, Sealed, is_signed, sha256};
use crate::error::{Error, Result};
use crate::journal::{Inner, Journal};
use crate::names;
use crate::schema::Row;
use crate::segment::Segment;
use crate::side::by_side;
use crate::tree::{self, BLOCK_ROWS, Digest, Leaves, Proof};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// What was found wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The file of an entry is not one.
    EntryUnreadable,
    /// An entry is not signed by its node's key: changed, or made by somebody else.
    EntryNotSigned,
    /// Entries up to this one are gone.
    EntryMissing {
        /// Number of the last one missing.
        last: u64,
    },
    /// An entry does not follow the one before it, or is not the one known from outside.
    ChainBroken,
    /// An entry was written, by its node's clock, before the one that precedes it.
    ClockSetBack,
    /// A sealed segment is gone, and no entry says that it was deleted.
    SegmentMissing,
    /// No entry seals this segment: it is just being handed over, or somebody put it there.
    SegmentNotSealed,
    /// A segment is not the sealed one and cannot be read any more.
    SegmentUnreadable,
    /// A segment is not the sealed one, although its rows are: it was written anew.
    SegmentRewritten,
    /// A segment stands in the place of another.
    SegmentSwapped {
        /// The path of the seal that it belongs under.
        with: String,
    },
    /// These rows of a segment are not the sealed ones.
    RowsChanged {
        /// First row of the block.
        from: u64,
        /// The row behind the block.
        to: u64,
    },
    /// A segment has another number of rows than its seal says.
    RowsMissingOrExtra {
        /// Rows that were found.
        found: u64,
        /// Rows that were sealed.
        sealed: u64,
    },
    /// An entry says that this segment was deleted, and it is there.
    DeletedIsThere,
}

/// One thing found wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path of the entry or segment.
    pub path: String,
    /// What is wrong with it.
    pub what: What,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: ", self.path)?;
        match &self.what {
            What::EntryUnreadable => write!(out, "is not an entry of a chain"),
            What::EntryNotSigned => write!(out, "is not signed with the node's key"),
            What::EntryMissing { last } => write!(out, "missing, up to entry {last}"),
            What::ChainBroken => write!(out, "does not follow the entry before it"),
            What::ClockSetBack => write!(out, "written before the entry that precedes it"),
            What::SegmentMissing => write!(out, "missing"),
            What::SegmentNotSealed => write!(out, "no entry seals it"),
            What::SegmentUnreadable => write!(out, "changed, and can no longer be read"),
            What::SegmentRewritten => write!(out, "written anew, with the same rows"),
            What::SegmentSwapped { with } => write!(out, "is the segment sealed as {with}"),
            What::RowsChanged { from, to } => write!(out, "rows {from} to {to} changed"),
            What::RowsMissingOrExtra { found, sealed } => {
                write!(out, "has {found} rows, {sealed} were sealed")
            }
            What::DeletedIsThere => write!(out, "was deleted, and is there"),
        }
    }
}

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
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Report {
    fn add(&mut self, path: &str, what: What) {
        self.findings.push(Finding { path: path.to_owned(), what });
    }
}

/// What the chains say about segments.
#[derive(Default)]
struct Said {
    sealed: BTreeMap<String, Sealed>,
    deleted: BTreeMap<String, Digest>,
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
    /// Checks all chains and segments. `keys` are the nodes' public keys and `anchors` entries known from outside:
    /// without one, a chain cut at its end, or made anew with a stolen key, looks whole. With `every_row`, rows are
    /// decoded and their leaves computed again; without, the digests of the files are.
    pub async fn verify(
        &self,
        keys: &BTreeMap<String, PublicKey>,
        anchors: &[Anchor],
        every_row: bool,
    ) -> Result<Report> {
        let mut report = Report::default();
        // Segments are listed first: one that comes meanwhile is not yet asked for its seal.
        let files = self.stores().list(&format!("stream={}", self.schema().stream())).await?;
        let said = self.verify_chains(keys, anchors, &mut report).await?;
        let said = Arc::new(said);
        let there: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        for path in said.sealed.keys().filter(|path| !there.contains(path.as_str())) {
            match said.deleted.get(path) == Some(&said.sealed[path].sha256) {
                true => report.deleted += 1,
                false => report.add(path, What::SegmentMissing),
            }
        }
        let checking: Vec<_> = files
            .into_iter()
            .map(|(path, _)| (self.inner(), said.clone(), path))
            .map(|(inner, said, path)| async move {
                let mut report = Report { segments: 1, ..Report::default() };
                match said.sealed.get(&path) {
                    None => report.add(&path, What::SegmentNotSealed),
                    Some(_) if said.deleted.contains_key(&path) => report.add(&path, What::DeletedIsThere),
                    Some(sealed) => verify_segment(&inner, sealed, &said, every_row, &mut report).await?,
                }
                Ok(report)
            })
            .collect();
        by_side(checking, |one: Report| {
            report.segments += one.segments;
            report.rows += one.rows;
            report.findings.extend(one.findings);
        })
        .await?;
        Ok(report)
    }

    async fn verify_chains(
        &self,
        keys: &BTreeMap<String, PublicKey>,
        anchors: &[Anchor],
        report: &mut Report,
    ) -> Result<Said> {
        let (mut said, mut nodes) = (Said::default(), BTreeMap::<String, Vec<String>>::new());
        for (path, _) in self.stores().list(&names::chains(self.schema().stream())).await? {
            let node = path.rsplit('/').nth(1).unwrap_or_default().to_owned();
            nodes.entry(node).or_default().push(path);
        }
        let known = keys.keys().chain(anchors.iter().map(|anchor| &anchor.node));
        for node in known {
            nodes.entry(node.clone()).or_default();
        }
        for (node, paths) in nodes {
            let mut link =
                Link { stream: self.schema().stream(), node: &node, key: keys.get(&node), last: None };
            let mut next = 0;
            for path in paths {
                report.entries += 1;
                let text = self.stores().whole(&path).await?;
                let text = String::from_utf8_lossy(&text);
                let Ok(entry) = Entry::parse(&path, &text) else {
                    report.add(&path, What::EntryUnreadable);
                    continue;
                };
                link.check(&path, &text, &entry, report);
                let foreign = |it: &&Anchor| {
                    it.node == node && it.no == entry.no && it.digest != sha256(text.as_bytes())
                };
                if anchors.iter().any(|anchor| foreign(&anchor)) {
                    report.add(&path, What::ChainBroken);
                }
                next = entry.no.saturating_add(1);
                said.take(entry);
            }
            let last = anchors.iter().filter(|anchor| anchor.node == node).map(|anchor| anchor.no).max();
            if let Some(last) = last.filter(|last| *last >= next) {
                report.add(&names::entry(self.schema().stream(), &node, next), What::EntryMissing { last });
            }
        }
        Ok(said)
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

    /// The seal of a segment and the file of its entry, looked for from the end of its node's chain.
    async fn seal_of(&self, path: &str) -> Result<Option<(Sealed, String)>> {
        let Some(name) = names::SegmentName::parse(path) else { return Ok(None) };
        let chain = format!("{}/{}", names::chains(&name.stream), name.node);
        // Entries are numbered as logs are, and then some: no entry of a log stands before its number less one.
        for (entry_path, _) in self.stores().list(&chain).await?.into_iter().rev() {
            let text = String::from_utf8_lossy(&self.stores().whole(&entry_path).await?).into_owned();
            let entry = Entry::parse(&entry_path, &text)?;
            let is_older = entry.log < name.log;
            if let Event::Sealed(segments) = entry.event
                && let Some(sealed) = segments.into_iter().find(|sealed| sealed.path == path)
            {
                return Ok(Some((sealed, text)));
            }
            if is_older {
                return Ok(None);
            }
        }
        Ok(None)
    }
}

async fn verify_segment(
    inner: &Inner,
    sealed: &Sealed,
    said: &Said,
    every_row: bool,
    report: &mut Report,
) -> Result<()> {
    let bytes = inner.stores().whole(&sealed.path).await?;
    let found = sha256(&bytes);
    if found == sealed.sha256 && !every_row {
        return Ok(());
    }
    if let Some(other) = said.sealed.values().find(|other| found == other.sha256 && found != sealed.sha256) {
        report.add(&sealed.path, What::SegmentSwapped { with: other.path.clone() });
        return Ok(());
    }
    let blocks = match leaves(inner, sealed, bytes.len() as u64, report).await {
        Ok(leaves) => leaves,
        Err(Error::Damaged { .. } | Error::Store(_)) => {
            report.add(&sealed.path, What::SegmentUnreadable);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let before = report.findings.len();
    if blocks.rows != sealed.rows {
        report.add(&sealed.path, What::RowsMissingOrExtra { found: blocks.rows, sealed: sealed.rows });
    }
    for (at, (found, kept)) in blocks.nodes.iter().zip(&sealed.blocks).enumerate() {
        if found != kept {
            let from = (at * BLOCK_ROWS) as u64;
            let to = sealed.rows.min(from + BLOCK_ROWS as u64);
            report.add(&sealed.path, What::RowsChanged { from, to });
        }
    }
    if found != sealed.sha256 && report.findings.len() == before {
        report.add(&sealed.path, What::SegmentRewritten);
    }
    Ok(())
}

/// The nodes over the blocks of a segment's rows, computed from the rows as they are now.
async fn leaves(inner: &Inner, sealed: &Sealed, size: u64, report: &mut Report) -> Result<Blocks> {
    let segment = Segment::open(inner.stores(), &sealed.path, size, inner.schema()).await?;
    let mut blocks = Blocks { rows: segment.rows() as u64, nodes: Vec::new() };
    // Four blocks share a page of each column.
    let rows = segment.rows() as u32;
    for from in (0..rows).step_by(4 * BLOCK_ROWS) {
        let wanted: Vec<u32> = (from..rows.min(from + 4 * BLOCK_ROWS as u32)).collect();
        let (mut leaves, mut digests) = (Leaves::default(), Vec::with_capacity(wanted.len()));
        let mut add = |row: &Row| {
            leaves.add((row.at_us, row.received_at_us), &mut digests, |leaf| inner.encoder().leaf(row, leaf));
        };
        segment.each_row(inner.stores(), &wanted, None, &mut add).await?;
        leaves.flush(&mut digests);
        report.rows += wanted.len() as u64;
        blocks.nodes.extend(tree::blocks(&digests));
    }
    Ok(blocks)
}

struct Blocks {
    rows: u64,
    nodes: Vec<Digest>,
}

impl Said {
    fn take(&mut self, entry: Entry) {
        match entry.event {
            Event::Sealed(segments) => {
                self.sealed.extend(segments.into_iter().map(|sealed| (sealed.path.clone(), sealed)));
            }
            Event::Deleted { segments, .. } => {
                self.deleted.extend(segments.into_iter().map(|(path, sha256, _)| (path, sha256)));
            }
            Event::Held { .. } | Event::Released { .. } => {}
        }
    }
}

/// A chain being walked along.
struct Link<'a> {
    stream: &'a str,
    node: &'a str,
    key: Option<&'a PublicKey>,
    /// Number, digest and instant of the entry before.
    last: Option<(u64, Digest, i64)>,
}

impl Link<'_> {
    fn check(&mut self, path: &str, text: &str, entry: &Entry, report: &mut Report) {
        if !self.key.is_some_and(|key| is_signed(text, key)) {
            report.add(path, What::EntryNotSigned);
        }
        let (next, previous, before) = match self.last {
            None => (0, [0; 32], i64::MIN),
            Some((no, digest, at)) => (no.saturating_add(1), digest, at),
        };
        if entry.written_at_us < before {
            report.add(path, What::ClockSetBack);
        }
        let is_here = names::entry(self.stream, self.node, entry.no) == path && entry.node == self.node;
        if is_here && entry.no > next {
            report
                .add(&names::entry(self.stream, self.node, next), What::EntryMissing { last: entry.no - 1 });
        } else if !is_here || entry.no < next || entry.previous != previous || entry.stream != self.stream {
            report.add(path, What::ChainBroken);
        }
        self.last = Some((entry.no, sha256(text.as_bytes()), entry.written_at_us));
    }
}
