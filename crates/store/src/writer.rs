//! The one writer and its transactions, the same over both databases.

use crate::db::{Db, Engine};
use crate::postgres::{Lane, PostgresTx};
use crate::sqlite::SqliteTx;
use crate::{Query, StoreError, Value, ValueRef};

/// Owned statements, for whoever collects them before there is a transaction.
#[derive(Debug, Default)]
pub struct Batch(pub(crate) Vec<(&'static Query, Vec<Value>)>);

impl Batch {
    pub fn push(&mut self, query: &'static Query, values: Vec<Value>) {
        self.0.push((query, values));
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The right to write inputs. There is one per open store; the desk keeps it in its own OS thread. Every method blocks, so
/// none may be called from an async task.
pub struct Writer {
    db: Db,
    lane: Lane,
}

impl Writer {
    pub(crate) fn new(db: Db) -> Self {
        Self { db, lane: Lane::default() }
    }

    /// Runs `work` in one durable transaction. When this returns `Ok` the commit is on disk; when `work` or a statement fails,
    /// nothing of it is. On PostgreSQL the statements run only after `work` has returned, so their errors come from here.
    pub fn transact<R>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<R, StoreError>) -> Result<R, StoreError> {
        match &self.db.engine {
            Engine::Sqlite(sqlite) => sqlite.transact(work),
            Engine::Postgres(postgres) => {
                let mut tx = Tx { kind: Kind::Postgres(PostgresTx::default()) };
                let result = work(&mut tx)?;
                if let Kind::Postgres(tx) = tx.kind {
                    postgres.commit_blocking(&mut self.lane, tx)?;
                }
                Ok(result)
            }
        }
    }

    /// Writes a collected batch in one durable transaction.
    pub fn commit_blocking(&mut self, batch: Batch) -> Result<(), StoreError> {
        self.transact(|tx| tx.exec_all(batch).map(drop))
    }

    /// To be called when nothing is waiting: housekeeping that would otherwise fall into somebody's commit.
    pub fn idle(&mut self) -> Result<(), StoreError> {
        match &self.db.engine {
            Engine::Sqlite(sqlite) => sqlite.idle(),
            Engine::Postgres(postgres) => postgres.handle().block_on(postgres.look(&mut self.lane)),
        }
    }

    /// Makes sure that nobody else writes. To be called before anything is read that is to be built upon: at the start and after
    /// every error.
    pub fn claim(&mut self) -> Result<(), StoreError> {
        match &self.db.engine {
            // Its folder is locked.
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(postgres) => postgres.handle().block_on(postgres.claim(&mut self.lane)),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.db.give_back_writer();
    }
}

/// A transaction under way.
pub struct Tx<'t> {
    pub(crate) kind: Kind<'t>,
}

pub(crate) enum Kind<'t> {
    Sqlite(SqliteTx<'t>),
    Postgres(PostgresTx),
}

impl Tx<'_> {
    /// Adds one statement. After an error the transaction cannot be committed any more.
    pub fn exec(&mut self, query: &'static Query, params: &[ValueRef<'_>]) -> Result<(), StoreError> {
        match &mut self.kind {
            Kind::Sqlite(tx) => tx.exec(query, params).map(drop),
            Kind::Postgres(tx) => tx.exec(query, params.iter().map(|value| value.to_value()).collect(), false),
        }
    }

    /// Adds a statement that must change exactly one row, or the whole transaction is a [`StoreError::Conflict`]. On PostgreSQL
    /// this costs one more round trip, because `COMMIT` then waits for the counts.
    pub fn must(&mut self, query: &'static Query, params: &[ValueRef<'_>]) -> Result<(), StoreError> {
        match &mut self.kind {
            Kind::Sqlite(tx) => match tx.exec(query, params)? {
                1 => Ok(()),
                changed => {
                    tx.fail();
                    Err(not_one(query, changed))
                }
            },
            Kind::Postgres(tx) => tx.exec(query, params.iter().map(|value| value.to_value()).collect(), true),
        }
    }

    /// Adds every statement of a batch and says how many rows the last one changed, where that is known already.
    pub(crate) fn exec_all(&mut self, batch: Batch) -> Result<u64, StoreError> {
        let mut changed = 0;
        for (query, values) in batch.0 {
            match &mut self.kind {
                Kind::Sqlite(tx) => {
                    let params: Vec<_> = values.iter().map(ValueRef::from).collect();
                    changed = tx.exec(query, &params)?;
                }
                Kind::Postgres(tx) => tx.exec(query, values, false)?,
            }
        }
        Ok(changed)
    }
}

pub(crate) fn not_one(query: &Query, changed: u64) -> StoreError {
    StoreError::Conflict(format!("{} changed {changed} rows instead of one", query.name).into())
}
