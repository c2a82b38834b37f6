//! Queries about what is late.

use kernel::db::Sql;
use kernel::{Day, Result, Tx};
use uuid::Uuid;

/// Open ones whose last day is over and of which nobody was told, the oldest first.
pub(super) async fn untold(
    tx: &Tx,
    (table, also): (&str, &str),
    today: Day,
    limit: u32,
) -> Result<Vec<Uuid>> {
    let also = if also.is_empty() { String::new() } else { format!(" AND {also}") };
    let sql = format!(
        "SELECT id FROM {table} WHERE state = 'open'{also} AND due_on < $1 AND is_late_told = FALSE \
         ORDER BY due_on, id LIMIT {limit}"
    );
    tx.column(&sql, vec![today.to_string().into()]).await
}

pub(super) async fn set_told(tx: &Tx, table: &str, id: Uuid) -> Result<()> {
    tx.run(&format!("UPDATE {table} SET is_late_told = TRUE WHERE id = $1"), vec![id.into()]).await?;
    Ok(())
}
