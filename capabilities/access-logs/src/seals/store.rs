//! Queries about checks.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;

#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Check {
    pub checked_at: Instant,
    pub entries: i64,
    pub segments: i64,
    pub line_count: i64,
    pub stamps: i64,
    pub findings: i64,
    pub report: String,
}

pub(super) async fn insert(tx: &Tx, check: &Check) -> Result<()> {
    let sql = "INSERT INTO log_check (id, checked_at, entries, segments, line_count, stamps, findings, report) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = vec![
        tx.new_id().into(),
        check.checked_at.into(),
        check.entries.into(),
        check.segments.into(),
        check.line_count.into(),
        check.stamps.into(),
        check.findings.into(),
        check.report.as_str().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// A head of a chain as the database remembers it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Head {
    pub node: String,
    pub no: i64,
    pub digest: String,
}

/// Remembers a head; what was seen first under a number stays.
pub(super) async fn note_head(tx: &Tx, head: &Head) -> Result<()> {
    let sql = "INSERT INTO log_chain_head (node, no, digest, noted_at) VALUES ($1, $2, $3, $4) ON CONFLICT (node, no) DO NOTHING";
    let values = vec![head.node.as_str().into(), head.no.into(), head.digest.as_str().into(), tx.at().into()];
    tx.run(sql, values).await?;
    Ok(())
}

/// Of chains that are not here.
pub(super) async fn forget_heads(tx: &Tx) -> Result<()> {
    tx.run("DELETE FROM log_chain_head", vec![]).await?;
    Ok(())
}

/// Every head that was seen; some dozen a day of each node.
pub(super) async fn heads(db: &impl Sql) -> Result<Vec<Head>> {
    let sql = "SELECT node, no, digest FROM log_chain_head ORDER BY node, no LIMIT 1000000";
    db.rows(sql, vec![]).await
}

/// The newest first.
pub(super) async fn last(db: &impl Sql, limit: i64) -> Result<Vec<Check>> {
    let sql = "SELECT checked_at, entries, segments, line_count, stamps, findings, report FROM log_check ORDER BY checked_at DESC LIMIT $1";
    db.rows(sql, vec![limit.into()]).await
}
