//! Queries about what came by mail.

use kernel::db::{Sql, placeholders};
use kernel::{Instant, Result, Tx};
use mail::Message;
use sea_orm::Value;
use uuid::Uuid;

const MAILBOX: &str = "desk";

pub(super) async fn is_known(db: &impl Sql, message_id: &str) -> Result<bool> {
    let sql = "SELECT count(*) FROM mail_message WHERE message_id = $1";
    Ok(db.scalar::<i64>(sql, vec![message_id.into()]).await?.unwrap_or(0) > 0)
}

/// How many messages an address sent in the last hour.
pub(super) async fn of_last_hour(tx: &Tx, sender: &str) -> Result<i64> {
    let since = tx.at().plus_seconds(-3_600);
    let sql = "SELECT count(*) FROM mail_message WHERE sender = $1 AND received_at >= $2";
    Ok(tx.scalar(sql, vec![sender.into(), since.into()]).await?.unwrap_or(0))
}

pub(super) struct Entry<'a> {
    pub id: Uuid,
    pub message: &'a Message,
    pub title: &'a str,
    pub state: &'a str,
    pub why: &'a str,
    pub ticket: Option<Uuid>,
}

pub(super) async fn insert(tx: &Tx, entry: &Entry<'_>) -> Result<()> {
    let sql = "INSERT INTO mail_message (id, version, message_id, title, sender, sender_name, text, state, why, ticket_id, \
               received_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let Entry { id, message, title, state, why, ticket } = entry;
    let values = vec![
        (*id).into(),
        message.id.as_str().into(),
        (*title).into(),
        message.from.as_str().into(),
        message.from_name.as_str().into(),
        message.text.as_str().into(),
        (*state).into(),
        (*why).into(),
        (*ticket).into(),
        tx.at().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

pub(super) async fn set_ticket(tx: &Tx, message: Uuid, ticket: Uuid) -> Result<()> {
    let sql = "UPDATE mail_message SET ticket_id = $1 WHERE id = $2";
    tx.run(sql, vec![ticket.into(), message.into()]).await?;
    Ok(())
}

/// The ticket that one of these messages opened or belongs to; the newest where they are several.
pub(super) async fn of_messages(db: &impl Sql, ids: &[String]) -> Result<Option<Uuid>> {
    if ids.is_empty() {
        return Ok(None);
    }
    let list = placeholders(1, ids.len());
    let sql = format!(
        "SELECT ticket_id FROM mail_message WHERE message_id IN ({list}) AND ticket_id IS NOT NULL ORDER BY id DESC LIMIT 1"
    );
    db.scalar(&sql, ids.iter().map(|id| Value::from(id.as_str())).collect()).await
}

/// Names of the last messages of a ticket, oldest first: what a letter answers.
pub(crate) async fn messages_of(db: &impl Sql, ticket: Uuid) -> Result<Vec<String>> {
    let sql = "SELECT message_id FROM mail_message WHERE ticket_id = $1 ORDER BY id DESC LIMIT 10";
    let mut names: Vec<String> = db.column(sql, vec![ticket.into()]).await?;
    // A digest that stands for a missing name is no name.
    names.retain(|name| name.contains('@'));
    names.reverse();
    Ok(names)
}

/// How a reading went.
pub(super) async fn note_state(tx: &Tx, error: Option<String>) -> Result<()> {
    let sql = "INSERT INTO mailbox_state (name, read_at, failing_since, error) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (name) DO UPDATE SET read_at = excluded.read_at, error = excluded.error, \
               failing_since = CASE WHEN excluded.failing_since IS NULL THEN NULL \
               ELSE COALESCE(mailbox_state.failing_since, excluded.failing_since) END";
    let since: Option<Instant> = error.as_ref().map(|_| tx.at());
    let values = vec![
        MAILBOX.into(),
        tx.at().into(),
        since.map(|since| since.0).into(),
        error.unwrap_or_default().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Messages of strangers that wait for a person.
pub(crate) async fn strangers(db: &impl Sql) -> Result<i64> {
    let sql = "SELECT count(*) FROM mail_message WHERE state = 'stranger'";
    Ok(db.scalar(sql, vec![]).await?.unwrap_or(0))
}

/// Since when the mailbox cannot be read.
pub(crate) async fn failing_since(db: &impl Sql) -> Result<Option<Instant>> {
    let sql = "SELECT failing_since FROM mailbox_state WHERE name = $1 AND failing_since IS NOT NULL";
    Ok(db.scalar::<i64>(sql, vec![MAILBOX.into()]).await?.map(Instant))
}
