//! `POST /v1/incidents/{ref}/notes`: what somebody saw or did. Answers with the entry it became.

use axum::Json as Answered;
use http::{Method, StatusCode};
use model::{Audience, Command, EntryKind, Time};
use serde::Deserialize;

use super::{Asker, Ref, find};
use crate::access::Need;
use crate::api::shape::{self, Entry};
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

/// How many of the newest entries are looked through for the one just made.
const RECENT: u32 = 32;

#[derive(Debug, Deserialize)]
struct Input {
    text: String,
    #[serde(default, deserialize_with = "shape::read_time")]
    happened_at: Option<Time>,
    #[serde(default)]
    audience: Audience,
}

pub(super) fn route() -> Route {
    let summary = "Write a note into the timeline";
    Route::api(Method::POST, "/v1/incidents/{ref}/notes", Need::Responder, summary, handle)
        .body(&[("text", "string", true), ("happened_at", "time", false), ("audience", "audience", false)])
        .creates()
}

async fn handle(asker: Asker, Ref(incident): Ref, Json(input): Json<Input>) -> Result<(StatusCode, Answered<Entry>), Problem> {
    let text = input.text.clone();
    let actor = asker.caller.actor();
    let command = Command::Note { incident, text: input.text, happened_at: input.happened_at, audience: input.audience };
    let (app, _) = asker.submit(command).await?;
    let head = find(&app, incident).await?.timeline.seq;
    let entries = app.records.timeline(incident, head.saturating_sub(RECENT)).await?;
    let is_it = |e: &model::TimelineEntry| e.kind == EntryKind::Note && e.actor == actor;
    let exact = entries.iter().rposition(|e| is_it(e) && e.text.trim() == text.trim());
    let place = exact.or_else(|| entries.iter().rposition(is_it));
    let entry = place.and_then(|i| entries.into_iter().nth(i));
    let entry = entry.ok_or_else(Problem::internal)?;
    Ok((StatusCode::CREATED, Answered(entry.into())))
}
