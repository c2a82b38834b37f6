//! Segments against their seals. What does not fit may be on its way from a node to all, or be deleted just now: it is
//! looked at again before it is told.

use super::walk::{Said, Walk};
use super::{Report, What, library};
use crate::chain::{PublicKey, Sealed, sha256};
use crate::error::{Error, Result};
use crate::journal::{Inner, Journal};
use crate::schema::Row;
use crate::segment::Segment;
use crate::side::by_side;
use crate::tree::{self, BLOCK_ROWS, Digest, Leaves};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Between two looks at what does not fit.
const PAUSE: Duration = Duration::from_millis(250);
/// All looks together: nodes that never rest must not keep the report.
const MOST_LOOKS: u32 = 240;

/// Segments that do not fit, by their paths.
type Odd = BTreeMap<String, What>;

impl Journal {
    pub(super) async fn verify_segments(
        &self,
        walk: &mut Walk,
        (keys, every_row): (&BTreeMap<String, PublicKey>, bool),
        report: &mut Report,
    ) -> Result<()> {
        let there = self.segment_paths().await?;
        report.segments += there.len() as u64;
        let all: BTreeSet<String> = there.iter().chain(walk.said.sealed.keys()).cloned().collect();
        let mut odd = self.look(all, (&there, walk), every_row, report).await?;
        let (mut quiet, mut before) = (Duration::ZERO, (report.entries, there));
        for _ in 0..MOST_LOOKS {
            if odd.is_empty() || quiet >= self.inner().options.limits.patience {
                break;
            }
            tokio::time::sleep(PAUSE).await;
            walk.go_on(self, keys, report).await?;
            let now = (report.entries, self.segment_paths().await?);
            quiet = if now == before { quiet + PAUSE } else { Duration::ZERO };
            before = now;
            odd = self.look(odd.into_keys().collect(), (&before.1, walk), every_row, report).await?;
        }
        odd.into_iter().for_each(|(path, what)| report.add(&path, what));
        Ok(())
    }

    async fn segment_paths(&self) -> Result<BTreeSet<String>> {
        let listed = self.stores().list(&format!("stream={}", self.schema().stream())).await?;
        Ok(listed.into_iter().map(|(path, _)| path).collect())
    }

    /// Checks those that are there and sealed, side by side, and gives those that do not fit.
    async fn look(
        &self,
        paths: BTreeSet<String>,
        (there, walk): (&BTreeSet<String>, &Walk),
        every_row: bool,
        report: &mut Report,
    ) -> Result<Odd> {
        let (mut odd, mut fit) = (Odd::new(), Vec::new());
        for path in paths {
            match walk.said.place(&path, there.contains(&path)) {
                Place::Empty => {}
                Place::Deleted => report.deleted += 1,
                Place::Fits(sealed) => fit.push(sealed.clone()),
                Place::Odd(what) => drop(odd.insert(path, what)),
            }
        }
        let checking = fit.into_iter().map(|sealed| (self.inner(), walk.said.clone(), sealed));
        let checking = checking.map(|(inner, said, sealed)| async move {
            let mut report = Report::default();
            match verify_segment(&inner, &sealed, &said, every_row, &mut report).await {
                Err(Error::Store(object_store::Error::NotFound { .. })) => Ok(Err(sealed.path)),
                checked => checked.map(|()| Ok(report)),
            }
        });
        by_side(checking.collect(), |one: std::result::Result<Report, String>| match one {
            Ok(one) => {
                report.rows += one.rows;
                report.findings.extend(one.findings);
            }
            Err(gone) => drop(odd.insert(gone, What::SegmentMissing)),
        })
        .await?;
        Ok(odd)
    }
}

/// How the place of a segment looks.
enum Place<'a> {
    Empty,
    /// As an entry says.
    Deleted,
    /// A segment is there and sealed: its bytes are to be checked.
    Fits(&'a Sealed),
    Odd(What),
}

impl Said {
    fn place(&self, path: &str, is_there: bool) -> Place<'_> {
        match (self.sealed.get(path), self.deleted.get(path), is_there) {
            (None, _, true) => Place::Odd(What::SegmentNotSealed),
            (None, _, false) => Place::Empty,
            (Some(_), Some(_), true) => Place::Odd(What::DeletedIsThere),
            (Some(sealed), None, true) => Place::Fits(sealed),
            (Some(sealed), Some(deleted), false) if *deleted == sealed.sha256 => Place::Deleted,
            (Some(_), _, false) => Place::Odd(What::SegmentMissing),
        }
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
        Err(gone @ Error::Store(object_store::Error::NotFound { .. })) => return Err(gone),
        Err(Error::Damaged { .. } | Error::Store(_)) => match library::blocks(inner, bytes) {
            Some((rows, nodes)) => {
                report.rows += rows;
                Blocks { rows, nodes }
            }
            None => {
                report.add(&sealed.path, What::SegmentUnreadable);
                return Ok(());
            }
        },
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
