//! Queries about lines.

use kernel::Result;
use kernel::db::Sql;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::asset::store::Totals;

pub(super) async fn with_number(db: &impl Sql, number: &str, except: Option<Uuid>) -> Result<Option<String>> {
    let sql = "SELECT number FROM line WHERE number = $1 AND id <> $2";
    db.scalar(sql, vec![number.into(), except.unwrap_or_default().into()]).await
}

/// A unit's open lines together.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Cost {
    pub unit_id: Uuid,
    pub lines: i64,
    pub monthly_kurus: i64,
}

pub(super) async fn costs(db: &impl Sql) -> Result<Vec<Cost>> {
    let sql = "SELECT unit_id, count(*) AS lines, CAST(sum(monthly_kurus) AS BIGINT) AS monthly_kurus FROM line \
               WHERE state = 'open' GROUP BY unit_id ORDER BY 3 DESC, unit_id LIMIT 1000";
    db.rows(sql, vec![]).await
}

/// Open lines; those that a person or a unit's people use.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, coalesce(sum(CASE WHEN holder_id IS NOT NULL THEN 1 ELSE 0 END), 0) AS other, \
               max(created_at) AS last_at FROM line WHERE state = 'open'";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// A line, and who uses it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Line {
    pub number: String,
    pub operator: String,
    pub unit_id: Uuid,
    pub holder_id: Option<Uuid>,
}

/// The lines of a mobile number of ten digits, however its beginning is written; closed ones, too: what was asked may be long ago.
pub(crate) async fn of_mobile(db: &impl Sql, digits: &str) -> Result<Vec<Line>> {
    let sql = "SELECT number, operator, unit_id, holder_id FROM line WHERE number IN ($1, $2, $3, $4) ORDER BY number LIMIT 20";
    let spelled = ["", "0", "90", "+90"].map(|before| format!("{before}{digits}").into());
    db.rows(sql, spelled.to_vec()).await
}
