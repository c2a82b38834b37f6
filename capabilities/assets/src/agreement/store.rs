//! Queries about agreements and about everything that ends.

use kernel::db::Sql;
use kernel::{Day, Result};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Something that ends on a day.
#[derive(FromQueryResult)]
pub(super) struct End {
    pub until_on: String,
    pub kind: String,
    pub id: Uuid,
    pub title: String,
    /// What sort of agreement; empty for the other kinds.
    pub sort: String,
}

/// What ends between two days, soonest first; so many of each kind.
pub(super) async fn ends(db: &impl Sql, kinds: &[&str], from: Day, to: Day, most: u32) -> Result<Vec<End>> {
    let all = [
        ("agreement", "until_on", "title", "type", "state = 'valid'"),
        ("licence", "until_on", "title", "''", "state = 'valid'"),
        (
            "asset",
            "warranty_until_on",
            "number || ' ' || name",
            "''",
            "state NOT IN ('written_off', 'merged')",
        ),
        ("line", "committed_until_on", "number", "''", "state <> 'closed'"),
    ];
    let part = |(table, day, title, sort, rule): &(&str, &str, &str, &str, &str)| {
        format!(
            "SELECT * FROM (SELECT {day} AS until_on, '{table}' AS kind, id, {title} AS title, {sort} AS sort FROM {table} \
             WHERE {rule} AND {day} >= $1 AND {day} <= $2 ORDER BY {day} LIMIT {most}) AS of_{table}"
        )
    };
    let parts: Vec<String> = all.iter().filter(|(table, ..)| kinds.contains(table)).map(part).collect();
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("{} ORDER BY until_on, kind, title LIMIT 2000", parts.join(" UNION ALL "));
    db.rows(&sql, vec![from.to_string().into(), to.to_string().into()]).await
}
