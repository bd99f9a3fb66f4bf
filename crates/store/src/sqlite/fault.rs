//! SQLite's errors, sorted by what the caller must do.

use rusqlite::{Error, ErrorCode, ffi};

use crate::StoreError;

pub(super) fn sort(error: Error) -> StoreError {
    let (code, extended) = match &error {
        Error::SqliteFailure(inner, _) | Error::SqlInputError { error: inner, .. } => (inner.code, inner.extended_code),
        _ => return StoreError::internal(error),
    };
    match code {
        ErrorCode::DiskFull => StoreError::Full(error.into()),
        // The index of the log could not grow: this is how a full disk looks from there, and nothing was written.
        ErrorCode::SystemIoFailure if extended == ffi::SQLITE_IOERR_SHMSIZE => StoreError::Full(error.into()),
        // `ReadOnly`: the file was replaced, or its file system went read-only under us. Neither heals while we run.
        ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ReadOnly => {
            StoreError::Broken(error.into())
        }
        ErrorCode::ConstraintViolation => StoreError::Conflict(error.into()),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::OutOfMemory | ErrorCode::CannotOpen => {
            StoreError::Unavailable(error.into())
        }
        _ => StoreError::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(code: i32) -> StoreError {
        sort(Error::SqliteFailure(ffi::Error::new(code), None))
    }

    #[test]
    fn what_the_disk_says_decides_whether_we_go_on() {
        for code in [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_DIR_FSYNC, ffi::SQLITE_CORRUPT] {
            assert!(matches!(sorted(code), StoreError::Broken(_)), "{code}");
            assert!(!sorted(code).is_transient());
        }
        for code in [ffi::SQLITE_FULL, ffi::SQLITE_IOERR_SHMSIZE] {
            assert!(matches!(sorted(code), StoreError::Full(_)), "{code}");
            assert!(sorted(code).is_transient());
        }
        assert!(matches!(sorted(ffi::SQLITE_CONSTRAINT_PRIMARYKEY), StoreError::Conflict(_)));
        assert!(matches!(sorted(ffi::SQLITE_BUSY), StoreError::Unavailable(_)));
        assert!(matches!(sorted(ffi::SQLITE_ERROR), StoreError::Internal(_)));
    }
}
