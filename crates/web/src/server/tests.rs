//! The whole server in front of a real desk and a real store, on a throw-away folder.

mod access;
mod accounts;
mod copies;
mod flow;
mod house;
mod plain;
mod sessions;
mod tls;
mod wire;
