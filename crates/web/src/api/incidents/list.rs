//! `GET /v1/incidents`.

use axum::Json;
use axum::extract::{Query, State};
use http::Method;
use serde::Deserialize;

use crate::access::Need;
use crate::api::listing::{PARAMETERS, Page, Wanted};
use crate::api::shape::Incident;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    state: Option<String>,
    #[serde(flatten)]
    wanted: Wanted,
}

pub(super) fn route() -> Route {
    let summary = "List incidents, newest first";
    Route::api(Method::GET, "/v1/incidents", Need::Viewer, summary, handle).query(&[
        ("state", "open or closed; both unless given"),
        PARAMETERS[0],
        PARAMETERS[1],
    ])
}

async fn handle(State(app): State<App>, Query(input): Query<Input>) -> Result<Json<Page<Incident>>, Problem> {
    let slice = input.wanted.slice()?;
    let open = match input.state.as_deref() {
        None | Some("" | "all") => None,
        Some("open") => Some(true),
        Some("closed" | "resolved") => Some(false),
        Some(_) => return Err(Problem::field("state", "give open or closed")),
    };
    let found = app.records.incidents(open, slice).await?;
    Ok(Json(Page::of(slice, found, |i| u64::from(i.id.0), Incident::from)))
}
