//! `/v1/tokens`: API tokens. The secret is in the answer to the creation and nowhere else.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http::{Method, StatusCode};
use model::{Access, Name, Time};
use serde::{Deserialize, Serialize};

use super::listing::Page;
use super::shape;
use crate::access::{Caller, Need, parse_id, tokens};
use crate::app::App;
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn routes() -> [Route; 3] {
    let need = Need::Administrator;
    [
        Route::api(Method::GET, "/v1/tokens", need, "List API tokens", list),
        Route::api(Method::POST, "/v1/tokens", need, "Make an API token; shown once", create)
            .body(&[("name", "string", true), ("role", "access", true), ("expires_at", "time", false)])
            .creates(),
        Route::api(Method::DELETE, "/v1/tokens/{name}", need, "Revoke an API token", revoke),
    ]
}

#[derive(Debug, Serialize)]
struct View {
    name: Name,
    role: Access,
    #[serde(serialize_with = "shape::time")]
    created_at: Time,
    #[serde(serialize_with = "shape::time_or_null")]
    last_used: Option<Time>,
    #[serde(serialize_with = "shape::time_or_null")]
    expires_at: Option<Time>,
}

async fn list(State(app): State<App>) -> Result<Answered<Page<View>>, Problem> {
    let tokens = app.vault.tokens().await?;
    let view = |t: store::vault::Token| View {
        name: t.name,
        role: t.access,
        created_at: t.created_at,
        last_used: t.last_used,
        expires_at: t.expires_at,
    };
    let items: Vec<View> = tokens.into_iter().map(view).collect();
    Ok(Answered(items.into()))
}

#[derive(Debug, Deserialize)]
struct Input {
    name: String,
    role: Access,
    #[serde(default, deserialize_with = "shape::read_time")]
    expires_at: Option<Time>,
}

#[derive(Debug, Serialize)]
struct Created {
    name: Name,
    role: Access,
    /// Shown this once.
    token: String,
}

async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(input): Json<Input>,
) -> Result<(StatusCode, Answered<Created>), Problem> {
    let name = parse_id(&input.name).ok_or_else(|| Problem::field("name", "use 1 to 64 lower-case letters, digits and `-`"))?;
    let by = caller.actor();
    let token = tokens::create(&app, &name, input.role, input.expires_at, by).await?;
    let role = input.role;
    Ok((StatusCode::CREATED, Answered(Created { name, role, token })))
}

async fn revoke(State(app): State<App>, caller: Caller, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    tokens::revoke(&app, &name, caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}
