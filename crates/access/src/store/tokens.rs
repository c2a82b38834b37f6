//! API tokens.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::token_hash;

#[derive(Clone, Debug, FromQueryResult)]
pub struct ApiToken {
    pub id: Uuid,
    pub account_id: Uuid,
    pub name: String,
    pub permissions: String,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub last_used_at: Option<i64>,
}

const COLUMNS: &str = "id, account_id, name, permissions, created_at, expires_at, last_used_at";

impl ApiToken {
    pub fn permission_list(&self) -> Vec<String> {
        serde_json::from_str(&self.permissions).unwrap_or_default()
    }
}

pub async fn insert(
    tx: &Tx,
    account: Uuid,
    token: &str,
    name: &str,
    permissions: &[String],
    expires_at: Instant,
) -> Result<Uuid> {
    let id = tx.new_id();
    let sql = "INSERT INTO api_token (id, token_hash, account_id, name, permissions, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = vec![
        id.into(),
        token_hash(token).into(),
        account.into(),
        name.into(),
        serde_json::to_string(permissions)?.into(),
        tx.at().into(),
        expires_at.into(),
    ];
    tx.run(sql, values).await?;
    Ok(id)
}

/// The token, if it is neither ended nor expired at `at`.
pub async fn open_by_token(db: &impl Sql, token: &str, at: Instant) -> Result<Option<ApiToken>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM api_token WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2"
    );
    db.row(&sql, vec![token_hash(token).into(), at.into()]).await
}

/// Open tokens of an account, the newest first.
pub async fn open_of(db: &impl Sql, account: Uuid, at: Instant) -> Result<Vec<ApiToken>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM api_token WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2 \
         ORDER BY created_at DESC, id LIMIT 100"
    );
    db.rows(&sql, vec![account.into(), at.into()]).await
}

pub async fn used(tx: &Tx, id: Uuid) -> Result<()> {
    tx.run("UPDATE api_token SET last_used_at = $1 WHERE id = $2", vec![tx.at().into(), id.into()]).await?;
    Ok(())
}

/// Ends one token of this account and answers its name, if it was open.
pub async fn revoke(tx: &Tx, account: Uuid, id: Uuid) -> Result<Option<String>> {
    let sql = "UPDATE api_token SET revoked_at = $1 WHERE id = $2 AND account_id = $3 AND revoked_at IS NULL RETURNING name";
    tx.scalar(sql, vec![tx.at().into(), id.into(), account.into()]).await
}

pub async fn revoke_all(tx: &Tx, account: Uuid) -> Result<u64> {
    let sql = "UPDATE api_token SET revoked_at = $1 WHERE account_id = $2 AND revoked_at IS NULL";
    tx.run(sql, vec![tx.at().into(), account.into()]).await
}

/// A token that ends soon, and whose it is.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Expiring {
    pub id: Uuid,
    pub account_id: Uuid,
    pub name: String,
    pub expires_at: Instant,
    pub account_name: String,
}

/// Open tokens that end before `until` and of which nobody was told yet.
pub async fn expiring(db: &impl Sql, now: Instant, until: Instant) -> Result<Vec<Expiring>> {
    let sql = "SELECT t.id, t.account_id, t.name, t.expires_at, a.name AS account_name \
               FROM api_token AS t JOIN account AS a ON a.id = t.account_id \
               WHERE t.revoked_at IS NULL AND t.expires_at > $1 AND t.expires_at <= $2 AND a.state <> 'closed' \
               AND NOT EXISTS (SELECT 1 FROM event AS e WHERE e.related_kind = 'api_token' AND e.related_id = t.id \
                 AND e.verb = 'token_expiring') \
               ORDER BY t.expires_at LIMIT 500";
    db.rows(sql, vec![now.into(), until.into()]).await
}
