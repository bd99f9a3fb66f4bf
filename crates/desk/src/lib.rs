//! The single writer. See `handle` for what the rest of the house sees of it.

mod handle;

pub use handle::{Ask, Clock, Desk, DeskError, News};
