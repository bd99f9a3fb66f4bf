//! The one writing connection: transactions, and when its log is carried over into the file.
//!
//! A commit appends to the log and syncs it. Carrying the log over costs two more syncs and the writing of all changed pages;
//! SQLite would do it within every fiftieth commit or so, where it sits in the tail of everybody's latency, and swallow what goes
//! wrong. Here another thread is asked for it (see `carry`), when the desk is idle and when the log has grown to 64 MB.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use rusqlite::{CachedStatement, Connection};

use super::{Sqlite, bind, carry, fault};
use crate::writer::Kind;
use crate::{Query, StoreError, Tx, ValueRef};

/// Pages of 4 KiB in the log that are worth carrying over, whoever is waiting.
const MANY_PAGES: i64 = 16_384;
/// The disk does not keep up: so many, and commits wait for it, or the log would grow without a bound.
const TOO_MANY_PAGES: i64 = 4 * MANY_PAGES;
/// Pages that are worth it when nobody is waiting.
const SOME_PAGES: i64 = 1_000;
/// The log is measured every so many commits: measuring is cheap, not free.
const MEASURE_EVERY: u32 = 16;

pub(super) struct Side {
    connection: Connection,
    commits: u32,
}

impl Side {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, commits: 0 }
    }

    fn transact<R>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<R, StoreError>) -> Result<R, StoreError> {
        run(&self.connection, "BEGIN IMMEDIATE")?;
        // From here on, whatever happens (a panic in `work` too), dropping `tx` rolls back unless it has been committed.
        let tx = SqliteTx { connection: &self.connection, statements: Vec::new(), failed: false };
        let mut tx = Tx { kind: Kind::Sqlite(tx) };
        let result = work(&mut tx)?;
        if let Kind::Sqlite(tx) = tx.kind {
            tx.commit()?;
        }
        Ok(result)
    }

    /// Pages of the log that are not in the file yet.
    fn uncarried(&self) -> Result<i64, StoreError> {
        carry::checkpoint(&self.connection, carry::LOOK).map(|(log, done)| log - done)
    }

    /// Carries over here and now, in the time of whoever waits for a commit.
    fn carry_over(&self) -> Result<(), StoreError> {
        carry::checkpoint(&self.connection, carry::PASSIVE).map(drop)
    }
}

impl Sqlite {
    /// Runs `work` in one durable transaction: committed when it returns, or rolled back whole.
    pub(crate) fn transact<R>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<R, StoreError>) -> Result<R, StoreError> {
        self.writing(|side| {
            let result = side.transact(work)?;
            side.commits += 1;
            Ok(result)
        })
        .inspect(|_| self.after_commit(|side| self.keep_the_log_short(side)))
        // On a full disk the log's own space is what can be had back first: carried over, it is written from its start again.
        .inspect_err(|error| {
            if matches!(error, StoreError::Full(_)) {
                // The writer's turn first, then the carrier's, as everywhere: the other way round two writers wait for each other.
                self.after_commit(|side| {
                    let _none_begins = self.carrier.hold();
                    side.carry_over()
                });
            }
        })
    }

    /// For the desk when its queue is empty: has the log carried over if it is worth it.
    pub(crate) fn idle(&self) -> Result<(), StoreError> {
        // Nobody has written since, so a pass has left nothing to the next commit.
        self.carrier.has_passed();
        if self.writing(|side| side.uncarried())? >= SOME_PAGES {
            self.carrier.wake();
        }
        Ok(())
    }

    fn keep_the_log_short(&self, side: &mut Side) -> Result<(), StoreError> {
        if self.carrier.has_passed() {
            // What was written during the pass. After this the log begins again at its start, so it is not put off.
            side.commits = 0;
            return side.carry_over();
        }
        if side.commits < MEASURE_EVERY {
            return Ok(());
        }
        side.commits = 0;
        let pages = side.uncarried()?;
        if pages >= TOO_MANY_PAGES {
            let _waited_for = self.carrier.hold();
            return side.carry_over();
        }
        if pages >= MANY_PAGES {
            self.carrier.wake();
        }
        Ok(())
    }

    /// A commit that is on disk must be acknowledged whatever becomes of the log, so an error here is for the next one: a
    /// broken disk is remembered, a full one shows itself again.
    fn after_commit(&self, work: impl FnOnce(&mut Side) -> Result<(), StoreError>) {
        if let Err(error) = self.writing(work) {
            tracing::error!(error = &error as &dyn std::error::Error, "the log could not be carried over");
        }
    }

    /// A turn on the writing connection; none is given after the disk has once failed.
    fn writing<R>(&self, work: impl FnOnce(&mut Side) -> Result<R, StoreError>) -> Result<R, StoreError> {
        // A panic in a transaction rolled it back on its way, so the connection behind a poisoned lock is sound.
        let mut side = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.broken.load(Ordering::Relaxed) {
            return Err(StoreError::Broken("an earlier write failed; restart to recover".into()));
        }
        let result = work(&mut side);
        if matches!(result, Err(StoreError::Broken(_))) {
            self.broken.store(true, Ordering::Relaxed);
        }
        result
    }
}

/// A transaction under way. Statements are fetched from the connection's cache once per transaction and then found by the
/// query's slot, so that a row costs no hashing of texts.
pub(crate) struct SqliteTx<'c> {
    connection: &'c Connection,
    statements: Vec<Option<CachedStatement<'c>>>,
    failed: bool,
}

impl SqliteTx<'_> {
    /// Runs one statement and says how many rows it changed.
    pub(crate) fn exec(&mut self, query: &Query, params: &[ValueRef<'_>]) -> Result<u64, StoreError> {
        let result = self.try_exec(query, params);
        self.failed |= result.is_err();
        result
    }

    pub(crate) fn fail(&mut self) {
        self.failed = true;
    }

    fn try_exec(&mut self, query: &Query, params: &[ValueRef<'_>]) -> Result<u64, StoreError> {
        let slot = query.slot();
        if slot >= self.statements.len() {
            self.statements.resize_with(slot + 1, || None);
        }
        let statement = match &mut self.statements[slot] {
            Some(statement) => statement,
            empty => empty.insert(self.connection.prepare_cached(query.sqlite()).map_err(fault::sort)?),
        };
        bind(statement, query, params)?;
        if statement.column_count() == 0 {
            return statement.raw_execute().map(|changed| changed as u64).map_err(fault::sort);
        }
        let mut rows = statement.raw_query();
        while rows.next().map_err(fault::sort)?.is_some() {}
        drop(rows);
        Ok(self.connection.changes())
    }

    fn commit(self) -> Result<(), StoreError> {
        if self.failed {
            return Err(StoreError::internal("a statement of this transaction failed"));
        }
        run(self.connection, "COMMIT")
    }
}

impl Drop for SqliteTx<'_> {
    fn drop(&mut self) {
        self.statements.clear();
        // SQLite rolls back by itself on some errors; then there is nothing left to do.
        if self.connection.is_autocommit() {
            return;
        }
        if let Err(error) = run(self.connection, "ROLLBACK") {
            tracing::error!(error = &error as &dyn std::error::Error, "a transaction could not be rolled back");
        }
    }
}

fn run(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(fault::sort)?;
    statement.raw_execute().map(drop).map_err(fault::sort)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrations;

    /// A second sync that succeeds proves nothing, so there must not be one.
    #[test]
    fn nothing_is_written_after_the_disk_has_failed() {
        static QUERY: Query = Query::new("QUERY", "DELETE FROM candor_migration WHERE number = $1");
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(folder.path(), migrations()).unwrap();
        sqlite.transact(|tx| tx.exec(&QUERY, &[ValueRef::Int(0)])).unwrap();
        let failed = sqlite.transact(|_| Err::<(), _>(StoreError::Broken("sync failed".into())));
        assert!(matches!(failed, Err(StoreError::Broken(_))));
        let after = sqlite.transact(|tx| tx.exec(&QUERY, &[ValueRef::Int(0)]));
        assert!(matches!(after, Err(StoreError::Broken(_))));
        assert!(matches!(sqlite.idle(), Err(StoreError::Broken(_))));
    }

    #[test]
    fn the_log_is_carried_over_when_idle_and_when_long() {
        static FILL: Query = Query::new("FILL", "INSERT INTO filler (body) VALUES ($1)");
        static TABLE: Query = Query::new("TABLE", "CREATE TABLE filler (body BLOB)");
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(folder.path(), migrations()).unwrap();
        sqlite.transact(|tx| tx.exec(&TABLE, &[])).unwrap();
        let uncarried = || sqlite.writing.lock().unwrap().uncarried().unwrap();
        let body = vec![1; 4 << 20];
        sqlite.transact(|tx| tx.exec(&FILL, &[ValueRef::Bytes(&body)])).unwrap();
        assert!(uncarried() > SOME_PAGES, "nothing is carried over within a commit");
        sqlite.idle().unwrap();
        for _ in 0..1_000 {
            if uncarried() == 0 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert_eq!(uncarried(), 0);

        let (mut longest, mut file) = (0, 0);
        for _ in 0..200 {
            sqlite.transact(|tx| tx.exec(&FILL, &[ValueRef::Bytes(&body)])).unwrap();
            longest = longest.max(uncarried());
            file = std::fs::metadata(folder.path().join("candor.db-wal")).unwrap().len();
        }
        let between_measurements = i64::from(MEASURE_EVERY) * 1_100;
        assert!(longest < TOO_MANY_PAGES + between_measurements, "{longest} pages waited to be carried over");
        assert!(uncarried() < longest, "the log was never carried over");
        assert!(file < 700 << 20, "the log never began again at its start: 800 MB were written, it is {file} long");
    }
}
