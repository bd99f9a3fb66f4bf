//! `/v1/accounts`: who may sign in. The only way to the first account when Candor was set up with a token.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http::{Method, StatusCode};
use model::{Access, Name, Time};
use serde::{Deserialize, Serialize};
use store::vault::Account;

use super::listing::Page;
use super::shape;
use crate::access::{Caller, Need, accounts};
use crate::app::App;
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn routes() -> [Route; 3] {
    let need = Need::Administrator;
    [
        Route::api(Method::GET, "/v1/accounts", need, "List accounts", list),
        Route::api(Method::POST, "/v1/accounts", need, "Make an account", create)
            .body(&[("id", "string", true), ("person", "string", false), ("role", "access", true), ("password", "string", true)])
            .creates(),
        Route::api(Method::DELETE, "/v1/accounts/{id}", need, "Delete an account", delete),
    ]
}

#[derive(Debug, Serialize)]
struct View {
    id: Name,
    person: Option<Name>,
    role: Access,
    #[serde(serialize_with = "shape::time")]
    created_at: Time,
}

impl From<Account> for View {
    fn from(account: Account) -> Self {
        Self { id: account.id, person: account.person, role: account.access, created_at: account.created_at }
    }
}

async fn list(State(app): State<App>) -> Result<Answered<Page<View>>, Problem> {
    let accounts = app.vault.accounts().await?;
    let items: Vec<View> = accounts.into_iter().map(Into::into).collect();
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
    Ok((StatusCode::CREATED, Answered(account.into())))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    accounts::delete(&app, &id, caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}
