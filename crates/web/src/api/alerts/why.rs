//! `GET /v1/alerts/{id}/why`: every step of what happened to an alert, and of what did not, each with its reason.

mod letters;
mod story;

use axum::Json;
use axum::extract::{Path, State};
use http::Method;
use model::{Alert, Group, GroupId, Letter, Name, Time};
use serde::Serialize;

use crate::access::Need;
use crate::api::shape;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn route() -> Route {
    let summary = "Why an alert did or did not call somebody";
    Route::api(Method::GET, "/v1/alerts/{id}/why", Need::Viewer, summary, handle)
}

#[derive(Debug, Serialize)]
struct View {
    alert: shape::Alert,
    /// In the order it happened; what is still to come stands last.
    steps: Vec<Step>,
    group: Option<Summary>,
    letters: Vec<shape::Letter>,
}

#[derive(Debug, Serialize)]
struct Summary {
    id: GroupId,
    key: String,
    state: &'static str,
    service: Name,
    policy: Option<Name>,
    alerts: u32,
    firing: u32,
}

/// One step of the answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Step {
    #[serde(serialize_with = "shape::time_or_null")]
    pub at: Option<Time>,
    /// What it is about: `signal`, `key`, `route`, `severity`, `group`, `paging`, `letter`, `incident`, `end`.
    pub about: &'static str,
    pub outcome: Outcome,
    pub text: String,
    /// Attempts and providers' answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Did,
    DidNot,
    Failed,
    Will,
}

impl Step {
    fn did(at: Time, about: &'static str, text: impl Into<String>) -> Self {
        Self::new(Some(at), about, Outcome::Did, text)
    }

    fn new(at: Option<Time>, about: &'static str, outcome: Outcome, text: impl Into<String>) -> Self {
        Self { at, about, outcome, text: text.into(), details: Vec::new() }
    }
}

/// All that is known about why, read together.
pub(crate) struct Facts {
    pub group: Option<Group>,
    pub letters: Vec<Letter>,
    pub steps: Vec<Step>,
}

pub(crate) async fn facts(app: &App, alert: &Alert) -> Result<Facts, Problem> {
    let group = app.records.group(alert.group).await?;
    let trail = app.records.trail(alert.group).await?;
    let letters = app.records.letters_of_group(alert.group).await?;
    let playbook = app.desk.playbook();
    let steps = story::tell(alert, group.as_ref(), &trail, &letters, &playbook);
    Ok(Facts { group, letters, steps })
}

async fn handle(State(app): State<App>, Path(id): Path<String>) -> Result<Json<View>, Problem> {
    let alert = super::find(&app, &id).await?;
    let facts = facts(&app, &alert).await?;
    Ok(Json(View {
        alert: alert.into(),
        steps: facts.steps,
        group: facts.group.map(|group| Summary {
            id: group.id,
            key: group.key.into(),
            state: group.state.name(),
            service: group.service,
            policy: group.plan.policy,
            alerts: group.alerts,
            firing: group.firing,
        }),
        letters: facts.letters.into_iter().map(Into::into).collect(),
    }))
}
