//! `/incidents`: the list.

use axum::extract::{Query, State};
use http::Method;
use serde::Deserialize;
use store::records::Slice;

use super::frame::{Screen, html, shell};
use super::rows;
use crate::access::{Caller, Need};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::incidents::{Filter, List, page};

const PART: u32 = 50;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Input {
    state: Option<String>,
    before: Option<String>,
}

pub(super) fn routes() -> [Route; 1] {
    [Route::screen(Method::GET, "/incidents", Need::Viewer, handle)]
}

async fn handle(State(app): State<App>, caller: Caller, Query(input): Query<Input>) -> Screen {
    Ok(html(page(&build(&app, &caller, &input).await?)))
}

pub(super) async fn build(app: &App, caller: &Caller, input: &Input) -> Result<List, Problem> {
    let shell = shell(app, caller, Nav::Incidents, None).await?;
    let (filter, name, open) = match input.state.as_deref() {
        Some("past") => (Filter::Past, "past", Some(false)),
        Some("all") => (Filter::All, "all", None),
        _ => (Filter::Open, "open", Some(true)),
    };
    let before = input.before.as_deref().and_then(|b| b.parse().ok());
    let found = app.records.incidents(open, Slice { before, limit: PART }).await?;
    let last = found.last().filter(|_| found.len() >= PART as usize).map(|i| i.id.0);
    let mut list = Vec::with_capacity(found.len());
    for incident in &found {
        list.push(rows::incident(app, incident).await?);
    }
    Ok(List { filter, rows: list, next: last.map(|before| format!("/incidents?state={name}&before={before}")), shell })
}
