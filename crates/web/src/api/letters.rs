//! `GET /v1/letters`: every outgoing message with every attempt.

use axum::Json;
use axum::extract::{Query, State};
use http::Method;
use serde::Deserialize;
use store::records::LetterFilter;

use super::listing::{PARAMETERS, Page, Wanted};
use super::shape::Letter;
use crate::access::Need;
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
    let summary = "Outgoing messages with every attempt, newest first";
    Route::api(Method::GET, "/v1/letters", Need::Viewer, summary, handle).query(&[
        ("state", "waiting, sending, delivered, failed or cancelled"),
        PARAMETERS[0],
        PARAMETERS[1],
    ])
}

async fn handle(State(app): State<App>, Query(input): Query<Input>) -> Result<Json<Page<Letter>>, Problem> {
    let slice = input.wanted.slice()?;
    let state = input.state.as_deref().filter(|s| !s.is_empty()).map(filter).transpose()?;
    let found = app.records.letters(state, slice).await?;
    Ok(Json(Page::of(slice, found, |letter| letter.id.0, Letter::from)))
}

fn filter(text: &str) -> Result<LetterFilter, Problem> {
    match text {
        "waiting" => Ok(LetterFilter::Waiting),
        "sending" => Ok(LetterFilter::Sending),
        "delivered" => Ok(LetterFilter::Delivered),
        "failed" => Ok(LetterFilter::Failed),
        "cancelled" => Ok(LetterFilter::Cancelled),
        _ => Err(Problem::field("state", "give waiting, sending, delivered, failed or cancelled")),
    }
}
