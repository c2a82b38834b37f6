//! Queries about what ends.

use kernel::db::Sql;
use kernel::{Day, Result, Tx};
use uuid::Uuid;

use super::Ending;

/// Records that one run looks at; the next goes on.
const AT_ONCE: u32 = 500;

/// Valid ones that came near their end, and near ones that ended.
pub(super) async fn passed(db: &impl Sql, ending: &Ending, today: Day, soon: Day) -> Result<Vec<Uuid>> {
    let Ending { until, column, in_force, .. } = ending;
    let table = (ending.kind)().table;
    let part = |state: &str, bound: &str, name: &str| {
        format!(
            "SELECT id FROM (SELECT id FROM {table} WHERE {in_force} AND {column} = '{state}' AND {until} {bound} \
             LIMIT {AT_ONCE}) AS {name}"
        )
    };
    let sql = format!("{} UNION ALL {}", part("valid", "<= $1", "soon"), part("ending", "< $2", "past"));
    db.column(&sql, vec![soon.to_string().into(), today.to_string().into()]).await
}

pub(super) async fn set(tx: &Tx, ending: &Ending, id: Uuid, state: &str) -> Result<()> {
    let sql = format!("UPDATE {} SET {} = $1 WHERE id = $2", (ending.kind)().table, ending.column);
    tx.run(&sql, vec![state.into(), id.into()]).await?;
    Ok(())
}
