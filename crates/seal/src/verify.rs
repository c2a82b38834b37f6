//! Finds every change of a sealed log and names its place. The caller reads seals and records page by
//! page and hands them over seal by seal; nothing here reads a database.

use crate::chain::{Anchor, Seal};
use crate::tree::{Digest, Tree};
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// Findings kept in a report; the rest are only counted.
pub const MAX_FINDINGS: usize = 1_000;

/// What was found wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The record at this number is not the one that was sealed.
    LeafChanged,
    /// The record of this number is gone.
    LeafMissing,
    /// A record that was never sealed stands at this number.
    LeafExtra,
    /// This record and the one numbered `with` took each other's place.
    LeafSwapped {
        /// Number of the other record.
        with: u64,
    },
    /// The records under the seal are not the sealed ones; without the kept digests no number can be named.
    LeavesChanged,
    /// The digests kept beside the seal do not give its root.
    DigestsChanged,
    /// A field of the seal itself was changed.
    SealChanged,
    /// The seals from this number to `last` are gone.
    SealMissing {
        /// Last missing number.
        last: u64,
    },
    /// The seal does not follow the one before it, or is not the one known from outside.
    ChainBroken,
    /// The seal carries an instant before that of the seal before it.
    ClockSetBack,
}

/// One thing found wrong, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// Number of the seal.
    pub seal_no: u64,
    /// Number of the record in the whole log, when one can be named.
    pub leaf_no: Option<u64>,
    /// What is wrong there.
    pub what: What,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "seal {}", self.seal_no)?;
        if let Some(leaf_no) = self.leaf_no {
            write!(out, ", record {leaf_no}")?;
        }
        match self.what {
            What::LeafChanged => write!(out, ": changed after sealing"),
            What::LeafMissing => write!(out, ": missing"),
            What::LeafExtra => write!(out, ": was never sealed"),
            What::LeafSwapped { with } => write!(out, ": swapped with record {with}"),
            What::LeavesChanged => write!(out, ": records changed, place unknown"),
            What::DigestsChanged => write!(out, ": kept digests do not give the root"),
            What::SealChanged => write!(out, ": the seal itself was changed"),
            What::SealMissing { last } if last == self.seal_no => write!(out, ": the seal is missing"),
            What::SealMissing { last } => write!(out, ": missing, up to seal {last}"),
            What::ChainBroken => write!(out, ": does not follow the seal before it"),
            What::ClockSetBack => write!(out, ": sealed before the seal that precedes it"),
        }
    }
}

impl Finding {
    /// The finding as a sentence for the person at the screen, in Turkish.
    pub fn turkish(&self) -> String {
        let seal = self.seal_no;
        let what = match self.what {
            What::LeafChanged => "Kayıt, mühürlendikten sonra değiştirilmiş.".to_owned(),
            What::LeafMissing => "Mühürlenmiş kayıt silinmiş.".to_owned(),
            What::LeafExtra => "Mühürlenmemiş bir kayıt araya eklenmiş.".to_owned(),
            What::LeafSwapped { with } => format!("Kayıt, {with} numaralı kayıtla yer değiştirmiş."),
            What::LeavesChanged => {
                "Mühür altındaki kayıtlar değiştirilmiş; hangi kayıt olduğu belirlenemiyor.".to_owned()
            }
            What::DigestsChanged => "Mührün yanında saklanan özetler değiştirilmiş.".to_owned(),
            What::SealChanged => "Mührün kendisi değiştirilmiş.".to_owned(),
            What::SealMissing { last } if last == seal => "Mühür silinmiş.".to_owned(),
            What::SealMissing { last } => format!("{seal}–{last} numaralı mühürler silinmiş."),
            What::ChainBroken => "Mühür zinciri kopuk: bu mühür bir öncekini izlemiyor.".to_owned(),
            What::ClockSetBack => "Mührün saati, kendinden önceki mühürden geride.".to_owned(),
        };
        match self.leaf_no {
            Some(leaf) => format!("Mühür {seal}, kayıt {leaf}: {what}"),
            None => format!("Mühür {seal}: {what}"),
        }
    }
}

/// A seal with what the database holds under it today.
#[derive(Debug, Clone, Copy)]
pub struct Sealed<'a> {
    /// The seal as stored.
    pub seal: &'a Seal,
    /// Leaf digests computed now from the records numbered within the seal, in order of number.
    pub found: &'a [Digest],
    /// Leaf digests kept beside the seal when it was made. They are trusted only if they give its
    /// root; with them a finding names the record, without them only the seal.
    pub kept: Option<&'a [Digest]>,
}

/// Outcome of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Seals looked at.
    pub seals: u64,
    /// Records looked at.
    pub leaves: u64,
    /// What is wrong, in order of the chain, at most [`MAX_FINDINGS`].
    pub findings: Vec<Finding>,
    /// Findings beyond that number.
    pub left_out: u64,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    fn add(&mut self, seal_no: u64, leaf_no: Option<u64>, what: What) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding { seal_no, leaf_no, what });
        } else {
            self.left_out += 1;
        }
    }
}

/// Verification in progress; feed it every seal in order of number, then [`finish`](Self::finish).
#[derive(Debug, Clone, Default)]
pub struct Verifier {
    report: Report,
    last: Option<Seal>,
    anchors: BTreeMap<u64, Digest>,
}

impl Verifier {
    /// Starts before the first seal of the log, with the seals known from outside. Of two anchors with
    /// one number the later in the slice counts.
    pub fn new(anchors: &[Anchor]) -> Self {
        let anchors = anchors.iter().map(|anchor| (anchor.no, anchor.hash)).collect();
        Self { anchors, ..Self::default() }
    }

    /// Starts after `seal`, which the caller trusts: for a log whose older part was lawfully destroyed,
    /// and for checking only what came since the last time.
    pub fn after(seal: Seal, anchors: &[Anchor]) -> Self {
        let mut verifier = Self::new(anchors);
        verifier.anchors.retain(|no, _| *no > seal.no);
        verifier.last = Some(seal);
        verifier
    }

    /// Checks one seal and the records under it.
    pub fn check(&mut self, sealed: &Sealed<'_>) {
        self.report.seals += 1;
        self.report.leaves += sealed.found.len() as u64;
        self.check_link(sealed.seal);
        check_leaves(&mut self.report, sealed);
        self.last = Some(sealed.seal.clone());
    }

    /// Ends the verification: every anchor must have been met. `numbered` is how many records carry a
    /// number of a seal, when the caller knows: one beyond the last seal means that a seal is missing.
    pub fn finish(mut self, numbered: Option<u64>) -> Report {
        let next = self.last.as_ref().map_or(0, |seal| seal.no.saturating_add(1));
        let sealed = self.last.as_ref().map_or(0, |seal| seal.first.saturating_add(seal.count));
        if let Some((&last, _)) = self.anchors.range(next..).next_back() {
            self.report.add(next, None, What::SealMissing { last });
        } else if numbered.is_some_and(|numbered| numbered > sealed) {
            self.report.add(next, Some(sealed), What::SealMissing { last: next });
        }
        self.report
    }

    fn check_link(&mut self, seal: &Seal) {
        let changed = seal.hash != seal.expected_hash();
        if changed {
            self.report.add(seal.no, None, What::SealChanged);
        }
        if self.anchors.get(&seal.no).is_some_and(|hash| *hash != seal.hash) {
            self.report.add(seal.no, None, What::ChainBroken);
        }
        let (no, first, previous) = match &self.last {
            None => (0, 0, [0; 32]),
            Some(last) => (last.no.saturating_add(1), last.first.saturating_add(last.count), last.hash),
        };
        if self.last.as_ref().is_some_and(|last| seal.sealed_at_us < last.sealed_at_us) {
            self.report.add(seal.no, None, What::ClockSetBack);
        }
        if seal.no > no {
            self.report.add(no, None, What::SealMissing { last: seal.no - 1 });
        } else if seal.no < no || seal.previous != previous || seal.first != first {
            self.report.add(seal.no, None, What::ChainBroken);
        }
    }
}

/// Verifies a whole chain that is at hand in memory. See [`Verifier`] for one that is read in pages.
pub fn verify_chain<'a>(sealed: impl IntoIterator<Item = Sealed<'a>>, anchors: &[Anchor]) -> Report {
    let mut verifier = Verifier::new(anchors);
    for sealed in sealed {
        verifier.check(&sealed);
    }
    verifier.finish(None)
}

fn check_leaves(report: &mut Report, sealed: &Sealed<'_>) {
    let seal = sealed.seal;
    let gives_root = |leaves: &[Digest]| {
        leaves.len() as u64 == seal.count && leaves.iter().copied().collect::<Tree>().root() == seal.root
    };
    let is_whole = gives_root(sealed.found);
    match sealed.kept {
        // Equal digests give equal roots; an untouched log is hashed once.
        Some(kept) if kept == sealed.found && is_whole => {}
        Some(kept) if !gives_root(kept) => {
            report.add(seal.no, None, What::DigestsChanged);
            if !is_whole {
                report.add(seal.no, None, What::LeavesChanged);
            }
        }
        Some(kept) if !is_whole => name_places(report, seal, kept, sealed.found),
        None if !is_whole => report.add(seal.no, None, What::LeavesChanged),
        _ => {}
    }
}

/// Compares the digests kept with the seal and those found now. They differ when this is called.
fn name_places(report: &mut Report, seal: &Seal, kept: &[Digest], found: &[Digest]) {
    let head = kept.iter().zip(found).take_while(|(kept, found)| kept == found).count();
    let (kept, found) = (&kept[head..], &found[head..]);
    let tail = kept.iter().rev().zip(found.iter().rev()).take_while(|(kept, found)| kept == found).count();
    let (kept, found) = (&kept[..kept.len() - tail], &found[..found.len() - tail]);
    let number = |at: usize| seal.first.saturating_add((head + at) as u64);
    if kept.len() == found.len() {
        let differing: Vec<usize> = (0..kept.len()).filter(|at| kept[*at] != found[*at]).collect();
        let mut swapped = vec![false; kept.len()];
        let by_kept: HashMap<Digest, usize> = differing.iter().map(|at| (kept[*at], *at)).collect();
        for at in differing {
            let other = by_kept.get(&found[at]).copied().filter(|other| found[*other] == kept[at]);
            match other {
                Some(other) if other > at && !swapped[other] => {
                    swapped[other] = true;
                    report.add(seal.no, Some(number(at)), What::LeafSwapped { with: number(other) });
                }
                _ if swapped[at] => {}
                _ => report.add(seal.no, Some(number(at)), What::LeafChanged),
            }
        }
        return;
    }
    // Lengths differ: what is only on one side is missing or extra. Equal digests are counted, since
    // two records of the log may be equal.
    let mut surplus: HashMap<Digest, i64> = HashMap::new();
    found.iter().for_each(|digest| *surplus.entry(*digest).or_default() += 1);
    kept.iter().for_each(|digest| *surplus.entry(*digest).or_default() -= 1);
    let mut take = |digests: &[Digest], sign: i64, what: What| {
        for (at, digest) in digests.iter().enumerate() {
            let Some(left) = surplus.get_mut(digest).filter(|left| **left * sign > 0) else { continue };
            *left -= sign;
            report.add(seal.no, Some(number(at)), what);
        }
    };
    take(kept, -1, What::LeafMissing);
    take(found, 1, What::LeafExtra);
}
