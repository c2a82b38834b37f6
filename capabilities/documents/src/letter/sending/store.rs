//! Queries about how letters left.

use kernel::Result;
use kernel::db::Sql;
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(Clone, Debug, FromQueryResult)]
pub(in crate::letter) struct Sent {
    pub id: Uuid,
    pub addressee: String,
    pub way: String,
    pub sent_on: String,
    pub note: String,
}

/// In the order in which they were written down.
pub(super) async fn of_letter(db: &impl Sql, letter: Uuid) -> Result<Vec<Sent>> {
    let sql = "SELECT id, addressee, way, sent_on, note FROM letter_sending WHERE letter_id = $1 ORDER BY created_at, id LIMIT 1000";
    db.rows(sql, vec![letter.into()]).await
}
