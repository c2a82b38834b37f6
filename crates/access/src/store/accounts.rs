//! Accounts and recovery codes.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// All of an account that rules look at.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Account {
    pub id: Uuid,
    pub version: i64,
    pub username: String,
    pub name: String,
    pub email: String,
    pub staff_id: Option<Uuid>,
    pub state: String,
    pub password_hash: String,
    pub password_changed_at: Instant,
    pub must_change_password: bool,
    pub totp_secret: String,
    pub totp_step: i64,
    pub locked_until_at: Option<i64>,
    pub last_sign_in_at: Option<i64>,
    pub secrecy_accepted_at: Option<i64>,
    pub reviewed_at: i64,
    pub theme: String,
    pub density: String,
    pub has_shortcuts: bool,
    pub created_at: Instant,
}

pub(super) const COLUMNS: &str = "id, version, username, name, email, staff_id, state, password_hash, password_changed_at, \
     must_change_password, totp_secret, totp_step, locked_until_at, last_sign_in_at, secrecy_accepted_at, reviewed_at, \
     theme, density, has_shortcuts, created_at";

impl Account {
    pub fn has_totp(&self) -> bool {
        !self.totp_secret.is_empty()
    }

    /// May it sign in at `at`? A lock for guessing opens by itself.
    pub fn is_open(&self, at: Instant) -> bool {
        match (self.state.as_str(), self.locked_until_at) {
            ("active", _) => true,
            ("locked", Some(until)) => until <= at.0,
            _ => false,
        }
    }

    /// May sessions that are already open go on? Somebody else's guessing does not throw a person out.
    pub fn keeps_sessions(&self) -> bool {
        self.state == "active" || (self.state == "locked" && self.locked_until_at.is_some())
    }

    pub fn reference(&self) -> kernel::Ref {
        kernel::Ref::new("account", self.id)
    }
}

pub async fn account(db: &impl Sql, id: Uuid) -> Result<Option<Account>> {
    db.row(&format!("SELECT {COLUMNS} FROM account WHERE id = $1"), vec![id.into()]).await
}

pub async fn account_by_username(db: &impl Sql, username: &str) -> Result<Option<Account>> {
    let sql = format!("SELECT {COLUMNS} FROM account WHERE username_folded = $1");
    db.row(&sql, vec![crate::rules::username_key(username).into()]).await
}

/// In Turkish order of names, at most `limit`.
pub async fn all(db: &impl Sql, limit: u32) -> Result<Vec<Account>> {
    db.rows(&format!("SELECT {COLUMNS} FROM account ORDER BY name_key, id LIMIT {limit}"), vec![]).await
}

pub async fn is_username_taken(db: &impl Sql, username: &str, by_other_than: Option<Uuid>) -> Result<bool> {
    let sql = "SELECT id FROM account WHERE username_folded = $1";
    let owner: Option<Uuid> = db.scalar(sql, vec![crate::rules::username_key(username).into()]).await?;
    Ok(owner.is_some_and(|id| Some(id) != by_other_than))
}

/// The user name of the open account of a member of staff, other than `except`.
pub async fn open_account_of(db: &impl Sql, staff: Uuid, except: Option<Uuid>) -> Result<Option<String>> {
    let sql = "SELECT username FROM account WHERE staff_id = $1 AND state <> 'closed' AND id <> $2 LIMIT 1";
    db.scalar(sql, vec![staff.into(), except.unwrap_or_default().into()]).await
}

/// Closes the open account of a member of staff and answers whose it was.
pub async fn close_account_of(tx: &Tx, staff: Uuid) -> Result<Option<super::Holder>> {
    let sql = "UPDATE account SET state = 'closed', version = version + 1 WHERE staff_id = $1 AND state <> 'closed' \
               RETURNING id, name, staff_id";
    tx.row(sql, vec![staff.into()]).await
}

pub async fn set_password(tx: &Tx, id: Uuid, hash: &str, must_change: bool) -> Result<()> {
    let sql = "UPDATE account SET password_hash = $1, password_changed_at = $2, must_change_password = $3, \
               version = version + 1 WHERE id = $4";
    tx.run(sql, vec![hash.into(), tx.at().into(), must_change.into(), id.into()]).await?;
    Ok(())
}

pub async fn set_totp(tx: &Tx, id: Uuid, sealed: &str, step: i64) -> Result<()> {
    let sql = "UPDATE account SET totp_secret = $1, totp_step = $2, version = version + 1 WHERE id = $3";
    tx.run(sql, vec![sealed.into(), step.into(), id.into()]).await?;
    Ok(())
}

/// Takes a time step; answers false when it, or a later one, was taken meanwhile (also on another node).
pub async fn take_totp_step(tx: &Tx, id: Uuid, step: i64) -> Result<bool> {
    let sql = "UPDATE account SET totp_step = $1 WHERE id = $2 AND totp_step < $1";
    Ok(tx.run(sql, vec![step.into(), id.into()]).await? == 1)
}

pub async fn lock_until(tx: &Tx, id: Uuid, until: Instant) -> Result<()> {
    let sql = "UPDATE account SET state = 'locked', locked_until_at = $1, version = version + 1 \
               WHERE id = $2 AND (state = 'active' OR (state = 'locked' AND locked_until_at IS NOT NULL))";
    tx.run(sql, vec![until.into(), id.into()]).await?;
    Ok(())
}

/// A lock by a person has no end of its own; opening one clears the end of any lock.
pub async fn clear_lock_end(tx: &Tx, id: Uuid) -> Result<()> {
    tx.run("UPDATE account SET locked_until_at = NULL WHERE id = $1", vec![id.into()]).await?;
    Ok(())
}

/// Ids and names of accounts whose lock for guessing has run out.
pub async fn locks_due(db: &impl Sql, at: Instant) -> Result<Vec<super::Holder>> {
    let sql =
        "SELECT id, name, staff_id FROM account WHERE state = 'locked' AND locked_until_at <= $1 LIMIT 500";
    db.rows(sql, vec![at.into()]).await
}

/// Opens all locks for guessing that have run out; answers how many.
pub async fn open_due_locks(tx: &Tx) -> Result<u64> {
    let sql = "UPDATE account SET state = 'active', locked_until_at = NULL, version = version + 1 \
               WHERE state = 'locked' AND locked_until_at <= $1";
    tx.run(sql, vec![tx.at().into()]).await
}

pub async fn signed_in(tx: &Tx, id: Uuid) -> Result<()> {
    let sql = "UPDATE account SET last_sign_in_at = $1, \
               state = CASE WHEN state = 'locked' AND locked_until_at <= $1 THEN 'active' ELSE state END, \
               locked_until_at = CASE WHEN locked_until_at <= $1 THEN NULL ELSE locked_until_at END WHERE id = $2";
    tx.run(sql, vec![tx.at().into(), id.into()]).await?;
    Ok(())
}

pub async fn accept_secrecy(tx: &Tx, id: Uuid) -> Result<()> {
    tx.run("UPDATE account SET secrecy_accepted_at = $1 WHERE id = $2", vec![tx.at().into(), id.into()])
        .await?;
    Ok(())
}

pub async fn set_reviewed(tx: &Tx, id: Uuid) -> Result<()> {
    tx.run("UPDATE account SET reviewed_at = $1 WHERE id = $2", vec![tx.at().into(), id.into()]).await?;
    Ok(())
}

pub async fn set_prefs(tx: &Tx, id: Uuid, theme: &str, density: &str, has_shortcuts: bool) -> Result<()> {
    let sql = "UPDATE account SET theme = $1, density = $2, has_shortcuts = $3 WHERE id = $4";
    tx.run(sql, vec![theme.into(), density.into(), has_shortcuts.into(), id.into()]).await?;
    Ok(())
}

/// An account whose powers were never confirmed is due as long after it was opened: opening it was a decision, too.
const DUE: &str = "state <> 'closed' AND reviewed_at < $1 AND created_at < $1";

/// Accounts whose powers were last confirmed before `before`, the longest waiting first.
pub async fn due_for_review(db: &impl Sql, before: Instant, limit: u32) -> Result<Vec<Account>> {
    let sql =
        format!("SELECT {COLUMNS} FROM account WHERE {DUE} ORDER BY reviewed_at, name_key, id LIMIT {limit}");
    db.rows(&sql, vec![before.into()]).await
}

pub async fn count_due_for_review(db: &impl Sql, before: Instant) -> Result<i64> {
    let sql = format!("SELECT count(*) FROM account WHERE {DUE}");
    Ok(db.scalar(&sql, vec![before.into()]).await?.unwrap_or(0))
}

pub async fn count_locked(db: &impl Sql) -> Result<i64> {
    Ok(db.scalar("SELECT count(*) FROM account WHERE state = 'locked'", vec![]).await?.unwrap_or(0))
}

/// Replaces all recovery codes by new ones, in one statement.
pub async fn replace_recovery_codes(tx: &Tx, id: Uuid, indexes: &[String]) -> Result<()> {
    tx.run("DELETE FROM recovery_code WHERE account_id = $1", vec![id.into()]).await?;
    if indexes.is_empty() {
        return Ok(());
    }
    let rows: Vec<String> = (0..indexes.len()).map(|row| format!("($1, ${})", row + 2)).collect();
    let mut values = vec![id.into()];
    values.extend(indexes.iter().map(|index| index.as_str().into()));
    let sql = format!("INSERT INTO recovery_code (account_id, code_index) VALUES {}", rows.join(", "));
    tx.run(&sql, values).await?;
    Ok(())
}

/// Answers whether the code was there and unused; then it is used.
pub async fn use_recovery_code(tx: &Tx, id: Uuid, index: &str) -> Result<bool> {
    let sql =
        "UPDATE recovery_code SET used_at = $1 WHERE account_id = $2 AND code_index = $3 AND used_at IS NULL";
    Ok(tx.run(sql, vec![tx.at().into(), id.into(), index.into()]).await? == 1)
}

pub async fn recovery_codes_left(db: &impl Sql, id: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM recovery_code WHERE account_id = $1 AND used_at IS NULL";
    Ok(db.scalar(sql, vec![id.into()]).await?.unwrap_or(0))
}

/// How many accounts can sign in, how many of them have a second factor, how many acknowledged secrecy.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub struct Totals {
    pub open: i64,
    pub with_totp: i64,
    pub told: i64,
    pub last_told_at: Option<i64>,
    pub reviewed: i64,
    pub last_reviewed_at: Option<i64>,
}

pub async fn totals(db: &impl Sql) -> Result<Totals> {
    let sql = "SELECT count(*) AS open, count(CASE WHEN totp_secret <> '' THEN 1 END) AS with_totp, \
               count(secrecy_accepted_at) AS told, max(secrecy_accepted_at) AS last_told_at, \
               count(CASE WHEN reviewed_at > 0 THEN 1 END) AS reviewed, \
               max(CASE WHEN reviewed_at > 0 THEN reviewed_at END) AS last_reviewed_at \
               FROM account WHERE state <> 'closed'";
    Ok(db.row(sql, vec![]).await?.unwrap_or_default())
}
