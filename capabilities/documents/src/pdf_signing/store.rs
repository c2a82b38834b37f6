//! Queries about signatures in PDFs: what a link is for, what was signed, and what waits.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use crate::document;

/// A PDF of a link.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct JobFile {
    pub file_id: Uuid,
    pub document_id: Uuid,
    pub signed_at: Option<Instant>,
}

impl JobFile {
    /// Where whoever signed it goes back to.
    pub(crate) fn page(&self) -> String {
        super::page::address(self.document_id, self.file_id)
    }
}

pub(super) async fn insert_job_file(tx: &Tx, digest: &str, document: Uuid, file: Uuid) -> Result<()> {
    let sql = "INSERT INTO sign_job_file (token_digest, file_id, document_id) VALUES ($1, $2, $3)";
    tx.run(sql, vec![digest.into(), file.into(), document.into()]).await?;
    Ok(())
}

pub(super) async fn job_files(db: &impl Sql, digest: &str) -> Result<Vec<JobFile>> {
    let sql = "SELECT file_id, document_id, signed_at FROM sign_job_file WHERE token_digest = $1 ORDER BY file_id LIMIT 100";
    db.rows(sql, vec![digest.into()]).await
}

/// Once; `false` where another was quicker.
pub(super) async fn use_file(tx: &Tx, digest: &str, file: Uuid) -> Result<bool> {
    let sql = "UPDATE sign_job_file SET signed_at = $1 WHERE token_digest = $2 AND file_id = $3 AND signed_at IS NULL";
    Ok(tx.run(sql, vec![tx.at().into(), digest.into(), file.into()]).await? == 1)
}

/// A signature or seal of one PDF.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Signature {
    pub id: Uuid,
    pub document_id: Uuid,
    pub source_id: Uuid,
    pub name: String,
    pub sha256: String,
    pub role: String,
    pub by_name: String,
    pub cms: String,
    pub stamped: String,
    pub holder: String,
    pub is_trial: bool,
    pub claimed_at: Instant,
    pub waits_for: String,
    pub file_id: Option<Uuid>,
    pub level: String,
    pub notes: String,
}

const COLUMNS: &str = "id, document_id, source_id, name, sha256, role, by_name, cms, stamped, holder, is_trial, claimed_at, \
                       waits_for, file_id, level, notes";

impl Signature {
    pub(super) fn is_seal(&self) -> bool {
        self.role == "seal"
    }
}

/// Those of an entry, the oldest first.
pub(super) async fn of_document(db: &impl Sql, document: Uuid) -> Result<Vec<Signature>> {
    let sql = format!("SELECT {COLUMNS} FROM pdf_signature WHERE document_id = $1 ORDER BY id LIMIT 200");
    db.rows(&sql, vec![document.into()]).await
}

pub(super) async fn get(db: &impl Sql, id: Uuid) -> Result<Option<Signature>> {
    db.row(&format!("SELECT {COLUMNS} FROM pdf_signature WHERE id = $1"), vec![id.into()]).await
}

/// What was made of this file.
pub(super) async fn of_source(db: &impl Sql, source: Uuid) -> Result<Option<Signature>> {
    let sql = format!("SELECT {COLUMNS} FROM pdf_signature WHERE source_id = $1");
    db.row(&sql, vec![source.into()]).await
}

/// What came, or is asked for.
pub(super) struct New<'a> {
    pub document: Uuid,
    pub file: &'a web::Attached,
    pub by_name: &'a str,
    pub claimed_at: Instant,
    /// `None` is a seal that is asked for.
    pub made: Option<Made<'a>>,
}

/// A signature with what was found of its certificate.
pub(super) struct Made<'a> {
    pub cms: &'a str,
    pub holder: &'a str,
    pub serial: &'a str,
    pub is_trial: bool,
}

/// Its id; `None` where the file was signed meanwhile.
pub(super) async fn insert(tx: &Tx, new: &New<'_>) -> Result<Option<Uuid>> {
    let sql = "INSERT INTO pdf_signature (id, document_id, source_id, name, sha256, role, by_name, cms, stamped, holder, serial, \
               is_trial, claimed_at, made_at, waits_for, level, notes) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11, $12, $13, '', '', '') ON CONFLICT (source_id) DO NOTHING";
    let id = tx.new_id();
    let none = Made { cms: "", holder: "", serial: "", is_trial: false };
    let role = if new.made.is_some() { "signature" } else { "seal" };
    let made = new.made.as_ref().unwrap_or(&none);
    let values: Vec<Value> = vec![
        id.into(),
        new.document.into(),
        new.file.id.into(),
        new.file.name.as_str().into(),
        new.file.sha256.as_str().into(),
        role.into(),
        new.by_name.into(),
        made.cms.into(),
        made.holder.into(),
        made.serial.into(),
        made.is_trial.into(),
        new.claimed_at.into(),
        tx.at().into(),
    ];
    Ok((tx.run(sql, values).await? == 1).then_some(id))
}

/// The seal that was waited for; `false` where another was quicker.
pub(super) async fn set_seal(tx: &Tx, id: Uuid, claimed_at: Instant, made: &Made<'_>) -> Result<bool> {
    let sql = "UPDATE pdf_signature SET cms = $1, holder = $2, serial = $3, is_trial = $4, claimed_at = $5, waits_for = '' \
               WHERE id = $6 AND cms = ''";
    let values: Vec<Value> = vec![
        made.cms.into(),
        made.holder.into(),
        made.serial.into(),
        made.is_trial.into(),
        claimed_at.into(),
        id.into(),
    ];
    Ok(tx.run(sql, values).await? == 1)
}

pub(super) async fn set_stamped(tx: &Tx, id: Uuid, cms: &str) -> Result<()> {
    tx.run("UPDATE pdf_signature SET stamped = $1 WHERE id = $2", vec![cms.into(), id.into()]).await?;
    Ok(())
}

/// What it still waits for; empty for nothing.
pub(super) async fn note_waiting(tx: &Tx, id: Uuid, why: &str) -> Result<()> {
    tx.run("UPDATE pdf_signature SET waits_for = $1 WHERE id = $2", vec![why.into(), id.into()]).await?;
    Ok(())
}

/// The signed file hangs beside the other; `false` where another was quicker.
pub(super) async fn finish(tx: &Tx, id: Uuid, file: Uuid, level: &str, notes: &str) -> Result<bool> {
    let sql = "UPDATE pdf_signature SET file_id = $1, level = $2, notes = $3, waits_for = '' WHERE id = $4 AND file_id IS NULL";
    Ok(tx.run(sql, vec![file.into(), level.into(), notes.into(), id.into()]).await? == 1)
}

/// PDFs that wait for the seal, the longest first.
pub(crate) async fn unsealed(db: &impl Sql, most: u32) -> Result<Vec<Uuid>> {
    let sql = format!("SELECT id FROM pdf_signature WHERE cms = '' ORDER BY made_at, id LIMIT {most}");
    db.column(&sql, vec![]).await
}

pub(crate) async fn count_unsealed(db: &impl Sql) -> Result<i64> {
    Ok(db.scalar("SELECT count(*) FROM pdf_signature WHERE cms = ''", vec![]).await?.unwrap_or(0))
}

/// The file as it hangs on its entry.
pub(super) async fn file(db: &impl Sql, document: Uuid, file: Uuid) -> Result<web::Attached> {
    web::attachment(db, &kernel::Ref::new(document::kind().id, document), file).await
}
