//! What a reading is made of: the shapes other code, stored JSON and screens share. No rules of reading live here.

use serde::{Deserialize, Serialize};

/// Largest text accepted, in bytes. The largest regulation known to us has 32 KB; a hundred times that is a book.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Most nodes one reading may have.
pub const MAX_NODES: usize = 50_000;
/// Deepest nesting: part, article, paragraph, clause and four levels of sub-clause.
pub const MAX_DEPTH: usize = 8;
/// Grows when the reader starts to read the same text differently, so that stored corrections are not replayed blindly.
pub const READER_VERSION: u32 = 2;

/// Half-open byte range `start..end` into the text that was read; both ends are character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// Range from `start` to `end` (not included), in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether nothing is inside.
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether the byte offset lies inside.
    pub fn contains(self, offset: usize) -> bool {
        self.start <= offset && offset < self.end
    }

    /// The characters of the span; empty when the span does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// Rank of a node in the order a Turkish regulation is built; a child always ranks below its parent,
/// except that sub-clauses may hold sub-clauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The name of the regulation and what stands before its first part or article.
    Title,
    /// Bölüm.
    Part,
    /// Madde.
    Article,
    /// Fıkra.
    Paragraph,
    /// Bent, lettered or bulleted.
    Clause,
    /// Alt bent.
    SubClause,
}

/// What a piece of a node's own text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Heading of the node ("Amaç", "Birinci Bölüm" is a marker, not a heading).
    Heading,
    /// The number, letter or bullet that opens the node.
    Marker,
    /// The provision itself.
    Text,
}

/// A piece of the input that belongs to one node. White space belongs to the piece it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Leaf {
    pub span: Span,
    pub role: Role,
}

/// Whether the reader is sure of a node's place, kind and address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Certainty {
    Certain,
    /// A person should look; `why_tr` says in Turkish what was doubtful.
    Uncertain {
        why_tr: String,
    },
}

impl Certainty {
    /// Whether a person need not look.
    pub fn is_certain(&self) -> bool {
        matches!(self, Certainty::Certain)
    }
}

/// One part, article, paragraph, clause or sub-clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Name of the node inside its reading; stays the same through corrections and is never reused.
    /// Not a position: look nodes up with [`Reading::node`].
    pub index: u32,
    /// Index of the node this one stands under.
    pub parent: Option<u32>,
    pub kind: Kind,
    /// Own label: `13`, `7.6`, `1` (paragraph), `ç`, `vi`, `•3` (third bullet), `§2` (second unnumbered paragraph).
    pub label: String,
    /// Labels the text may also mean: the letter as printed when the order says another, the letter a lost
    /// bullet would have had.
    pub also: Vec<String>,
    /// Unique address inside the reading: `13/ç`, `8/1/b/vi`, `7.6.9/a`, `9/•3`, `bölüm 2`.
    pub address: String,
    /// Other addresses under which the text may be cited: the paragraph left out (`8/b`), the letter as it was
    /// printed or as its place in the list implies. Not unique.
    pub aliases: Vec<String>,
    /// The address as a clerk says it: `Madde 13, bent ç`.
    pub address_tr: String,
    /// Heading cleaned for reading, if the text gives one.
    pub heading: Option<String>,
    /// Exactly the node's own pieces of the input (not its children's), in reading order.
    pub leaves: Vec<Leaf>,
    pub certainty: Certainty,
}

/// `term` is defined as `meaning` (both cleaned for reading) at `span`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    pub term: String,
    pub meaning: String,
    pub node: u32,
    pub span: Span,
}

/// What an organisational unit calls itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// Müdürlük.
    Directorate,
    /// Servis.
    Service,
    /// Şeflik.
    Section,
    /// Büro.
    Office,
    /// Birim, or a name with no such word.
    Unit,
}

/// A unit of the directorate named by the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitMention {
    /// Name cleaned for reading, case ending removed: `Yazılım Servisi`.
    pub name: String,
    pub kind: UnitKind,
    pub node: u32,
    pub span: Span,
}

/// A staff title named by the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitleMention {
    /// `Müdür`, `Şef`, `Memur`…
    pub name: String,
    /// How many the text allows, when it says so.
    pub count: Option<u32>,
    pub node: u32,
    pub span: Span,
}

/// A principle the directorate works by (temel ilke).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principle {
    pub text: String,
    pub node: u32,
}

/// A regulation the text repeals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeal {
    /// The repealing sentence, cleaned for reading.
    pub sentence: String,
    /// Dates as printed in that sentence (`04.02.2013`), in order.
    pub dates: Vec<String>,
    pub node: u32,
    pub span: Span,
}

/// When the regulation takes effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    /// The sentence that says so, cleaned for reading.
    pub sentence: String,
    pub rule: InForceRule,
    /// Dates as printed in that sentence, in order.
    pub dates: Vec<String>,
    pub node: u32,
    pub span: Span,
}

/// What the start of force hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InForceRule {
    /// The day it is announced (ilan, yayım).
    OnAnnouncement,
    /// The day the council's decision becomes final, or is accepted.
    OnDecision,
    /// A date written in the text.
    OnDate,
    /// The sentence is there but says none of these.
    Other,
}

/// A regulation read. Every character of the input is in exactly one leaf, or in `furniture`, or in `unplaced`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub reader_version: u32,
    /// Length of the text read, in bytes.
    pub length_bytes: usize,
    /// In document order.
    pub nodes: Vec<Node>,
    /// Page headers, page numbers, converters' debris and blank text that belongs to no provision.
    pub furniture: Vec<Span>,
    /// Text the reader could not place; a person does.
    pub unplaced: Vec<Span>,
    pub definitions: Vec<Definition>,
    pub units: Vec<UnitMention>,
    pub titles: Vec<TitleMention>,
    pub principles: Vec<Principle>,
    pub repeals: Vec<Repeal>,
    pub in_force: Option<InForce>,
    /// Index the next new node will get.
    pub next_index: u32,
}

/// Why a text cannot be read at all. The message is Turkish and fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ReadingError {
    #[error(
        "Metin çok büyük: {bytes} bayt. En fazla {limit} bayt okunabilir; yalnızca yönetmelik metnini verin."
    )]
    TooLarge { bytes: usize, limit: usize },
    #[error(
        "Metinde çok fazla madde ve bent var. En fazla {limit} öge okunabilir; metnin tek bir yönetmelik olduğundan emin olun."
    )]
    TooManyNodes { limit: usize },
    #[error(
        "Metinde çok fazla satır var. En fazla {limit} satır okunabilir; metnin tek bir yönetmelik olduğundan emin olun."
    )]
    TooManyLines { limit: usize },
    #[error("Metinde okunacak bir şey yok. Dosya boş ya da yalnızca resim içeriyor olabilir.")]
    Empty,
}
