//! `/declare`: the form, and what it does.

use axum::extract::{Query, State};
use http::Method;
use model::incident::Impact;
use model::{AlertId, Answer, Command, Input as Wish, Name, Severity};
use serde::Deserialize;

use super::form::Form;
use super::frame::{Screen, back, html, html_with, is_refusal, refused, shell};
use crate::access::{Caller, Need};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::declare::{Declare, page};

pub(super) fn routes() -> [Route; 2] {
    [
        Route::screen(Method::GET, "/declare", Need::Viewer, show),
        Route::screen(Method::POST, "/incidents", Need::Responder, declare),
    ]
}

#[derive(Debug, Deserialize)]
struct Input {
    drill: Option<String>,
    alert: Option<String>,
    title: Option<String>,
    service: Option<String>,
}

/// What is in the form, or is to be in it.
struct Wanted {
    title: String,
    severity: Severity,
    services: Vec<Name>,
    impact: String,
    drill: bool,
    alert: Option<AlertId>,
}

async fn show(State(app): State<App>, caller: Caller, Query(input): Query<Input>) -> Screen {
    let wanted = Wanted {
        title: input.title.unwrap_or_default(),
        severity: Severity::Sev3,
        services: input.service.into_iter().map(Into::into).collect(),
        impact: String::new(),
        drill: input.drill.is_some(),
        alert: input.alert.and_then(|id| id.parse().ok()),
    };
    Ok(html(page(&build(&app, &caller, wanted).await?)))
}

async fn build(app: &App, caller: &Caller, mut wanted: Wanted) -> Result<Declare, Problem> {
    let alert = match wanted.alert {
        Some(id) => app.records.alert(id).await?,
        None => None,
    };
    if let Some(alert) = alert.as_ref().filter(|_| wanted.title.is_empty()) {
        wanted.title = alert.summary.to_string();
        wanted.severity = alert.severity;
        wanted.services = vec![alert.service.clone()];
    }
    let chosen = |id: &Name| wanted.services.contains(id);
    let playbook = app.desk.playbook();
    let services = playbook.services.iter().map(|s| (s.id.clone(), s.name.clone(), chosen(&s.id)));
    Ok(Declare {
        shell: shell(app, caller, Nav::Incidents, None).await?,
        title: wanted.title,
        severity: wanted.severity,
        services: services.collect(),
        impact: wanted.impact,
        drill: wanted.drill,
        alert: alert.map(|alert| (alert.id, alert.summary.into())),
        fault: None,
    })
}

async fn declare(State(app): State<App>, caller: Caller, form: Form) -> Screen {
    let wanted = Wanted {
        title: form.text("title").into(),
        severity: Severity::parse(form.text("severity")).unwrap_or(Severity::Sev3),
        services: form.all("services").filter(|id| !id.is_empty()).map(Into::into).collect(),
        impact: form.text("impact").into(),
        drill: form.given("drill").is_some(),
        alert: form.text("alert").parse().ok(),
    };
    let command = Command::Declare {
        title: wanted.title.clone(),
        severity: wanted.severity,
        services: wanted.services.clone(),
        impact: Impact { summary: wanted.impact.clone(), ..Impact::default() },
        drill: wanted.drill,
        alert: wanted.alert,
    };
    match caller.submit(&app, Wish::Command(command), None).await {
        Ok(Answer::Declared(id)) => Ok(back(&format!("/incidents/{id}"), "declared")),
        Ok(_) => Err(Problem::internal()),
        Err(problem) if is_refusal(&problem) => {
            let mut view = build(&app, &caller, wanted).await?;
            let about_title = problem.reasons.iter().find(|(field, _)| field == "title");
            match about_title {
                Some((_, reason)) => view.fault = Some(reason.clone()),
                None => view.shell.said = Some(refused(&problem)),
            }
            Ok(html_with(problem.status, page(&view)))
        }
        Err(problem) => Err(problem),
    }
}
