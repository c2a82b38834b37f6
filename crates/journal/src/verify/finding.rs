//! What verification tells: findings, which prove a change, and warnings, which do not.

use crate::names::instant_text;
use std::fmt;

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
    /// The text that was stamped is not one of heads of chains, or its folder is not named after an instant.
    StampUnreadable,
    /// The judge does not believe the stamp: changed, of other heads, or of an authority that nobody trusts.
    StampNotBelieved {
        /// In the judge's words.
        why: String,
    },
    /// A stamp lies under another instant than the one it vouches for.
    StampMisplaced {
        /// The one it vouches for.
        at_us: i64,
    },
    /// A stamp names an older entry of a chain than one that was taken well before it.
    StampOutOfOrder {
        /// The node.
        node: String,
    },
    /// An entry is not the one that a stamp names: the chain was made anew, with a stolen key or database, at the
    /// earliest from `from` on.
    EntryNotStamped {
        /// The first entry that no earlier stamp vouches for.
        from: u64,
        /// The instant of the stamp.
        stamped_at_us: i64,
    },
    /// Entries up to this one are gone, and a stamp says that they were there.
    StampedEntryMissing {
        /// Number of the last one.
        last: u64,
        /// The instant of the stamp that names it.
        stamped_at_us: i64,
    },
    /// An entry says that it was written after the instant at which a stamp found it there: its node's clock was wrong.
    WrittenAfterStamp {
        /// The instant of the stamp.
        stamped_at_us: i64,
    },
}

/// One thing found wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path of the entry, segment or stamp.
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
            What::StampUnreadable => write!(out, "is not a stamp over heads of chains"),
            What::StampNotBelieved { why } => write!(out, "is not believed: {why}"),
            What::StampMisplaced { at_us } => write!(out, "is a stamp of {}", instant_text(*at_us)),
            What::StampOutOfOrder { node } => {
                write!(out, "names an older entry of {node} than a stamp before it")
            }
            What::EntryNotStamped { from, stamped_at_us } => {
                let stamp = instant_text(*stamped_at_us);
                write!(
                    out,
                    "is not the one that the stamp of {stamp} names: made anew, from entry {from} on at the earliest"
                )
            }
            What::StampedEntryMissing { last, stamped_at_us } => {
                let stamp = instant_text(*stamped_at_us);
                write!(out, "missing, up to entry {last}, which the stamp of {stamp} names")
            }
            What::WrittenAfterStamp { stamped_at_us } => {
                let stamp = instant_text(*stamped_at_us);
                write!(out, "written, as it says, after the stamp of {stamp}, which names it")
            }
        }
    }
}

/// What is worth knowing and proves no change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A part of a stamp is missing: its node died while it was kept, or somebody took the part away. It counts as if
    /// it were not there.
    StampUnfinished {
        /// The folder of the stamp.
        path: String,
    },
    /// Entries waited long for the stamp that covers them: the authority was away, or the stamps between were taken
    /// away.
    StampedLate {
        /// When the oldest of them was written.
        from_us: i64,
        /// The instant of the stamp.
        stamped_at_us: i64,
        /// How many.
        entries: u64,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StampUnfinished { path } => write!(out, "{path}: a part of the stamp is missing"),
            Self::StampedLate { from_us, stamped_at_us, entries } => {
                let (from, stamp) = (instant_text(*from_us), instant_text(*stamped_at_us));
                write!(out, "{entries} entries, the oldest of {from}, were stamped at {stamp} only")
            }
        }
    }
}
