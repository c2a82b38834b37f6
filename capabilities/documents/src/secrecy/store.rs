//! Queries about changes of secrecy.

use kernel::db::Sql;
use kernel::record::Record;
use kernel::{Day, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::Came;
use crate::document;

/// `false` where somebody changed it meanwhile.
pub(super) async fn set_of_document(tx: &Tx, document: Uuid, (before, after): (&str, &str)) -> Result<bool> {
    let sql = "UPDATE document SET secrecy = $1, version = version + 1 WHERE id = $2 AND secrecy = $3";
    Ok(tx.run(sql, vec![after.into(), document.into(), before.into()]).await? == 1)
}

/// Entries whose degree held until a day that is over, the oldest first.
pub(super) async fn ended(tx: &Tx, today: Day, most: u32) -> Result<Vec<Uuid>> {
    let sql = format!(
        "SELECT id FROM document WHERE secret_until IS NOT NULL AND secret_until < $1 AND secrecy <> 'YOK' \
         ORDER BY secret_until, id LIMIT {most}"
    );
    tx.column(&sql, vec![today.to_string().into()]).await
}

/// What has no degree any more has no day until which it holds.
pub(super) async fn set_of_letter(tx: &Tx, letter: Uuid, after: &str) -> Result<()> {
    let sql = match after {
        "YOK" => "UPDATE letter SET secrecy = $1, secret_until = NULL, version = version + 1 WHERE id = $2",
        _ => "UPDATE letter SET secrecy = $1, version = version + 1 WHERE id = $2",
    };
    tx.run(sql, vec![after.into(), letter.into()]).await?;
    Ok(())
}

pub(super) async fn insert(tx: &Tx, came: &Came<'_>, entry: &Record, title: &str) -> Result<Uuid> {
    let sql = "INSERT INTO secrecy_change (id, version, title, document_id, intake_item_id, unit_id, owner_id, before_secrecy, \
               secrecy, changed_on, decision_number, decision_id, why, state, created_at) \
               VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'applied', $13)";
    let (id, documents) = (tx.new_id(), document::kind());
    let values = vec![
        id.into(),
        title.into(),
        came.document.into(),
        came.intake_item.into(),
        entry.unit_id(&documents).into(),
        entry.owner_id(&documents).into(),
        entry.get("secrecy").text().into(),
        came.secrecy.into(),
        came.changed_on.into(),
        came.decision_number.into(),
        came.decision_id.into(),
        came.why.into(),
        tx.at().into(),
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Changes of a letter whose update package is not made yet, the oldest first.
pub(crate) async fn unpacked(db: &impl Sql, letter: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM secrecy_change WHERE letter_id = $1 AND state = 'packing' ORDER BY created_at, id LIMIT 50";
    db.column(sql, vec![letter.into()]).await
}

/// `false` where it was made already.
pub(crate) async fn set_packed(tx: &Tx, change: Uuid) -> Result<bool> {
    let sql = "UPDATE secrecy_change SET state = 'packed', version = version + 1 WHERE id = $1 AND state = 'packing'";
    Ok(tx.run(sql, vec![change.into()]).await? == 1)
}

/// A change as a letter's page and the public page tell it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Told {
    pub id: Uuid,
    pub title: String,
    pub changed_on: String,
    pub decision_number: String,
}

/// Changes of a letter, the last first.
pub(crate) async fn of_letter(db: &impl Sql, letter: Uuid) -> Result<Vec<Told>> {
    let sql = "SELECT id, title, changed_on, decision_number FROM secrecy_change WHERE letter_id = $1 \
               ORDER BY created_at DESC, id DESC LIMIT 50";
    db.rows(sql, vec![letter.into()]).await
}
