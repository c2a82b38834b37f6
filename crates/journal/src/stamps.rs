//! Time stamps (RFC 3161) over the heads of all chains. They lie in the store of all nodes beside the chains and are
//! never written over. What a token says is told by a [`Judge`]: no ASN.1 is known here, and nobody is asked.

use crate::chain::{Entry, Heads, sha256};
use crate::error::{Error, Result};
use crate::journal::{Journal, Stores};
use crate::names;
use crate::tree::Digest;
use bytes::Bytes;
use std::ops::RangeInclusive;

/// The files of a stamp, in the order in which they are put: with the last one it is whole.
const TOKEN: &str = "token.zd";
const REPLY: &str = "reply.tsr";
const HEADS: &str = "heads.txt";
/// Entries between one and the stamp that covers it, at most: stamps come every hour.
const MOST_BETWEEN: u64 = 1_000;
/// How far the clocks of a node and of the authority may be apart.
const EARLIER_US: i64 = 300_000_000;
/// How many of the newest stamps are looked at for one that is believed.
const NEWEST: usize = 5;

/// A stamp as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Its folder.
    pub path: String,
    /// The instant that its folder is named after, in microseconds.
    pub at_us: i64,
    /// What was stamped: the text of [`Heads`].
    pub heads: String,
    /// The authority's whole answer.
    pub reply: Vec<u8>,
    /// The token in it.
    pub token: Vec<u8>,
}

/// Tells for which instant, in microseconds, a stamp vouches that its heads were there. Errors: why it is not to be
/// believed, in the words of whoever reads the report.
pub type Judge<'a> = dyn Fn(&Stamp) -> std::result::Result<i64, String> + Sync + 'a;

/// How far the chains are stamped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unstamped {
    /// The chains' heads: what the next stamp is taken over.
    pub heads: Heads,
    /// The instant of the newest stamp that is believed.
    pub stamped_upto_us: Option<i64>,
    /// Entries that it does not cover.
    pub entries: u64,
    /// When the oldest of them was written.
    pub since_us: Option<i64>,
}

/// What vouches that an entry was there: a stamp, and the chain from the entry to the one that the stamp names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The stamp.
    pub stamp: Stamp,
    /// The instant it vouches for.
    pub at_us: i64,
    /// Number and bytes of each entry, the one asked about first; each names the digest of the one before it.
    pub entries: Vec<(u64, Vec<u8>)>,
}

impl Stamp {
    /// What it names, when its text is one of [`Heads`].
    pub fn names(&self) -> Option<Heads> {
        Heads::parse(&self.heads)
    }

    /// The instant it vouches for, when it is believed and lies where it belongs.
    fn believed(&self, judge: &Judge<'_>) -> Option<i64> {
        judge(self).ok().filter(|at_us| names::instant_text(*at_us) == names::instant_text(self.at_us))
    }
}

impl Journal {
    /// A stamp over these heads, as it would be kept.
    pub fn stamp_of(&self, heads: &Heads, at_us: i64, reply: &[u8], token: &[u8]) -> Stamp {
        let path = names::stamp(self.schema().stream(), at_us);
        Stamp { path, at_us, heads: heads.text(), reply: reply.to_vec(), token: token.to_vec() }
    }

    /// Keeps a stamp under the instant it vouches for. `false`: another node keeps one of the same second.
    pub async fn keep_stamp(&self, stamp: &Stamp) -> Result<bool> {
        let at = |file: &str| format!("{}/{file}", stamp.path);
        if !self.stores().put_new(&at(TOKEN), Bytes::from(stamp.token.clone())).await? {
            return Ok(false);
        }
        let others = [(REPLY, Bytes::from(stamp.reply.clone())), (HEADS, Bytes::from(stamp.heads.clone()))];
        for (file, bytes) in others {
            if !self.stores().put_new(&at(file), bytes).await? {
                return Err(Error::damaged(at(file), "another file is there"));
            }
        }
        Ok(true)
    }

    /// The stamps of a time, both ends included, oldest first; those that are not whole are passed over.
    pub async fn stamps(&self, from_us: i64, to_us: i64) -> Result<Vec<Stamp>> {
        let mut found = Vec::new();
        for (path, at_us) in self.stamp_folders().await? {
            if at_us.is_some_and(|at_us| (from_us..=to_us).contains(&at_us)) {
                found.extend(self.read_stamp(&path).await?);
            }
        }
        Ok(found)
    }

    /// How far the chains are stamped. A stamp that is not believed does not count.
    pub async fn unstamped(&self, judge: &Judge<'_>) -> Result<Unstamped> {
        let mut newest = None;
        for (path, _) in self.stamp_folders().await?.into_iter().rev().take(NEWEST) {
            let stamp = self.read_stamp(&path).await?;
            newest = stamp.and_then(|stamp| Some((stamp.believed(judge)?, stamp.names()?)));
            if newest.is_some() {
                break;
            }
        }
        // Behind the stamps: what they name is there.
        let heads = self.heads().await?;
        let (mut entries, mut since_us) = (0, None::<i64>);
        for (node, no, _) in &heads.heads {
            let stamped = newest.as_ref().and_then(|(_, stamped)| stamped.of(node));
            let first = stamped.map_or(0, |stamped| stamped.saturating_add(1));
            if first <= *no {
                entries += no - first + 1;
                let written_at_us = self.written_at(node, first).await?;
                since_us = since_us.into_iter().chain(written_at_us).min();
            }
        }
        Ok(Unstamped { heads, stamped_upto_us: newest.map(|(at_us, _)| at_us), entries, since_us })
    }

    /// The oldest stamp that covers an entry and to which the chain leads; `None` where there is none yet.
    pub async fn vouched(&self, node: &str, no: u64, judge: &Judge<'_>) -> Result<Option<Vouched>> {
        let Some(written_at_us) = self.written_at(node, no).await? else { return Ok(None) };
        let from_us = written_at_us.saturating_sub(EARLIER_US);
        for (path, at_us) in self.stamp_folders().await? {
            if at_us.is_none_or(|at_us| at_us < from_us) {
                continue;
            }
            let Some(stamp) = self.read_stamp(&path).await? else { continue };
            let head = stamp.names().and_then(|heads| heads.heads.into_iter().find(|head| head.0 == node));
            let Some((_, last, digest)) = head.filter(|(_, last, _)| (no..no + MOST_BETWEEN).contains(last))
            else {
                continue;
            };
            let Some(at_us) = stamp.believed(judge) else { continue };
            if let Some(entries) = self.chain_to(node, no..=last, digest).await? {
                return Ok(Some(Vouched { stamp, at_us, entries }));
            }
        }
        Ok(None)
    }

    /// Entries of a chain, when each names the one before it and the last has this digest.
    async fn chain_to(
        &self,
        node: &str,
        numbers: RangeInclusive<u64>,
        digest: Digest,
    ) -> Result<Option<Vec<(u64, Vec<u8>)>>> {
        let mut entries: Vec<(u64, Vec<u8>)> = Vec::new();
        for no in numbers {
            let path = names::entry(self.schema().stream(), node, no);
            let Some(bytes) = Stores::found(self.stores().whole(&path).await)? else { return Ok(None) };
            let entry = Entry::parse(&path, &String::from_utf8_lossy(&bytes));
            let is_next = entries
                .last()
                .is_none_or(|(_, before)| entry.as_ref().is_ok_and(|entry| entry.previous == sha256(before)));
            if !is_next {
                return Ok(None);
            }
            entries.push((no, bytes.to_vec()));
        }
        Ok(entries.last().is_some_and(|(_, bytes)| sha256(bytes) == digest).then_some(entries))
    }

    /// When an entry was written; `None` when it is gone or is none, which verification tells of.
    async fn written_at(&self, node: &str, no: u64) -> Result<Option<i64>> {
        let path = names::entry(self.schema().stream(), node, no);
        let Some(bytes) = Stores::found(self.stores().whole(&path).await)? else { return Ok(None) };
        Ok(Entry::parse(&path, &String::from_utf8_lossy(&bytes)).ok().map(|entry| entry.written_at_us))
    }

    /// Folders of stamps, and the instant each is named after, oldest first.
    pub(crate) async fn stamp_folders(&self) -> Result<Vec<(String, Option<i64>)>> {
        let folder = names::stamps(self.schema().stream());
        let names = self.stores().folders(&folder).await?;
        Ok(names.iter().map(|name| (format!("{folder}/{name}"), names::parse_instant(name))).collect())
    }

    /// A stamp; `None` when a part of it is missing or its folder is not named after an instant.
    pub(crate) async fn read_stamp(&self, path: &str) -> Result<Option<Stamp>> {
        let Some(at_us) = path.rsplit('/').next().and_then(names::parse_instant) else { return Ok(None) };
        let mut parts = Vec::new();
        for file in [HEADS, REPLY, TOKEN] {
            match Stores::found(self.stores().whole(&format!("{path}/{file}")).await)? {
                Some(bytes) => parts.push(bytes.to_vec()),
                None => return Ok(None),
            }
        }
        let [heads, reply, token] = parts.try_into().expect("three parts were read");
        // What is no text is not what was stamped, either.
        let heads = String::from_utf8(heads).unwrap_or_default();
        Ok(Some(Stamp { path: path.to_owned(), at_us, heads, reply, token }))
    }
}
