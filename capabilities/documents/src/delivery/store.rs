//! Queries about deliveries.

use kernel::db::{Sql, placeholders};
use kernel::record::Drawing;
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// A document as a delivery names it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Carried {
    pub id: Uuid,
    pub number: String,
    pub title: String,
    pub sheets: i64,
    pub secrecy: String,
    pub state: String,
    pub unit_id: Uuid,
    pub owner_id: Option<Uuid>,
}

impl Carried {
    /// What it is about, for whoever sees the delivery: a secret document travels in a closed envelope under its number alone,
    /// because whoever carries it need not be cleared to read it.
    pub fn subject(&self) -> &str {
        if self.is_secret() { "Gizlilik dereceli evrak" } else { &self.title }
    }

    pub fn is_secret(&self) -> bool {
        ["GZL", "CGZ"].contains(&self.secrecy.as_str())
    }
}

const COLUMNS: &str = "d.id, d.number, d.title, d.sheets, d.secrecy, d.state, d.unit_id, d.owner_id";

/// Entries with one of these numbers.
pub(super) async fn numbered(db: &impl Sql, numbers: &[&str]) -> Result<Vec<Carried>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM document AS d WHERE d.number IN ({}) LIMIT 500",
        placeholders(1, numbers.len())
    );
    db.rows(&sql, numbers.iter().map(|one| Value::from(*one)).collect()).await
}

/// Entries with one of these ids.
pub(super) async fn with_ids(db: &impl Sql, ids: &[Uuid]) -> Result<Vec<Carried>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM document AS d WHERE d.id IN ({}) LIMIT 500",
        placeholders(1, ids.len())
    );
    db.rows(&sql, ids.iter().map(|one| Value::from(*one)).collect()).await
}

/// The delivery with this number that is on its way: its list may come back as a scan.
pub(crate) async fn on_the_way(db: &impl Sql, number: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM delivery WHERE number = $1 AND state = 'on_the_way' LIMIT 1";
    db.scalar(sql, vec![number.into()]).await
}

/// The documents of a delivery, in the order of their numbers.
pub(super) async fn of(db: &impl Sql, delivery: Uuid) -> Result<Vec<Carried>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM document AS d JOIN delivery_item AS i ON i.document_id = d.id WHERE i.delivery_id = $1 \
         ORDER BY d.number LIMIT 500"
    );
    db.rows(&sql, vec![delivery.into()]).await
}

/// A delivery as the page of one of its documents shows it.
#[derive(FromQueryResult)]
pub(crate) struct Carrying {
    pub id: Uuid,
    pub number: String,
    pub receiver: String,
    pub state: String,
    pub taken_by: String,
    pub ended_at: Option<Instant>,
    pub unit_id: Option<Uuid>,
    pub staff_id: Option<Uuid>,
}

/// The deliveries of a document, the newest first; 100 at most.
pub(crate) async fn carrying(db: &impl Sql, document: Uuid) -> Result<Vec<Carrying>> {
    let sql = "SELECT t.id, t.number, t.receiver, t.state, t.taken_by, t.ended_at, t.unit_id, t.staff_id \
               FROM delivery_item AS i JOIN delivery AS t ON t.id = i.delivery_id WHERE i.document_id = $1 \
               ORDER BY t.created_at DESC, t.id DESC LIMIT 100";
    db.rows(sql, vec![document.into()]).await
}

/// A document that is on its way to a receiver already, and by which delivery.
#[derive(FromQueryResult)]
pub(super) struct Standing {
    pub document_id: Uuid,
    pub number: String,
}

/// Those of these documents that another delivery is carrying, or is about to carry, to the same receiver.
pub(super) async fn on_their_way(
    db: &impl Sql,
    receiver_key: &str,
    documents: &[Uuid],
    own: Option<Uuid>,
) -> Result<Vec<Standing>> {
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = vec![receiver_key.into(), own.unwrap_or_default().into()];
    values.extend(documents.iter().map(|one| Value::from(*one)));
    let sql = format!(
        "SELECT i.document_id, t.number FROM delivery_item AS i JOIN delivery AS t ON t.id = i.delivery_id \
         WHERE t.receiver_key = $1 AND t.state IN ('prepared', 'on_the_way') AND t.id <> $2 AND i.document_id IN ({}) LIMIT 500",
        placeholders(3, documents.len())
    );
    db.rows(&sql, values).await
}

/// The key of a delivery's receiver.
pub(super) async fn receiver_key(db: &impl Sql, delivery: Uuid) -> Result<String> {
    let sql = "SELECT receiver_key FROM delivery WHERE id = $1";
    Ok(db.scalar(sql, vec![delivery.into()]).await?.unwrap_or_default())
}

pub(super) async fn insert_items(tx: &Tx, delivery: Uuid, documents: &[Uuid]) -> Result<()> {
    if documents.is_empty() {
        return Ok(());
    }
    let rows: Vec<String> = (0..documents.len()).map(|row| format!("($1, ${})", row + 2)).collect();
    let mut values: Vec<Value> = vec![delivery.into()];
    values.extend(documents.iter().map(|one| Value::from(*one)));
    let sql = format!("INSERT INTO delivery_item (delivery_id, document_id) VALUES {}", rows.join(", "));
    tx.run(&sql, values).await?;
    Ok(())
}

pub(super) async fn set_left(tx: &Tx, delivery: Uuid) -> Result<()> {
    let sql = "UPDATE delivery SET left_at = $1, carried_on = $2 WHERE id = $3";
    let values = vec![tx.at().into(), tx.at().day().to_string().into(), delivery.into()];
    tx.run(sql, values).await?;
    Ok(())
}

pub(super) async fn set_ended(tx: &Tx, delivery: Uuid, taken_by: &str) -> Result<()> {
    let sql = "UPDATE delivery SET ended_at = $1, taken_by = $2 WHERE id = $3";
    tx.run(sql, vec![tx.at().into(), taken_by.into(), delivery.into()]).await?;
    Ok(())
}

/// A frozen text and, where one was drawn, the signature under it.
#[derive(FromQueryResult)]
pub(super) struct Signed {
    pub id: Uuid,
    pub statement: String,
    pub signer_name: Option<String>,
    strokes: Option<String>,
}

impl Signed {
    /// The drawn line as an SVG path; `None` where nothing was drawn.
    pub fn path(&self) -> Option<String> {
        self.strokes.as_deref().and_then(Drawing::parse).map(|drawing| drawing.path())
    }
}

/// What stands in these deliveries and under them.
pub(super) async fn signed(db: &impl Sql, deliveries: &[Uuid]) -> Result<Vec<Signed>> {
    if deliveries.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT t.id, t.statement, s.signer_name, s.strokes FROM delivery AS t LEFT JOIN signature AS s \
         ON s.subject_kind = 'delivery' AND s.subject_id = t.id WHERE t.id IN ({}) ORDER BY s.id LIMIT 1000",
        placeholders(1, deliveries.len())
    );
    db.rows(&sql, deliveries.iter().map(|one| Value::from(*one)).collect()).await
}

#[derive(Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// Deliveries, those that were taken, and when the last was made out.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN state = 'delivered' THEN 1 ELSE 0 END), 0) AS other, \
               max(created_at) AS last_at FROM delivery";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// On their way to this person.
pub(crate) async fn waiting_for(db: &impl Sql, staff: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM delivery WHERE staff_id = $1 AND state = 'on_the_way'";
    Ok(db.scalar(sql, vec![staff.into()]).await?.unwrap_or(0))
}

/// On their way since before this day.
pub(crate) async fn still_out(db: &impl Sql, today: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM delivery WHERE state = 'on_the_way' AND carried_on < $1";
    Ok(db.scalar(sql, vec![today.into()]).await?.unwrap_or(0))
}
