//! The store's behaviour, the same on SQLite and PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "databases damaged on purpose, and the speed of real ones")]

mod backup;
mod behaviour;
mod disk_full;
mod history;
mod outage;
mod speed;
mod support;
mod texts;
mod writing;
