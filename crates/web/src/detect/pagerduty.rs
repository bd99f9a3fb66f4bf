//! PagerDuty's events: version 2, version 1, and change events. The answers are PagerDuty's own to the letter, because its
//! clients read them: 202 for version 2, 200 for version 1, the deduplication key always given back.

pub mod create_event;
pub mod enqueue;

mod change;
mod details;
mod event;
mod fresh_key;

use axum::routing::post;
use http::StatusCode;
use serde_json::json;

use super::reply::{self, Reply};
use crate::app::App;

/// PagerDuty's own limit.
pub(super) const MOST_BYTES: usize = 512 << 10;

pub fn routes() -> axum::Router<App> {
    axum::Router::new()
        .route("/v2/enqueue", post(enqueue::post))
        .route("/v2/change/enqueue", post(change::post))
        .route("/generic/2010-04-15/create_event.json", post(create_event::post))
}

/// The shape of every refusal.
fn invalid(status: StatusCode, errors: &[String]) -> Reply {
    let body = json!({
        "status": "invalid event",
        "message": "Event object is invalid",
        "errors": errors,
    });
    reply::json(status, &body)
}
