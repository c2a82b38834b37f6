//! Queries about signing: links, signatures, kept files.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::answer::Checked;
use super::asking::Ready;

pub(super) struct NewJob<'a> {
    pub account: Uuid,
    pub staff: Uuid,
    pub name: &'a str,
}

pub(super) async fn insert_job(tx: &Tx, digest: &str, new: &NewJob<'_>, minutes: i64) -> Result<()> {
    let sql = "INSERT INTO sign_job (token_digest, account_id, staff_id, name, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let values: Vec<Value> = vec![
        digest.into(),
        new.account.into(),
        new.staff.into(),
        new.name.into(),
        tx.at().into(),
        tx.at().plus_seconds(minutes * 60).into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

pub(super) async fn insert_letter(tx: &Tx, digest: &str, place: i64, one: &Ready) -> Result<()> {
    let sql = "INSERT INTO sign_job_letter (token_digest, place, letter_id, code, step_id, content, cover) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values: Vec<Value> = vec![
        digest.into(),
        place.into(),
        one.letter.into(),
        one.code.as_str().into(),
        one.step.into(),
        one.content.as_str().into(),
        one.cover.as_str().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Job {
    pub token_digest: String,
    pub account_id: Uuid,
    pub staff_id: Uuid,
    pub name: String,
    pub created_at: Instant,
    pub expires_at: Instant,
}

pub(super) async fn job(db: &impl Sql, digest: &str) -> Result<Option<Job>> {
    let sql = "SELECT token_digest, account_id, staff_id, name, created_at, expires_at FROM sign_job WHERE token_digest = $1";
    db.row(sql, vec![digest.into()]).await
}

/// A letter of a link with the digest of its cover.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct JobLetter {
    pub letter_id: Uuid,
    pub title: String,
    /// When the link was made, and now.
    pub code: String,
    pub present_code: String,
    pub step_id: Uuid,
    pub content: String,
    /// Digest of the cover when the link was made, and now.
    pub cover: String,
    pub sha256: String,
    pub signed_at: Option<Instant>,
}

impl JobLetter {
    /// The letter is as it was when the link was made: neither came back nor set for another hand.
    pub fn is_as_asked(&self) -> bool {
        self.code == self.present_code && (self.cover.is_empty() || self.cover == self.sha256)
    }
}

/// In the order in which they are shown.
pub(super) async fn letters(db: &impl Sql, digest: &str) -> Result<Vec<JobLetter>> {
    let sql = "SELECT j.letter_id, l.title, j.code, l.code AS present_code, j.step_id, j.content, j.cover, f.sha256, j.signed_at \
               FROM sign_job_letter AS j JOIN letter AS l ON l.id = j.letter_id \
               JOIN letter_file AS f ON f.code = j.code AND f.role = 'cover' \
               WHERE j.token_digest = $1 ORDER BY j.place LIMIT 500";
    db.rows(sql, vec![digest.into()]).await
}

/// Once; `false` where another was quicker.
pub(super) async fn use_letter(tx: &Tx, digest: &str, letter: Uuid) -> Result<bool> {
    let sql = "UPDATE sign_job_letter SET signed_at = $1 WHERE token_digest = $2 AND letter_id = $3 AND signed_at IS NULL";
    Ok(tx.run(sql, vec![tx.at().into(), digest.into(), letter.into()]).await? == 1)
}

/// `false` where the step has its signature already, made with another link.
pub(super) async fn insert_signature(tx: &Tx, one: &JobLetter, cms: &str, checked: &Checked) -> Result<bool> {
    let sql = "INSERT INTO letter_signature (id, letter_id, step_id, cms, holder, serial, is_trial, report, signed_at, code) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (step_id) DO NOTHING";
    let values: Vec<Value> = vec![
        tx.new_id().into(),
        one.letter_id.into(),
        one.step_id.into(),
        cms.into(),
        checked.holder.as_str().into(),
        checked.serial.as_str().into(),
        checked.is_trial.into(),
        checked.report.as_str().into(),
        tx.at().into(),
        one.code.as_str().into(),
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// The signature of a step as it came, base64.
pub(super) async fn signature_of(db: &impl Sql, step: Uuid) -> Result<Option<String>> {
    db.scalar("SELECT cms FROM letter_signature WHERE step_id = $1", vec![step.into()]).await
}

pub(super) async fn number_of(db: &impl Sql, letter: Uuid) -> Result<String> {
    Ok(db.scalar("SELECT number FROM letter WHERE id = $1", vec![letter.into()]).await?.unwrap_or_default())
}

pub(super) async fn has_signature(db: &impl Sql, step: Uuid) -> Result<bool> {
    Ok(signature_of(db, step).await?.is_some())
}

#[derive(Clone, Debug, FromQueryResult)]
pub(in crate::letter) struct Signature {
    pub step_id: Uuid,
    pub holder: String,
    pub is_trial: bool,
    pub report: String,
    pub signed_at: Instant,
}

/// In the order in which they came; those of the present route alone.
pub(in crate::letter) async fn signatures(db: &impl Sql, code: &str) -> Result<Vec<Signature>> {
    let sql = "SELECT step_id, holder, is_trial, report, signed_at FROM letter_signature WHERE code = $1 \
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

/// What was kept is not what will be signed.
pub(super) async fn drop_file(tx: &Tx, code: &str, role: &str) -> Result<()> {
    tx.run("DELETE FROM letter_file WHERE code = $1 AND role = $2", vec![code.into(), role.into()]).await?;
    Ok(())
}

/// What is kept of a letter under roles that begin so.
pub(super) async fn roles(db: &impl Sql, code: &str, beginning: &str) -> Result<Vec<String>> {
    let sql =
        "SELECT role FROM letter_file WHERE code = $1 AND role >= $2 AND role < $3 ORDER BY role LIMIT 2000";
    db.column(sql, vec![code.into(), beginning.into(), format!("{beginning}\u{10FFFF}").into()]).await
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
