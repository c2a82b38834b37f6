//! Sessions: looked up by the hash of their token, ended by time, by the person or by an administrator.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::token_hash;

#[derive(Clone, Debug, FromQueryResult)]
pub struct Session {
    pub id: Uuid,
    pub account_id: Uuid,
    pub is_complete: bool,
    pub created_at: Instant,
    pub last_used_at: Instant,
    pub expires_at: Instant,
    pub address: String,
    pub device: String,
}

const COLUMNS: &str = "id, account_id, is_complete, created_at, last_used_at, expires_at, address, device";

/// What a new session is made from.
pub struct NewSession<'a> {
    pub token: &'a str,
    pub account_id: Uuid,
    pub is_complete: bool,
    pub expires_at: Instant,
    pub address: &'a str,
    pub device: &'a str,
}

pub async fn insert(tx: &Tx, new: NewSession<'_>) -> Result<Uuid> {
    let id = tx.new_id();
    let sql = "INSERT INTO session (id, token_hash, account_id, is_complete, created_at, last_used_at, expires_at, address, device) \
               VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)";
    let values = vec![
        id.into(),
        token_hash(new.token).into(),
        new.account_id.into(),
        new.is_complete.into(),
        tx.at().into(),
        new.expires_at.into(),
        new.address.into(),
        new.device.into(),
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// The session of a token that is neither ended nor expired at `at`.
pub async fn open_by_token(db: &impl Sql, token: &str, at: Instant) -> Result<Option<Session>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM session WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2"
    );
    db.row(&sql, vec![token_hash(token).into(), at.into()]).await
}

/// Has this account been signed in from this address lately? Ended sessions count too; they are kept for a month.
pub async fn is_known_address(db: &impl Sql, account: Uuid, address: &str) -> Result<bool> {
    let sql = "SELECT id FROM session WHERE account_id = $1 AND address = $2 AND is_complete = TRUE LIMIT 1";
    let found: Option<Uuid> = db.scalar(sql, vec![account.into(), address.into()]).await?;
    Ok(found.is_some())
}

/// Open sessions of an account, the last used first.
pub async fn open_of(db: &impl Sql, account: Uuid, at: Instant) -> Result<Vec<Session>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM session WHERE account_id = $1 AND is_complete = TRUE AND revoked_at IS NULL AND expires_at > $2 \
         ORDER BY last_used_at DESC, id LIMIT 100"
    );
    db.rows(&sql, vec![account.into(), at.into()]).await
}

pub async fn used(tx: &Tx, id: Uuid) -> Result<()> {
    tx.run("UPDATE session SET last_used_at = $1 WHERE id = $2", vec![tx.at().into(), id.into()]).await?;
    Ok(())
}

/// Ends one session of this account; answers whether it was open.
pub async fn revoke(tx: &Tx, account: Uuid, id: Uuid) -> Result<bool> {
    let sql = "UPDATE session SET revoked_at = $1 WHERE id = $2 AND account_id = $3 AND revoked_at IS NULL";
    Ok(tx.run(sql, vec![tx.at().into(), id.into(), account.into()]).await? == 1)
}

/// Ends all sessions of an account but `kept`; answers how many.
pub async fn revoke_all(tx: &Tx, account: Uuid, kept: Option<Uuid>) -> Result<u64> {
    let sql = "UPDATE session SET revoked_at = $1 WHERE account_id = $2 AND id <> $3 AND revoked_at IS NULL";
    tx.run(sql, vec![tx.at().into(), account.into(), kept.unwrap_or_default().into()]).await
}

/// Deletes what ended long ago.
pub async fn sweep(tx: &Tx, before: Instant) -> Result<u64> {
    tx.run("DELETE FROM session WHERE expires_at < $1", vec![before.into()]).await
}
