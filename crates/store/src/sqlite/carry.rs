//! Carrying the log over into the file ("checkpoint"), in a thread of its own.
//!
//! It costs two syncs and the writing of every changed page: tens of megabytes after a storm, seconds on a slow disk. The one
//! writing connection must not stand still for that, because a page may be waiting for its commit. SQLite lets one connection
//! carry over what another goes on writing behind; only the little that was written meanwhile is left to the writer, after
//! which the log begins again at its start.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::{connect, fault};
use crate::StoreError;

pub(super) struct Carrier {
    shared: Arc<Shared>,
    /// `None` only while it is being dropped.
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    connection: Mutex<Connection>,
    /// A pass is over, and the writer has not yet seen to what is left.
    passed: AtomicBool,
    /// Of the whole store: nothing is written after a failure.
    broken: Arc<AtomicBool>,
}

impl Carrier {
    pub(super) fn start(file: &Path, broken: Arc<AtomicBool>) -> Result<Self, StoreError> {
        let connection = Mutex::new(connect::carrier(file)?);
        let shared = Arc::new(Shared { connection, passed: AtomicBool::new(false), broken });
        // One pass may wait behind the one that runs; more would find nothing to do.
        let (wake, woken) = sync_channel(1);
        let working = shared.clone();
        let spawned = std::thread::Builder::new().name("carry".into()).spawn(move || working.work(&woken));
        Ok(Self { shared, wake: Some(wake), thread: Some(spawned.map_err(StoreError::internal)?) })
    }

    /// Asks for a pass and does not wait for it.
    pub(super) fn wake(&self) {
        if let Some(wake) = &self.wake {
            // Full: one is asked for already.
            let _ = wake.try_send(());
        }
    }

    /// Whether a pass has ended since the last time this was asked.
    pub(super) fn has_passed(&self) -> bool {
        self.shared.passed.swap(false, Ordering::AcqRel)
    }

    /// Waits for the pass that runs; none begins while this is held.
    pub(super) fn hold(&self) -> MutexGuard<'_, impl Sized> {
        self.shared.lock()
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        drop(self.wake.take());
        if let Some(thread) = self.thread.take() {
            // It says itself what went wrong.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, woken: &Receiver<()>) {
        while woken.recv().is_ok() {
            if self.broken.load(Ordering::Acquire) {
                continue;
            }
            let carried = checkpoint(&self.lock(), PASSIVE);
            self.passed.store(true, Ordering::Release);
            if let Err(error) = carried {
                if matches!(error, StoreError::Broken(_)) {
                    self.broken.store(true, Ordering::Release);
                }
                tracing::error!(error = &error as &dyn std::error::Error, "the log could not be carried over");
            }
        }
    }
}

/// Only looks how far the log has been carried over.
pub(super) const LOOK: &str = "PRAGMA wal_checkpoint(NOOP)";
/// Carries over what no reader needs any more in the log, and waits for nobody.
pub(super) const PASSIVE: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// Pages in the log, and how many of them are in the file already.
pub(super) fn checkpoint(connection: &Connection, pragma: &str) -> Result<(i64, i64), StoreError> {
    let mut statement = connection.prepare_cached(pragma).map_err(fault::sort)?;
    statement.query_row([], |row| Ok((row.get(1)?, row.get(2)?))).map_err(fault::sort)
}
