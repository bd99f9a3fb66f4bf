//! What happens next, told in the words of those it happens to, on a clock moved by hand.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod book;
mod world;

mod any_order;
mod communicate;
mod detect;
mod escalation;
mod letters;
mod respond;
mod storm;
mod years;
