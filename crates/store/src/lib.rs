//! Rows, journal, letters and measures in SQLite or PostgreSQL, behind one SQL text.
//!
//! Candor answers a sender only after the commit is on disk, so this crate is where a promise is either kept or broken. It
//! knows two databases and lets nobody above know which one is there: [`Db`] is one type, a [`Query`] is one text, a [`Row`]
//! gives the same values from both.
//!
//! Who writes, and from where:
//!
//! - The desk owns the one [`Writer`] and calls it from its own OS thread. SQLite commits happen in that thread, in place: a
//!   hop to another thread costs more than the commit itself. PostgreSQL commits are pipelined: all statements, `BEGIN` and
//!   `COMMIT` included, are on the wire before the first answer is awaited.
//! - What is not an input (vault, measures) goes through [`Db::write`], which on SQLite takes turns with the writer on the same
//!   connection: there is one writing connection per file, ever.
//! - Reads run in place on a bounded pool of read-only connections and see the last commit.
//!
//! What must never be: a failed sync that is tried again ([`StoreError::Broken`] ends the process), a commit whose outcome is
//! guessed ([`StoreError::Ambiguous`] is settled by reading), a database of a newer program that is touched.

mod db;
mod error;
mod lock;
mod migrate;
mod postgres;
mod schema;
mod sqlite;
mod tables;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
mod value;
mod writer;

pub use db::{Db, Place};
pub use error::{Source, StoreError};
pub use migrate::Migration;
pub use schema::migrations;
pub use text::{Query, marks_in_order};
pub use value::{FromRow, Row, Value, ValueRef};
pub use writer::{Batch, Tx, Writer};

/// Every query text of this crate, for the test that prepares each on both databases.
pub fn all_texts() -> Vec<&'static Query> {
    tables::ALL.iter().flat_map(|list| list.iter().copied()).collect()
}

// Records of `model` types, and the vault.
pub mod records;
pub mod vault;
pub use records::{AlertCounts, AlertFilter, AlertFilterState, LetterFilter, PromiseCounts, Records, Slice};
pub use vault::Vault;
