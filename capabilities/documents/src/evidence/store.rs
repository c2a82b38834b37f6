//! Queries about what waits and belongs to no kind alone.

use kernel::Result;
use kernel::db::Sql;
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A letter whose package waits for a time stamp.
#[derive(FromQueryResult)]
pub(super) struct Unstamped {
    pub id: Uuid,
    pub number: String,
}

/// The first of them, those that have waited longest.
pub(super) async fn unstamped(db: &impl Sql) -> Result<Vec<Unstamped>> {
    let sql = "SELECT letter.id, letter.number FROM letter_stamp JOIN letter ON letter.code = letter_stamp.code \
               WHERE letter_stamp.waits_for <> '' AND letter.number <> '' ORDER BY letter.signed_at, letter.id LIMIT 5";
    db.rows(sql, vec![]).await
}
