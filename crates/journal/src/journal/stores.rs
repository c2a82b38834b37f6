//! Where files lie: what this node has not handed over yet on its own disk, everything else in the store of all
//! nodes, under the same names. Whoever reads asks the one, then the other.

use crate::error::{Error, Result};
use bytes::Bytes;
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// The two places.
#[derive(Debug, Clone)]
pub struct Stores {
    /// This node's disk.
    pub own: Arc<dyn ObjectStore>,
    /// All nodes'.
    pub all: Arc<dyn ObjectStore>,
}

fn is_missing<T>(result: &object_store::Result<T>) -> bool {
    matches!(result, Err(object_store::Error::NotFound { .. }))
}

impl Stores {
    /// What was read, or `None` when there is no such file.
    pub fn found<T>(read: Result<T>) -> Result<Option<T>> {
        match read {
            Err(Error::Store(object_store::Error::NotFound { .. })) => Ok(None),
            read => Ok(Some(read?)),
        }
    }

    /// Parts of a file.
    pub async fn ranges(&self, path: &str, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        if ranges.is_empty() {
            return Ok(Vec::new());
        }
        let path = Path::from(path);
        // A file moves from the one to the other and never back, so that the second answer is the last word.
        match self.own.get_ranges(&path, ranges).await {
            found if is_missing(&found) => Ok(self.all.get_ranges(&path, ranges).await?),
            found => Ok(found?),
        }
    }

    /// One part of a file.
    pub async fn range(&self, path: &str, range: Range<u64>) -> Result<Bytes> {
        let parts = self.ranges(path, &[range]).await?;
        parts.into_iter().next().ok_or_else(|| Error::damaged(path, "a part is missing"))
    }

    /// A whole file.
    pub async fn whole(&self, path: &str) -> Result<Bytes> {
        let at = Path::from(path);
        match self.own.get(&at).await {
            found if is_missing(&found) => Ok(self.all.get(&at).await?.bytes().await?),
            found => Ok(found?.bytes().await?),
        }
    }

    /// Paths and sizes of the files under a folder, sorted.
    pub async fn list(&self, folder: &str) -> Result<Vec<(String, u64)>> {
        let (mut found, folder) = (BTreeMap::new(), Path::from(folder));
        // In this order: what moves meanwhile is seen in both and counted once.
        for store in [&self.own, &self.all] {
            let listed: Vec<_> = store.list(Some(&folder)).try_collect().await?;
            let named = listed.into_iter().map(|it| (it.location.to_string(), it.size));
            // What is being written beside its name is not there yet.
            found.extend(named.filter(|(path, _)| !path.ends_with(".new")));
        }
        Ok(found.into_iter().collect())
    }

    /// Names of the folders within a folder.
    pub async fn folders(&self, folder: &str) -> Result<BTreeSet<String>> {
        let (mut found, folder) = (BTreeSet::new(), Path::from(folder));
        for store in [&self.own, &self.all] {
            let listed = store.list_with_delimiter(Some(&folder)).await?;
            found.extend(listed.common_prefixes.iter().filter_map(|it| Some(it.filename()?.to_owned())));
        }
        Ok(found)
    }

    /// Hands a file over to all nodes; an equal one may be there already.
    pub async fn hand_over(&self, path: &str) -> Result<()> {
        let bytes = self.own.get(&Path::from(path)).await?.bytes().await?;
        match self.put_new(path, bytes).await? {
            true => Ok(()),
            false => Err(Error::damaged(path, "another file is there: do two nodes have one name?")),
        }
    }

    /// Puts a file where all nodes see it, never over another; whether it, or an equal one, is there now.
    pub async fn put_new(&self, path: &str, bytes: Bytes) -> Result<bool> {
        let (at, options) = (Path::from(path), PutOptions::from(PutMode::Create));
        match self.all.put_opts(&at, PutPayload::from_bytes(bytes.clone()), options).await {
            // A put that was tried again after its answer was lost finds itself.
            Err(object_store::Error::AlreadyExists { .. }) => {
                Ok(self.all.get(&at).await?.bytes().await? == bytes)
            }
            put => Ok(put.map(|_| true)?),
        }
    }

    /// Removes a file, of this disk only or of all nodes; one that is gone is no error.
    pub async fn remove(store: &dyn ObjectStore, path: &str) -> Result<()> {
        match store.delete(&Path::from(path)).await {
            gone if is_missing(&gone) => Ok(()),
            gone => Ok(gone?),
        }
    }
}
