//! The desk on both databases: what it promises to whoever hands something in.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod restart;
mod retention;
mod support;
mod trouble;
mod verify;
