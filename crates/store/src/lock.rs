//! The folder of an SQLite store: made private, and driven by one process at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use crate::StoreError;

/// Held as long as the store is open. The system lets go of it when the process ends, however it ends, so a crash leaves no
/// stale lock behind and the file itself is never deleted (deleting it would let two processes lock two different files).
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Makes the folder if needed and takes its lock, or says at once that somebody else has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, StoreError> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(StoreError::from_io)?;
        let file = private_file(&folder.join("candor.lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked { folder: folder.to_owned() }),
            Err(TryLockError::Error(error)) => Err(StoreError::from_io(error)),
        }
    }
}

/// Opens or makes a file that only its owner can read. SQLite gives its side files the mode of the database.
pub(crate) fn private_file(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path).map_err(StoreError::from_io)
}

/// Makes a new name in the folder survive a power cut.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(StoreError::from_io)
}
