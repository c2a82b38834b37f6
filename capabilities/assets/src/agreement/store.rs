//! Queries about agreements and about everything that ends.

use kernel::db::Sql;
use kernel::{Day, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Agreements that one run looks at; the next goes on.
const AT_ONCE: u32 = 500;

#[derive(FromQueryResult)]
pub(super) struct Passed {
    pub id: Uuid,
    pub title: String,
    pub until_on: String,
}

/// Valid ones that came near their end, and near ones that ended, since they were last looked at.
pub(super) async fn passed(db: &impl Sql, today: Day, soon: Day) -> Result<Vec<Passed>> {
    let columns = "id, title, until_on FROM agreement WHERE state = 'valid' AND";
    let sql = format!(
        "SELECT * FROM (SELECT {columns} ending = 'valid' AND until_on <= $1 LIMIT {AT_ONCE}) AS soon \
         UNION ALL SELECT * FROM (SELECT {columns} ending = 'ending' AND until_on < $2 LIMIT {AT_ONCE}) AS past"
    );
    db.rows(&sql, vec![soon.to_string().into(), today.to_string().into()]).await
}

pub(super) async fn set_ending(tx: &Tx, id: Uuid, ending: &str) -> Result<()> {
    tx.run("UPDATE agreement SET ending = $1 WHERE id = $2", vec![ending.into(), id.into()]).await?;
    Ok(())
}

/// Something that ends on a day.
#[derive(FromQueryResult)]
pub(super) struct End {
    pub until_on: String,
    pub kind: String,
    pub id: Uuid,
    pub title: String,
}

/// What ends between two days, soonest first; so many of each kind.
pub(super) async fn ends(db: &impl Sql, kinds: &[&str], from: Day, to: Day, most: u32) -> Result<Vec<End>> {
    let all = [
        ("agreement", "until_on", "title", "state = 'valid'"),
        ("licence", "until_on", "title", "state = 'valid'"),
        ("asset", "warranty_until_on", "number || ' ' || name", "state <> 'written_off'"),
        ("line", "committed_until_on", "number", "state <> 'closed'"),
    ];
    let part = |(table, day, title, rule): &(&str, &str, &str, &str)| {
        format!(
            "SELECT * FROM (SELECT {day} AS until_on, '{table}' AS kind, id, {title} AS title FROM {table} \
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
