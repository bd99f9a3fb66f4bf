//! `/v1/people/{person}/webhook-secret`: what a receiver needs to check that a webhook came from here. Each person's differs and is
//! made from the installation's own secret; one that the playbook names goes before it.

use axum::Json as Answered;
use axum::extract::{Path, State};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde::Serialize;

use crate::access::{Need, link};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Serialize)]
struct View {
    /// As Standard Webhooks writes it.
    secret: String,
}

pub(super) fn route() -> Route {
    let path = "/v1/people/{person}/webhook-secret";
    Route::api(Method::GET, path, Need::Administrator, "The secret that webhooks to a person are signed with", show)
}

async fn show(State(app): State<App>, Path(person): Path<String>) -> Result<Answered<View>, Problem> {
    if app.desk.playbook().person(&person).is_none() {
        return Err(Problem::not_found("person"));
    }
    let bytes = link::webhook_secret(&app.settings.link_secret, &person);
    Ok(Answered(View { secret: format!("whsec_{}", STANDARD.encode(bytes)) }))
}
