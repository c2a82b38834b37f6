//! Queries about the municipality's own keys: how their last use went, and which letters wait for the seal.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::Trouble;

/// How one use went.
pub(crate) struct Tried<'a> {
    error: Option<&'a Trouble>,
    /// It did what it is for, and was not only asked whether it could.
    is_use: bool,
}

impl<'a> Tried<'a> {
    pub(crate) fn of(error: Option<&'a Trouble>, is_use: bool) -> Self {
        Self { error, is_use: is_use && error.is_none() }
    }
}

/// A refused PIN stays refused until one was accepted.
pub(crate) async fn note(tx: &Tx, name: &str, tried: &Tried<'_>) -> Result<()> {
    let sql = "INSERT INTO key_standing (name, error, tried_at, used_at, refused_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (name) DO UPDATE SET error = excluded.error, tried_at = excluded.tried_at, \
               used_at = COALESCE(excluded.used_at, key_standing.used_at), \
               refused_at = CASE WHEN excluded.error = '' THEN NULL \
               ELSE COALESCE(excluded.refused_at, key_standing.refused_at) END";
    let used: Option<Instant> = tried.is_use.then_some(tx.at());
    let refused: Option<Instant> = tried.error.is_some_and(|one| one.is_pin_refused).then_some(tx.at());
    let values = vec![
        name.into(),
        tried.error.map(|one| one.text.as_str()).unwrap_or_default().into(),
        tx.at().into(),
        used.map(|at| at.0).into(),
        refused.map(|at| at.0).into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Standing {
    pub error: String,
    pub tried_at: Instant,
    pub used_at: Option<i64>,
}

pub(super) async fn standing(db: &impl Sql, name: &str) -> Result<Option<Standing>> {
    db.row("SELECT error, tried_at, used_at FROM key_standing WHERE name = $1", vec![name.into()]).await
}

pub(crate) async fn refused_at(db: &impl Sql, name: &str) -> Result<Option<Instant>> {
    let sql = "SELECT refused_at FROM key_standing WHERE name = $1 AND refused_at IS NOT NULL";
    Ok(db.scalar::<i64>(sql, vec![name.into()]).await?.map(Instant))
}

/// A person wants the PIN entered once more.
pub(super) async fn allow(tx: &Tx, name: &str) -> Result<()> {
    tx.run("UPDATE key_standing SET refused_at = NULL WHERE name = $1", vec![name.into()]).await?;
    Ok(())
}

pub(super) async fn wait(tx: &Tx, letter: Uuid, code: &str) -> Result<()> {
    let sql = "INSERT INTO letter_unsealed (code, letter_id, since) VALUES ($1, $2, $3) ON CONFLICT (code) DO NOTHING";
    tx.run(sql, vec![code.into(), letter.into(), tx.at().into()]).await?;
    Ok(())
}

pub(in crate::letter::esign) async fn wait_no_more(tx: &Tx, code: &str) -> Result<()> {
    tx.run("DELETE FROM letter_unsealed WHERE code = $1", vec![code.into()]).await?;
    Ok(())
}

/// Letters that wait, the longest first.
pub(super) async fn waiting(db: &impl Sql, most: u32) -> Result<Vec<Uuid>> {
    let sql = format!("SELECT letter_id FROM letter_unsealed ORDER BY since, code LIMIT {most}");
    db.column(&sql, vec![]).await
}

pub(super) async fn count_waiting(db: &impl Sql) -> Result<i64> {
    Ok(db.scalar("SELECT count(*) FROM letter_unsealed", vec![]).await?.unwrap_or(0))
}

/// Why this letter waits for the seal; `None` when it does not.
pub(in crate::letter::esign) async fn why_waiting(db: &impl Sql, code: &str) -> Result<Option<String>> {
    let sql = "SELECT COALESCE((SELECT error FROM key_standing WHERE name = 'seal'), '') FROM letter_unsealed WHERE code = $1";
    db.scalar(sql, vec![code.into()]).await
}
