//! The audit slice (`olaylar.json`): every event with the bytes that were sealed, its Merkle proof and its seal, and what is wrong
//! with one that came from outside.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Instant;
use kernel::event::Event;
use seal::audit::EventProof;
use seal::{Anchor, Digest, Proof, Seal};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(super) const FORMAT: &str = "belde-evidence/1";
/// Events are sealed within seconds; one that stayed out so much longer than others was taken from under its seal.
const MUST_BE_SEALED_AFTER_US: i64 = 3_600_000_000;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Slice {
    pub format: String,
    pub letter: Uuid,
    pub number: String,
    /// paper, electronic
    pub medium: String,
    pub taken_at_us: i64,
    /// Kinds of which events are not here: more than fit, or not for the eyes of whoever took the bundle.
    pub left_out: Vec<String>,
    pub events: Vec<Entry>,
    pub seals: Vec<SealEntry>,
}

/// One event: its fields for people, `record` for the tree.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub id: Uuid,
    pub at_us: i64,
    pub actor_id: Option<Uuid>,
    pub actor_name: String,
    pub acting_for_id: Option<Uuid>,
    pub acting_for_name: Option<String>,
    pub source: String,
    pub request_id: Option<Uuid>,
    pub address: Option<String>,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub subject_title: String,
    pub related_kind: Option<String>,
    pub related_id: Option<Uuid>,
    pub unit_id: Option<Uuid>,
    pub owner_id: Option<Uuid>,
    pub verb: String,
    pub changes: String,
    pub note: String,
    /// Canonical bytes, base64.
    pub record: String,
    /// SHA-256 over a zero byte and the record, hexadecimal.
    pub leaf: String,
    /// Absent while it is not sealed.
    pub proof: Option<ProofEntry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProofEntry {
    pub seal: u64,
    pub index: u64,
    pub path: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SealEntry {
    pub no: u64,
    pub first: u64,
    pub count: u64,
    pub root: String,
    pub previous: String,
    pub sealed_at_us: i64,
    pub hash: String,
}

impl Entry {
    pub fn of(event: &Event, proof: Option<&EventProof>) -> Self {
        Self {
            id: event.id,
            at_us: event.at.0,
            actor_id: event.actor_id,
            actor_name: event.actor_name.clone(),
            acting_for_id: event.acting_for_id,
            acting_for_name: event.acting_for_name.clone(),
            source: event.source.clone(),
            request_id: event.request_id,
            address: event.address.clone(),
            subject_kind: event.subject_kind.clone(),
            subject_id: event.subject_id,
            subject_title: event.subject_title.clone(),
            related_kind: event.related_kind.clone(),
            related_id: event.related_id,
            unit_id: event.unit_id,
            owner_id: event.owner_id,
            verb: event.verb.clone(),
            changes: event.changes.clone(),
            note: event.note.clone(),
            record: STANDARD.encode(event.canonical_bytes()),
            leaf: hex::encode(event.canonical_digest()),
            proof: proof.map(|one| ProofEntry {
                seal: one.seal.no,
                index: one.proof.index,
                path: one.proof.path.iter().map(hex::encode).collect(),
            }),
        }
    }

    /// The event that the fields make.
    fn event(&self) -> Event {
        Event {
            id: self.id,
            at: Instant(self.at_us),
            actor_id: self.actor_id,
            actor_name: self.actor_name.clone(),
            acting_for_id: self.acting_for_id,
            acting_for_name: self.acting_for_name.clone(),
            source: self.source.clone(),
            request_id: self.request_id,
            address: self.address.clone(),
            subject_kind: self.subject_kind.clone(),
            subject_id: self.subject_id,
            subject_title: self.subject_title.clone(),
            related_kind: self.related_kind.clone(),
            related_id: self.related_id,
            unit_id: self.unit_id,
            owner_id: self.owner_id,
            verb: self.verb.clone(),
            changes: self.changes.clone(),
            note: self.note.clone(),
            digest: Vec::new(),
            seal_no: None,
            leaf_no: None,
        }
    }

    /// What is wrong with the event under these seals; a Turkish sentence.
    fn fault(&self, seals: &[Seal]) -> Option<&'static str> {
        let event = self.event();
        let leaf = event.canonical_digest();
        if STANDARD.encode(event.canonical_bytes()) != self.record || hex::encode(leaf) != self.leaf {
            return Some("alanları, mühürlenen kaydıyla aynı değil");
        }
        let Some(own) = &self.proof else {
            let last = seals.iter().map(|seal| seal.sealed_at_us).max();
            let is_late = last.is_some_and(|last| self.at_us.saturating_add(MUST_BE_SEALED_AFTER_US) < last);
            return is_late.then_some("mühürlenmiş olmalıydı, mührü dosyada yok");
        };
        let Some(seal) = seals.iter().find(|seal| seal.no == own.seal) else {
            return Some("altında durduğu mühür dosyada yok");
        };
        let path: Option<Vec<Digest>> = own.path.iter().map(|one| digest(one)).collect();
        let Some(path) = path.filter(|path| path.len() <= 64) else { return Some("kanıtı okunamadı") };
        let proof = Proof { index: own.index, count: seal.count, path };
        (!proof.holds(&leaf, &seal.root)).then_some("kanıtı mührün köküne çıkmıyor: kayıt değiştirilmiş")
    }
}

impl SealEntry {
    pub fn of(seal: &Seal) -> Self {
        Self {
            no: seal.no,
            first: seal.first,
            count: seal.count,
            root: hex::encode(seal.root),
            previous: hex::encode(seal.previous),
            sealed_at_us: seal.sealed_at_us,
            hash: hex::encode(seal.hash),
        }
    }

    fn seal(&self) -> Option<Seal> {
        Some(Seal {
            no: self.no,
            first: self.first,
            count: self.count,
            root: digest(&self.root)?,
            previous: digest(&self.previous)?,
            sealed_at_us: self.sealed_at_us,
            hash: digest(&self.hash)?,
        })
    }
}

fn digest(text: &str) -> Option<Digest> {
    hex::decode(text).ok()?.try_into().ok()
}

impl Slice {
    /// Everything that does not hold, as Turkish sentences. `anchors` are seals that are known from elsewhere.
    pub fn faults(&self, anchors: &[Anchor]) -> Vec<String> {
        let mut found = Vec::new();
        if self.format != FORMAT {
            found.push(format!("Olay dosyasının biçimi tanınmıyor: {}", self.format));
        }
        let mut seals: Vec<Seal> = Vec::new();
        for one in &self.seals {
            match one.seal().filter(|seal| seal.hash == seal.expected_hash()) {
                Some(seal) => seals.push(seal),
                None => found.push(format!("{} numaralı mühür değiştirilmiş.", one.no)),
            }
        }
        found.extend(chain_faults(&seals));
        for anchor in anchors {
            if seals.iter().any(|seal| seal.no == anchor.no && seal.hash != anchor.hash) {
                found.push(format!("{} numaralı mühür, bilinen mühürle aynı değil.", anchor.no));
            }
        }
        for entry in &self.events {
            if let Some(fault) = entry.fault(&seals) {
                found.push(format!("Olay {} ({}): {fault}.", entry.id, entry.verb));
            }
        }
        let has_twice = self.events.windows(2).any(|pair| pair[0].id >= pair[1].id);
        if has_twice {
            found.push("Olaylar sırasında değil ya da biri iki kez yazılmış.".into());
        }
        found
    }

    pub fn unsealed(&self) -> usize {
        self.events.iter().filter(|one| one.proof.is_none()).count()
    }

    /// Notes of the letter's own events of this verb that a seal vouches for or, where it is not sealed yet, that are here.
    pub fn notes<'a>(&'a self, verb: &'a str) -> impl Iterator<Item = &'a str> {
        let own = move |one: &&Entry| {
            one.subject_kind == "letter" && one.subject_id == self.letter && one.verb == verb
        };
        self.events.iter().filter(own).map(|one| one.note.as_str())
    }
}

/// Seals that follow each other must fit: number, place in the log, hash and time.
fn chain_faults(seals: &[Seal]) -> Vec<String> {
    let mut found = Vec::new();
    for pair in seals.windows(2) {
        let (one, next) = (&pair[0], &pair[1]);
        let is_neighbour = one.no.checked_add(1) == Some(next.no);
        let end = one.first.saturating_add(one.count);
        let fits =
            if is_neighbour { next.previous == one.hash && next.first == end } else { next.first >= end };
        if next.no <= one.no || next.sealed_at_us < one.sealed_at_us || !fits {
            found.push(format!("{} numaralı mühür, {} numaralıyı izlemiyor.", next.no, one.no));
        }
    }
    found
}
