//! The installation's key: where it is, made once, and held against the database, so that two nodes with two keys or
//! a restore with a wrong one are noticed before the first secret is written that the other cannot read.

use std::io::Write;

use kernel::db::Sql;
use kernel::secret::Key;
use kernel::{Clock, Tx};

use crate::config::Config;

const FILE: &str = "belde.key";

/// Row of the settings that belongs to the key and tells nothing about it.
const CHECK: &str = "house.key_check";

/// The key of the configuration, or of the key file in the data folder; nothing when there is none yet.
pub fn known(config: &Config) -> kernel::Result<Option<Key>> {
    if !config.key.is_empty() {
        return Key::from_hex(&config.key).map(Some);
    }
    match std::fs::read_to_string(config.data.join(FILE)) {
        Ok(text) => Key::from_hex(&text).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The key, made at the first start. Whoever has a backup but not this key cannot read the encrypted fields.
pub fn known_or_new(config: &Config, clock: &Clock) -> kernel::Result<Key> {
    if let Some(key) = known(config)? {
        return Ok(key);
    }
    let key = Key::new(clock);
    // Temporary files are readable by their owner only.
    let mut file = tempfile::NamedTempFile::new_in(&config.data)?;
    file.write_all(key.to_hex().as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(config.data.join(FILE)) {
        Ok(_) => Ok(key),
        // Another process that started at the same time was first; its key is the one.
        Err(_) => known(config)?.ok_or_else(|| kernel::Error::internal("belde.key could not be made")),
    }
}

fn check_of(key: &Key) -> String {
    serde_json::Value::from(key.mark("belde database key check v1", b"")).to_string()
}

async fn noted(db: &impl Sql) -> kernel::Result<Option<String>> {
    db.scalar("SELECT value FROM setting WHERE key = $1", vec![CHECK.into()]).await
}

/// A database without a note agrees with any key.
pub async fn is_right(db: &impl Sql, key: &Key) -> kernel::Result<bool> {
    Ok(noted(db).await?.is_none_or(|noted| noted == check_of(key)))
}

/// Notes the key of a database that has none yet; refuses another one.
pub async fn agree(tx: &Tx, key: &Key) -> Result<(), Box<dyn std::error::Error>> {
    tx.without_event("which key the database has is no act of anybody");
    let sql = "INSERT INTO setting (key, value, version) VALUES ($1, $2, 1) ON CONFLICT (key) DO NOTHING";
    tx.run(sql, vec![CHECK.into(), check_of(key).into()]).await?;
    if is_right(tx, key).await? {
        return Ok(());
    }
    Err("the installation key (belde.key, or `key` of the configuration) is not the one this database was made with; \
         every node needs the same key, and a restored database that of the old installation"
        .into())
}

/// After a restore without the old key: the database takes the key that it meets next.
pub async fn forget(tx: &Tx) -> kernel::Result<()> {
    tx.without_event("which key the database has is no act of anybody");
    tx.run("DELETE FROM setting WHERE key = $1", vec![CHECK.into()]).await?;
    Ok(())
}
