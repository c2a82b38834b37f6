//! Queries about the keys of licences; only what is sealed is here.

use kernel::db::Sql;
use kernel::{Instant, Result, Tx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(Debug, FromQueryResult)]
pub(super) struct Sealed {
    pub sealed: String,
    pub set_at: Instant,
}

pub(super) async fn key_of(db: &impl Sql, licence: Uuid) -> Result<Option<Sealed>> {
    db.row("SELECT sealed, set_at FROM licence_key WHERE licence_id = $1", vec![licence.into()]).await
}

pub(super) async fn set_key(tx: &Tx, licence: Uuid, sealed: &str) -> Result<()> {
    let sql = "INSERT INTO licence_key (licence_id, sealed, set_at) VALUES ($1, $2, $3) \
               ON CONFLICT (licence_id) DO UPDATE SET sealed = excluded.sealed, set_at = excluded.set_at";
    tx.run(sql, vec![licence.into(), sealed.into(), tx.at().into()]).await?;
    Ok(())
}
