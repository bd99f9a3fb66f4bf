//! PostgreSQL's errors, sorted by what the caller must do.

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::StoreError;

/// For everything before a `COMMIT` is on the wire: what got no answer did not happen.
pub(super) fn sort(error: Error) -> StoreError {
    let Some(state) = error.code() else {
        // Not from the server: the connection is gone, could not be made, or the driver refused.
        return if error.is_closed() || has_io(&error) {
            StoreError::Unavailable(error.into())
        } else {
            StoreError::internal(error)
        };
    };
    if *state == SqlState::DISK_FULL {
        return StoreError::Full(error.into());
    }
    match state.code().get(..2) {
        // Integrity constraints.
        Some("23") => StoreError::Conflict(error.into()),
        // Connection, transaction rollback (deadlock), resources, operator, lock not available, object not in the state.
        Some("08" | "40" | "53" | "55" | "57") => StoreError::Unavailable(error.into()),
        // Read-only: the address leads to a standby at the moment.
        Some("25") if *state == SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::Unavailable(error.into()),
        // System error (EIO) and corrupted data.
        Some("58" | "XX") if *state != SqlState::INTERNAL_ERROR => StoreError::Broken(error.into()),
        _ => StoreError::internal(error),
    }
}

/// Whether the server said that this statement did not happen. An operator's interruption of `COMMIT` itself does not say so.
pub(super) fn is_refusal(error: &Error, committing: bool) -> bool {
    let class = error.code().and_then(|state| state.code().get(..2));
    class.is_some_and(|class| !(committing && matches!(class, "08" | "57" | "58" | "XX")))
}

fn has_io(error: &Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.is::<std::io::Error>() {
            return true;
        }
        source = inner.source();
    }
    false
}
