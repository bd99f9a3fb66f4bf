//! `/alerts`, and acknowledging a group from wherever its row stands.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::Method;
use model::input::Target;
use model::{Command, GroupId, Input as Said, Name};
use serde::Deserialize;
use store::records::{AlertFilter, AlertFilterState, Slice};

use super::frame::{Screen, back, html, html_with, is_refusal, refused, said, shell};
use super::rows;
use crate::access::{Caller, Need};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::alerts::{Alerts, Filter, page};

const PART: u32 = 50;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Input {
    state: Option<String>,
    service: Option<String>,
    group: Option<String>,
    before: Option<String>,
    done: Option<String>,
}

pub(super) fn routes() -> [Route; 2] {
    [
        Route::screen(Method::GET, "/alerts", Need::Viewer, handle),
        Route::screen(Method::POST, "/groups/{id}/ack", Need::Responder, acknowledge),
    ]
}

async fn handle(State(app): State<App>, caller: Caller, Query(input): Query<Input>) -> Screen {
    let mut view = build(&app, &caller, &input).await?;
    view.shell.said = said(input.done.as_deref());
    Ok(html(page(&view)))
}

pub(super) async fn build(app: &App, caller: &Caller, input: &Input) -> Result<Alerts, Problem> {
    let shell = shell(app, caller, Nav::Alerts, None).await?;
    let playbook = app.desk.playbook();
    let given = |text: &Option<String>| text.clone().filter(|t| !t.is_empty());
    let group: Option<GroupId> = given(&input.group).and_then(|g| g.parse().ok());
    // A link to a group shows all of it, also what has ended.
    let filter = match (given(&input.state), group) {
        (None, Some(_)) => Filter::All,
        (state, _) => Filter::parse(state.as_deref().unwrap_or_default()),
    };
    let service: Option<Name> = given(&input.service).map(Into::into);
    let wanted = AlertFilter {
        state: match filter {
            Filter::Open => Some(AlertFilterState::Open),
            Filter::Resolved => Some(AlertFilterState::Resolved),
            Filter::All => None,
        },
        service: service.clone(),
        group,
        ..AlertFilter::default()
    };
    let before = given(&input.before).and_then(|b| b.parse().ok());
    let found = app.records.alerts(&wanted, Slice { before, limit: PART }).await?;
    let last = found.last().filter(|_| found.len() >= PART as usize).map(|a| a.id);
    let next = last.map(|id| address(filter, service.as_deref(), group, id.0));
    let counts = app.records.alert_counts().await?;
    let narrowed = service.is_some() || group.is_some() || filter != Filter::Open;
    let total = if narrowed { found.len() as u64 } else { counts.firing + counts.acknowledged };
    Ok(Alerts {
        filter,
        services: playbook.services.iter().map(|s| (s.id.clone(), s.name.clone())).collect(),
        service,
        group,
        rows: rows::alerts(app, &shell.clock, found, true).await?,
        total,
        next,
        connected: !playbook.integrations.is_empty(),
        shell,
    })
}

fn address(filter: Filter, service: Option<&str>, group: Option<GroupId>, before: u64) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("state", filter.name());
    if let Some(service) = service {
        query.append_pair("service", service);
    }
    if let Some(group) = group {
        query.append_pair("group", &group.to_string());
    }
    query.append_pair("before", &before.to_string());
    format!("/alerts?{}", query.finish())
}

async fn acknowledge(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let id: GroupId = crate::api::id(&id, "group")?;
    let target = Target::Group(id);
    if let Err(problem) = caller.submit(&app, Said::Command(Command::Acknowledge { target }), None).await {
        return refuse(&app, &caller, problem).await;
    }
    let incident = app.records.group(id).await?.and_then(|group| group.incident);
    let path = incident.map_or_else(|| "/".to_owned(), |id| format!("/incidents/{id}"));
    Ok(back(&path, "acknowledged"))
}

/// Somebody else was quicker, say. What waits now is on the first screen.
async fn refuse(app: &App, caller: &Caller, problem: Problem) -> Screen {
    if !is_refusal(&problem) {
        return Err(problem);
    }
    let mut view = super::now::build(app, caller).await?;
    view.shell.said = Some(refused(&problem));
    Ok(html_with(problem.status, crate::view::now::page(&view)))
}
