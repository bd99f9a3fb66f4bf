//! The PostgreSQL half: one connection for the desk, one for what is not an input, a small pool for reading.
//!
//! Every connection is read-only by default and a writing transaction says `BEGIN READ WRITE`. Statements are on the wire
//! before `BEGIN` has been answered; should it ever fail, what follows it is refused instead of committed one by one.

mod connect;
mod fault;
mod migrate;
mod pipeline;
mod read;
mod types;

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Mutex, Semaphore};

use crate::writer::Batch;
use crate::{Migration, Query, StoreError, Value, ValueRef};

use connect::{Address, Conn, Purpose};

/// Reading connections; more would only queue inside the server.
const READERS: usize = 8;

/// Held by the one writer for as long as its connection lives: "Cndrdesk".
const WRITER: i64 = 0x436e_6472_6465_736b;
/// The session of a writer that has just ended may live a moment longer.
const CLAIM_PAUSES_MS: [u64; 5] = [50, 100, 250, 500, 1_000];

/// A connection that is made when first needed and again after it was lost. That of the writer is claimed: when it is lost the
/// claim is lost with it, and another may have written since, so it is not made again behind the writer's back.
#[derive(Default)]
pub(crate) struct Lane {
    conn: Option<Conn>,
    claimed: bool,
}

pub(crate) struct Postgres {
    address: Address,
    version: String,
    handle: Handle,
    /// For what is not an input. An async mutex, because it is held over the round trip.
    vault: Mutex<Lane>,
    free: std::sync::Mutex<Vec<Conn>>,
    turns: Semaphore,
}

impl Postgres {
    pub(crate) async fn open(url: &str, migrations: &[Migration]) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let mut conn = address.connect(Purpose::Migrating).await?;
        let version = connect::examine(&conn).await?;
        migrate::run(&mut conn, migrations).await?;
        Ok(Self {
            address,
            version,
            handle: Handle::current(),
            vault: Mutex::default(),
            free: std::sync::Mutex::default(),
            turns: Semaphore::new(READERS),
        })
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    pub(crate) fn flavour(&self) -> String {
        format!("PostgreSQL {}", self.version)
    }

    /// For the desk's thread: the statements, `BEGIN` and `COMMIT` in one round trip.
    pub(crate) fn commit_blocking(&self, lane: &mut Lane, tx: PostgresTx) -> Result<(), StoreError> {
        if tx.failed {
            return Err(StoreError::internal("a statement of this transaction failed"));
        }
        self.handle.block_on(self.commit(lane, &tx.steps)).map(drop)
    }

    /// Makes this lane the only writer of the database.
    pub(crate) async fn claim(&self, lane: &mut Lane) -> Result<(), StoreError> {
        if lane.claimed && lane.conn.as_ref().is_some_and(Conn::is_open) {
            return Ok(());
        }
        let conn = self.address.connect(Purpose::Writing).await?;
        let mut pauses = CLAIM_PAUSES_MS.into_iter();
        while !conn.try_lock(WRITER).await? {
            let pause = pauses.next().ok_or(StoreError::Claimed)?;
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        *lane = Lane { conn: Some(conn), claimed: true };
        Ok(())
    }

    /// Whether the server is still there; it goes, or stands still, without anybody having asked for anything.
    pub(crate) async fn look(&self, lane: &mut Lane) -> Result<(), StoreError> {
        let Some(conn) = lane.conn.take().filter(Conn::is_open) else {
            return if lane.claimed { Err(lost_connection()) } else { Ok(()) };
        };
        conn.ping().await?;
        lane.conn = Some(conn);
        Ok(())
    }

    /// In a task of its own: a caller that stops waiting must not leave half a transaction on the wire.
    pub(crate) async fn write(self: Arc<Self>, batch: Batch) -> Result<u64, StoreError> {
        let mut tx = PostgresTx::default();
        for (query, values) in batch.0 {
            tx.exec(query, values, false)?;
        }
        let handle = self.handle.clone();
        let work = async move {
            let mut lane = self.vault.lock().await;
            self.commit(&mut lane, &tx.steps).await
        };
        handle.spawn(work).await.map_err(StoreError::internal)?
    }

    async fn commit(&self, lane: &mut Lane, steps: &[Step]) -> Result<u64, StoreError> {
        if steps.is_empty() {
            return Ok(0);
        }
        // Taken out, so that a connection on which anything is uncertain is closed and not used again.
        let mut conn = match lane.conn.take().filter(Conn::is_open) {
            Some(conn) => conn,
            None if lane.claimed => return Err(lost_connection()),
            None => self.address.connect(Purpose::Writing).await?,
        };
        let result = pipeline::commit(&mut conn, steps).await;
        if !matches!(result, Err(StoreError::Ambiguous(_) | StoreError::Unavailable(_))) && conn.is_open() {
            lane.conn = Some(conn);
        }
        result
    }
}

fn lost_connection() -> StoreError {
    StoreError::Unavailable("the connection to PostgreSQL was lost".into())
}

/// A transaction that is being collected.
#[derive(Default)]
pub(crate) struct PostgresTx {
    steps: Vec<Step>,
    failed: bool,
}

struct Step {
    query: &'static Query,
    values: Vec<Value>,
    /// Exactly one row must be changed.
    must: bool,
}

impl PostgresTx {
    pub(crate) fn exec(&mut self, query: &'static Query, values: Vec<Value>, must: bool) -> Result<(), StoreError> {
        let checked = values.iter().try_for_each(|value| ValueRef::from(value).check());
        self.failed |= checked.is_err();
        self.steps.push(Step { query, values, must });
        checked
    }
}
