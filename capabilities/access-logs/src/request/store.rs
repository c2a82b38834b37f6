//! Queries about requests and their answers.

use kernel::db::Sql;
use kernel::schema::Table;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

pub(super) fn answer_table() -> Table {
    Table::new("log_answer", "answers to requests, frozen when they were made")
        .id()
        .uuid("request_id", "which request")
        .references("log_request")
        .text("body", "what was found and what speaks against it, as JSON, for the page")
        .text("sha256", "SHA-256 of the bundle: the signed paper with lines, proofs and seals")
        .int("size_bytes", "size of the bundle")
        .at("made_at", "when")
        .unique(&["request_id"])
        .index(&["sha256"])
}

/// Who had to do with a request.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct People {
    pub written_by_id: Option<Uuid>,
    pub asked_by_id: Option<Uuid>,
    pub asked_staff_id: Option<Uuid>,
}

pub(super) async fn people(db: &impl Sql, request: Uuid) -> Result<People> {
    let sql = "SELECT written_by_id, asked_by_id, asked_staff_id FROM log_request WHERE id = $1";
    db.row(sql, vec![request.into()]).await?.ok_or_else(kernel::Error::not_found)
}

/// In which part somebody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Asked,
    Approved,
    Answered,
}

/// Writes down who did it now. Who asked anew lets an earlier agreement go.
pub(super) async fn set_by(tx: &Tx, request: Uuid, by: By) -> Result<()> {
    let actor = &tx.act().actor;
    let mut values = vec![request.into(), actor.signature().into(), tx.at().into()];
    let sql = match by {
        By::Asked => {
            values.extend([actor.account_id.into(), actor.staff_id.into()]);
            "UPDATE log_request SET asked_by = $2, asked_at = $3, asked_by_id = $4, asked_staff_id = $5 WHERE id = $1"
        }
        By::Approved => "UPDATE log_request SET approved_by = $2, approved_at = $3 WHERE id = $1",
        By::Answered => "UPDATE log_request SET answered_by = $2, answered_at = $3 WHERE id = $1",
    };
    tx.run(sql, values).await?;
    Ok(())
}

pub(super) async fn in_state(db: &impl Sql, state: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM log_request WHERE state = $1";
    Ok(db.scalar(sql, vec![state.into()]).await?.unwrap_or(0))
}

/// What the evidence of the duty counts.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Answers {
    pub requests: i64,
    pub answered: i64,
    pub last_at: Option<Instant>,
}

pub(crate) async fn answers(db: &impl Sql) -> Result<Answers> {
    let sql = "SELECT count(*) AS requests, count(answered_at) AS answered, max(answered_at) AS last_at FROM log_request";
    Ok(db.row(sql, vec![]).await?.unwrap_or(Answers { requests: 0, answered: 0, last_at: None }))
}

/// A frozen answer.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Answer {
    pub body: String,
    pub sha256: String,
    pub size_bytes: i64,
}

pub(super) async fn answer(db: &impl Sql, request: Uuid) -> Result<Option<Answer>> {
    let sql = "SELECT body, sha256, size_bytes FROM log_answer WHERE request_id = $1";
    db.row(sql, vec![request.into()]).await
}

pub(super) async fn insert_answer(tx: &Tx, request: Uuid, body: &str, kept: &files::Stored) -> Result<()> {
    let sql = "INSERT INTO log_answer (id, request_id, body, sha256, size_bytes, made_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let values = vec![
        tx.new_id().into(),
        request.into(),
        body.into(),
        kept.sha256.to_hex().into(),
        i64::try_from(kept.size_bytes).unwrap_or(i64::MAX).into(),
        tx.at().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// When the first source was known.
pub(super) async fn first_source(db: &impl Sql) -> Result<Option<Instant>> {
    let first: Option<i64> = db.scalar("SELECT min(created_at) FROM log_source", vec![]).await?;
    Ok(first.map(Instant))
}

#[derive(FromQueryResult)]
struct Silence {
    number: i64,
    from_at: Instant,
    to_at: Option<Instant>,
}

/// Number of the source, since when and until when it was silent, of silences that reach into a time.
pub(super) async fn silences(
    db: &impl Sql,
    from: Instant,
    to: Instant,
) -> Result<Vec<(i64, Instant, Option<Instant>)>> {
    let sql = "SELECT s.number, f.from_at, f.to_at FROM log_finding AS f JOIN log_source AS s ON s.id = f.source_id \
               WHERE f.what = 'silent' AND f.from_at <= $2 AND (f.to_at IS NULL OR f.to_at >= $1) \
               ORDER BY f.from_at DESC, f.id LIMIT 5000";
    let rows: Vec<Silence> = db.rows(sql, vec![from.into(), to.into()]).await?;
    Ok(rows.into_iter().map(|one| (one.number, one.from_at, one.to_at)).collect())
}
