//! The single writer.
//!
//! The desk takes what has arrived since its last commit, asks the engine for each input's effects in order, writes all of them in
//! one durable transaction, and only then answers. It runs on a thread of its own: SQLite commits in place there, and no async task
//! ever waits for a disk.
//!
//! When a commit fails nothing has been acknowledged and nothing is guessed: the state is thrown away and rebuilt from the rows,
//! by the same path as at a start, as soon as the store takes writes again. A store that is *broken* (a failed sync) ends the process.

mod batch;
mod handle;
mod journal;
mod run;
mod start;
#[cfg(feature = "testing")]
pub mod testing;
mod trouble;
mod upkeep;
mod verify;
mod wake;

pub use handle::{Ask, Clock, Desk, DeskError, News};
pub use start::{Outgoing, Running, Settings, Stopper, start};
pub use verify::{Report, verify};
