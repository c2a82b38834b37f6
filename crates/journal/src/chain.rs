//! The chain of a node: small text files, each signed and bound to the one before it by its digest. An outsider reads
//! them with the eyes and checks them with openssl (`docs/formats/journal.md`).

use crate::error::{Error, Result};
use crate::names;
use crate::tree::Digest;
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use std::fmt::Write as _;

const FIRST_LINE: &str = "belde-journal-entry/1";
/// Before the 32 bytes of a key in the form openssl reads (RFC 8410).
const KEY_HEAD: &str = "302a300506032b6570032100";

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> Digest {
    let mut made = [0; 32];
    made.copy_from_slice(digest(&SHA256, bytes).as_ref());
    made
}

/// The key a node signs its chain with.
#[derive(Debug)]
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// The key of a seed of 32 random bytes, which the caller keeps secret.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are a seed"))
    }

    /// What others check with.
    pub fn public(&self) -> PublicKey {
        let mut key = [0; 32];
        key.copy_from_slice(self.0.public_key().as_ref());
        PublicKey(key)
    }

    /// The signature over these bytes (RFC 8032), for whatever else is given out with rows of the journal.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.0.sign(bytes).as_ref());
        signature
    }
}

/// A node's public key (Ed25519).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 32]);

impl PublicKey {
    /// The key as DER SubjectPublicKeyInfo: `openssl pkey -pubin -inform DER`.
    pub fn der(&self) -> Vec<u8> {
        let mut der = hex::decode(KEY_HEAD).expect("the head is a constant");
        der.extend_from_slice(&self.0);
        der
    }
}

/// A segment under its seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Where it lies.
    pub path: String,
    /// Size of the file.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// Rows in it.
    pub rows: u64,
    /// Root over the leaves of its rows, in the order of the file.
    pub root: Digest,
    /// First and last instant of its rows.
    pub at: (i64, i64),
    /// When the first and the last of its rows were received.
    pub received_at: (i64, i64),
    /// The tree's nodes over each [`crate::BLOCK_ROWS`] rows.
    pub blocks: Vec<Digest>,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// These segments were made.
    Sealed(Vec<Sealed>),
    /// These segments, of whatever node, were deleted: path, digest and rows of each, and why.
    Deleted {
        /// Path, SHA-256 and rows of each.
        segments: Vec<(String, Digest, u64)>,
        /// Why, in one line.
        reason: String,
    },
    /// A day is kept although its time is up, and why.
    Held {
        /// The day, counted from 1970-01-01.
        day: i32,
        /// Why, in one line.
        reason: String,
    },
    /// A day is no longer kept, and why.
    Released {
        /// The day, counted from 1970-01-01.
        day: i32,
        /// Why, in one line.
        reason: String,
    },
}

/// One entry of a node's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The stream.
    pub stream: String,
    /// The node.
    pub node: String,
    /// Number in the chain, from 0, without a gap.
    pub no: u64,
    /// SHA-256 of the whole file of the entry before; zeros for the first.
    pub previous: Digest,
    /// When it was written, by the node's clock.
    pub written_at_us: i64,
    /// The last log of the node that is sealed with this entry or before it; 0 for none.
    pub log: u64,
    /// What it says.
    pub event: Event,
}

impl Entry {
    fn body(&self) -> String {
        let mut text = format!(
            "{FIRST_LINE}\nstream {}\nnode {}\nno {}\nprevious {}\nwritten_at {}\nlog {}\n",
            self.stream,
            self.node,
            self.no,
            hex::encode(self.previous),
            self.written_at_us,
            self.log,
        );
        // Writing to a String cannot fail.
        let _ = match &self.event {
            Event::Sealed(segments) => segments.iter().try_for_each(|it| put_segment(&mut text, it)),
            Event::Deleted { segments, reason } => {
                for (path, sha256, rows) in segments {
                    let _ = writeln!(text, "deleted {path} {} {rows}", hex::encode(sha256));
                }
                writeln!(text, "because {}", one_line(reason))
            }
            Event::Held { day, reason } => {
                writeln!(text, "held {}\nbecause {}", names::day_text(*day), one_line(reason))
            }
            Event::Released { day, reason } => {
                writeln!(text, "released {}\nbecause {}", names::day_text(*day), one_line(reason))
            }
        };
        text
    }

    /// The file of the entry: lines of text, the last of them the signature over all before it.
    pub fn signed(&self, key: &SigningKey) -> String {
        let body = self.body();
        let signature = hex::encode(key.sign(body.as_bytes()));
        format!("{body}signature {signature}\n")
    }

    /// Reads the file of an entry. Errors: it is not exactly what [`Entry::signed`] writes. The signature is not
    /// judged here.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let parsed = parse(text).ok_or_else(|| Error::damaged(path, "it is not an entry of a chain"))?;
        let (body, _) = split(text).ok_or_else(|| Error::damaged(path, "it has no signature"))?;
        if parsed.body() != body {
            return Err(Error::damaged(path, "it is not written as entries are"));
        }
        Ok(parsed)
    }
}

/// Whether the file of an entry was signed with this key.
pub fn is_signed(text: &str, key: &PublicKey) -> bool {
    let Some((body, signature)) = split(text) else { return false };
    let Ok(signature) = hex::decode(signature) else { return false };
    UnparsedPublicKey::new(&ED25519, key.0).verify(body.as_bytes(), &signature).is_ok()
}

fn split(text: &str) -> Option<(&str, &str)> {
    let at = text.rfind("signature ")?;
    let (body, last) = text.split_at(at);
    let signature = last.strip_prefix("signature ")?.strip_suffix('\n')?;
    body.ends_with('\n').then_some((body, signature))
}

fn one_line(reason: &str) -> String {
    reason.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn put_segment(text: &mut String, segment: &Sealed) -> std::fmt::Result {
    writeln!(text, "segment {}", segment.path)?;
    writeln!(text, "bytes {}", segment.bytes)?;
    writeln!(text, "sha256 {}", hex::encode(segment.sha256))?;
    writeln!(text, "rows {}", segment.rows)?;
    writeln!(text, "root {}", hex::encode(segment.root))?;
    writeln!(text, "at {} {}", segment.at.0, segment.at.1)?;
    writeln!(text, "received_at {} {}", segment.received_at.0, segment.received_at.1)?;
    writeln!(text, "blocks {}", hex::encode(segment.blocks.concat()))
}

/// Lines of an entry being read.
struct Lines<'a>(std::iter::Peekable<std::str::Lines<'a>>);

impl<'a> Lines<'a> {
    fn has(&mut self, key: &str) -> bool {
        self.0.peek().is_some_and(|line| line.split(' ').next() == Some(key))
    }

    fn value(&mut self, key: &str) -> Option<&'a str> {
        self.0.next()?.strip_prefix(key)?.strip_prefix(' ')
    }

    fn number<T: std::str::FromStr>(&mut self, key: &str) -> Option<T> {
        self.value(key)?.parse().ok()
    }

    fn digest(&mut self, key: &str) -> Option<Digest> {
        parse_digest(self.value(key)?)
    }

    fn span(&mut self, key: &str) -> Option<(i64, i64)> {
        let (from, to) = self.value(key)?.split_once(' ')?;
        Some((from.parse().ok()?, to.parse().ok()?))
    }
}

fn parse_digest(text: &str) -> Option<Digest> {
    hex::decode(text).ok()?.try_into().ok()
}

fn parse(text: &str) -> Option<Entry> {
    let mut lines = Lines(text.lines().peekable());
    if lines.0.next()? != FIRST_LINE {
        return None;
    }
    Some(Entry {
        stream: lines.value("stream")?.to_owned(),
        node: lines.value("node")?.to_owned(),
        no: lines.number("no")?,
        previous: lines.digest("previous")?,
        written_at_us: lines.number("written_at")?,
        log: lines.number("log")?,
        event: parse_event(&mut lines)?,
    })
}

fn parse_event(lines: &mut Lines<'_>) -> Option<Event> {
    if lines.has("held") {
        let day = names::parse_day(lines.value("held")?)?;
        return Some(Event::Held { day, reason: lines.value("because")?.to_owned() });
    }
    if lines.has("released") {
        let day = names::parse_day(lines.value("released")?)?;
        return Some(Event::Released { day, reason: lines.value("because")?.to_owned() });
    }
    if lines.has("deleted") {
        let mut segments = Vec::new();
        while lines.has("deleted") {
            let mut words = lines.value("deleted")?.split(' ');
            let path = words.next()?.to_owned();
            segments.push((path, parse_digest(words.next()?)?, words.next()?.parse().ok()?));
        }
        return Some(Event::Deleted { segments, reason: lines.value("because")?.to_owned() });
    }
    let mut segments = Vec::new();
    while lines.has("segment") {
        segments.push(Sealed {
            path: lines.value("segment")?.to_owned(),
            bytes: lines.number("bytes")?,
            sha256: lines.digest("sha256")?,
            rows: lines.number("rows")?,
            root: lines.digest("root")?,
            at: lines.span("at")?,
            received_at: lines.span("received_at")?,
            blocks: parse_blocks(lines.value("blocks")?)?,
        });
    }
    Some(Event::Sealed(segments))
}

fn parse_blocks(text: &str) -> Option<Vec<Digest>> {
    let bytes = hex::decode(text).ok().filter(|bytes| bytes.len().is_multiple_of(32))?;
    bytes.chunks_exact(32).map(|block| block.try_into().ok()).collect()
}

/// The last entries of all nodes' chains, as one text whose digest a time stamp is taken over: it covers every row
/// that was sealed before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// Node, number and SHA-256 of the file of each last entry, sorted by node.
    pub heads: Vec<(String, u64, Digest)>,
}

impl Heads {
    /// A line for each node: `node number digest`.
    pub fn text(&self) -> String {
        let line =
            |(node, no, digest): &(String, u64, Digest)| format!("{node} {no} {}\n", hex::encode(digest));
        self.heads.iter().map(line).collect()
    }

    /// SHA-256 of the text.
    pub fn digest(&self) -> Digest {
        sha256(self.text().as_bytes())
    }

    /// Reads such a text; `None` when it is not exactly what [`Heads::text`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let line = |line: &str| {
            let mut words = line.split(' ');
            let (node, no, digest) = (words.next()?, words.next()?, words.next()?);
            Some((node.to_owned(), no.parse().ok()?, parse_digest(digest)?))
        };
        let heads: Self = Self { heads: text.lines().map(line).collect::<Option<_>>()? };
        let is_sorted = heads.heads.is_sorted_by(|one, next| one.0 < next.0);
        (is_sorted && heads.text() == text).then_some(heads)
    }

    /// The number of a node's last entry.
    pub fn of(&self, node: &str) -> Option<u64> {
        self.heads.iter().find(|head| head.0 == node).map(|head| head.1)
    }
}
