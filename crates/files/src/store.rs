//! The blob store: bytes under their SHA-256, on a local folder or an S3 bucket. What a blob is attached to, and
//! whether it may be deleted, is not known here.
//!
//! A blob is first spooled to a file while it is hashed and counted, then published under its final name in one step.
//! So a name never shows half a blob, equal blobs are kept once, and memory stays flat.

mod local;
mod s3;

use std::fmt;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::media::MediaType;
use crate::sniff;

/// Where in a bucket blobs lie.
const PREFIX: &str = "files";

/// A bucket for something else than blobs: what lies under `prefix` of it. Errors: settings that no client can be made of.
pub fn bucket(config: &S3Config, prefix: &str) -> Result<Arc<dyn ObjectStore>> {
    s3::open(config, prefix)
}

/// Where blobs live.
#[derive(Debug, Clone)]
pub enum StoreConfig {
    /// A folder of this machine; made when absent.
    Local {
        /// The folder; nothing else should live in it.
        dir: PathBuf,
    },
    /// A bucket of an S3-compatible server; it must exist.
    S3(S3Config),
}

/// How to reach an S3 bucket. Keys are under `files/`, so that the bucket can serve other purposes too.
#[derive(Clone)]
pub struct S3Config {
    /// `https://s3.example.org`
    pub endpoint: String,
    /// Name of the bucket.
    pub bucket: String,
    /// Region in the server's own words; `us-east-1` where it has none.
    pub region: String,
    /// Access key id.
    pub access_key: String,
    /// Secret access key; never printed.
    pub secret_key: String,
    /// Allows an `http://` endpoint: only for a server on the same machine or a closed network.
    pub allow_http: bool,
}

impl fmt::Debug for S3Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Config")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .field("region", &self.region)
            .field("allow_http", &self.allow_http)
            .finish_non_exhaustive()
    }
}

const SPOOL_BUFFER: usize = 256 * 1024;

/// A blob as it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its name.
    pub sha256: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// What its bytes say it is.
    pub sniffed: MediaType,
}

/// A blob, or a part of one, on its way out.
pub struct Blob {
    /// Size of the whole blob in bytes.
    pub size_bytes: u64,
    /// The part that `stream` carries: `0..size_bytes` for the whole.
    pub range: Range<u64>,
    /// The bytes, in order.
    pub stream: BoxStream<'static, Result<Bytes>>,
}

/// Name and size of a blob in a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub sha256: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// The blob store. Cheap to clone; all clones share one connection pool.
#[derive(Clone, Debug)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    /// The folder of a local store; nothing for S3.
    root: Option<PathBuf>,
}

/// A blob that has arrived whole, on the disk, and is not yet published; it vanishes with this value.
#[derive(Debug)]
pub struct Spooled {
    /// What it is; nothing has that name yet.
    pub stored: Stored,
    file: NamedTempFile,
}

impl Spooled {
    /// A reader of the spooled bytes from the beginning; it lasts although the blob is published meanwhile.
    pub fn reader(&self) -> Result<BufReader<File>> {
        let io = |error: std::io::Error| Error::from_io(&error, "opening a spooled file");
        Ok(BufReader::new(self.file.reopen().map_err(io)?))
    }
}

/// Spools what is written into it, for work that blocks; [`SpoolWriter::finish`] makes a blob of it.
pub struct SpoolWriter {
    file: BufWriter<NamedTempFile>,
    hasher: Sha256,
    size_bytes: u64,
    limit_bytes: u64,
    /// What went wrong first: whoever wrote may say it in words of its own.
    failed: Option<Error>,
}

impl SpoolWriter {
    /// What was written. Errors: `TooLarge` past the limit, and those of the disk.
    pub fn finish(self) -> Result<Spooled> {
        if self.size_bytes > self.limit_bytes {
            return Err(Error::too_large(self.limit_bytes));
        }
        if let Some(error) = self.failed {
            return Err(error);
        }
        let io = |error: std::io::Error| Error::from_io(&error, "spooling an upload");
        let file = self.file.into_inner().map_err(|error| io(error.into_error()))?;
        recognised(file, Digest::from(self.hasher), self.size_bytes)
    }
}

impl Write for SpoolWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.size_bytes = self.size_bytes.saturating_add(bytes.len() as u64);
        if self.size_bytes > self.limit_bytes {
            return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "past the limit of the spool"));
        }
        self.hasher.update(bytes);
        match self.file.write_all(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                self.failed = Some(Error::from_io(&error, "spooling an upload"));
                Err(error)
            }
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

fn recognised(file: NamedTempFile, sha256: Digest, size_bytes: u64) -> Result<Spooled> {
    let io = |error: std::io::Error| Error::from_io(&error, "spooling an upload");
    let reader = BufReader::new(file.reopen().map_err(io)?);
    // Recognising reads a directory; how much may come out of a file is for whoever lets it in.
    let limits = Limits { max_unpacked_bytes: u64::MAX, ..Limits::default() };
    let sniffed = sniff::sniff_reader(reader, &limits)?;
    Ok(Spooled { stored: Stored { sha256, size_bytes, sniffed }, file })
}

impl Store {
    /// Opens the store. A local folder is made when absent; an S3 server is not contacted yet, so that a node starts
    /// while it is away (`check` contacts it). Errors: `PermissionDenied`, `StorageFull`, `Misconfigured`.
    pub fn open(config: &StoreConfig) -> Result<Self> {
        match config {
            StoreConfig::Local { dir } => {
                let (objects, root) = local::open(dir)?;
                Ok(Self { objects, root: Some(root) })
            }
            StoreConfig::S3(config) => Ok(Self { objects: s3::open(config, PREFIX)?, root: None }),
        }
    }

    /// Asks the store for something small, so that a wrong address, key or right shows before the first upload.
    pub async fn check(&self) -> Result<()> {
        let probe = Digest::of(b"");
        self.exists(&probe).await?;
        self.objects.list(None).try_next().await?;
        Ok(())
    }

    /// Stores what `stream` carries, at most `limit_bytes`. When this returns, the blob survives a power cut. An equal
    /// blob is kept once. Errors: `TooLarge`, `Interrupted` when the stream fails, and those of the store; nothing is
    /// kept then.
    pub async fn put_stream<S, E>(&self, stream: S, limit_bytes: u64) -> Result<Stored>
    where
        S: Stream<Item = std::result::Result<Bytes, E>>,
        E: fmt::Display,
    {
        let spooled = self.spool(stream, limit_bytes).await?;
        self.publish(spooled).await
    }

    /// Stores bytes that are in memory already; see [`put_stream`](Self::put_stream).
    pub async fn put_bytes(&self, bytes: impl Into<Bytes>) -> Result<Stored> {
        let bytes = bytes.into();
        let limit = bytes.len() as u64;
        self.put_stream(futures_util::stream::iter([Ok::<_, std::convert::Infallible>(bytes)]), limit).await
    }

    /// The whole blob. Errors: `NotFound`, and those of the store.
    pub async fn get_stream(&self, digest: &Digest) -> Result<Blob> {
        self.get(digest, GetOptions::default()).await
    }

    /// The bytes `range` of a blob (RFC 9110, range requests); an end past the blob is cut to its size. Errors:
    /// `NotFound`, `Damaged` for a range that begins past the end, and those of the store.
    pub async fn get_range(&self, digest: &Digest, range: Range<u64>) -> Result<Blob> {
        let size_bytes = self.size(digest).await?.ok_or_else(|| not_found(digest))?;
        let range = range.start..range.end.min(size_bytes);
        if range.is_empty() {
            return Err(Error::with_message(
                ErrorKind::Damaged,
                "Dosyanın istenen bölümü yok. Dosyayı baştan indirin.",
                format!("range {range:?} of {size_bytes} bytes"),
            ));
        }
        self.get(digest, GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() }).await
    }

    /// The whole blob in memory, at most `limit_bytes`. Errors: `TooLarge`, `NotFound`, and those of the store.
    pub async fn get_bytes(&self, digest: &Digest, limit_bytes: u64) -> Result<Bytes> {
        let blob = self.get_stream(digest).await?;
        if blob.size_bytes > limit_bytes {
            return Err(Error::too_large(limit_bytes));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(blob.size_bytes).unwrap_or_default());
        let mut stream = blob.stream;
        while let Some(chunk) = stream.try_next().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.into())
    }

    /// Is the blob there?
    pub async fn exists(&self, digest: &Digest) -> Result<bool> {
        Ok(self.size(digest).await?.is_some())
    }

    /// Size of the blob in bytes; nothing when it is not there.
    pub async fn size(&self, digest: &Digest) -> Result<Option<u64>> {
        match self.objects.head(&key(digest)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes the blob; one that is not there is no error. The caller has made sure that nothing refers to it and no
    /// hold is on it.
    pub async fn delete(&self, digest: &Digest) -> Result<()> {
        match self.objects.delete(&key(digest)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the blob and compares it with its name; returns its size in bytes. Errors: `Corrupt`, `NotFound`, and
    /// those of the store.
    pub async fn verify(&self, digest: &Digest) -> Result<u64> {
        let mut blob = self.get_stream(digest).await?;
        let mut hasher = Sha256::new();
        let mut size_bytes = 0;
        while let Some(chunk) = blob.stream.try_next().await? {
            hasher.update(&chunk);
            size_bytes += chunk.len() as u64;
        }
        let found = Digest::from(hasher);
        if found == *digest {
            Ok(size_bytes)
        } else {
            Err(Error::new(ErrorKind::Corrupt, format!("blob {digest} has the bytes of {found}")))
        }
    }

    /// Every blob, in no order, for a backup or a check. Files of other origin in the folder are passed over.
    pub fn list(&self) -> BoxStream<'static, Result<Listed>> {
        let blobs = self.objects.list(None).map_err(Error::from).try_filter_map(|meta| async move {
            Ok(Digest::from_fan_out(meta.location.as_ref())
                .map(|sha256| Listed { sha256, size_bytes: meta.size }))
        });
        blobs.boxed()
    }

    /// Removes spool files that a killed process left before `before`; returns how many. S3 has none.
    pub async fn sweep_spool(&self, before: SystemTime) -> Result<usize> {
        let Some(root) = self.root.clone() else { return Ok(0) };
        blocking(move || local::sweep(&root, before)).await
    }

    /// Takes the stream to a spool file, hashing and counting; nothing of it is visible in the store yet. Memory does not grow
    /// with it. Errors: `TooLarge` past the limit, `Interrupted`, and those of the disk.
    pub async fn spool<S, E>(&self, stream: S, limit_bytes: u64) -> Result<Spooled>
    where
        S: Stream<Item = std::result::Result<Bytes, E>>,
        E: fmt::Display,
    {
        let root = self.root.clone();
        let file = blocking(move || local::spool_file(root.as_deref())).await?;
        let io = |error: std::io::Error| Error::from_io(&error, "spooling an upload");
        let mut writer = tokio::fs::File::from_std(file.reopen().map_err(io)?);
        let mut hasher = Sha256::new();
        let mut size_bytes: u64 = 0;
        let mut stream = std::pin::pin!(stream);
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| Error::new(ErrorKind::Interrupted, error.to_string()))?;
            size_bytes = size_bytes.saturating_add(chunk.len() as u64);
            if size_bytes > limit_bytes {
                return Err(Error::too_large(limit_bytes));
            }
            hasher.update(&chunk);
            writer.write_all(&chunk).await.map_err(io)?;
        }
        writer.flush().await.map_err(io)?;
        let sha256 = Digest::from(hasher);
        blocking(move || recognised(file, sha256, size_bytes)).await
    }

    /// A spool file to write to; blocks. What is past the limit is refused while it is written. Errors: those of the disk.
    pub fn spool_writer(&self, limit_bytes: u64) -> Result<SpoolWriter> {
        let file = BufWriter::with_capacity(SPOOL_BUFFER, local::spool_file(self.root.as_deref())?);
        Ok(SpoolWriter { file, hasher: Sha256::new(), size_bytes: 0, limit_bytes, failed: None })
    }

    /// Gives a spooled blob its final name, without asking whether it may come in: see [`crate::check_upload`].
    pub async fn publish(&self, spooled: Spooled) -> Result<Stored> {
        let stored = spooled.stored;
        match self.root.clone() {
            Some(root) => {
                let place = root.join(stored.sha256.fan_out());
                blocking(move || local::publish(spooled.file, &root, &place, stored.size_bytes)).await?;
            }
            None if self.size(&stored.sha256).await? == Some(stored.size_bytes) => {}
            None => {
                let reader = spooled.file.reopen().map_err(|error| Error::from_io(&error, "spooled file"))?;
                s3::upload(&self.objects, &key(&stored.sha256), reader, stored.size_bytes).await?;
            }
        }
        tracing::debug!(sha256 = %stored.sha256, size_bytes = stored.size_bytes, "blob stored");
        Ok(stored)
    }

    async fn get(&self, digest: &Digest, options: GetOptions) -> Result<Blob> {
        let found = self.objects.get_opts(&key(digest), options).await?;
        let (size_bytes, range) = (found.meta.size, found.range.clone());
        Ok(Blob { size_bytes, range, stream: found.into_stream().map_err(Error::from).boxed() })
    }
}

fn key(digest: &Digest) -> Path {
    Path::from(digest.fan_out())
}

fn not_found(digest: &Digest) -> Error {
    Error::new(ErrorKind::NotFound, format!("blob {digest}"))
}

/// Runs file work where it may block.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::new(ErrorKind::Unavailable, format!("file work did not finish: {error}"))),
    }
}
