//! The S3 side of the store: the client's settings and the upload in parts.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, MultipartUpload, ObjectStore, ObjectStoreExt, RetryConfig};

use super::{S3Config, blocking};
use crate::error::{Error, ErrorKind, Result};

/// Size of one part in bytes: above S3's least (5 MiB), and 10,000 parts of it (S3's most) carry 80 GB. A smaller blob
/// goes in one request.
const PART_BYTES: u64 = 8 * 1024 * 1024;

/// The bucket, as if it had nothing but what lies under `prefix`.
pub(super) fn open(config: &S3Config, prefix: &str) -> Result<Arc<dyn ObjectStore>> {
    // The process may have chosen its provider already; then that one serves.
    let _already_chosen = rustls::crypto::ring::default_provider().install_default();
    let client = ClientOptions::new()
        .with_allow_http(config.allow_http)
        .with_connect_timeout(Duration::from_secs(5))
        .with_timeout(Duration::from_secs(120));
    let retry = RetryConfig {
        backoff: BackoffConfig { max_backoff: Duration::from_secs(2), ..BackoffConfig::default() },
        max_retries: 4,
        retry_timeout: Duration::from_secs(20),
    };
    let bucket = AmazonS3Builder::new()
        .with_endpoint(config.endpoint.trim_end_matches('/'))
        .with_bucket_name(&config.bucket)
        .with_region(&config.region)
        .with_access_key_id(&config.access_key)
        .with_secret_access_key(&config.secret_key)
        .with_client_options(client)
        .with_retry(retry)
        .build()
        .map_err(|error| Error::new(ErrorKind::Misconfigured, error.to_string()))?;
    Ok(Arc::new(PrefixStore::new(bucket, prefix)))
}

/// Uploads `file` under `key`. The name shows only the whole blob: S3 publishes a multipart upload when it is
/// completed. Two uploads of one blob at once write the same bytes, so the order does not matter.
pub(super) async fn upload(
    objects: &Arc<dyn ObjectStore>,
    key: &Path,
    file: File,
    size_bytes: u64,
) -> Result<()> {
    if size_bytes <= PART_BYTES {
        let (_, bytes) = next_part(file).await?;
        objects.put(key, bytes.into()).await?;
        return Ok(());
    }
    let mut parts = objects.put_multipart(key).await?;
    match upload_parts(parts.as_mut(), file).await {
        Ok(()) => Ok(()),
        Err(error) => {
            // The server forgets an upload that is never completed by its own rule; aborting only frees space sooner.
            if let Err(abort) = parts.abort().await {
                tracing::warn!(error = %abort, "an unfinished upload stays on the S3 server");
            }
            Err(error)
        }
    }
}

async fn upload_parts(parts: &mut dyn MultipartUpload, mut file: File) -> Result<()> {
    loop {
        let (rest, bytes) = next_part(file).await?;
        if bytes.is_empty() {
            break;
        }
        parts.put_part(bytes.into()).await?;
        file = rest;
    }
    parts.complete().await?;
    Ok(())
}

async fn next_part(file: File) -> Result<(File, Bytes)> {
    blocking(move || {
        let mut bytes = Vec::new();
        let mut part = file.take(PART_BYTES);
        part.read_to_end(&mut bytes).map_err(|error| Error::from_io(&error, "reading a spooled file"))?;
        Ok((part.into_inner(), bytes.into()))
    })
    .await
}
