//! The SQL of the inspection view's own evidence; what the view shows is asked in the store of duties. No rules.

use kernel::Result;
use kernel::db::Sql;
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// How often the view was taken out on paper, and when last.
#[derive(FromQueryResult)]
pub(super) struct Papers {
    pub number: i64,
    pub last_at: Option<i64>,
}

pub(super) async fn papers(db: &impl Sql, subject: Uuid) -> Result<Papers> {
    let sql = "SELECT count(*) AS number, max(at) AS last_at FROM event WHERE subject_kind = 'inspection' AND subject_id = $1";
    Ok(db.row(sql, vec![subject.into()]).await?.unwrap_or(Papers { number: 0, last_at: None }))
}
