//! The courier against receivers that behave, misbehave and attack.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests fail by panicking, and measure time")]

mod guard;
mod help;
mod mail;
mod mail_real;
mod smtp_fake;
mod text;
mod tls;
mod walls;
mod webhook;
