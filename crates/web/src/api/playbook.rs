//! `/v1/playbook`: the whole playbook as its TOML text.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::{Method, header};
use serde::Deserialize;

use crate::access::{Caller, Need, playbook};
use crate::app::App;
use crate::problem::Problem;
use crate::server::{Route, body};

pub(super) fn routes() -> [Route; 2] {
    let need = Need::Administrator;
    [
        // It holds addresses and keys, so it is not for everybody who may look.
        Route::api(Method::GET, "/v1/playbook", need, "The playbook as it was written", read),
        Route::api(Method::PUT, "/v1/playbook", need, "Check and load a playbook (TOML)", write)
            .query(&[("dry_run", "true: only say what would change")]),
    ]
}

async fn read(State(app): State<App>) -> Result<Response, Problem> {
    let text = playbook::source(&app).await?;
    let text = text.ok_or_else(|| Problem::not_found("playbook yet; PUT one here"))?;
    Ok(([(header::CONTENT_TYPE, "application/toml; charset=utf-8")], text).into_response())
}

#[derive(Debug, Deserialize)]
struct Input {
    dry_run: Option<String>,
}

async fn write(
    State(app): State<App>,
    caller: Caller,
    Query(input): Query<Input>,
    request: axum::extract::Request,
) -> Result<Json<playbook::Applied>, Problem> {
    let bytes = body::read(request.into_body(), body::LIMIT).await?;
    let text = std::str::from_utf8(&bytes).map_err(|e| {
        let at = e.valid_up_to();
        Problem::bad_request("not_utf8", format!("The playbook is not UTF-8 at byte {at}."))
    })?;
    let dry = matches!(input.dry_run.as_deref(), Some("true" | "1" | ""));
    let applied = if dry { playbook::check(&app, text)? } else { playbook::apply(&app, text, caller.actor()).await? };
    Ok(Json(applied))
}
