//! What can go wrong in the store, sorted by what the caller must do about it.

use std::path::PathBuf;

/// The error underneath, kept as a source and never formatted into the text.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process drives this folder. Two on one file would lose inputs.
    #[error("the folder {} is in use by another Candor process: stop that one, or choose another folder", folder.display())]
    Locked { folder: PathBuf },
    /// Another process is the writer of this database. Two would number the same entries.
    #[error("another Candor works on this database: stop that one, or choose another database")]
    Claimed,
    /// The database was written by a newer program. It has not been touched.
    #[error("the database has version {found} and this program knows up to {known}: start the newer program")]
    NewerVersion { found: i64, known: i64 },
    /// A migration in the database is not the one this program carries under that number. Nothing has been touched.
    #[error("migration {number} in the database differs from the one in this program: use the program that made the database")]
    UnknownMigration { number: i64 },
    /// No space. The transaction is rolled back and the writer goes on working once there is space again.
    #[error("the store has no space left: free some, nothing was written")]
    Full(#[source] Source),
    /// The disk or the file cannot be trusted. Stop acknowledging, exit, come back through recovery; never try the sync again.
    #[error("the store is broken and must not be written to any more")]
    Broken(#[source] Source),
    /// The database is away or too busy. Nothing was written; try again later.
    #[error("the database is not available at the moment")]
    Unavailable(#[source] Source),
    /// The connection was lost while committing. Whether the commit happened must be found out by reading.
    #[error("the outcome of the last commit is unknown")]
    Ambiguous(#[source] Source),
    /// A constraint refused the change, or a guarded statement changed no row. The whole transaction is rolled back.
    #[error("the change contradicts what is stored")]
    Conflict(#[source] Source),
    /// A value or a setting that this store cannot take, with the reason.
    #[error("the store cannot accept this: {0}")]
    Unfit(String),
    #[error("internal error of the store")]
    Internal(#[source] Source),
}

impl StoreError {
    /// Whether trying the same again later may succeed. `Ambiguous` is not transient: trying again may write twice.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Full(_) | Self::Unavailable(_))
    }

    pub fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }

    /// Errors of files and folders beside the database.
    pub(crate) fn from_io(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        let eio = rustix::io::Errno::IO.raw_os_error();
        match error.kind() {
            StorageFull | QuotaExceeded => Self::Full(error.into()),
            _ if error.raw_os_error() == Some(eio) => Self::Broken(error.into()),
            _ => Self::Internal(error.into()),
        }
    }
}
