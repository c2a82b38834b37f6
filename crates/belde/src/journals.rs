//! Where the streams of this node lie, from the configuration: a folder of its own disk, and the folder or bucket of all nodes.

use std::io::Write;
use std::sync::Arc;

use access_logs::{AccessLogs, Doors, Place};
use kernel::secret::Key;
use kernel::{Clock, Error, Result};
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;

use crate::config::Config;
use crate::start::{bucket, store_refused};

/// Where in the bucket, and in the data folder, the streams lie.
const PREFIX: &str = "journal";
/// A node that never keeps a line.
const READER: &str = "reader";
/// File with the name of this node.
const NODE: &str = "node";

/// The service that keeps access logs; nothing is opened before its follower runs.
pub fn access_logs(config: &Config, clock: &Clock, key: &Key) -> Result<AccessLogs> {
    AccessLogs::new(Place {
        folder: config.data.join("journal-of-node").join("access_logs"),
        store: store(config)?,
        here: Some(node(config, clock)?),
        node: node(config, clock)?,
        key: key.clone(),
        doors: config.log_listen.parse().map_err(Error::internal)?,
        limits: journal::Limits::default(),
    })
}

/// The same for whoever only reads: it writes nothing but into a folder that goes with it, and no server is in its way.
pub fn reading_access_logs(config: &Config, key: &Key) -> Result<(AccessLogs, tempfile::TempDir)> {
    let folder = tempfile::tempdir()?;
    let logs = AccessLogs::new(Place {
        folder: folder.path().join("access_logs"),
        store: store(config)?,
        here: std::fs::read_to_string(config.data.join(NODE)).ok().map(|name| name.trim().to_owned()),
        node: READER.into(),
        key: key.clone(),
        doors: Doors::default(),
        limits: journal::Limits::default(),
    })?;
    Ok((logs, folder))
}

fn store(config: &Config) -> Result<Arc<dyn ObjectStore>> {
    if !config.s3_endpoint.is_empty() {
        return files::bucket(&bucket(config), PREFIX).map_err(store_refused);
    }
    let folder = config.data.join(PREFIX);
    std::fs::create_dir_all(&folder)?;
    let local = LocalFileSystem::new_with_prefix(folder).map_err(Error::internal)?;
    Ok(Arc::new(local.with_fsync(true)))
}

/// The name of this node, made at its first start: nodes that share a bucket write under names of their own.
fn node(config: &Config, clock: &Clock) -> Result<String> {
    let file = config.data.join(NODE);
    match std::fs::read_to_string(&file) {
        Ok(name) if !name.trim().is_empty() => return Ok(name.trim().to_owned()),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let name = format!("n{:08x}", u32::from_le_bytes(clock.random_bytes()));
    let mut made = tempfile::NamedTempFile::new_in(&config.data)?;
    made.write_all(name.as_bytes())?;
    made.as_file().sync_all()?;
    match made.persist_noclobber(&file) {
        Ok(_) => Ok(name),
        // Another process that started at the same time was first.
        Err(_) => Ok(std::fs::read_to_string(&file)?.trim().to_owned()),
    }
}
