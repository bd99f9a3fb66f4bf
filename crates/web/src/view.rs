//! The screens. Each is a pure function from a plain struct to HTML: it reads no clock, no database and no playbook, so that it
//! can be tested with a handful of facts and shown in the gallery (`cargo run -p web --example gallery`).
//!
//! Every screen has `page` (the whole document) and `main` (what stands inside `<main>`). The event stream sends
//! [`shell::patch`] of `main`: the script lays the new elements over the old ones by id and keeps focus, typed text and scroll.

pub mod ack;
pub mod alert;
pub mod alerts;
pub mod assets;
pub mod declare;
pub mod error;
pub mod incidents;
pub mod keys;
pub mod markdown;
pub mod now;
pub mod oncall;
pub mod parts;
pub mod promise;
pub mod review;
pub mod room;
pub mod search;
pub mod settings;
pub mod shell;
pub mod signin;
pub mod text;
pub mod when;

pub use shell::{Nav, Said, Shell};
pub use when::Clock;
