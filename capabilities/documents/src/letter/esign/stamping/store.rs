//! Queries about time stamps: stamped signatures, how far a letter is.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// One signer's signature.
#[derive(Clone, Debug, FromQueryResult)]
pub(in crate::letter::esign) struct Made {
    pub id: Uuid,
    pub cms: String,
}

/// Signatures of a letter in the order in which they came, each alone in its file; with its stamps where it has them.
pub(in crate::letter::esign) async fn made(db: &impl Sql, code: &str) -> Result<Vec<Made>> {
    let sql = "SELECT letter_signature.id, COALESCE(signature_stamp.cms, letter_signature.cms) AS cms FROM letter_signature \
               LEFT JOIN signature_stamp ON signature_stamp.signature_id = letter_signature.id \
               WHERE letter_signature.code = $1 ORDER BY letter_signature.signed_at, letter_signature.id LIMIT 50";
    db.rows(sql, vec![code.into()]).await
}

pub(super) async fn insert_stamped(tx: &Tx, signature: Uuid, cms: &str) -> Result<()> {
    let sql = "INSERT INTO signature_stamp (signature_id, cms, stamped_at) VALUES ($1, $2, $3) \
               ON CONFLICT (signature_id) DO UPDATE SET cms = excluded.cms, stamped_at = excluded.stamped_at";
    tx.run(sql, vec![signature.into(), cms.into(), tx.at().into()]).await?;
    Ok(())
}

/// What the letter still waits for; empty for nothing.
pub(in crate::letter::esign) async fn note_waiting(tx: &Tx, code: &str, error: &str) -> Result<()> {
    let sql = "INSERT INTO letter_stamp (code, waits_for, signature_level, seal_level, report, tried_at) \
               VALUES ($1, $2, '', '', '', $3) \
               ON CONFLICT (code) DO UPDATE SET waits_for = excluded.waits_for, tried_at = excluded.tried_at";
    tx.run(sql, vec![code.into(), error.into(), tx.at().into()]).await?;
    Ok(())
}

/// How the package's signature and seal stand.
pub(in crate::letter::esign) struct Standing<'a> {
    pub signature_level: &'a str,
    pub seal_level: &'a str,
    pub report: &'a str,
    pub restamp_at: Option<Instant>,
}

pub(in crate::letter::esign) async fn note_standing(tx: &Tx, code: &str, now: &Standing<'_>) -> Result<()> {
    let sql = "INSERT INTO letter_stamp (code, waits_for, signature_level, seal_level, report, tried_at, restamp_at) \
               VALUES ($1, '', $2, $3, $4, $5, $6) \
               ON CONFLICT (code) DO UPDATE SET waits_for = '', signature_level = excluded.signature_level, \
               seal_level = excluded.seal_level, report = excluded.report, tried_at = excluded.tried_at, \
               restamp_at = excluded.restamp_at";
    let values: Vec<Value> = vec![
        code.into(),
        now.signature_level.into(),
        now.seal_level.into(),
        now.report.into(),
        tx.at().into(),
        now.restamp_at.map(|at| at.0).into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

#[derive(Clone, Debug, FromQueryResult)]
pub(in crate::letter::esign) struct Stamped {
    pub waits_for: String,
    pub signature_level: String,
    pub seal_level: String,
    pub report: String,
}

pub(in crate::letter::esign) async fn standing(db: &impl Sql, code: &str) -> Result<Option<Stamped>> {
    let sql = "SELECT waits_for, signature_level, seal_level, report FROM letter_stamp WHERE code = $1";
    db.row(sql, vec![code.into()]).await
}

#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Due {
    pub code: String,
    pub letter_id: Uuid,
    pub restamp_at: i64,
}

/// Kept seals whose last stamp ends before `until` and that were left alone since `before`, those that end first.
pub(super) async fn due(db: &impl Sql, until: Instant, before: Instant) -> Result<Vec<Due>> {
    let sql = "SELECT letter_stamp.code, letter.id AS letter_id, letter_stamp.restamp_at FROM letter_stamp \
               JOIN letter ON letter.code = letter_stamp.code \
               JOIN letter_file ON letter_file.code = letter_stamp.code AND letter_file.role = 'seal' \
               WHERE letter_stamp.restamp_at IS NOT NULL AND letter_stamp.restamp_at <= $1 AND letter_stamp.tried_at <= $2 \
               ORDER BY letter_stamp.restamp_at, letter_stamp.code LIMIT 200";
    db.rows(sql, vec![until.into(), before.into()]).await
}

pub(super) async fn renew(tx: &Tx, code: &str, kept: &files::Stored, ends_at: Instant) -> Result<()> {
    let sql =
        "UPDATE letter_file SET sha256 = $1, size_bytes = $2, made_at = $3 WHERE code = $4 AND role = 'seal'";
    let size = i64::try_from(kept.size_bytes).unwrap_or(i64::MAX);
    tx.run(sql, vec![kept.sha256.to_hex().into(), size.into(), tx.at().into(), code.into()]).await?;
    let sql = "UPDATE letter_stamp SET restamp_at = $1, seal_level = 'A', tried_at = $2 WHERE code = $3";
    tx.run(sql, vec![ends_at.into(), tx.at().into(), code.into()]).await?;
    Ok(())
}

/// Which seals are left alone for some days.
pub(super) enum Tried<'a> {
    Code(&'a str),
    /// All whose stamps end at this instant.
    EndingAt(i64),
}

pub(super) async fn note_tried(tx: &Tx, what: Tried<'_>) -> Result<()> {
    let (sql, value): (&str, Value) = match what {
        Tried::Code(code) => ("UPDATE letter_stamp SET tried_at = $1 WHERE code = $2", code.into()),
        Tried::EndingAt(at) => ("UPDATE letter_stamp SET tried_at = $1 WHERE restamp_at = $2", at.into()),
    };
    tx.run(sql, vec![tx.at().into(), value]).await?;
    Ok(())
}
