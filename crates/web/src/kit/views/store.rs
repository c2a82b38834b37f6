//! Saved views and which of them a person's list opens with.

use kernel::db::Sql;
use kernel::{Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::MOST_VIEWS;

/// A saved view. `unit_id` is the unit it is shared with; shared without one it is everybody's.
#[derive(Clone, Debug, FromQueryResult)]
pub(in super::super) struct View {
    pub id: Uuid,
    pub kind: String,
    pub account_id: Uuid,
    pub name: String,
    pub query: String,
    pub is_shared: bool,
    pub unit_id: Option<Uuid>,
    /// Opens the list of whoever asks.
    pub is_default: bool,
    pub owner_name: Option<String>,
}

impl View {
    /// The owner as the directory of records calls them.
    pub fn owner(&self) -> &str {
        self.owner_name.as_deref().filter(|name| !name.is_empty()).unwrap_or("başka bir kişi")
    }
}

const COLUMNS: &str = "v.id, v.kind, v.account_id, v.name, v.query, v.is_shared, v.unit_id";
const OWNER: &str = "LEFT JOIN record AS r ON r.kind = 'account' AND r.id = v.account_id";

/// A person's own views by name, then those shared with their unit or everybody, or all shared ones.
pub(super) async fn offered(
    db: &impl Sql,
    kind: &str,
    account: Uuid,
    unit: Option<Uuid>,
    is_everything_seen: bool,
) -> Result<Vec<View>> {
    let seen = if is_everything_seen { "TRUE" } else { "(unit_id IS NULL OR unit_id = $3)" };
    let shared = format!("is_shared = TRUE AND account_id <> $2 AND {seen}");
    let part = |place: u8, which: &str| {
        format!(
            "SELECT * FROM (SELECT {place} AS part, id, kind, account_id, name, query, is_shared, unit_id FROM saved_view \
             WHERE kind = $1 AND {which} ORDER BY name, id LIMIT {MOST_VIEWS}) AS part_{place}"
        )
    };
    let sql = format!(
        "SELECT {COLUMNS}, d.view_id IS NOT NULL AS is_default, r.title AS owner_name FROM ({} UNION ALL {}) AS v \
         LEFT JOIN default_view AS d ON d.account_id = $2 AND d.kind = v.kind AND d.view_id = v.id {OWNER} \
         ORDER BY v.part, v.name, v.id",
        part(0, "account_id = $2"),
        part(1, &shared)
    );
    let mut values = vec![kind.into(), account.into()];
    if !is_everything_seen {
        values.push(unit.into());
    }
    db.rows(&sql, values).await
}

/// One view of a list, whoever asks.
pub(super) async fn view(db: &impl Sql, kind: &str, id: Uuid) -> Result<Option<View>> {
    let sql = format!(
        "SELECT {COLUMNS}, FALSE AS is_default, r.title AS owner_name FROM saved_view AS v {OWNER} \
         WHERE v.id = $1 AND v.kind = $2"
    );
    db.row(&sql, vec![id.into(), kind.into()]).await
}

/// The list a view belongs to.
pub(super) async fn kind_of(db: &impl Sql, id: Uuid) -> Result<Option<String>> {
    db.scalar("SELECT kind FROM saved_view WHERE id = $1", vec![id.into()]).await
}

/// The person's own view of this name.
pub(super) async fn named(tx: &Tx, kind: &str, account: Uuid, name: &str) -> Result<Option<Uuid>> {
    let sql =
        "SELECT id FROM saved_view WHERE kind = $1 AND account_id = $2 AND name = $3 ORDER BY id LIMIT 1";
    tx.scalar(sql, vec![kind.into(), account.into(), name.into()]).await
}

/// Other filters, for other people, under the same name.
pub(super) async fn replace(tx: &Tx, view: &View) -> Result<()> {
    let sql = "UPDATE saved_view SET query = $1, is_shared = $2, unit_id = $3 WHERE id = $4";
    let values = vec![view.query.clone().into(), view.is_shared.into(), view.unit_id.into(), view.id.into()];
    tx.run(sql, values).await?;
    Ok(())
}

pub(super) async fn count(db: &impl Sql, kind: &str, account: Uuid) -> Result<i64> {
    let sql = "SELECT count(*) FROM saved_view WHERE kind = $1 AND account_id = $2";
    Ok(db.scalar(sql, vec![kind.into(), account.into()]).await?.unwrap_or(0))
}

pub(super) async fn insert(tx: &Tx, view: &View) -> Result<()> {
    let sql = "INSERT INTO saved_view (id, kind, account_id, name, query, is_shared, unit_id) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = vec![
        view.id.into(),
        view.kind.clone().into(),
        view.account_id.into(),
        view.name.clone().into(),
        view.query.clone().into(),
        view.is_shared.into(),
        view.unit_id.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

pub(super) async fn set_audience(tx: &Tx, id: Uuid, is_shared: bool, unit: Option<Uuid>) -> Result<()> {
    let sql = "UPDATE saved_view SET is_shared = $1, unit_id = $2 WHERE id = $3";
    tx.run(sql, vec![is_shared.into(), unit.into(), id.into()]).await?;
    Ok(())
}

/// With everybody's choice to begin with it.
pub(super) async fn delete(tx: &Tx, id: Uuid) -> Result<()> {
    tx.run("DELETE FROM default_view WHERE view_id = $1", vec![id.into()]).await?;
    tx.run("DELETE FROM saved_view WHERE id = $1", vec![id.into()]).await?;
    Ok(())
}

pub(super) async fn set_default(tx: &Tx, account: Uuid, kind: &str, view: Option<Uuid>) -> Result<()> {
    tx.without_event("with what a person's list begins is nobody else's business");
    let Some(view) = view else {
        let sql = "DELETE FROM default_view WHERE account_id = $1 AND kind = $2";
        tx.run(sql, vec![account.into(), kind.into()]).await?;
        return Ok(());
    };
    let sql = "INSERT INTO default_view (account_id, kind, view_id) VALUES ($1, $2, $3) \
               ON CONFLICT (account_id, kind) DO UPDATE SET view_id = excluded.view_id";
    tx.run(sql, vec![account.into(), kind.into(), view.into()]).await?;
    Ok(())
}
