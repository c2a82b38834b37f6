//! What can go wrong, as sentences for the operator at the command line.

use std::path::PathBuf;

pub type Outcome<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0} is there already; name another file or pass --overwrite")]
    FileExists(PathBuf),
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("{0} is no backup of Belde")]
    NotABackup(PathBuf),
    #[error("the archive is cut off: {0}; take it from where it is whole")]
    CutOff(String),
    #[error("the archive was changed or damaged: {0}; nothing was restored")]
    Changed(String),
    #[error(
        "the archive is of format {found}, this version of Belde reads up to {known}: install the newer version"
    )]
    NewerFormat { found: u32, known: u32 },
    #[error(
        "the archive was taken by a newer Belde ({version}); this version does not know {migration}: install the newer one"
    )]
    NewerSchema { version: String, migration: String },
    #[error("the database was made by a newer Belde: this version does not know {0}")]
    NewerDatabase(String),
    #[error(
        "the installation key does not fit: the archive belongs to another belde.key. Put that installation's key \
         file into the data folder (or its digits into the `key` of the configuration). If it is lost for good, \
         --without-key restores everything but what it encrypts: second factors must then be turned off with \
         `belde user disable-totp`"
    )]
    OtherKey,
    #[error(
        "the database is not empty: {tables} table(s) with {rows} row(s). --replace destroys all of them, for good"
    )]
    NotEmpty { tables: usize, rows: i64 },
    #[error(
        "the database holds tables of another program ({0}); a restore never removes those. Give Belde a database of its own"
    )]
    NotOurs(String),
    #[error("the restored table {0} does not have the rows of the archive; nothing was restored")]
    Differs(String),
    #[error("{0}")]
    House(#[from] kernel::Error),
    #[error("file store: {0}")]
    Store(#[from] files::Error),
}

impl Error {
    pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { path, source }
    }
}
