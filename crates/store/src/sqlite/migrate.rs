//! Opening the file: looked at first, touched only when it is ours and not newer than this program.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::{connect, fault};
use crate::lock::{private_file, sync_folder};
use crate::migrate::{KEPT, Kept, PROGRAM, TABLE, pending};
use crate::{Migration, StoreError};

/// A writing connection to a database that has run every known migration.
pub(super) fn open_current(folder: &Path, file: &Path, known: &[Migration]) -> Result<Connection, StoreError> {
    // A file of length zero is one whose making was cut short.
    let old = file.metadata().is_ok_and(|data| data.len() > 0);
    if old {
        let onlooker = connect::onlooker(file)?;
        refuse_foreign(&onlooker)?;
        pending(&kept(&onlooker)?, known)?;
    } else {
        drop(private_file(file)?);
    }
    let mut connection = connect::writer(file)?;
    // Not only on a new file: the making may have been cut short just before this.
    if connect::pragma::<i32>(&connection, "application_id")? != connect::APPLICATION_ID {
        connection.pragma_update(None, "application_id", connect::APPLICATION_ID).map_err(fault::sort)?;
    }
    take_over_log(&connection)?;
    run(&mut connection, known)?;
    // By now the log is there. SQLite syncs its name too but ignores the answer, and a log without a name is lost in a power
    // cut with every commit in it.
    sync_folder(folder)?;
    Ok(connection)
}

/// A log that was left behind is carried over and cut before anything is acknowledged on top of it. After a sync that failed the
/// system counts its lost pages as written: they are read well until the power goes, and a log with a hole ends at the hole, with
/// all that was appended behind it. Without space it waits; a log that can still be read is no reason not to start.
fn take_over_log(connection: &Connection) -> Result<(), StoreError> {
    match connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(fault::sort) {
        Err(StoreError::Full(error)) => {
            tracing::warn!(error = &*error, "the log could not be carried over: there is no space left");
            Ok(())
        }
        other => other,
    }
}

fn refuse_foreign(connection: &Connection) -> Result<(), StoreError> {
    let id: i32 = connect::pragma(connection, "application_id")?;
    // Zero is what a database has whose making was cut short before its mark was written.
    if id == connect::APPLICATION_ID || (id == 0 && tables(connection)? == 0) {
        return Ok(());
    }
    Err(StoreError::Unfit("candor.db in that folder was made by another program".into()))
}

fn tables(connection: &Connection) -> Result<i64, StoreError> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(fault::sort)
}

fn kept(connection: &Connection) -> Result<Vec<Kept>, StoreError> {
    if !connection.table_exists(None, "candor_migration").map_err(fault::sort)? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare(KEPT).map_err(fault::sort)?;
    let rows = statement.query_map([], |row| Ok(Kept { number: row.get(0)?, checksum: row.get(1)? })).map_err(fault::sort)?;
    rows.collect::<Result<_, _>>().map_err(fault::sort)
}

/// Each migration and the note that it ran are one transaction.
fn run(connection: &mut Connection, known: &[Migration]) -> Result<(), StoreError> {
    connection.execute_batch(TABLE).map_err(fault::sort)?;
    for migration in pending(&kept(connection)?, known)? {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault::sort)?;
        transaction.execute_batch(&migration.sql_with("BLOB", "INTEGER")).map_err(fault::sort)?;
        transaction
            .execute(
                "INSERT INTO candor_migration (number, name, checksum, program) VALUES (?1, ?2, ?3, ?4)",
                (migration.number, migration.name, migration.checksum(), PROGRAM),
            )
            .map_err(fault::sort)?;
        transaction.commit().map_err(fault::sort)?;
        tracing::info!(number = migration.number, name = migration.name, "migration done");
    }
    Ok(())
}
