//! `/v1/incidents/{ref}/review`: what the incident taught. Reading gives the revision as `ETag`; writing needs it as `If-Match`,
//! so that nobody overwrites another unseen. Revision 0 is the draft that writes itself from the timeline.

use axum::Json as Answered;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};
use model::{Answer, Command, IncidentRef, Time};
use serde::{Deserialize, Serialize};

use super::{Asker, Ref, find};
use crate::access::Need;
use crate::api::shape;
use crate::app::App;
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn routes() -> [Route; 2] {
    let path = "/v1/incidents/{ref}/review";
    let write = Route::api(Method::PUT, path, Need::Responder, "Write the review (If-Match)", write)
        .body(&[("markdown", "string", true)]);
    [Route::api(Method::GET, path, Need::Viewer, "The review or its draft", read), write]
}

#[derive(Debug, Serialize)]
struct View {
    incident: IncidentRef,
    revision: u32,
    markdown: String,
    #[serde(serialize_with = "shape::time_or_null")]
    edited_at: Option<Time>,
    edited_by: Option<String>,
}

async fn read(State(app): State<App>, Ref(id): Ref) -> Result<Response, Problem> {
    let incident = find(&app, id).await?;
    show(&app, &incident).await
}

async fn show(app: &App, incident: &model::Incident) -> Result<Response, Problem> {
    let review = crate::screens::review::current(app, incident).await?;
    let tag = format!("\"{}\"", review.revision);
    let view = View {
        incident: incident.id,
        revision: review.revision,
        markdown: review.markdown,
        edited_at: review.edited.as_ref().map(|(at, _)| *at),
        edited_by: review.edited.map(|(_, by)| by.to_string()),
    };
    Ok(([(header::ETAG, tag)], Answered(view)).into_response())
}

#[derive(Debug, Deserialize)]
struct Input {
    markdown: String,
}

async fn write(asker: Asker, Ref(incident): Ref, headers: HeaderMap, Json(input): Json<Input>) -> Result<Response, Problem> {
    let from = revision(&headers)?;
    let markdown = input.markdown;
    let (app, answer) = asker.submit(Command::EditReview { incident, from, markdown }).await?;
    let Answer::Revision(_) = answer else {
        return Err(Problem::internal());
    };
    show(&app, &find(&app, incident).await?).await
}

fn revision(headers: &HeaderMap) -> Result<u32, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        let detail = "Send the revision you started from as `If-Match: \"0\"` (the `ETag` of the review you read).";
        return Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "if_match_required", detail));
    };
    let text = value.to_str().unwrap_or_default().trim().trim_start_matches("W/");
    text.trim_matches('"').parse().map_err(|_| {
        Problem::new(StatusCode::PRECONDITION_FAILED, "unknown_revision", "`If-Match` takes one revision, e.g. \"3\".")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_must_say_where_it_started() {
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, value.parse().expect("value"));
            revision(&headers)
        };
        assert_eq!(with("\"3\"").expect("fine"), 3);
        assert_eq!(with("3").expect("fine"), 3);
        assert_eq!(with("*").expect_err("refused").status, StatusCode::PRECONDITION_FAILED);
        let none = revision(&HeaderMap::new()).expect_err("refused");
        assert_eq!(none.status, StatusCode::PRECONDITION_REQUIRED);
    }
}
