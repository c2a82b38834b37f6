//! Every question and every change of the tables of this crate. Rules are elsewhere.

pub mod accounts;
pub mod roles;
pub mod sessions;
pub mod tokens;
pub mod tries;

use kernel::db::{Sql, placeholders};
use kernel::{Instant, Result, Tx};
use sea_orm::{FromQueryResult, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use accounts::{Account, account, account_by_username};

/// More accounts than this are never read at once.
pub const MAX_ACCOUNTS: u32 = 5_000;

/// Tokens are kept as SHA-256: they are random, so a slow hash would add nothing.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// An account as the rule of powers sees it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Holder {
    pub id: Uuid,
    pub name: String,
    pub staff_id: Option<Uuid>,
}

/// One permission that an account has through a role.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Assigned {
    pub account_id: Uuid,
    pub unit_id: Option<Uuid>,
    pub role_name: String,
    pub permission: String,
    pub scope: String,
}

fn ids(ids: &[Uuid]) -> Vec<Value> {
    ids.iter().map(|id| Value::from(*id)).collect()
}

/// These accounts, without the closed ones.
pub async fn holders(db: &impl Sql, accounts: &[Uuid]) -> Result<Vec<Holder>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id, name, staff_id FROM account WHERE id IN ({}) AND state <> 'closed' ORDER BY name_key, id",
        placeholders(1, accounts.len())
    );
    db.rows(&sql, ids(accounts)).await
}

/// The accounts of these staff members, without the closed ones.
pub async fn holders_of_staff(db: &impl Sql, staff: &[Uuid]) -> Result<Vec<Holder>> {
    if staff.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id, name, staff_id FROM account WHERE staff_id IN ({}) AND state <> 'closed' ORDER BY name_key, id",
        placeholders(1, staff.len())
    );
    db.rows(&sql, ids(staff)).await
}

/// Accounts among ids of accounts and of staff members, without the closed ones.
pub async fn accounts_among(db: &impl Sql, people: &[Uuid]) -> Result<Vec<Uuid>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let list = placeholders(1, people.len());
    // Two questions in one, so that each goes by its own index.
    let sql = format!(
        "SELECT id FROM account WHERE id IN ({list}) AND state <> 'closed' \
         UNION SELECT id FROM account WHERE staff_id IN ({list}) AND state <> 'closed'"
    );
    db.column(&sql, ids(people)).await
}

/// Accounts whose roles give a permission on a record of the first of these units at `at`; the others are the units
/// above it. Without units, those who have it everywhere.
pub async fn who_may(db: &impl Sql, permission: &str, units: &[Uuid], at: Instant) -> Result<Vec<Holder>> {
    let mut values: Vec<Value> = vec![permission.into(), at.into()];
    let mut reaches = vec!["rp.scope = 'all'".to_string()];
    // The unit a scope counts from is that of the role or the one the person works in.
    let from = "coalesce(ar.unit_id, r.unit_id)";
    if let Some(unit) = units.first() {
        values.push((*unit).into());
        reaches.push(format!("(rp.scope = 'unit' AND {from} = $3)"));
        values.extend(ids(units));
        let list = placeholders(4, units.len());
        reaches.push(format!("(rp.scope = 'unit_tree' AND {from} IN ({list}))"));
    }
    let sql = format!(
        "SELECT DISTINCT a.id, a.name, a.staff_id FROM role_permission AS rp \
         JOIN account_role AS ar ON ar.role_id = rp.role_id JOIN account AS a ON a.id = ar.account_id \
         LEFT JOIN record AS r ON r.kind = 'staff' AND r.id = a.staff_id \
         WHERE rp.permission = $1 AND ar.from_at <= $2 AND (ar.until_at IS NULL OR ar.until_at > $2) \
         AND a.state <> 'closed' AND ({}) LIMIT {MAX_ACCOUNTS}",
        reaches.join(" OR ")
    );
    db.rows(&sql, values).await
}

/// All accounts that can sign in, in Turkish order, at most [`MAX_ACCOUNTS`].
pub async fn active_holders(db: &impl Sql) -> Result<Vec<Holder>> {
    let sql = format!(
        "SELECT id, name, staff_id FROM account WHERE state <> 'closed' ORDER BY name_key, id LIMIT {MAX_ACCOUNTS}"
    );
    db.rows(&sql, vec![]).await
}

/// Permissions these accounts have through roles at `at`; with `only`, just that one.
pub async fn assigned(
    db: &impl Sql,
    accounts: &[Uuid],
    at: Instant,
    only: Option<&str>,
) -> Result<Vec<Assigned>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = vec![at.into()];
    values.extend(ids(accounts));
    let mut sql = format!(
        "SELECT ar.account_id, ar.unit_id, r.name AS role_name, rp.permission, rp.scope \
         FROM account_role AS ar JOIN role AS r ON r.id = ar.role_id JOIN role_permission AS rp ON rp.role_id = r.id \
         WHERE ar.from_at <= $1 AND (ar.until_at IS NULL OR ar.until_at > $1) AND ar.account_id IN ({})",
        placeholders(2, accounts.len())
    );
    if let Some(permission) = only {
        values.push(permission.into());
        sql.push_str(&format!(" AND rp.permission = ${}", values.len()));
    }
    sql.push_str(" ORDER BY r.name_key, rp.permission");
    db.rows(&sql, values).await
}

/// Raised by every change of powers; a node compares it with what it cached.
pub async fn version(db: &impl Sql) -> Result<i64> {
    Ok(db.scalar("SELECT version FROM access_version WHERE id = 1", vec![]).await?.unwrap_or(0))
}

/// Lets all nodes forget cached powers. Whatever changes who may do what calls it in the same transaction, however often.
pub async fn touch(tx: &Tx) -> Result<()> {
    if !tx.is_first("access.touch") {
        return Ok(());
    }
    let sql = "INSERT INTO access_version (id, version) VALUES (1, 1) \
               ON CONFLICT (id) DO UPDATE SET version = access_version.version + 1";
    tx.run(sql, vec![]).await?;
    Ok(())
}

/// Whole set-up tokens: stored hashed, good once.
pub async fn insert_setup_token(tx: &Tx, token: &str, expires_at: Instant) -> Result<()> {
    let sql = "INSERT INTO setup_token (token_hash, expires_at) VALUES ($1, $2)";
    tx.run(sql, vec![token_hash(token).into(), expires_at.into()]).await?;
    Ok(())
}

pub async fn is_setup_token_open(db: &impl Sql, token: &str, at: Instant) -> Result<bool> {
    let sql =
        "SELECT expires_at FROM setup_token WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    let found: Option<i64> = db.scalar(sql, vec![token_hash(token).into(), at.into()]).await?;
    Ok(found.is_some())
}

/// Answers whether it was still open; then it is used.
/// One statement uses up every link there is, so that two people with different links wait for each other on the rows.
pub async fn use_setup_token(tx: &Tx, token: &str) -> Result<bool> {
    let sql = "UPDATE setup_token SET used_at = $1 WHERE used_at IS NULL AND EXISTS (\
               SELECT 1 FROM setup_token AS own WHERE own.token_hash = $2 AND own.used_at IS NULL AND own.expires_at > $1)";
    Ok(tx.run(sql, vec![tx.at().into(), token_hash(token).into()]).await? > 0)
}
