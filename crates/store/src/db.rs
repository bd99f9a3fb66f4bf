//! The store as the rest of the house sees it: one type, whichever database is behind it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::{Handle, RuntimeFlavor};

use crate::postgres::{Lane, Postgres};
use crate::sqlite::Sqlite;
use crate::writer::{Batch, Writer};
use crate::{FromRow, Migration, Query, Row, StoreError, Value, ValueRef, migrations};

/// Where the store is.
#[derive(Clone)]
pub enum Place {
    /// A folder of our own, with `candor.db` in it.
    Folder(PathBuf),
    /// A PostgreSQL address such as `postgres://candor@db.example/candor?sslmode=require`.
    Postgres(String),
}

/// The address may hold a password, so it is not shown.
impl fmt::Debug for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => formatter.debug_tuple("Folder").field(folder).finish(),
            Self::Postgres(_) => formatter.write_str("Postgres(..)"),
        }
    }
}

/// An open store. Clones share it; it is closed when the last one (and the writer) is gone.
#[derive(Clone)]
pub struct Db {
    pub(crate) engine: Engine,
    writer_taken: Arc<AtomicBool>,
}

/// See [`Db::claim`].
pub struct Claim {
    _lane: Lane,
}

/// Private to this crate, so that no branch on the database can be written outside it.
#[derive(Clone)]
pub(crate) enum Engine {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Db {
    /// Opens the store and brings its tables up to this program's version; refuses one of a newer program untouched.
    pub async fn open(place: &Place) -> Result<Self, StoreError> {
        Self::open_with(place, migrations()).await
    }

    /// Like [`Db::open`] with another list of migrations, for tests of upgrades.
    pub async fn open_with(place: &Place, migrations: &[Migration]) -> Result<Self, StoreError> {
        let engine = match place {
            Place::Folder(folder) => Engine::Sqlite(Arc::new(in_place(|| Sqlite::open(folder, migrations))?)),
            Place::Postgres(url) => Engine::Postgres(Arc::new(Postgres::open(url, migrations).await?)),
        };
        Ok(Self { engine, writer_taken: Arc::default() })
    }

    /// The right to write inputs, given to one at a time.
    pub fn writer(&self) -> Result<Writer, StoreError> {
        if self.writer_taken.swap(true, Ordering::AcqRel) {
            return Err(StoreError::internal("the writer is taken already"));
        }
        Ok(Writer::new(self.clone()))
    }

    pub(crate) fn give_back_writer(&self) {
        self.writer_taken.store(false, Ordering::Release);
    }

    /// Keeps every writer away for as long as the claim is held; [`StoreError::Claimed`] when one is at work. For commands that
    /// look at the whole.
    pub async fn claim(&self) -> Result<Claim, StoreError> {
        let mut lane = Lane::default();
        if let Engine::Postgres(postgres) = &self.engine {
            postgres.claim(&mut lane).await?;
        }
        Ok(Claim { _lane: lane })
    }

    /// The first row, if there is one.
    pub async fn one(&self, query: &'static Query, params: &[ValueRef<'_>]) -> Result<Option<Row>, StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => in_place(|| sqlite.one(query, params)),
            Engine::Postgres(postgres) => postgres.one(query, params).await,
        }
    }

    /// All rows. The query must bound them; for millions use [`Db::each`].
    pub async fn many(&self, query: &'static Query, params: &[ValueRef<'_>]) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        self.each(query, params, |row| {
            rows.push(row);
            Ok(())
        })
        .await?;
        Ok(rows)
    }

    /// Hands over row after row without keeping any; an error of `take` ends it. `take` must not wait for the store.
    pub async fn each(
        &self,
        query: &'static Query,
        params: &[ValueRef<'_>],
        take: impl FnMut(Row) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => in_place(|| sqlite.each(query, params, take)),
            Engine::Postgres(postgres) => postgres.each(query, params, take).await,
        }
    }

    /// The first row, read into a type.
    pub async fn find<T: FromRow>(&self, query: &'static Query, params: &[ValueRef<'_>]) -> Result<Option<T>, StoreError> {
        self.one(query, params).await?.map(T::from_row).transpose()
    }

    /// All rows, each read into a type.
    pub async fn list<T: FromRow + Send>(&self, query: &'static Query, params: &[ValueRef<'_>]) -> Result<Vec<T>, StoreError> {
        let mut list = Vec::new();
        self.each(query, params, |row| {
            list.push(T::from_row(row)?);
            Ok(())
        })
        .await?;
        Ok(list)
    }

    /// [`Db::one`] for a thread outside the runtime.
    pub fn one_blocking(&self, query: &'static Query, params: &[ValueRef<'_>]) -> Result<Option<Row>, StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.one(query, params),
            Engine::Postgres(postgres) => postgres.handle().block_on(postgres.one(query, params)),
        }
    }

    /// [`Db::many`] for a thread outside the runtime.
    pub fn many_blocking(&self, query: &'static Query, params: &[ValueRef<'_>]) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        self.each_blocking(query, params, |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    /// [`Db::each`] for a thread outside the runtime.
    pub fn each_blocking(
        &self,
        query: &'static Query,
        params: &[ValueRef<'_>],
        take: impl FnMut(Row) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.each(query, params, take),
            Engine::Postgres(postgres) => postgres.handle().block_on(postgres.each(query, params, take)),
        }
    }

    /// Writes what is not an input (vault, measures) in one durable transaction; gives the rows changed by the last statement.
    /// It is finished even when the caller stops waiting.
    pub async fn write(&self, statements: Vec<(&'static Query, Vec<Value>)>) -> Result<u64, StoreError> {
        let batch = Batch(statements);
        match &self.engine {
            Engine::Sqlite(sqlite) => in_place(|| sqlite.transact(|tx| tx.exec_all(batch))),
            Engine::Postgres(postgres) => Arc::clone(postgres).write(batch).await,
        }
    }

    /// Copies the store as it is now to a file, while it is being written. The file appears whole or not at all.
    pub async fn backup(&self, target: &Path) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => {
                let (sqlite, target) = (Arc::clone(sqlite), target.to_owned());
                aside(move || sqlite.backup(&target)).await
            }
            Engine::Postgres(_) => Err(StoreError::Unfit(
                "a PostgreSQL store is backed up with pg_dump; keep secret.key of the data folder (or CANDOR_SECRET_KEY) with the dump"
                    .into(),
            )),
        }
    }

    /// The faults that the database's own checks find; empty when all is well.
    pub async fn integrity(&self) -> Result<Vec<String>, StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => {
                let sqlite = Arc::clone(sqlite);
                aside(move || sqlite.integrity()).await
            }
            Engine::Postgres(postgres) => postgres.integrity().await,
        }
    }

    /// Checks that the database understands a text and that its types can be read, without running it.
    pub async fn prepare(&self, query: &'static Query) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => in_place(|| sqlite.prepare(query)),
            Engine::Postgres(postgres) => postgres.prepare(query).await,
        }
    }

    /// Name and version of the database, for messages only.
    pub fn flavour(&self) -> String {
        match &self.engine {
            Engine::Sqlite(_) => Sqlite::flavour(),
            Engine::Postgres(postgres) => postgres.flavour(),
        }
    }
}

/// Runs short blocking work in this thread; on a multi-thread runtime others take over its other tasks meanwhile.
fn in_place<R>(work: impl FnOnce() -> R) -> R {
    match Handle::try_current() {
        Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::MultiThread => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// Runs long blocking work on a thread of its own, where there is a runtime to give one.
async fn aside<R: Send + 'static>(work: impl FnOnce() -> Result<R, StoreError> + Send + 'static) -> Result<R, StoreError> {
    match Handle::try_current() {
        Ok(handle) => handle.spawn_blocking(work).await.map_err(StoreError::internal)?,
        Err(_) => work(),
    }
}
