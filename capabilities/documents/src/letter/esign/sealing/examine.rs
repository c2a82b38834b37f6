//! What is written down about the municipality's own keys, for an operator.

use kernel::Result;
use kernel::db::Sql;

use super::store;

/// How the last uses went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeysStanding {
    /// Why the seal could not be used when it was last tried, in Turkish; empty where it could.
    pub seal_error: String,
    /// The same of the key that opens encrypted packages.
    pub opening_error: String,
    /// PINs that a module refused and that no server enters again.
    pub refused_pins: i64,
    /// Signed letters whose package waits for the seal, and PDFs that do.
    pub waiting: i64,
}

pub async fn examine(db: &impl Sql) -> Result<KeysStanding> {
    Ok(KeysStanding {
        seal_error: error(db, "seal").await?,
        opening_error: error(db, "decrypt").await?,
        refused_pins: store::count_refused(db).await?,
        waiting: store::count_waiting(db).await?,
    })
}

async fn error(db: &impl Sql, name: &str) -> Result<String> {
    Ok(store::standing(db, name).await?.map(|one| one.error).unwrap_or_default())
}
