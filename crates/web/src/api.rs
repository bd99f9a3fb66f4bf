//! Candor's own API, `/v1`: the contract that scripts rely on. One endpoint, one file; what two endpoints show alike is in
//! `shape`.

mod accounts;
pub(crate) mod alerts;
mod backup;
mod copy;
mod events;
mod export;
pub(crate) mod idempotency;
mod incidents;
mod letters;
pub(crate) mod listing;
pub(crate) mod oncall;
mod openapi;
mod playbook;
pub(crate) mod shape;
mod status;
mod tokens;
mod webhook_secret;
pub(crate) mod whowouldbepaged;

use std::str::FromStr;

use crate::problem::Problem;
use crate::server::Route;

pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![
        oncall::route(),
        whowouldbepaged::route(),
        letters::route(),
        status::route(),
        events::route(),
        openapi::route(),
        webhook_secret::route(),
        backup::route(),
        export::route(),
    ];
    routes.extend(alerts::routes());
    routes.extend(incidents::routes());
    routes.extend(playbook::routes());
    routes.extend(tokens::routes());
    routes.extend(accounts::routes());
    routes
}

/// An id or reference in a path. What cannot be one does not exist.
pub(crate) fn id<T: FromStr>(text: &str, what: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found(what))
}
