//! Queries about signing: links, signatures, kept files.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::Checked;

pub(super) struct NewJob<'a> {
    pub letter: Uuid,
    pub step: Uuid,
    pub account: Uuid,
    pub staff: Uuid,
    pub name: &'a str,
}

pub(super) async fn insert_job(
    tx: &Tx,
    digest: &str,
    new: &NewJob<'_>,
    content: &str,
    minutes: i64,
) -> Result<()> {
    let sql = "INSERT INTO sign_job (token_digest, letter_id, step_id, account_id, staff_id, name, content, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values: Vec<Value> = vec![
        digest.into(),
        new.letter.into(),
        new.step.into(),
        new.account.into(),
        new.staff.into(),
        new.name.into(),
        content.into(),
        tx.at().into(),
        tx.at().plus_seconds(minutes * 60).into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Job {
    pub letter_id: Uuid,
    pub step_id: Uuid,
    pub account_id: Uuid,
    pub staff_id: Uuid,
    pub name: String,
    pub content: String,
    pub expires_at: Instant,
    pub used_at: Option<Instant>,
}

pub(super) async fn job(db: &impl Sql, digest: &str) -> Result<Option<Job>> {
    let sql = "SELECT letter_id, step_id, account_id, staff_id, name, content, expires_at, used_at FROM sign_job \
               WHERE token_digest = $1";
    db.row(sql, vec![digest.into()]).await
}

/// Once; `false` where another was quicker.
pub(super) async fn use_job(tx: &Tx, digest: &str) -> Result<bool> {
    let sql = "UPDATE sign_job SET used_at = $1 WHERE token_digest = $2 AND used_at IS NULL";
    Ok(tx.run(sql, vec![tx.at().into(), digest.into()]).await? == 1)
}

pub(super) async fn insert_signature(
    tx: &Tx,
    (job, code): (&Job, &str),
    cms: &str,
    checked: &Checked,
) -> Result<()> {
    let sql = "INSERT INTO letter_signature (id, letter_id, step_id, cms, holder, serial, is_trial, report, signed_at, code) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values: Vec<Value> = vec![
        tx.new_id().into(),
        job.letter_id.into(),
        job.step_id.into(),
        cms.into(),
        checked.holder.as_str().into(),
        checked.serial.as_str().into(),
        checked.is_trial.into(),
        checked.report.as_str().into(),
        tx.at().into(),
        code.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

pub(super) async fn has_signature(db: &impl Sql, step: Uuid) -> Result<bool> {
    let sql = "SELECT count(*) FROM letter_signature WHERE step_id = $1";
    Ok(db.scalar::<i64>(sql, vec![step.into()]).await?.unwrap_or(0) > 0)
}

#[derive(Clone, Debug, FromQueryResult)]
pub(in crate::letter) struct Signature {
    pub holder: String,
    pub is_trial: bool,
    pub report: String,
    pub signed_at: Instant,
}

/// In the order in which they came; those of the present route alone.
pub(in crate::letter) async fn signatures(db: &impl Sql, code: &str) -> Result<Vec<Signature>> {
    let sql = "SELECT holder, is_trial, report, signed_at FROM letter_signature WHERE code = $1 \
               ORDER BY signed_at, id LIMIT 50";
    db.rows(sql, vec![code.into()]).await
}

#[derive(Clone, Debug, FromQueryResult)]
pub(in crate::letter) struct Kept {
    pub sha256: String,
}

pub(in crate::letter) async fn file(db: &impl Sql, code: &str, role: &str) -> Result<Option<Kept>> {
    let sql = "SELECT sha256 FROM letter_file WHERE code = $1 AND role = $2";
    db.row(sql, vec![code.into(), role.into()]).await
}

pub(super) async fn keep(
    tx: &Tx,
    (code, role): (&str, &str),
    kept: &files::Stored,
    said: &str,
) -> Result<()> {
    let sql = "INSERT INTO letter_file (code, role, sha256, size_bytes, said, made_at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (code, role) DO NOTHING";
    let size = i64::try_from(kept.size_bytes).unwrap_or(i64::MAX);
    let values: Vec<Value> =
        vec![code.into(), role.into(), kept.sha256.to_hex().into(), size.into(), said.into(), tx.at().into()];
    tx.run(sql, values).await?;
    Ok(())
}

/// What the package of a letter says, as it was frozen with its cover.
pub(super) async fn said(db: &impl Sql, code: &str) -> Result<String> {
    let sql = "SELECT said FROM letter_file WHERE code = $1 AND role = 'cover'";
    Ok(db.scalar(sql, vec![code.into()]).await?.unwrap_or_default())
}
