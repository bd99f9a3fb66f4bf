//! `/v1/accounts`: who may sign in. The only way to the first account when Candor was set up with a token.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http::{Method, StatusCode};
use model::{Access, Name, Time};
use serde::{Deserialize, Serialize};

use super::listing::Page;
use super::shape;
use crate::access::accounts::{self, Standing};
use crate::access::{Caller, Need};
use crate::app::App;
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn routes() -> [Route; 5] {
    let need = Need::Administrator;
    let change = "Change an account's role; it counts at once, the last administrator keeps it";
    let sign_out = "End all sessions of an account";
    [
        Route::api(Method::GET, "/v1/accounts", need, "List accounts", list),
        Route::api(Method::POST, "/v1/accounts", need, "Make an account", create)
            .body(&[("id", "string", true), ("person", "string", false), ("role", "access", true), ("password", "string", true)])
            .creates(),
        Route::api(Method::PATCH, "/v1/accounts/{id}", need, change, update).body(&[("role", "access", true)]),
        Route::api(Method::DELETE, "/v1/accounts/{id}", need, "Delete an account, unless it is the last administrator", delete),
        Route::api(Method::DELETE, "/v1/accounts/{id}/sessions", need, sign_out, end_sessions),
    ]
}

#[derive(Debug, Serialize)]
struct View {
    id: Name,
    /// As it was given, or the person of the same name.
    person: Option<Name>,
    role: Access,
    #[serde(serialize_with = "shape::time")]
    created_at: Time,
    /// Null when no session is kept: it never signed in, or signed out.
    #[serde(serialize_with = "shape::time_or_null")]
    last_seen: Option<Time>,
    /// How many are open.
    sessions: u32,
}

impl From<Standing> for View {
    fn from(standing: Standing) -> Self {
        let Standing { account, person, sessions, last_seen, .. } = standing;
        let person = account.person.or(person);
        Self { id: account.id, person, role: account.access, created_at: account.created_at, last_seen, sessions }
    }
}

async fn list(State(app): State<App>) -> Result<Answered<Page<View>>, Problem> {
    let items: Vec<View> = accounts::all(&app).await?.into_iter().map(Into::into).collect();
    Ok(Answered(items.into()))
}

#[derive(Deserialize)]
struct Input {
    id: String,
    #[serde(default)]
    person: Option<String>,
    role: Access,
    password: String,
}

async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(input): Json<Input>,
) -> Result<(StatusCode, Answered<View>), Problem> {
    let new = accounts::New {
        id: &input.id,
        person: input.person.as_deref().unwrap_or_default(),
        access: input.role,
        password: &input.password,
    };
    let account = accounts::create(&app, &new, Some(caller.actor())).await?;
    Ok((StatusCode::CREATED, Answered(accounts::one(&app, &account.id).await?.into())))
}

#[derive(Debug, Deserialize)]
struct Change {
    role: Access,
}

async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(change): Json<Change>,
) -> Result<Answered<View>, Problem> {
    accounts::set_access(&app, &id, change.role, caller.actor()).await?;
    Ok(Answered(accounts::one(&app, &id).await?.into()))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    accounts::delete(&app, &id, caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_sessions(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    accounts::sign_out(&app, &id, caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}
