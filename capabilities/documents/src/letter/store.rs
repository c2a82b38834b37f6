//! Queries about letters.

use kernel::db::{Sql, placeholders};
use kernel::{Error, Instant, Result, Tx};
use printing::Letter;
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::sayi::Sayi;

/// For the migration: the year of the book that a number was given from.
pub(super) const YEARS_OF_NUMBERS: &str = "UPDATE letter SET number_year = \
     (SELECT d.book_year FROM document AS d WHERE d.id = letter.document_id) WHERE number <> ''";

/// For the migration: letters of which a signature's certificate was not qualified.
pub(super) const TRIALS: &str = "UPDATE letter SET is_trial = TRUE WHERE state = 'signed' AND medium = 'electronic' AND EXISTS \
     (SELECT 1 FROM letter_signature AS s WHERE s.code = letter.code AND s.is_trial = TRUE)";

/// The letter goes round as it is now.
pub(super) async fn freeze(tx: &Tx, letter: Uuid, statement: &str, sheet: &Letter, code: &str) -> Result<()> {
    let sheet = serde_json::to_string(sheet).map_err(Error::internal)?;
    let sql = "UPDATE letter SET statement = $1, sheet = $2, code = $3, hands = '' WHERE id = $4";
    tx.run(sql, vec![statement.into(), sheet.into(), code.into(), letter.into()]).await?;
    Ok(())
}

/// The letter that goes round with another hand under it.
pub(super) async fn set_hands(
    tx: &Tx,
    letter: Uuid,
    statement: &str,
    sheet: &Letter,
    hands: &[Uuid],
) -> Result<()> {
    let sheet = serde_json::to_string(sheet).map_err(Error::internal)?;
    let hands: Vec<String> = hands.iter().map(Uuid::to_string).collect();
    let sql = "UPDATE letter SET statement = $1, sheet = $2, hands = $3 WHERE id = $4";
    tx.run(sql, vec![statement.into(), sheet.into(), hands.join(" ").into(), letter.into()]).await?;
    Ok(())
}

/// Who stands under the letter that goes round, in their order; `None` where it is as planned.
pub(super) async fn hands(db: &impl Sql, letter: Uuid) -> Result<Option<Vec<Uuid>>> {
    let text: Option<String> =
        db.scalar("SELECT hands FROM letter WHERE id = $1", vec![letter.into()]).await?;
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| text.split(' ').map(|id| id.parse().map_err(Error::internal)).collect()).transpose()
}

/// Everybody who is to sign, as `letter/hands.rs` keeps them; empty where the two of the form are all.
pub(super) async fn signer_list(db: &impl Sql, letter: Uuid) -> Result<String> {
    Ok(db
        .scalar("SELECT signer_list FROM letter WHERE id = $1", vec![letter.into()])
        .await?
        .unwrap_or_default())
}

/// Nobody else changes the letter before this transaction is over; `false` where it goes round under another code by now.
pub(super) async fn hold(tx: &Tx, letter: Uuid, code: &str) -> Result<bool> {
    let sql = "UPDATE letter SET code = code WHERE id = $1 AND code = $2 AND state = 'routing'";
    Ok(tx.run(sql, vec![letter.into(), code.into()]).await? == 1)
}

/// Whether it was signed with a trial key or under the trial setting.
pub(super) async fn is_trial(db: &impl Sql, letter: Uuid) -> Result<bool> {
    Ok(db.scalar("SELECT is_trial FROM letter WHERE id = $1", vec![letter.into()]).await?.unwrap_or(false))
}

/// The highest number that letters of this year had from their books, before they had a series of their own.
pub(super) async fn last_of_books(db: &impl Sql, year: i64) -> Result<i64> {
    let sql = "SELECT max(d.book_number) FROM letter AS l JOIN document AS d ON d.id = l.document_id \
               WHERE l.number_year = $1 AND l.number_in_year = 0 AND l.number <> ''";
    let highest: Option<Option<i64>> = db.scalar(sql, vec![year.into()]).await?;
    Ok(highest.flatten().unwrap_or(0))
}

/// Whoever has a paper with the present code is told that it is none.
async fn end_code(tx: &Tx, letter: Uuid) -> Result<()> {
    let sql = "INSERT INTO letter_ended (code, letter_id, ended_at) SELECT code, id, $1 FROM letter WHERE id = $2 AND code <> ''";
    tx.run(sql, vec![tx.at().into(), letter.into()]).await?;
    Ok(())
}

/// It goes round under another code: what was signed under the one before is signed no more.
pub(super) async fn recode(tx: &Tx, letter: Uuid, code: &str) -> Result<()> {
    end_code(tx, letter).await?;
    tx.run("UPDATE letter SET code = $1 WHERE id = $2", vec![code.into(), letter.into()]).await?;
    Ok(())
}

/// It is its writer's again.
pub(super) async fn thaw(tx: &Tx, letter: Uuid, state: &str) -> Result<()> {
    end_code(tx, letter).await?;
    let sql = "UPDATE letter SET statement = '', sheet = '', code = '', hands = '', state = $1 WHERE id = $2";
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
    pub sayi: &'a Sayi,
    pub document: Uuid,
    pub is_trial: bool,
}

pub(super) async fn set_signed(tx: &Tx, letter: Uuid, given: &Given<'_>) -> Result<()> {
    let sql = "UPDATE letter SET state = 'signed', number = $1, document_id = $2, signed_at = $3, number_year = $5, \
         number_in_year = $6, is_trial = $7, scan = CASE WHEN medium = 'paper' THEN 'awaited' ELSE 'none' END \
         WHERE id = $4";
    let values: Vec<Value> = vec![
        given.sayi.text.as_str().into(),
        given.document.into(),
        tx.at().into(),
        letter.into(),
        given.sayi.year.into(),
        given.sayi.in_year.into(),
        given.is_trial.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// The letter with this code, signed or on its way.
pub(super) async fn with_code(db: &impl Sql, code: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM letter WHERE code = $1 AND code <> '' AND state IN ('signed', 'routing')";
    db.scalar(sql, vec![code.into()]).await
}

/// A code under which a letter went round and was not signed.
#[derive(FromQueryResult)]
pub(super) struct Ended {
    pub letter_id: Uuid,
    pub ended_at: Instant,
}

pub(super) async fn ended(db: &impl Sql, code: &str) -> Result<Option<Ended>> {
    db.row("SELECT letter_id, ended_at FROM letter_ended WHERE code = $1", vec![code.into()]).await
}

/// What became of the paper of a letter that is signed by hand.
pub(super) async fn set_scan(tx: &Tx, letter: Uuid, scan: &str) -> Result<()> {
    tx.run("UPDATE letter SET scan = $1 WHERE id = $2", vec![scan.into(), letter.into()]).await?;
    Ok(())
}

/// What was scanned is not the signed paper: another scan is waited for from now on.
pub(super) async fn scan_again(tx: &Tx, letter: Uuid, why: &str) -> Result<()> {
    let sql = "UPDATE letter SET scan = 'awaited', scan_since = $1, scan_said = $2 WHERE id = $3";
    tx.run(sql, vec![tx.at().into(), why.into(), letter.into()]).await?;
    Ok(())
}

/// Since when the scan of a letter counts, and why not before.
#[derive(FromQueryResult)]
pub(super) struct Rescanned {
    pub scan_since: Instant,
    pub scan_said: String,
}

/// `None` where no scan was wrong.
pub(super) async fn rescanned(db: &impl Sql, letter: Uuid) -> Result<Option<Rescanned>> {
    let sql = "SELECT scan_since, scan_said FROM letter WHERE id = $1 AND scan_since IS NOT NULL";
    db.row(sql, vec![letter.into()]).await
}

/// Letters of a person whose signed paper was not scanned yet.
pub(crate) async fn unscanned(db: &impl Sql, owner: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM letter WHERE owner_id = $1 AND scan = 'awaited'";
    Ok(db.scalar(sql, vec![owner.into()]).await?.unwrap_or(0))
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

/// An entry that a letter refers to, as its package names it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Entry {
    pub id: Uuid,
    /// 2026-GE-000123
    pub number: String,
    pub their_number: String,
    /// Day the writer put on it, else the day it came or went.
    pub dated_on: String,
    /// BelgeId of its package; empty without one.
    pub package_id: String,
}

/// Entries of the register with these numbers.
pub(super) async fn entries(db: &impl Sql, numbers: &[&str]) -> Result<Vec<Entry>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT d.id, d.number, d.their_number, coalesce(d.their_on, d.received_on) AS dated_on, \
         CASE WHEN d.package_id = '' AND l.medium = 'electronic' THEN l.code ELSE d.package_id END AS package_id \
         FROM document AS d LEFT JOIN letter AS l ON l.document_id = d.id WHERE d.number IN ({})",
        placeholders(1, numbers.len())
    );
    db.rows(&sql, numbers.iter().map(|number| Value::from(*number)).collect()).await
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
