//! `GET /v1/alerts`.

use axum::Json;
use axum::extract::{Query, State};
use http::Method;
use model::{AlertState, GroupId, IncidentRef};
use serde::Deserialize;
use store::records::{AlertFilter, AlertFilterState, Slice};

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
    dedup_key: Option<String>,
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
        ("dedup_key", "only the open ones with this key"),
        PARAMETERS[0],
        PARAMETERS[1],
    ])
}

async fn handle(State(app): State<App>, Query(input): Query<Input>) -> Result<Json<Page<Alert>>, Problem> {
    let slice = input.wanted.slice()?;
    let filter = filter(&input)?;
    let found = match given(input.dedup_key.as_deref()) {
        Some(key) => by_key(&app, &filter, key, slice).await?,
        None => app.records.alerts(&filter, slice).await?,
    };
    Ok(Json(Page::of(slice, found, |alert| alert.id.0, Alert::from)))
}

/// Among the open alerts only: they are few and a key names at most one of each integration, while the past is long and the
/// database has no order by key. Of the past, a script has the alert's number.
async fn by_key(app: &App, filter: &AlertFilter, key: &str, slice: Slice) -> Result<Vec<model::Alert>, Problem> {
    let wanted = filter.state.unwrap_or(AlertFilterState::Open);
    if wanted == AlertFilterState::Resolved {
        return Err(Problem::field("dedup_key", "works for open alerts only: leave out state=resolved"));
    }
    let mut found = Vec::new();
    let mut visit = |alert: model::Alert| {
        if &*alert.key == key && matches(&alert, filter, wanted) && slice.before.is_none_or(|before| alert.id.0 < before) {
            found.push(alert);
        }
    };
    app.records.each_open_alert(filter.integration.as_ref(), &mut visit).await?;
    found.reverse();
    found.truncate(slice.limit as usize);
    Ok(found)
}

fn matches(alert: &model::Alert, filter: &AlertFilter, state: AlertFilterState) -> bool {
    let state = match state {
        AlertFilterState::Firing => alert.state == AlertState::Firing,
        AlertFilterState::Acknowledged => alert.state == AlertState::Acknowledged,
        AlertFilterState::Open | AlertFilterState::Resolved => true,
    };
    state
        && filter.service.as_ref().is_none_or(|service| *service == alert.service)
        && filter.incident.is_none_or(|incident| alert.incident == Some(incident))
        && filter.group.is_none_or(|group| alert.group == group)
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
