//! Intake: every wire format that senders speak becomes [`model::Signal`]s and goes to the desk. One file an endpoint; what they
//! share is beside them. Nothing here decides anything: an answer of success leaves only after the desk has committed.

pub mod alertmanager;
pub mod hook;
pub mod pagerduty;

mod body;
mod fingerprint;
mod json;
mod key;
mod reply;
mod sloppy_time;
mod submit;

use crate::app::App;

/// Every path that senders of signals use.
pub fn routes() -> axum::Router<App> {
    axum::Router::new()
        .merge(alertmanager::routes())
        .merge(pagerduty::routes())
        .merge(hook::routes())
        .layer(axum::extract::DefaultBodyLimit::max(body::MOST_BYTES))
}

#[cfg(test)]
mod tests;
