//! Where an installation lives: its data folder, its database of either kind, its files in a folder or a bucket. All of
//! it is gone with the value.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use files::{S3Config, Store, StoreConfig};
use futures_util::TryStreamExt;
use kernel::Db;
use testkit::{DropDatabase, empty_postgresql};

use super::browser::Browser;

pub struct Place {
    folder: tempfile::TempDir,
    postgresql: Option<(String, DropDatabase)>,
    bucket: Option<Bucket>,
}

impl Place {
    /// A folder with SQLite and files beside it.
    pub fn sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), postgresql: None, bucket: None }
    }

    /// An empty PostgreSQL database, files in the folder; nothing without a server.
    pub async fn postgresql() -> Option<Self> {
        let mut place = Self::sqlite();
        place.postgresql = Some(empty_postgresql().await?);
        Some(place)
    }

    /// Files go to a bucket of their own; nothing without a server.
    pub async fn with_bucket(mut self) -> Option<Self> {
        self.bucket = Some(Bucket::make().await?);
        Some(self)
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder beside the data.
    pub fn beside(&self) -> &Path {
        self.folder.path()
    }

    pub fn database_url(&self) -> String {
        match &self.postgresql {
            Some((url, _)) => url.clone(),
            None => format!("sqlite:{}", self.data().join("belde.sqlite").display()),
        }
    }

    /// What a configuration would say, as the environment.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let mut settings = vec![
            ("BELDE_DATA", self.data().display().to_string()),
            ("BELDE_DATABASE", self.database_url()),
            ("BELDE_REQUESTS_PER_SECOND", "100000".into()),
        ];
        if let Some(bucket) = &self.bucket {
            settings.push(("BELDE_S3_ENDPOINT", bucket.endpoint.clone()));
            settings.push(("BELDE_S3_BUCKET", bucket.name.clone()));
            settings.push(("BELDE_S3_REGION", "us-east-1".into()));
            settings.push(("BELDE_S3_ACCESS_KEY", KEY.into()));
            settings.push(("BELDE_S3_SECRET_KEY", KEY.into()));
        }
        settings
    }

    /// The database, opened beside the servers.
    pub async fn db(&self) -> Db {
        Db::open(&self.database_url(), 2).await.unwrap()
    }

    pub fn store(&self) -> Store {
        match &self.bucket {
            Some(bucket) => bucket.store(),
            None => Store::open(&StoreConfig::Local { dir: self.data().join("files") }).unwrap(),
        }
    }
}

/// The peer takes any key.
const KEY: &str = "belde-test";

struct Bucket {
    endpoint: String,
    name: String,
}

impl Bucket {
    async fn make() -> Option<Self> {
        let Some(endpoint) = std::env::var("BELDE_TEST_S3").ok().filter(|endpoint| !endpoint.is_empty())
        else {
            eprintln!("skipped: BELDE_TEST_S3 is not set, no S3-compatible server to test against");
            return None;
        };
        let name =
            format!("belde-test-{}", uuid::Uuid::from_bytes(kernel::Clock::System.random_bytes()).simple());
        let bucket = Self { endpoint, name };
        assert_eq!(bucket.ask("PUT").await, 200, "{} makes no bucket", bucket.endpoint);
        Some(bucket)
    }

    async fn ask(&self, method: &str) -> u16 {
        let address: SocketAddr =
            self.endpoint.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
        Browser::at(address).send(method, &format!("/{}", self.name), "text/plain", b"").await.unwrap().status
    }

    fn store(&self) -> Store {
        let config = S3Config {
            endpoint: self.endpoint.clone(),
            bucket: self.name.clone(),
            region: "us-east-1".into(),
            access_key: KEY.into(),
            secret_key: KEY.into(),
            allow_http: true,
        };
        Store::open(&StoreConfig::S3(config)).unwrap()
    }

    async fn remove(self) {
        let store = self.store();
        let files: Vec<_> = store.list().try_collect().await.unwrap();
        for file in files {
            store.delete(&file.sha256).await.unwrap();
        }
        assert_eq!(self.ask("DELETE").await, 204);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(bucket) = self.bucket.take() else { return };
        // The test's own runtime may be ending; a thread of its own is not.
        let removed = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(bucket.remove());
        });
        if removed.join().is_err() {
            eprintln!("a bucket could not be removed");
        }
    }
}
