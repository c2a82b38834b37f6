//! The folder side of the store: spool files, durable publishing and sweeping. Reading goes through `object_store`.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// Spool files lie beside the blobs, so that publishing is a rename and never a copy.
const SPOOL: &str = "tmp";

pub(super) fn open(dir: &Path) -> Result<(Arc<dyn ObjectStore>, PathBuf)> {
    let io = |error: io::Error| Error::from_io(&error, "opening the blob folder");
    fs::create_dir_all(dir.join(SPOOL)).map_err(io)?;
    let root = dir.canonicalize().map_err(io)?;
    sync_folder(&root).map_err(io)?;
    let objects = LocalFileSystem::new_with_prefix(&root)?;
    Ok((Arc::new(objects), root))
}

/// A new spool file: in the store's folder, or in the machine's temporary folder for S3.
pub(super) fn spool_file(root: Option<&Path>) -> Result<NamedTempFile> {
    let io = |error: io::Error| Error::from_io(&error, "making a spool file");
    let mut builder = tempfile::Builder::new();
    builder.prefix("upload-");
    match root {
        Some(root) => builder.tempfile_in(root.join(SPOOL)).map_err(io),
        None => builder.tempfile().map_err(io),
    }
}

/// Renames the spool file to `place` so that it survives a power cut: the bytes are on disk before the name is, and
/// the name before this returns. A blob that is there in full stays; one of another size is the wreck of a broken
/// disk or a foreign hand and is replaced.
pub(super) fn publish(file: NamedTempFile, root: &Path, place: &Path, size_bytes: u64) -> Result<()> {
    let io = |error: io::Error| Error::from_io(&error, "publishing a blob");
    let folder = place.parent().expect("a blob lies two folders below the root");
    if fs::metadata(place).is_ok_and(|found| found.len() == size_bytes) {
        return sync_folder(folder).map_err(io);
    }
    file.as_file().sync_all().map_err(io)?;
    make_folders(root, folder).map_err(io)?;
    file.persist(place).map_err(|error| io(error.error))?;
    sync_folder(folder).map_err(io)
}

/// Removes spool files last written before `before`.
pub(super) fn sweep(root: &Path, before: SystemTime) -> Result<usize> {
    let io = |error: io::Error| Error::from_io(&error, "sweeping the spool");
    let mut swept = 0;
    for entry in fs::read_dir(root.join(SPOOL)).map_err(io)? {
        let entry = entry.map_err(io)?;
        // A file may be published or swept by another process between the listing and the look at it.
        let Ok(meta) = entry.metadata() else { continue };
        if meta.is_file() && meta.modified().map_err(io)? < before && fs::remove_file(entry.path()).is_ok() {
            swept += 1;
        }
    }
    Ok(swept)
}

/// Makes the two fan-out folders and syncs every folder that got a new name.
fn make_folders(root: &Path, folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    if let Some(parent) = folder.parent() {
        sync_folder(parent)?;
    }
    sync_folder(root)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    // Only Unix can open a folder to sync it; elsewhere the rename itself has to do.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
