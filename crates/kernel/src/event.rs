//! One append-only row per act: audit, timeline and activity report at once.

use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Boxed;
use crate::db::Sql;
use crate::error::{Error, Result};
use crate::tx::Tx;
use crate::value::{Instant, Ref};

/// One changed field with the text people saw before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    pub label: String,
    pub before: String,
    pub after: String,
}

/// What an action hands to [`Tx::record`]; who, when and from where come from the transaction.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub subject: Ref,
    pub subject_title: String,
    /// Past participle in English: `created`, `changed`, `approved`. Its Turkish sentence is declared by the capability.
    pub verb: &'static str,
    pub changes: Vec<Change>,
    pub note: String,
    pub related: Option<Ref>,
    pub unit_id: Option<Uuid>,
    pub owner_id: Option<Uuid>,
}

impl NewEvent {
    pub fn new(subject: Ref, title: impl Into<String>, verb: &'static str) -> Self {
        Self {
            subject,
            subject_title: title.into(),
            verb,
            changes: Vec::new(),
            note: String::new(),
            related: None,
            unit_id: None,
            owner_id: None,
        }
    }

    pub fn changes(mut self, changes: Vec<Change>) -> Self {
        self.changes = changes;
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    pub fn related(mut self, related: Ref) -> Self {
        self.related = Some(related);
        self
    }

    pub fn scope(mut self, unit_id: Option<Uuid>, owner_id: Option<Uuid>) -> Self {
        self.unit_id = unit_id;
        self.owner_id = owner_id;
        self
    }
}

/// A stored event, as timelines and the sealer read it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Event {
    pub id: Uuid,
    pub at: Instant,
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
    pub digest: Vec<u8>,
    pub seal_no: Option<i64>,
    pub leaf_no: Option<i64>,
}

/// Columns of [`Event`], in order.
pub const COLUMNS: &str = "id, at, actor_id, actor_name, acting_for_id, acting_for_name, source, request_id, address, \
     subject_kind, subject_id, subject_title, related_kind, related_id, unit_id, owner_id, verb, changes, note, \
     digest, seal_no, leaf_no";

impl Event {
    pub fn change_list(&self) -> Vec<Change> {
        serde_json::from_str(&self.changes).unwrap_or_default()
    }

    /// Every field but the seal's own, each as one tag byte (0 absent, 1 present) and, where present, an 8-byte big-endian
    /// length and its bytes, in the order of [`COLUMNS`]. `docs/formats/bundle.md` says it to outsiders.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut record = Canonical(Vec::with_capacity(512));
        record.some(self.id.as_bytes());
        record.some(&self.at.0.to_be_bytes());
        record.maybe(self.actor_id.as_ref().map(|id| id.as_bytes().as_slice()));
        record.some(self.actor_name.as_bytes());
        record.maybe(self.acting_for_id.as_ref().map(|id| id.as_bytes().as_slice()));
        record.maybe(self.acting_for_name.as_deref().map(str::as_bytes));
        record.some(self.source.as_bytes());
        record.maybe(self.request_id.as_ref().map(|id| id.as_bytes().as_slice()));
        record.maybe(self.address.as_deref().map(str::as_bytes));
        record.some(self.subject_kind.as_bytes());
        record.some(self.subject_id.as_bytes());
        record.some(self.subject_title.as_bytes());
        record.maybe(self.related_kind.as_deref().map(str::as_bytes));
        record.maybe(self.related_id.as_ref().map(|id| id.as_bytes().as_slice()));
        record.maybe(self.unit_id.as_ref().map(|id| id.as_bytes().as_slice()));
        record.maybe(self.owner_id.as_ref().map(|id| id.as_bytes().as_slice()));
        record.some(self.verb.as_bytes());
        record.some(self.changes.as_bytes());
        record.some(self.note.as_bytes());
        record.0
    }

    /// SHA-256 over a zero byte and [`canonical_bytes`](Self::canonical_bytes). RFC 9162 2.1.1: a leaf begins with 0x00, so
    /// that no inner node can pass for one.
    pub fn canonical_digest(&self) -> [u8; 32] {
        Sha256::new().chain_update([0]).chain_update(self.canonical_bytes()).finalize().into()
    }
}

struct Canonical(Vec<u8>);

impl Canonical {
    fn some(&mut self, bytes: &[u8]) {
        self.0.push(1);
        self.0.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn maybe(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => self.some(bytes),
            None => self.0.push(0),
        }
    }
}

/// How a verb reads in a timeline, as a past sentence: `created` → "kaydı açtı".
#[derive(Clone, Copy, Debug)]
pub struct VerbLabel {
    pub verb: &'static str,
    /// For lists and filters: "Açıldı".
    pub label_tr: &'static str,
    /// An official act (approval, signature …) is drawn heavier and can only be answered by a counter-act.
    pub is_official: bool,
}

/// What a capability does when somebody else's event happens, in the same transaction.
#[derive(Clone)]
pub struct Reaction {
    pub subject_kind: &'static str,
    pub verb: &'static str,
    pub run: for<'a> fn(&'a Tx, &'a Event) -> Boxed<'a, Result<()>>,
}

/// Reactions may cause events that cause reactions; deeper than this is a loop.
const MAX_REACTION_DEPTH: u32 = 4;

impl Tx {
    /// Writes the event and lets every capability that listens react and whoever is concerned be told, all in
    /// this transaction.
    pub async fn record(&self, new: NewEvent) -> Result<Event> {
        let event = self.event_of(new)?;
        insert(self, &event).await?;
        self.count_event();
        self.react(&event).await?;
        Ok(event)
    }

    /// The event as [`record`](Self::record) would write it, for a load that writes many at once.
    pub fn draft_event(&self, new: NewEvent) -> Result<Event> {
        self.event_of(new)
    }

    /// Writes what a load of data made of [`draft_event`](Self::draft_event), perhaps with an earlier instant and another
    /// actor. The digests are computed here. Nobody reacts: the load itself wrote what reactions would have written.
    pub async fn record_many(&self, events: &mut [Event]) -> Result<()> {
        for part in events.chunks_mut(MANY) {
            for event in part.iter_mut() {
                event.digest = event.canonical_digest().to_vec();
            }
            let rows: Vec<String> = (0..part.len())
                .map(|row| format!("({})", crate::db::placeholders(row * WIDTH + 1, WIDTH)))
                .collect();
            let sql = format!("INSERT INTO event ({COLUMNS}) VALUES {}", rows.join(", "));
            self.run(&sql, part.iter().flat_map(values).collect()).await?;
            self.count_event();
        }
        Ok(())
    }

    fn event_of(&self, new: NewEvent) -> Result<Event> {
        let act = self.act();
        let mut event = Event {
            id: self.new_id(),
            at: self.at(),
            actor_id: act.actor.account_id,
            actor_name: act.actor.name.clone(),
            acting_for_id: act.actor.acting_for.as_ref().map(|acting| acting.staff_id),
            acting_for_name: act.actor.acting_for.as_ref().map(|acting| acting.name.clone()),
            source: act.source.code().into(),
            request_id: act.request_id,
            address: act.address.clone(),
            subject_kind: new.subject.kind,
            subject_id: new.subject.id,
            subject_title: new.subject_title,
            related_kind: new.related.as_ref().map(|related| related.kind.clone()),
            related_id: new.related.as_ref().map(|related| related.id),
            unit_id: new.unit_id,
            owner_id: new.owner_id,
            verb: new.verb.into(),
            changes: serde_json::to_string(&new.changes)?,
            note: new.note,
            digest: Vec::new(),
            seal_no: None,
            leaf_no: None,
        };
        event.digest = event.canonical_digest().to_vec();
        Ok(event)
    }

    async fn react(&self, event: &Event) -> Result<()> {
        use std::sync::atomic::Ordering::Relaxed;
        let Some(registry) = self.registry().cloned() else { return Ok(()) };
        let listening = registry.reactions_to(&event.subject_kind, &event.verb);
        if self.depth.load(Relaxed) >= MAX_REACTION_DEPTH {
            return Err(Error::internal(format!("reactions to {}.{} loop", event.subject_kind, event.verb)));
        }
        self.depth.fetch_add(1, Relaxed);
        let mut reacted = Ok(());
        for reaction in listening {
            reacted = (reaction.run)(self, event).await;
            if reacted.is_err() {
                break;
            }
        }
        // Also of one that refused: a bulk act goes on with the next record.
        self.depth.fetch_sub(1, Relaxed);
        reacted?;
        crate::notice::tell(self, &registry, event).await
    }
}

/// How often something was done to records of one sort.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Tally {
    pub subject_kind: String,
    pub verb: String,
    pub number: i64,
}

/// Sorts of things and acts in one tally; there are some hundred of each product.
const MOST_TALLIED: u32 = 5_000;

/// The events from the first instant to before the second, counted by what they are about and what was done.
pub async fn tally(db: &impl Sql, from: Instant, until: Instant) -> Result<Vec<Tally>> {
    let sql = format!(
        "SELECT subject_kind, verb, count(*) AS number FROM event WHERE at >= $1 AND at < $2 \
         GROUP BY subject_kind, verb ORDER BY subject_kind, verb LIMIT {MOST_TALLIED}"
    );
    db.rows(&sql, vec![from.into(), until.into()]).await
}

/// Columns of an event.
const WIDTH: usize = 22;
/// Events of one statement: their parameters stay far below SQLite's 32,766.
const MANY: usize = 400;

async fn insert(tx: &Tx, event: &Event) -> Result<()> {
    let sql = format!("INSERT INTO event ({COLUMNS}) VALUES ({})", crate::db::placeholders(1, WIDTH));
    tx.run(&sql, values(event).to_vec()).await?;
    Ok(())
}

fn values(event: &Event) -> [sea_orm::Value; WIDTH] {
    [
        event.id.into(),
        event.at.into(),
        event.actor_id.into(),
        event.actor_name.clone().into(),
        event.acting_for_id.into(),
        event.acting_for_name.clone().into(),
        event.source.clone().into(),
        event.request_id.into(),
        event.address.clone().into(),
        event.subject_kind.clone().into(),
        event.subject_id.into(),
        event.subject_title.clone().into(),
        event.related_kind.clone().into(),
        event.related_id.into(),
        event.unit_id.into(),
        event.owner_id.into(),
        event.verb.clone().into(),
        event.changes.clone().into(),
        event.note.clone().into(),
        event.digest.clone().into(),
        event.seal_no.into(),
        event.leaf_no.into(),
    ]
}

/// The newest events about a record (as subject or related), newest first; `before` pages on.
pub async fn timeline(db: &impl Sql, subject: &Ref, before: Option<Uuid>, limit: u32) -> Result<Vec<Event>> {
    let limit = limit.min(200);
    let before = before.unwrap_or(Uuid::max());
    let sql = format!(
        "SELECT {COLUMNS} FROM event WHERE id IN (\
           SELECT id FROM (SELECT id FROM event WHERE subject_kind = $1 AND subject_id = $2 AND id < $3 \
             ORDER BY id DESC LIMIT {limit}) AS own \
           UNION SELECT id FROM (SELECT id FROM event WHERE related_kind = $1 AND related_id = $2 AND id < $3 \
             ORDER BY id DESC LIMIT {limit}) AS other) \
         ORDER BY id DESC LIMIT {limit}"
    );
    db.rows(&sql, vec![subject.kind.clone().into(), subject.id.into(), before.into()]).await
}

/// Events of these records of one kind, the oldest first; `after` pages on. At most 500 ids and 500 events at once.
pub async fn of_subjects(
    db: &impl Sql,
    kind: &str,
    ids: &[Uuid],
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Event>> {
    let ids = &ids[..ids.len().min(500)];
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let limit = limit.min(500);
    let sql = format!(
        "SELECT {COLUMNS} FROM event WHERE subject_kind = $1 AND subject_id IN ({}) AND id > $2 ORDER BY id LIMIT {limit}",
        crate::db::placeholders(3, ids.len())
    );
    let mut values: Vec<sea_orm::Value> = vec![kind.into(), after.unwrap_or_default().into()];
    values.extend(ids.iter().map(|id| sea_orm::Value::from(*id)));
    db.rows(&sql, values).await
}
