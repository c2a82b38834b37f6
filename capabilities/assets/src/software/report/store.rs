//! Queries about reports of inspections.

use kernel::db::Sql;
use kernel::{Day, Result, Tx};
use uuid::Uuid;

/// A report that is written down.
pub(super) struct New {
    pub id: Uuid,
    pub number: String,
    pub title: String,
    pub from_on: Option<Day>,
    pub until_on: Day,
    pub findings: i64,
    pub statement: String,
}

pub(super) async fn insert(tx: &Tx, new: &New) -> Result<()> {
    let sql = "INSERT INTO audit_report (id, version, number, title, from_on, until_on, findings, statement, state, created_at) \
               VALUES ($1, 1, $2, $3, $4, $5, $6, $7, 'waiting', $8)";
    let values = vec![
        new.id.into(),
        new.number.as_str().into(),
        new.title.as_str().into(),
        new.from_on.map(|day| day.to_string()).into(),
        new.until_on.to_string().into(),
        new.findings.into(),
        new.statement.as_str().into(),
        tx.at().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Day of the last one.
pub(super) async fn last_on(db: &impl Sql) -> Result<Option<Day>> {
    let day: Option<String> =
        db.scalar("SELECT until_on FROM audit_report ORDER BY created_at DESC LIMIT 1", vec![]).await?;
    Ok(day.and_then(|day| day.parse().ok()))
}
