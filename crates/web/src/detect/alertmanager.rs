//! Alertmanager's API v2 (and what is left of v1), so that Prometheus, its relatives and amtool speak to Candor unchanged.
//! Behaviour as of 0.25, except that a time that cannot be read refuses nothing.

pub mod alerts_get;
pub mod alerts_post;
pub mod groups_get;
pub mod webhook;

mod alert;
mod batch;
mod matcher;
mod query;
mod receivers;
mod show;
mod silences;
mod status;

use axum::routing::{get, post};
use http::HeaderMap;
use model::Name;

use super::key;
use super::reply::{self, Reply};
use crate::app::App;

/// Under `/in/{key}`, and at the root with the key as a bearer token.
pub fn routes() -> axum::Router<App> {
    let mut router =
        axum::Router::new().route("/in/{key}/-/healthy", get(status::healthy)).route("/in/{key}/-/ready", get(status::ready));
    for prefix in ["/in/{key}", ""] {
        let at = |path: &str| format!("{prefix}{path}");
        router = router
            .route(&at("/api/v2/alerts"), post(alerts_post::v2).get(alerts_get::get))
            .route(&at("/api/v1/alerts"), post(alerts_post::v1))
            .route(&at("/api/v2/alerts/groups"), get(groups_get::get))
            .route(&at("/api/v2/silences"), get(silences::list).post(silences::create))
            .route(&at("/api/v2/silence/{id}"), get(silences::unknown).delete(silences::unknown))
            .route(&at("/api/v2/status"), get(status::get))
            .route(&at("/api/v2/receivers"), get(receivers::get));
    }
    router
}

/// The `{key}` of the path where there is one.
#[derive(serde::Deserialize)]
struct Place {
    #[serde(default)]
    key: Option<String>,
}

/// The key of a request: from the path, else from the header.
fn presented<'a>(place: &'a Place, headers: &'a HeaderMap) -> Option<&'a str> {
    place.key.as_deref().or_else(|| key::bearer(headers))
}

/// Whose alerts these are, or the answer for whoever has no right to ask.
fn integration(app: &App, place: &Place, headers: &HeaderMap) -> Result<Name, Box<Reply>> {
    let key = presented(place, headers).ok_or_else(|| Box::new(reply::missing_key()))?;
    key::integration(app, key).ok_or_else(|| Box::new(reply::unknown_key()))
}
