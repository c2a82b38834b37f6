//! Roles, their permissions, and who has them.

use kernel::db::{Sql, placeholders};
use kernel::{Instant, Result, Tx, tr};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

#[derive(Clone, Debug, FromQueryResult)]
pub struct Role {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub description: String,
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct RolePermission {
    pub role_id: Uuid,
    pub permission: String,
    pub scope: String,
}

/// A role somebody has, had or will have.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AccountRole {
    pub id: Uuid,
    pub account_id: Uuid,
    pub role_id: Uuid,
    pub role_code: String,
    pub role_name: String,
    pub unit_id: Option<Uuid>,
    pub from_at: Instant,
    pub until_at: Option<i64>,
}

impl AccountRole {
    pub fn is_valid(&self, at: Instant) -> bool {
        self.from_at <= at && self.until_at.is_none_or(|until| until > at.0)
    }
}

pub async fn all(db: &impl Sql) -> Result<Vec<Role>> {
    db.rows("SELECT id, code, name, description FROM role ORDER BY name_key, id LIMIT 500", vec![]).await
}

pub async fn role(db: &impl Sql, id: Uuid) -> Result<Option<Role>> {
    db.row("SELECT id, code, name, description FROM role WHERE id = $1", vec![id.into()]).await
}

pub async fn by_code(db: &impl Sql, code: &str) -> Result<Option<Role>> {
    db.row("SELECT id, code, name, description FROM role WHERE code = $1", vec![code.into()]).await
}

pub async fn insert(tx: &Tx, code: &str, name: &str, description: &str) -> Result<Uuid> {
    let id = tx.new_id();
    let sql =
        "INSERT INTO role (id, version, code, name, name_key, description) VALUES ($1, 1, $2, $3, $4, $5)";
    let values =
        vec![id.into(), code.into(), name.into(), tr::collation_key(name).into(), description.into()];
    tx.run(sql, values).await?;
    Ok(id)
}

/// Permissions of one role, or of all.
pub async fn permissions(db: &impl Sql, role: Option<Uuid>) -> Result<Vec<RolePermission>> {
    let (filter, values) = match role {
        Some(role) => ("WHERE role_id = $1", vec![role.into()]),
        None => ("", vec![]),
    };
    let sql = format!(
        "SELECT role_id, permission, scope FROM role_permission {filter} ORDER BY permission, role_id LIMIT 20000"
    );
    db.rows(&sql, values).await
}

/// Pairs of built-in role and permission that were given once.
pub async fn defaults(db: &impl Sql) -> Result<Vec<(Uuid, String)>> {
    #[derive(FromQueryResult)]
    struct Pair {
        role_id: Uuid,
        permission: String,
    }
    let rows: Vec<Pair> = db.rows("SELECT role_id, permission FROM role_default LIMIT 20000", vec![]).await?;
    Ok(rows.into_iter().map(|row| (row.role_id, row.permission)).collect())
}

/// How many rows one statement writes: three values each, below every database's limit of bound values.
const ROWS_AT_ONCE: usize = 200;

/// Gives permissions to roles and remembers that they were given.
pub async fn insert_defaults(tx: &Tx, new: &[RolePermission]) -> Result<()> {
    for chunk in new.chunks(ROWS_AT_ONCE) {
        let place = |row: usize, width: usize| format!("({})", placeholders(row * width + 1, width));
        let rows: Vec<String> = (0..chunk.len()).map(|row| place(row, 3)).collect();
        let values: Vec<Value> = chunk
            .iter()
            .flat_map(|one| [one.role_id.into(), one.permission.as_str().into(), one.scope.as_str().into()])
            .collect();
        let sql = format!(
            "INSERT INTO role_permission (role_id, permission, scope) VALUES {} ON CONFLICT DO NOTHING",
            rows.join(", ")
        );
        tx.run(&sql, values).await?;
        let rows: Vec<String> = (0..chunk.len()).map(|row| place(row, 2)).collect();
        let values: Vec<Value> =
            chunk.iter().flat_map(|one| [one.role_id.into(), one.permission.as_str().into()]).collect();
        let sql = format!("INSERT INTO role_default (role_id, permission) VALUES {}", rows.join(", "));
        tx.run(&sql, values).await?;
    }
    Ok(())
}

/// Takes permissions from a role and gives others, each in one statement per two hundred.
pub async fn change_permissions(
    tx: &Tx,
    role: Uuid,
    gone: &[String],
    given: &[(String, String)],
) -> Result<()> {
    for chunk in gone.chunks(ROWS_AT_ONCE) {
        let mut values: Vec<Value> = vec![role.into()];
        values.extend(chunk.iter().map(|permission| permission.as_str().into()));
        let sql = format!(
            "DELETE FROM role_permission WHERE role_id = $1 AND permission IN ({})",
            placeholders(2, chunk.len())
        );
        tx.run(&sql, values).await?;
    }
    for chunk in given.chunks(ROWS_AT_ONCE) {
        let rows: Vec<String> =
            (0..chunk.len()).map(|row| format!("($1, ${}, ${})", row * 2 + 2, row * 2 + 3)).collect();
        let mut values: Vec<Value> = vec![role.into()];
        values.extend(
            chunk.iter().flat_map(|(permission, scope)| [permission.as_str().into(), scope.as_str().into()]),
        );
        let sql = format!(
            "INSERT INTO role_permission (role_id, permission, scope) VALUES {} \
             ON CONFLICT (role_id, permission) DO UPDATE SET scope = excluded.scope",
            rows.join(", ")
        );
        tx.run(&sql, values).await?;
    }
    Ok(())
}

const HELD: &str = "SELECT ar.id, ar.account_id, ar.role_id, r.code AS role_code, r.name AS role_name, ar.unit_id, \
     ar.from_at, ar.until_at FROM account_role AS ar JOIN role AS r ON r.id = ar.role_id";

/// Roles of these accounts, past ones too.
pub async fn held_by(db: &impl Sql, accounts: &[Uuid]) -> Result<Vec<AccountRole>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "{HELD} WHERE ar.account_id IN ({}) ORDER BY r.name_key, ar.from_at, ar.id LIMIT 5000",
        placeholders(1, accounts.len())
    );
    db.rows(&sql, super::ids(accounts)).await
}

pub async fn held(db: &impl Sql, id: Uuid) -> Result<Option<AccountRole>> {
    db.row(&format!("{HELD} WHERE ar.id = $1"), vec![id.into()]).await
}

/// Who has a role at `at`.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Member {
    pub account_id: Uuid,
    pub name: String,
    pub unit_id: Option<Uuid>,
    pub until_at: Option<i64>,
}

pub async fn members(db: &impl Sql, role: Uuid, at: Instant) -> Result<Vec<Member>> {
    let sql = "SELECT ar.account_id, a.name, ar.unit_id, ar.until_at FROM account_role AS ar JOIN account AS a ON a.id = ar.account_id \
               WHERE ar.role_id = $1 AND ar.from_at <= $2 AND (ar.until_at IS NULL OR ar.until_at > $2) AND a.state <> 'closed' \
               ORDER BY a.name_key, a.id LIMIT 500";
    db.rows(sql, vec![role.into(), at.into()]).await
}

pub async fn insert_held(
    tx: &Tx,
    account: Uuid,
    role: Uuid,
    unit: Option<Uuid>,
    from_at: Instant,
    until_at: Option<Instant>,
) -> Result<Uuid> {
    let id = tx.new_id();
    let sql = "INSERT INTO account_role (id, account_id, role_id, unit_id, from_at, until_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let until = until_at.map(|at| at.0);
    tx.run(sql, vec![id.into(), account.into(), role.into(), unit.into(), from_at.into(), until.into()])
        .await?;
    Ok(id)
}

/// Ends one role of an account now; the row stays as history.
pub async fn end_held(tx: &Tx, id: Uuid) -> Result<()> {
    let sql = "UPDATE account_role SET until_at = $1 WHERE id = $2 AND (until_at IS NULL OR until_at > $1)";
    tx.run(sql, vec![tx.at().into(), id.into()]).await?;
    Ok(())
}

/// Ends all roles of an account now; answers how many.
pub async fn end_all_held(tx: &Tx, account: Uuid) -> Result<u64> {
    let sql =
        "UPDATE account_role SET until_at = $1 WHERE account_id = $2 AND (until_at IS NULL OR until_at > $1)";
    tx.run(sql, vec![tx.at().into(), account.into()]).await
}

const ADMINS: &str = "SELECT count(DISTINCT a.id) FROM account AS a JOIN account_role AS ar ON ar.account_id = a.id \
     JOIN role AS r ON r.id = ar.role_id WHERE r.code = 'admin' AND (a.state = 'active' OR a.locked_until_at IS NOT NULL) \
     AND a.state <> 'closed' AND ar.from_at <= $1";

/// Accounts that can sign in and are system administrators at `at`.
pub async fn count_admins(db: &impl Sql, at: Instant) -> Result<i64> {
    let sql = format!("{ADMINS} AND (ar.until_at IS NULL OR ar.until_at > $1)");
    Ok(db.scalar(&sql, vec![at.into()]).await?.unwrap_or(0))
}

/// Those of them who stay so: a role that ends by itself leaves nobody behind who could give it again.
pub async fn count_lasting_admins(db: &impl Sql, at: Instant) -> Result<i64> {
    Ok(db.scalar(&format!("{ADMINS} AND ar.until_at IS NULL"), vec![at.into()]).await?.unwrap_or(0))
}
