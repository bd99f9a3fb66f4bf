//! `GET /v1/alerts`.

use axum::Json;
use axum::extract::{Query, State};
use http::Method;
use model::{GroupId, IncidentRef};
use serde::Deserialize;
use store::records::{AlertFilter, AlertFilterState};

use crate::access::Need;
use crate::api::listing::{PARAMETERS, Page, Wanted};
use crate::api::shape::Alert;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    state: Option<String>,
    service: Option<String>,
    integration: Option<String>,
    incident: Option<String>,
    group: Option<String>,
    #[serde(flatten)]
    wanted: Wanted,
}

pub(super) fn route() -> Route {
    Route::api(Method::GET, "/v1/alerts", Need::Viewer, "List alerts, newest first", handle).query(&[
        ("state", "open, firing, acknowledged or resolved"),
        ("service", "only this service's"),
        ("integration", "only this integration's"),
        ("incident", "only this incident's, e.g. INC-1"),
        ("group", "only this group's"),
        PARAMETERS[0],
        PARAMETERS[1],
    ])
}

async fn handle(State(app): State<App>, Query(input): Query<Input>) -> Result<Json<Page<Alert>>, Problem> {
    let slice = input.wanted.slice()?;
    let found = app.records.alerts(&filter(&input)?, slice).await?;
    Ok(Json(Page::of(slice, found, |alert| alert.id.0, Alert::from)))
}

fn filter(input: &Input) -> Result<AlertFilter, Problem> {
    Ok(AlertFilter {
        state: given(input.state.as_deref()).map(state).transpose()?,
        service: given(input.service.as_deref()).map(Into::into),
        integration: given(input.integration.as_deref()).map(Into::into),
        incident: given(input.incident.as_deref()).map(incident).transpose()?,
        group: given(input.group.as_deref()).map(group).transpose()?,
    })
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|t| !t.is_empty())
}

pub(crate) fn state(text: &str) -> Result<AlertFilterState, Problem> {
    match text {
        "open" => Ok(AlertFilterState::Open),
        "firing" => Ok(AlertFilterState::Firing),
        "acknowledged" => Ok(AlertFilterState::Acknowledged),
        "resolved" => Ok(AlertFilterState::Resolved),
        _ => Err(Problem::field("state", "give open, firing, acknowledged or resolved")),
    }
}

fn incident(text: &str) -> Result<IncidentRef, Problem> {
    text.parse().map_err(|()| Problem::field("incident", "give a reference like INC-1"))
}

fn group(text: &str) -> Result<GroupId, Problem> {
    text.parse().map_err(|_| Problem::field("group", "give a group's number"))
}
