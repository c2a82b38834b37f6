//! What an answer consists of: chains of steps from the address asked for to a device, each with the lines it stands
//! on and what speaks against it. No search.

use journal::RowPlace;
use lines::{Mac, Side};
use std::net::IpAddr;

/// The answer to a question.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Possible users, the likeliest first; empty when nobody was found.
    pub chains: Vec<Chain>,
    /// What speaks against the answer as a whole.
    pub doubts: Vec<Doubt>,
    pub looked_at: LookedAt,
    /// A limit ended the search before everything was looked at.
    pub is_partial: bool,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LookedAt {
    /// Questions put to the journal.
    pub queries: usize,
    /// Rows that it gave.
    pub rows: usize,
    /// First and last instant asked for, by the clocks of the devices.
    pub from_us: i64,
    pub to_us: i64,
}

/// One possible user: the steps from the address asked for inwards, and what they come to.
#[derive(Debug, Clone)]
pub struct Chain {
    pub steps: Vec<Step>,
    /// The device's address behind every translation.
    pub ip: IpAddr,
    pub port: Option<u16>,
    pub mac: Option<Mac>,
    /// The name the device gives itself.
    pub host: Option<String>,
    pub client_id: Option<String>,
    /// Switch port and switch, where a relay told them or the account signed in through them.
    pub circuit_id: Option<String>,
    pub remote_id: Option<String>,
    /// The account.
    pub user: Option<String>,
    /// From when to when it used the address asked for, as far as is known.
    pub from_us: Option<i64>,
    pub to_us: Option<i64>,
    /// How far the moment asked for lies outside of it; 0 where it lies within.
    pub off_us: i64,
    /// Further sessions of the same device that fit the question.
    pub more_sessions: usize,
}

impl Chain {
    /// How many doubts its steps have.
    pub fn doubts(&self) -> usize {
        self.steps.iter().map(|step| step.doubts.len()).sum()
    }
}

/// A line that a step stands on.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Where it stands, once it is in a segment: what a proof is asked for with.
    pub place: Option<RowPlace>,
    /// The instant by the device's clock.
    pub at_us: i64,
    pub received_at_us: i64,
    /// The line itself.
    pub line: Vec<u8>,
}

/// One step of the reasoning.
#[derive(Debug, Clone)]
pub struct Step {
    pub fact: Fact,
    /// Number of the source whose lines say so.
    pub source: u32,
    /// Its name: the caller's, or what its lines call it.
    pub source_name: String,
    /// The lines, oldest first, at most a handful.
    pub evidence: Vec<Evidence>,
    /// From when to when it holds, in true time; nothing where the record does not say.
    pub from_us: Option<i64>,
    pub to_us: Option<i64>,
    pub doubts: Vec<Doubt>,
}

/// What a step establishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// An address of ours was another one outside.
    Translation { outside: Side, inside: Side, other: Option<Side>, proto: Option<u8>, session: Option<u64> },
    /// The address was used as it is.
    Session { src: Side, other: Option<Side>, proto: Option<u8>, session: Option<u64> },
    /// Who was given the address.
    Lease {
        ip: IpAddr,
        mac: Option<Mac>,
        client_id: Option<String>,
        host: Option<String>,
        circuit_id: Option<String>,
        remote_id: Option<String>,
    },
    /// An account was signed in at the address or the device; with the switch port and the switch or access point.
    Login {
        user: String,
        ip: Option<IpAddr>,
        mac: Option<Mac>,
        circuit_id: Option<String>,
        nas: Option<String>,
    },
}

/// What speaks against an answer or a step of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// More than one user fits: the port was used again within the uncertainty of so much.
    SeveralFit { users: usize, within_us: i64 },
    /// The moment lies so far outside of what the lines say, yet within the uncertainty.
    Edge { off_us: i64 },
    /// Only the beginning is in the record; the end is not, or the port's next use bounds it.
    EndUnknown { next_us: Option<i64> },
    /// Only the end is in the record.
    BeginUnknown,
    /// Nothing is known of the source's clock; its times count as uncertain by so much.
    ClockUnknown { source: u32, within_us: i64 },
    /// The other side in the line is not the one asked for.
    OtherSideDiffers { found: Side },
    /// The line does not say the other side.
    OtherSideUnknown,
    /// Nobody was given the address in the record: set by hand? With the last holder before and the next one after.
    NoLease { ip: IpAddr, before: Option<(Mac, i64)>, after: Option<(Mac, i64)> },
    /// Several devices had a lease of the address at the moment.
    OverlappingLeases { ip: IpAddr, clients: usize },
    /// The lease's line does not say when it ends.
    LeaseEndUnknown,
    /// The address was given back, but nothing says when it was given.
    LeaseBeginUnknown,
    /// The device in the session's line is not the one that had the lease.
    MacDiffers { session: Mac, lease: Mac },
    /// The account in the session's line is not the one that was signed in.
    UserDiffers { session: String, login: String },
    /// So many accounts were signed in at the address; the last one counts.
    SeveralLogins { users: usize },
    /// Lines of the time that were cut off or not understood.
    Unread { lines: usize, is_at_least: bool },
    /// Nothing came from the source in this time, says the caller.
    Gap { source: u32, from_us: i64, to_us: i64 },
    /// No line tells of the session; the address itself was given to somebody.
    NoSession,
    /// More translations one behind the other than are followed.
    TooDeep,
    /// A limit of so many rows was met.
    RowLimit { rows: usize },
    /// More possible users than are followed.
    ChainLimit { chains: usize },
    /// The search ended after so many questions to the journal.
    QueryLimit { queries: usize },
}
