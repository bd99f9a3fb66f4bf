//! `GET /v1/incidents/{ref}/timeline`.

use axum::Json;
use axum::extract::{Query, State};
use http::Method;
use serde::Deserialize;

use super::Ref;
use crate::access::Need;
use crate::api::listing::{PARAMETERS, Page, Wanted};
use crate::api::shape::Entry;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    #[serde(flatten)]
    wanted: Wanted,
}

pub(super) fn route() -> Route {
    let summary = "What happened, newest first";
    Route::api(Method::GET, "/v1/incidents/{ref}/timeline", Need::Viewer, summary, handle).query(&PARAMETERS)
}

async fn handle(State(app): State<App>, Ref(id): Ref, Query(input): Query<Input>) -> Result<Json<Page<Entry>>, Problem> {
    let slice = input.wanted.slice()?;
    let head = super::find(&app, id).await?.timeline.seq;
    // Entries are numbered without a gap, so the page before a number is found by counting.
    let before = slice.before.map_or(head.saturating_add(1), |n| u32::try_from(n).unwrap_or(u32::MAX));
    let before = before.min(head.saturating_add(1));
    let after = before.saturating_sub(1).saturating_sub(slice.limit);
    let mut found = app.records.timeline(id, after).await?;
    // What came in since the head was read belongs on the first page.
    if slice.before.is_some() {
        found.retain(|entry| entry.seq < before);
    }
    found.reverse();
    found.truncate(slice.limit as usize);
    let more = found.last().is_some_and(|last| last.seq > 1);
    let mut page = Page::of(slice, found, |entry| u64::from(entry.seq), Entry::from);
    if !more {
        page.next = None;
    }
    Ok(Json(page))
}
