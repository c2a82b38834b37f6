//! Queries about time stamps: stamped signatures, how far a letter is, credit.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

#[derive(Clone, Debug, FromQueryResult)]
pub(in crate::letter::esign) struct Latest {
    pub id: Uuid,
    pub cms: String,
}

/// The last signature of a letter, which carries those before it; with its stamps where it has them.
pub(in crate::letter::esign) async fn latest(db: &impl Sql, code: &str) -> Result<Option<Latest>> {
    let sql = "SELECT letter_signature.id, COALESCE(signature_stamp.cms, letter_signature.cms) AS cms FROM letter_signature \
               LEFT JOIN signature_stamp ON signature_stamp.signature_id = letter_signature.id \
               WHERE letter_signature.code = $1 ORDER BY letter_signature.signed_at DESC, letter_signature.id DESC LIMIT 1";
    db.row(sql, vec![code.into()]).await
}

pub(super) async fn insert_stamped(tx: &Tx, signature: Uuid, cms: &str) -> Result<()> {
    let sql = "INSERT INTO signature_stamp (signature_id, cms, stamped_at) VALUES ($1, $2, $3) \
               ON CONFLICT (signature_id) DO UPDATE SET cms = excluded.cms, stamped_at = excluded.stamped_at";
    tx.run(sql, vec![signature.into(), cms.into(), tx.at().into()]).await?;
    Ok(())
}

/// What the letter still waits for; empty for nothing.
pub(super) async fn note_waiting(tx: &Tx, code: &str, error: &str) -> Result<()> {
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
