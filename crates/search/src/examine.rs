//! How an index is, seen from outside: for an operator who asks while a server may be keeping it. Reads only.

use std::path::Path;

use kernel::{Db, Error, Instant, Registry, Result};
use tantivy::directory::MmapDirectory;
use uuid::Uuid;

use crate::fields::{declaration, kinds};
use crate::follow::{Place, QUIET, is_of_database};
use crate::store;

/// Acts that are counted.
const MOST_BEHIND: u32 = 10_000;

/// What is found in the folder of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Examined {
    /// Nothing yet; the next server makes it.
    Missing,
    /// It cannot be read; a server throws it away and makes it again.
    Broken(String),
    /// Made from another database or by another version; a server makes it again.
    Foreign,
    /// Being made: so many records of about so many were in it at the last commit.
    Building { done: u64, of: u64 },
    /// So many sealed acts about its records are not in it, counted up to 10,000; the first of them began then.
    Following { behind: usize, since: Option<Instant> },
}

/// Looks at the index in this folder, which need not be there.
pub async fn examine(folder: &Path, registry: &Registry, db: &Db) -> Result<Examined> {
    if !folder.exists() {
        return Ok(Examined::Missing);
    }
    let owned = folder.to_path_buf();
    let payload = match tokio::task::spawn_blocking(move || payload(&owned)).await.map_err(Error::internal)? {
        Ok(Some(payload)) => payload,
        Ok(None) => return Ok(Examined::Missing),
        Err(error) => return Ok(Examined::Broken(error.to_string())),
    };
    let place = Place::parse(&payload).filter(|place| place.declared == declaration(registry));
    let place = match place {
        Some(place) if is_of_database(&place, db).await? => place,
        _ => return Ok(Examined::Foreign),
    };
    if let Some(building) = &place.building {
        return Ok(Examined::Building { done: building.committed, of: building.of });
    }
    let about: Vec<&str> = kinds(registry).iter().map(|kind| kind.id).collect();
    let known = Uuid::from_u128(u128::from(place.known_ms) << 80);
    let missing =
        store::behind(db, (about.as_slice(), QUIET.as_slice()), (place.seal, known), MOST_BEHIND).await?;
    let since = missing.first().map(|id| Instant(crate::follow::began_ms(*id) as i64 * 1_000));
    Ok(Examined::Following { behind: missing.len(), since })
}

/// What the last commit says of its place; `None` where there is no index.
fn payload(folder: &Path) -> tantivy::Result<Option<String>> {
    let directory = MmapDirectory::open(folder)?;
    if !tantivy::Index::exists(&directory)? {
        return Ok(None);
    }
    let index = tantivy::Index::open(directory)?;
    Ok(Some(index.load_metas()?.payload.unwrap_or_default()))
}
