//! The chains, walked along from their first entries, and further when more came.

use super::{Anchor, Report, What};
use crate::chain::{Entry, Event, PublicKey, Sealed, is_signed, sha256};
use crate::error::Result;
use crate::journal::Journal;
use crate::names;
use crate::tree::Digest;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the chains say about segments.
#[derive(Default, Clone)]
pub(super) struct Said {
    pub sealed: BTreeMap<String, Sealed>,
    pub deleted: BTreeMap<String, Digest>,
}

/// One chain as far as it was walked.
#[derive(Default)]
pub(super) struct Chain {
    /// Number, digest and instant of the last entry.
    last: Option<Last>,
    /// The last file, whatever it holds.
    last_path: String,
    /// Digest and instant of each entry by its number.
    pub entries: BTreeMap<u64, (Digest, i64)>,
}

type Last = (u64, Digest, i64);

impl Chain {
    /// Number of the entry that would come next.
    pub fn next(&self) -> u64 {
        self.last.map_or(0, |(no, _, _)| no.saturating_add(1))
    }
}

/// All chains and what they say.
#[derive(Default)]
pub(super) struct Walk {
    pub chains: BTreeMap<String, Chain>,
    pub said: Arc<Said>,
}

impl Walk {
    /// Looks at every entry that was not looked at yet.
    pub async fn go_on(
        &mut self,
        journal: &Journal,
        keys: &BTreeMap<String, PublicKey>,
        report: &mut Report,
    ) -> Result<()> {
        let said = Arc::make_mut(&mut self.said);
        for (node, paths) in paths(journal).await? {
            let chain = self.chains.entry(node.clone()).or_default();
            let (stream, key) = (journal.schema().stream(), keys.get(&node));
            let mut link = Link { stream, node: &node, key, last: chain.last };
            for path in paths.into_iter().filter(|path| *path > chain.last_path).collect::<Vec<_>>() {
                report.entries += 1;
                let bytes = journal.stores().whole(&path).await?;
                let text = String::from_utf8_lossy(&bytes);
                match Entry::parse(&path, &text) {
                    Err(_) => report.add(&path, What::EntryUnreadable),
                    Ok(entry) => {
                        link.check(&path, &text, &entry, report);
                        chain.entries.insert(entry.no, (sha256(text.as_bytes()), entry.written_at_us));
                        said.take(entry);
                    }
                }
                chain.last_path = path;
            }
            chain.last = link.last;
        }
        Ok(())
    }

    /// Entries known from outside must be in the chains.
    pub fn check_anchors(&self, stream: &str, anchors: &[Anchor], report: &mut Report) {
        let mut missing = BTreeMap::<&str, u64>::new();
        for anchor in anchors {
            let chain = self.chains.get(&anchor.node);
            match chain.and_then(|chain| chain.entries.get(&anchor.no)) {
                Some((digest, _)) if *digest != anchor.digest => {
                    report.add(&names::entry(stream, &anchor.node, anchor.no), What::ChainBroken);
                }
                None if anchor.no >= chain.map_or(0, Chain::next) => {
                    let last = missing.entry(&anchor.node).or_default();
                    *last = anchor.no.max(*last);
                }
                // One that is missing in the middle is told of by the chain itself.
                _ => {}
            }
        }
        for (node, last) in missing {
            let next = self.chains.get(node).map_or(0, Chain::next);
            report.add(&names::entry(stream, node, next), What::EntryMissing { last });
        }
    }
}

/// The files of each node's chain. A list is no picture of one instant, since what it has passed comes while it goes on:
/// where an entry seems to be missing, it is made again.
async fn paths(journal: &Journal) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let (stream, mut nodes) = (journal.schema().stream(), BTreeMap::<String, BTreeSet<String>>::new());
    for _ in 0..2 {
        for (path, _) in journal.stores().list(&names::chains(stream)).await? {
            let node = path.rsplit('/').nth(1).unwrap_or_default().to_owned();
            nodes.entry(node).or_default().insert(path);
        }
        let is_whole = |(node, paths): (&String, &BTreeSet<String>)| {
            let last = (paths.len() as u64).saturating_sub(1);
            paths.last() == Some(&names::entry(stream, node, last))
        };
        if nodes.iter().all(is_whole) {
            break;
        }
    }
    Ok(nodes)
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
