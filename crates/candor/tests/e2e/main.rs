//! End to end: the built binary, on a real folder, among real neighbours, in real time. What can be decided without
//! them is tested on the virtual clock beside the engine; here stands what only the whole can show.
//!
//! Every test ends with a clean stop and `candor verify`. See `harness` for what is started and how.

#![expect(
    clippy::disallowed_methods,
    reason = "these tests stand outside the program: they live in real time and bring their own HTTP client"
)]
#![expect(clippy::print_stderr, reason = "shown by the test runner with a failure: the server's words, the seed")]

mod alert_to_review;
mod amtool;
mod bad_input;
mod bad_start;
mod escalation;
mod failing_disk;
mod harness;
mod kill;
mod postgres;
mod screens;
mod selftest;
