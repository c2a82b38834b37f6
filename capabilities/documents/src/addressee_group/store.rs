//! Queries about groups of addressees.

use kernel::Result;
use kernel::db::{Sql, placeholders};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// The group that goes by this folded name.
pub(super) async fn named(db: &impl Sql, known_as: &str) -> Result<Option<Uuid>> {
    db.scalar("SELECT id FROM addressee_group WHERE known_as = $1", vec![known_as.into()]).await
}

#[derive(FromQueryResult)]
pub(super) struct Group {
    pub known_as: String,
    pub members: String,
}

/// Names looked up at once; a letter has no more lines.
const MOST: usize = 500;

/// The groups among these folded names.
pub(super) async fn members(db: &impl Sql, names: &[String]) -> Result<Vec<Group>> {
    let names = &names[..names.len().min(MOST)];
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT known_as, members FROM addressee_group WHERE known_as IN ({})",
        placeholders(1, names.len())
    );
    db.rows(&sql, names.iter().map(|name| name.as_str().into()).collect()).await
}
