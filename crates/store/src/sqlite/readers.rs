//! The bounded pool of reading connections.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::connect;
use crate::StoreError;

/// Enough for every thread of the runtime and a few long reads beside them; each costs at most 8 MB of cache.
const MOST: usize = 16;
/// Longer than any page's query, shorter than a person's patience.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) struct Readers {
    file: PathBuf,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    free: Vec<Connection>,
    lent: usize,
}

/// A place among the readers; dropping it gives it back, after a panic too.
struct Turn<'a>(&'a Readers);

impl Readers {
    pub(super) fn new(file: PathBuf) -> Self {
        Self { file, state: Mutex::default(), returned: Condvar::new() }
    }

    /// Reads with a connection of the pool, waiting for one if all are in use.
    pub(super) fn read<R>(&self, work: impl FnOnce(&Connection) -> Result<R, StoreError>) -> Result<R, StoreError> {
        let _turn = self.turn()?;
        let free = self.lock().free.pop();
        let connection = match free {
            Some(connection) => connection,
            None => connect::reader(&self.file)?,
        };
        let result = work(&connection);
        self.lock().free.push(connection);
        result
    }

    fn turn(&self) -> Result<Turn<'_>, StoreError> {
        let full = |state: &mut State| state.lent >= MOST;
        let waited = self.returned.wait_timeout_while(self.lock(), PATIENCE, full);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.lent >= MOST {
            return Err(StoreError::Unavailable("all reading connections are busy".into()));
        }
        state.lent += 1;
        Ok(Turn(self))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().lent -= 1;
        self.0.returned.notify_one();
    }
}
