//! What can go wrong, in the words of whoever runs the journal.

/// The result of everything here.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The local disk refused: full, gone or not permitted.
    #[error("{doing}: {source}")]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The folder or bucket of segments refused.
    #[error("object store: {0}")]
    Store(#[from] object_store::Error),
    /// A file is not what this crate writes: damaged, or made by another program.
    #[error("{path}: {why}")]
    Damaged {
        /// Which file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// Segments cannot be made as fast as records come; the caller waits and tries again.
    #[error("segments are behind: wait and try again")]
    Behind,
    /// What the caller asks for cannot be: the sentence says why.
    #[error("{0}")]
    Refused(String),
}

impl Error {
    pub(crate) fn disk(doing: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |source| Self::Disk { doing, source }
    }

    pub(crate) fn damaged(path: impl Into<String>, why: impl ToString) -> Self {
        Self::Damaged { path: path.into(), why: why.to_string() }
    }
}
