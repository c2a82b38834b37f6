//! What one person reads of their notices: the count, pages with unread ones first, reading, muting, following.

use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::{About, listed};
use crate::access::Actor;
use crate::capability::Registry;
use crate::db::Sql;
use crate::error::Result;
use crate::tx::Tx;
use crate::value::{Instant, Ref};

/// Counting stops here: "99+".
pub const MOST_COUNTED: i64 = 99;

/// How many are unread, counted up to one more than [`MOST_COUNTED`]; one look into the index of unread ones.
pub async fn unread(db: &impl Sql, account: Uuid) -> Result<i64> {
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM notice WHERE account_id = $1 AND read_at IS NULL LIMIT {}) AS counted",
        MOST_COUNTED + 1
    );
    Ok(db.scalar(&sql, vec![account.into()]).await?.unwrap_or(0))
}

/// A notice with its event and with what the record is called, and whose it is, now.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    pub event_id: Uuid,
    pub key: String,
    pub read_at: Option<i64>,
    /// How many others of the same act it stands for.
    pub more: i64,
    pub at: Instant,
    pub actor_name: String,
    pub acting_for_name: Option<String>,
    pub verb: String,
    pub note: String,
    pub subject_kind: String,
    pub subject_id: Uuid,
    subject_title: String,
    unit_id: Option<Uuid>,
    owner_id: Option<Uuid>,
    present_title: Option<String>,
    present_unit_id: Option<Uuid>,
    present_owner_id: Option<Uuid>,
}

impl Line {
    /// What the record is called now; as it was called then when it is not in the directory of records.
    pub fn title(&self) -> &str {
        self.present_title.as_deref().filter(|title| !title.is_empty()).unwrap_or(&self.subject_title)
    }

    pub fn is_read(&self) -> bool {
        self.read_at.is_some()
    }

    /// May the person it was given to read what it says? A notice was given to whoever was concerned then; what it says
    /// about a record is shown to whoever may see the record now.
    pub fn is_readable(&self, registry: &Registry, actor: &Actor) -> bool {
        let about = registry.notice(&self.key).map_or(About::Record, |notice| notice.about);
        about != About::Record || self.is_visible(registry, actor)
    }

    /// May this person, with the powers of this moment, see the record as it is at this moment?
    pub fn is_visible(&self, registry: &Registry, actor: &Actor) -> bool {
        let Some(kind) = registry.kind(&self.subject_kind) else { return false };
        let (unit, owner) = match self.present_title {
            Some(_) => (self.present_unit_id, self.present_owner_id),
            None => (self.unit_id, self.owner_id),
        };
        actor.may_on(kind.view, unit, owner)
    }
}

/// Where a page begins: behind this event, among the read ones or the unread ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub is_read: bool,
    pub event_id: Uuid,
}

impl Cursor {
    /// As it stands in an address: `o.<event>` among the unread, `r.<event>` among the read.
    pub fn text(self) -> String {
        format!("{}.{}", if self.is_read { 'r' } else { 'o' }, self.event_id)
    }

    /// What [`text`](Self::text) wrote; anything else is no cursor, and the list begins at its beginning.
    pub fn parse(text: &str) -> Option<Self> {
        let (part, id) = text.split_once('.')?;
        let is_read = match part {
            "o" => false,
            "r" => true,
            _ => return None,
        };
        Some(Self { is_read, event_id: id.parse().ok()? })
    }
}

/// A page of notices: unread ones first, each part with the newest first.
#[derive(Debug)]
pub struct Page {
    pub lines: Vec<Line>,
    pub next: Option<Cursor>,
}

const COLUMNS: &str = "n.event_id, n.key, n.read_at, n.more, e.at, e.actor_name, e.acting_for_name, e.verb, e.note, \
     e.subject_kind, e.subject_id, e.subject_title, e.unit_id, e.owner_id, \
     r.title AS present_title, r.unit_id AS present_unit_id, r.owner_id AS present_owner_id";
const JOINED: &str = "JOIN event AS e ON e.id = n.event_id \
     LEFT JOIN record AS r ON r.kind = e.subject_kind AND r.id = e.subject_id";

pub async fn page(db: &impl Sql, account: Uuid, after: Option<Cursor>, size: u32) -> Result<Page> {
    let (unread_before, read_before) = match after {
        None => (Uuid::max(), Uuid::max()),
        Some(Cursor { is_read: false, event_id }) => (event_id, Uuid::max()),
        Some(Cursor { is_read: true, event_id }) => (Uuid::nil(), event_id),
    };
    let most = size + 1;
    let part = |place: u8, bound: u8, state: &str| {
        format!(
            "SELECT * FROM (SELECT {place} AS part, event_id, key, read_at, more FROM notice \
             WHERE account_id = $1 AND event_id < ${bound} AND read_at IS {state} \
             ORDER BY event_id DESC LIMIT {most}) AS part_{place}"
        )
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM ({} UNION ALL {}) AS n {JOINED} ORDER BY n.part, n.event_id DESC LIMIT {most}",
        part(0, 2, "NULL"),
        part(1, 3, "NOT NULL")
    );
    let mut lines: Vec<Line> =
        db.rows(&sql, vec![account.into(), unread_before.into(), read_before.into()]).await?;
    let has_more = lines.len() > size as usize;
    lines.truncate(size as usize);
    let next = lines.last().filter(|_| has_more);
    let next = next.map(|last| Cursor { is_read: last.is_read(), event_id: last.event_id });
    Ok(Page { lines, next })
}

/// One notice of this person.
pub async fn line(db: &impl Sql, account: Uuid, event: Uuid) -> Result<Option<Line>> {
    let sql =
        format!("SELECT {COLUMNS} FROM notice AS n {JOINED} WHERE n.account_id = $1 AND n.event_id = $2");
    db.row(&sql, vec![account.into(), event.into()]).await
}

/// What a person marks as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkedBy {
    /// All notices about a record, for they are shown as one.
    Record(Ref),
    /// Everything up to an event: what the person has seen, not what came meanwhile.
    UpTo(Uuid),
}

/// Marks as read; answers how many were unread.
pub async fn mark_read(tx: &Tx, account: Uuid, by: &MarkedBy) -> Result<u64> {
    tx.without_event("that a person read something is nobody else's business");
    let mut values: Vec<Value> = vec![tx.at().into(), account.into()];
    let which = match by {
        MarkedBy::Record(record) => {
            values.extend([record.kind.clone().into(), record.id.into()]);
            "EXISTS (SELECT 1 FROM event AS e WHERE e.id = notice.event_id AND e.subject_kind = $3 AND e.subject_id = $4)"
        }
        MarkedBy::UpTo(event) => {
            values.push((*event).into());
            "event_id <= $3"
        }
    };
    let sql = format!("UPDATE notice SET read_at = $1 WHERE account_id = $2 AND read_at IS NULL AND {which}");
    tx.run(&sql, values).await
}

/// Keys of the notices a person does not want.
pub async fn muted(db: &impl Sql, account: Uuid) -> Result<Vec<String>> {
    let sql = "SELECT key FROM notice_mute WHERE account_id = $1 ORDER BY key LIMIT 200";
    db.column(sql, vec![account.into()]).await
}

/// Replaces what a person does not want.
pub async fn set_muted(tx: &Tx, account: Uuid, keys: &[&str]) -> Result<()> {
    tx.without_event("what a person wants to hear of is nobody else's business");
    tx.run("DELETE FROM notice_mute WHERE account_id = $1", vec![account.into()]).await?;
    if keys.is_empty() {
        return Ok(());
    }
    let rows: Vec<String> = (0..keys.len()).map(|row| format!("($1, ${})", row + 2)).collect();
    let mut values: Vec<Value> = vec![account.into()];
    values.extend(keys.iter().map(|key| Value::from(*key)));
    let sql = format!("INSERT INTO notice_mute (account_id, key) VALUES {}", rows.join(", "));
    tx.run(&sql, values).await?;
    Ok(())
}

/// Those of the accounts that do not want this notice.
pub(super) async fn muted_among(tx: &Tx, key: &str, accounts: &[Uuid]) -> Result<Vec<Uuid>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let (list, ids) = listed(2, accounts);
    let sql = format!("SELECT account_id FROM notice_mute WHERE key = $1 AND account_id IN ({list})");
    tx.column(&sql, std::iter::once(key.into()).chain(ids).collect()).await
}

/// Does this person follow the record?
pub async fn is_followed(db: &impl Sql, account: Uuid, record: &Ref) -> Result<bool> {
    let sql = "SELECT account_id FROM follow WHERE kind = $1 AND record_id = $2 AND account_id = $3";
    let values = vec![record.kind.clone().into(), record.id.into(), account.into()];
    Ok(db.scalar::<Uuid>(sql, values).await?.is_some())
}

/// Begins or ends to follow; doing it twice changes nothing.
pub async fn set_followed(tx: &Tx, account: Uuid, record: &Ref, is_wanted: bool) -> Result<()> {
    tx.without_event("what a person wants to hear of is nobody else's business");
    let sql = match is_wanted {
        true => "INSERT INTO follow (kind, record_id, account_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        false => "DELETE FROM follow WHERE kind = $1 AND record_id = $2 AND account_id = $3",
    };
    tx.run(sql, vec![record.kind.clone().into(), record.id.into(), account.into()]).await?;
    Ok(())
}

/// Deletes at most `most` notices read before `before`; answers how many.
pub async fn sweep(tx: &Tx, before: Instant, most: u32) -> Result<u64> {
    let sql = format!(
        "DELETE FROM notice WHERE (account_id, event_id) IN (\
           SELECT account_id, event_id FROM notice WHERE read_at < $1 ORDER BY read_at LIMIT {most})"
    );
    tx.run(&sql, vec![before.into()]).await
}
