//! The two texts of an archive that say what is in it: the head before the rows, the manifest after everything.

use kernel::schema::live::{Class, LiveTable};
use kernel::secret::Key;
use serde::{Deserialize, Serialize};

/// The present form of archives. A change that an older Belde could not read raises it.
pub const FORMAT: u32 = 1;

pub(crate) const HEAD: &str = "belde-backup.json";
pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const MARK: &str = "manifest.hmac";

/// First entry: what is needed before the first row can be read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Head {
    pub format: u32,
    /// Version of the Belde that took it.
    pub version: String,
    /// RFC 3339, UTC: the moment of the snapshot.
    pub taken_at: String,
    /// `sqlite` or `postgres`; for people, the restore does not ask.
    pub backend: String,
    /// Belongs to the installation's key and tells nothing about it.
    pub key_check: String,
    /// Ids of the schema's steps that the database had.
    pub migrations: Vec<String>,
    pub tables: Vec<TableHead>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableHead {
    pub name: String,
    pub columns: Vec<ColumnHead>,
    pub key: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnHead {
    pub name: String,
    pub class: Class,
}

impl From<&LiveTable> for TableHead {
    fn from(table: &LiveTable) -> Self {
        let columns = table.columns.iter();
        Self {
            name: table.name.clone(),
            columns: columns
                .map(|column| ColumnHead { name: column.name.clone(), class: column.class() })
                .collect(),
            key: table.key.clone(),
        }
    }
}

/// Entry before the last: what was written, to be compared with what is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// SHA-256 of the head's bytes.
    pub head_sha256: String,
    pub tables: Vec<TableSum>,
    pub files: FileSum,
    /// The last seal of the event log in the snapshot as NUMBER:HASH, for `belde verify --anchor`.
    pub anchor: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSum {
    pub name: String,
    pub rows: u64,
    /// SHA-256 over the lines of all rows, each with its line end.
    pub sha256: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSum {
    pub count: u64,
    pub bytes: u64,
    /// SHA-256 over the names (64 hexadecimal digits and a line end each) in the order of the archive.
    pub sha256: String,
    /// Files whose bytes were not those of their name when the backup read them; they are not restored.
    pub damaged: Vec<String>,
    /// Files that records speak of and the store did not have; at most the first hundred.
    pub missing: Vec<String>,
}

pub(crate) fn key_check(key: &Key) -> String {
    key.mark("belde backup key check v1", b"")
}

pub(crate) fn manifest_mark(key: &Key, manifest: &[u8]) -> String {
    key.mark("belde backup manifest v1", manifest)
}

/// Where the `chunk`th piece of a table's rows lies, from 1.
pub(crate) fn rows_name(table: &str, chunk: u32) -> String {
    format!("tables/{table}/{chunk:06}.jsonl.gz")
}
