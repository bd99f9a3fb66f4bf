//! `/v1/incidents/{ref}/updates`: what customers are told. A lint refusal comes back as 422 with its reasons; `override` says why
//! it goes out all the same.

use std::collections::BTreeMap;

use axum::Json as Answered;
use axum::extract::State;
use http::{Method, StatusCode};
use model::page::ComponentStatus;
use model::update::{Draft, PublicPhase};
use model::{Answer, Audience, Command, Name, Time};
use serde::Deserialize;

use super::{Asker, Ref, find};
use crate::access::Need;
use crate::api::listing::Page;
use crate::api::shape::{self, Update};
use crate::app::App;
use crate::json::Json;
use crate::problem::Problem;
use crate::server::Route;

#[derive(Debug, Deserialize)]
struct Input {
    #[serde(default)]
    page: Option<Name>,
    #[serde(default = "everybody")]
    audience: Audience,
    phase: PublicPhase,
    #[serde(default)]
    acknowledge: String,
    #[serde(default)]
    apologize: String,
    #[serde(default)]
    act: String,
    #[serde(default, deserialize_with = "shape::read_time")]
    next_update_at: Option<Time>,
    #[serde(default)]
    components: BTreeMap<Name, ComponentStatus>,
    #[serde(default, rename = "override")]
    lint_override: Option<String>,
}

const fn everybody() -> Audience {
    Audience::Public
}

pub(super) fn routes() -> [Route; 2] {
    let path = "/v1/incidents/{ref}/updates";
    let publish = Route::api(Method::POST, path, Need::Responder, "Tell customers", publish)
        .body(&[
            ("page", "string", false),
            ("audience", "audience", false),
            ("phase", "public_phase", true),
            ("acknowledge", "string", true),
            ("apologize", "string", true),
            ("act", "string", true),
            ("next_update_at", "time", false),
            ("components", "components", false),
            ("override", "string", false),
        ])
        .creates();
    let list = Route::api(Method::GET, path, Need::Viewer, "What customers were told, newest first", list);
    [publish, list]
}

async fn publish(asker: Asker, Ref(incident): Ref, Json(input): Json<Input>) -> Result<(StatusCode, Answered<Update>), Problem> {
    let draft = Draft {
        page: input.page,
        audience: input.audience,
        phase: input.phase,
        acknowledge: input.acknowledge,
        apologize: input.apologize,
        act: input.act,
        next_update_at: input.next_update_at,
        components: input.components,
        lint_override: input.lint_override.filter(|why| !why.trim().is_empty()),
    };
    let draft = Box::new(draft);
    let (app, answer) = asker.submit(Command::Publish { incident, draft }).await?;
    let Answer::Published(id) = answer else {
        return Err(Problem::internal());
    };
    let updates = app.records.updates(incident).await?;
    let update = updates.into_iter().find(|update| update.id == id);
    let update = update.ok_or_else(Problem::internal)?;
    Ok((StatusCode::CREATED, Answered(update.into())))
}

async fn list(State(app): State<App>, Ref(id): Ref) -> Result<Answered<Page<Update>>, Problem> {
    find(&app, id).await?;
    let mut updates = app.records.updates(id).await?;
    updates.reverse();
    let items: Vec<Update> = updates.into_iter().map(Into::into).collect();
    Ok(Answered(items.into()))
}
