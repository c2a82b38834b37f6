//! Queries about the municipality's own keys: how their last use went, which PINs were entered, and which letters wait for the seal.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use signing::token::Entered;
use uuid::Uuid;

use super::Trouble;
use super::pins::Known;
use crate::pdf_signing;

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

pub(crate) async fn note(tx: &Tx, name: &str, tried: &Tried<'_>) -> Result<()> {
    let sql = "INSERT INTO key_standing (name, error, tried_at, used_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (name) DO UPDATE SET error = excluded.error, tried_at = excluded.tried_at, \
               used_at = COALESCE(excluded.used_at, key_standing.used_at)";
    let used: Option<Instant> = tried.is_use.then_some(tx.at());
    let values = vec![
        name.into(),
        tried.error.map(|one| one.text.as_str()).unwrap_or_default().into(),
        tx.at().into(),
        used.map(|at| at.0).into(),
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

/// Whoever asks about a module's PINs goes one after the other, until the end of the transaction.
pub(super) async fn queue_up(tx: &Tx, card: &str) -> Result<()> {
    let sql = "INSERT INTO key_pin (card, mark, state, was_right, at) VALUES ($1, '', 'queue', FALSE, $2) \
               ON CONFLICT (card, mark) DO UPDATE SET at = excluded.at";
    tx.run(sql, vec![card.into(), tx.at().into()]).await?;
    Ok(())
}

/// PINs of a module that were entered at some time.
pub(super) async fn known_pins(tx: &Tx, card: &str) -> Result<Vec<Known>> {
    let sql = "SELECT mark, state, was_right, at FROM key_pin WHERE card = $1 AND state <> 'queue' ORDER BY at DESC LIMIT 100";
    tx.rows(sql, vec![card.into()]).await
}

pub(super) async fn note_entering(tx: &Tx, card: &str, mark: &str) -> Result<()> {
    let sql = "INSERT INTO key_pin (card, mark, state, was_right, at) VALUES ($1, $2, 'entering', FALSE, $3) \
               ON CONFLICT (card, mark) DO UPDATE SET state = 'entering', at = excluded.at";
    tx.run(sql, vec![card.into(), mark.into(), tx.at().into()]).await?;
    Ok(())
}

/// What the module said. One that did not get to see the PIN leaves it as it was.
pub(super) async fn note_entered(tx: &Tx, (card, mark): (&str, &str), outcome: Entered) -> Result<()> {
    let values: Vec<Value> = vec![card.into(), mark.into(), tx.at().into()];
    match outcome {
        Entered::Right => {
            let sql =
                "UPDATE key_pin SET state = 'right', was_right = TRUE, at = $3 WHERE card = $1 AND mark = $2";
            tx.run(sql, values).await?;
        }
        Entered::Wrong => {
            let sql = "UPDATE key_pin SET state = 'wrong', was_right = FALSE, at = $3 WHERE card = $1 AND mark = $2";
            tx.run(sql, values).await?;
        }
        Entered::Not => {
            let sql = "UPDATE key_pin SET state = 'right' WHERE card = $1 AND mark = $2 AND was_right = TRUE";
            tx.run(sql, values[..2].to_vec()).await?;
            let sql = "DELETE FROM key_pin WHERE card = $1 AND mark = $2 AND was_right = FALSE";
            tx.run(sql, values[..2].to_vec()).await?;
        }
    }
    Ok(())
}

/// A person wants a PIN entered once more that was wrong, or whose try was cut off before `since`.
pub(crate) async fn allow(tx: &Tx, since: Instant) -> Result<()> {
    let sql = "DELETE FROM key_pin WHERE state = 'wrong' OR (state = 'entering' AND at <= $1)";
    tx.run(sql, vec![since.into()]).await?;
    Ok(())
}

/// PINs that a module refused.
pub(super) async fn count_refused(db: &impl Sql) -> Result<i64> {
    Ok(db.scalar("SELECT count(*) FROM key_pin WHERE state = 'wrong'", vec![]).await?.unwrap_or(0))
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
    let letters: Option<i64> = db.scalar("SELECT count(*) FROM letter_unsealed", vec![]).await?;
    Ok(letters.unwrap_or(0) + pdf_signing::store::count_unsealed(db).await?)
}

/// Why this letter waits for the seal; `None` when it does not.
pub(in crate::letter::esign) async fn why_waiting(db: &impl Sql, code: &str) -> Result<Option<String>> {
    let sql = "SELECT COALESCE((SELECT error FROM key_standing WHERE name = 'seal'), '') FROM letter_unsealed WHERE code = $1";
    db.scalar(sql, vec![code.into()]).await
}
