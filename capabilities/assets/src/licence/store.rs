//! Queries about licences.

use kernel::db::Sql;
use kernel::{Day, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Licences that one run looks at; the next goes on.
const AT_ONCE: u32 = 500;

#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Passed {
    pub id: Uuid,
    pub title: String,
    pub software_id: Uuid,
    pub until_on: String,
}

/// Valid ones that came near their end, and near ones that ended, since they were last looked at.
pub(super) async fn passed(db: &impl Sql, today: Day, soon: Day) -> Result<Vec<Passed>> {
    let columns = "id, title, software_id, until_on FROM licence WHERE state = 'valid' AND";
    let sql = format!(
        "SELECT * FROM (SELECT {columns} ending = 'valid' AND until_on <= $1 LIMIT {AT_ONCE}) AS soon \
         UNION ALL SELECT * FROM (SELECT {columns} ending = 'ending' AND until_on < $2 LIMIT {AT_ONCE}) AS past"
    );
    db.rows(&sql, vec![soon.to_string().into(), today.to_string().into()]).await
}

pub(super) async fn set_ending(tx: &Tx, licence: Uuid, ending: &str) -> Result<()> {
    tx.run("UPDATE licence SET ending = $1 WHERE id = $2", vec![ending.into(), licence.into()]).await?;
    Ok(())
}
