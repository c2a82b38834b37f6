//! Queries about letters.

use kernel::db::{Sql, placeholders};
use kernel::{Error, Result, Tx};
use printing::Letter;
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// The letter goes round as it is now.
pub(super) async fn freeze(tx: &Tx, letter: Uuid, statement: &str, sheet: &Letter, code: &str) -> Result<()> {
    let sheet = serde_json::to_string(sheet).map_err(Error::internal)?;
    let sql = "UPDATE letter SET statement = $1, sheet = $2, code = $3 WHERE id = $4";
    tx.run(sql, vec![statement.into(), sheet.into(), code.into(), letter.into()]).await?;
    Ok(())
}

/// It is its writer's again.
pub(super) async fn thaw(tx: &Tx, letter: Uuid, state: &str) -> Result<()> {
    let sql = "UPDATE letter SET statement = '', sheet = '', code = '', state = $1 WHERE id = $2";
    tx.run(sql, vec![state.into(), letter.into()]).await?;
    Ok(())
}

/// The letter as it went round; `None` while it is being written.
pub(super) async fn sheet(db: &impl Sql, letter: Uuid) -> Result<Option<Letter>> {
    let text: Option<String> =
        db.scalar("SELECT sheet FROM letter WHERE id = $1", vec![letter.into()]).await?;
    let text = text.unwrap_or_default();
    if text.is_empty() { Ok(None) } else { serde_json::from_str(&text).map(Some).map_err(Error::internal) }
}

/// What the last signature gives a letter.
pub(super) struct Given<'a> {
    pub number: &'a str,
    pub document: Uuid,
}

pub(super) async fn set_signed(tx: &Tx, letter: Uuid, given: &Given<'_>) -> Result<()> {
    let sql =
        "UPDATE letter SET state = 'signed', number = $1, document_id = $2, signed_at = $3 WHERE id = $4";
    let values = vec![given.number.into(), given.document.into(), tx.at().into(), letter.into()];
    tx.run(sql, values).await?;
    Ok(())
}

/// The letter with this code, signed.
pub(super) async fn with_code(db: &impl Sql, code: &str) -> Result<Option<Uuid>> {
    db.scalar("SELECT id FROM letter WHERE code = $1 AND code <> '' AND state = 'signed'", vec![code.into()])
        .await
}

/// The letter that an entry of the register is of.
#[derive(FromQueryResult)]
pub(crate) struct OfEntry {
    pub id: Uuid,
    /// letter, approval.
    pub form: String,
}

pub(crate) async fn of_document(db: &impl Sql, document: Uuid) -> Result<Option<OfEntry>> {
    db.row("SELECT id, form FROM letter WHERE document_id = $1 LIMIT 1", vec![document.into()]).await
}

/// "700" of the code it is filed under.
pub(super) async fn file_code(db: &impl Sql, code: Uuid) -> Result<String> {
    Ok(db.scalar("SELECT code FROM file_code WHERE id = $1", vec![code.into()]).await?.unwrap_or_default())
}

#[derive(Default, FromQueryResult)]
pub(crate) struct Totals {
    pub number: i64,
    pub other: i64,
    pub last_at: Option<i64>,
}

/// Letters, signed ones, and when the last was signed.
pub(crate) async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS number, count(signed_at) AS other, max(signed_at) AS last_at FROM letter";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}

/// Letters of a person that came back from being signed.
pub(crate) async fn came_back(db: &impl Sql, owner: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM letter WHERE owner_id = $1 AND state = 'returned'";
    Ok(db.scalar(sql, vec![owner.into()]).await?.unwrap_or(0))
}

/// Code and name of a line of the plan.
pub(super) async fn file_plan_line(db: &impl Sql, code: Uuid) -> Result<Option<(String, String)>> {
    #[derive(FromQueryResult)]
    struct Line {
        code: String,
        name: String,
    }
    let line: Option<Line> =
        db.row("SELECT code, name FROM file_code WHERE id = $1", vec![code.into()]).await?;
    Ok(line.map(|line| (line.code, line.name)))
}

/// These letters as they went round; those still being written are missing.
pub(super) async fn statements(db: &impl Sql, letters: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    #[derive(FromQueryResult)]
    struct Text {
        id: Uuid,
        statement: String,
    }
    if letters.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id, statement FROM letter WHERE statement <> '' AND id IN ({})",
        placeholders(1, letters.len())
    );
    let rows: Vec<Text> = db.rows(&sql, letters.iter().map(|id| Value::from(*id)).collect()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.statement)).collect())
}
