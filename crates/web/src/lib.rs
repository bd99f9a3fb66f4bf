//! In: every wire format, the API, people's clicks. Out: pages, feeds, events. It writes only by sending an input to the desk.

pub mod access;
pub mod api;
pub mod app;
pub mod communicate;
pub mod detect;
pub mod json;
pub mod problem;
pub mod screens;
pub mod server;
pub mod view;
