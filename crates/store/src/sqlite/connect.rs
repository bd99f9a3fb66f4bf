//! How connections are opened and set.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::fault;
use crate::StoreError;

/// Marks the file as Candor's for whoever looks at it ("Cndr").
pub(super) const APPLICATION_ID: i32 = 0x436e_6472;

/// Older libraries can corrupt the log when a checkpoint and a write meet.
const OLDEST_LIBRARY: i32 = 3_051_003;

pub(super) fn refuse_old_library(version: i32) -> Result<(), StoreError> {
    if version < OLDEST_LIBRARY {
        return Err(StoreError::Unfit(format!("SQLite {version}: 3.51.3 or later is needed, older ones can corrupt the log")));
    }
    Ok(())
}

/// The writing connection. The log is never cleared by SQLite on its own (see `writing`), and the file is never mapped into
/// memory, because a stray write there would go to disk unseen.
pub(super) fn writer(file: &Path) -> Result<Connection, StoreError> {
    let connection = open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA wal_autocheckpoint = 0;
             PRAGMA journal_size_limit = 67108864;
             PRAGMA cache_size = -24576;
             PRAGMA mmap_size = 0;
             PRAGMA temp_store = MEMORY;",
        )
        .map_err(fault::sort)?;
    // A pragma that is not obeyed says nothing, so the two that our promise stands on are read back.
    let mode: String = pragma(&connection, "journal_mode")?;
    let synchronous: i64 = pragma(&connection, "synchronous")?;
    if mode != "wal" || synchronous != 2 {
        return Err(StoreError::Unfit(format!("journal mode {mode}, synchronous {synchronous}: is this a network folder?")));
    }
    Ok(connection)
}

/// The connection that carries the log over. It syncs the log before and the file after, as the writing one would.
pub(super) fn carrier(file: &Path) -> Result<Connection, StoreError> {
    let connection = open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -64; PRAGMA mmap_size = 0;")
        .map_err(fault::sort)?;
    Ok(connection)
}

pub(super) fn reader(file: &Path) -> Result<Connection, StoreError> {
    let connection = open(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection
        .execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;")
        .map_err(fault::sort)?;
    Ok(connection)
}

/// For looking at a database before we know whether it is ours to touch: closing it leaves file and log as they are.
pub(super) fn onlooker(file: &Path) -> Result<Connection, StoreError> {
    let connection = open(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(fault::sort)?;
    Ok(connection)
}

pub(super) fn pragma<T: rusqlite::types::FromSql>(connection: &Connection, name: &str) -> Result<T, StoreError> {
    connection.pragma_query_value(None, name, |row| row.get(0)).map_err(fault::sort)
}

/// Each connection is used by one thread at a time (a mutex or the pool sees to it), so SQLite need not lock it again.
#[expect(clippy::disallowed_methods, reason = "this is the one room that opens the database")]
fn open(file: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(fault::sort)?;
    connection.busy_timeout(Duration::from_secs(5)).map_err(fault::sort)?;
    connection.set_prepared_statement_cache_capacity(512);
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_library_is_refused() {
        assert!(matches!(refuse_old_library(3_040_001), Err(StoreError::Unfit(_))));
        assert!(matches!(refuse_old_library(3_051_002), Err(StoreError::Unfit(_))));
        assert!(refuse_old_library(3_051_003).is_ok());
        assert!(refuse_old_library(rusqlite::version_number()).is_ok());
    }
}
