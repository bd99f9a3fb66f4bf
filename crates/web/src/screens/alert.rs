//! `/alerts/{id}`: one alert, why, and what can be done about it.

use axum::extract::{Path, Query, State};
use http::Method;
use model::input::Target;
use model::{Alert, Answer, Command, Input as Wish};
use serde::Deserialize;

use super::frame::{Screen, back, html, html_with, is_refusal, refused, said, shell};
use super::rows;
use crate::access::{Caller, Need};
use crate::api::alerts::find;
use crate::api::alerts::why::{Outcome, facts};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::alert::{AlertDetail, WhyKind, WhyStep, page};

#[derive(Debug, Default, Deserialize)]
struct Input {
    done: Option<String>,
}

pub(super) fn routes() -> [Route; 4] {
    let need = Need::Responder;
    [
        Route::screen(Method::GET, "/alerts/{id}", Need::Viewer, handle),
        Route::screen(Method::POST, "/alerts/{id}/ack", need, acknowledge),
        Route::screen(Method::POST, "/alerts/{id}/resolve", need, resolve),
        Route::screen(Method::POST, "/alerts/{id}/declare", need, declare),
    ]
}

async fn handle(State(app): State<App>, caller: Caller, Path(id): Path<String>, Query(input): Query<Input>) -> Screen {
    let mut view = build(&app, &caller, &id).await?;
    view.shell.said = said(input.done.as_deref());
    Ok(html(page(&view)))
}

pub(super) async fn build(app: &App, caller: &Caller, id: &str) -> Result<AlertDetail, Problem> {
    let alert = find(app, id).await?;
    let shell = shell(app, caller, Nav::Alerts, None).await?;
    let playbook = app.desk.playbook();
    let facts = facts(app, &alert).await?;
    let group = facts.group.as_ref();
    let paging = group.filter(|_| alert.ended.is_none()).map(|g| rows::paging(&shell.clock, &playbook, g));
    let pairs = |labels: &model::Labels| labels.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let why = facts.steps.into_iter().map(|step| WhyStep {
        at: step.at,
        kind: match step.outcome {
            Outcome::Did => WhyKind::Did,
            Outcome::DidNot => WhyKind::DidNot,
            Outcome::Failed => WhyKind::Failed,
            Outcome::Will => WhyKind::Will,
        },
        text: shell.clock.humane(&step.text),
        details: step.details.iter().map(|detail| shell.clock.humane(detail)).collect(),
    });
    Ok(AlertDetail {
        integration: alert.integration.to_string(),
        key: alert.key.to_string(),
        group: alert.group,
        group_size: group.map_or(1, |g| g.alerts),
        labels: pairs(&alert.labels),
        annotations: pairs(&alert.annotations),
        link: alert.link.as_deref().map(Into::into),
        why: why.collect(),
        alert: rows::alert_row(&playbook, alert, paging),
        shell,
    })
}

/// Back to the alert when it worked; the alert with the reason when it did not.
async fn carry_out(app: App, caller: Caller, alert: Alert, command: Command, done: &str) -> Screen {
    match caller.submit(&app, Wish::Command(command), None).await {
        Ok(Answer::Declared(incident)) => Ok(back(&format!("/incidents/{incident}"), done)),
        Ok(_) => Ok(back(&format!("/alerts/{}", alert.id), done)),
        Err(problem) if is_refusal(&problem) => {
            let mut view = build(&app, &caller, &alert.id.to_string()).await?;
            view.shell.said = Some(refused(&problem));
            Ok(html_with(problem.status, page(&view)))
        }
        Err(problem) => Err(problem),
    }
}

async fn acknowledge(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Screen {
    let alert = find(&app, &id).await?;
    let target = Target::Alert(alert.id);
    carry_out(app, caller, alert, Command::Acknowledge { target }, "acknowledged").await
}

async fn resolve(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Screen {
    let alert = find(&app, &id).await?;
    let command = Command::ResolveAlert { alert: alert.id };
    carry_out(app, caller, alert, command, "resolved").await
}

async fn declare(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Screen {
    let alert = find(&app, &id).await?;
    let command = Command::Declare {
        title: alert.summary.to_string(),
        severity: alert.severity,
        services: vec![alert.service.clone()],
        impact: model::incident::Impact::default(),
        drill: false,
        alert: Some(alert.id),
    };
    carry_out(app, caller, alert, command, "declared").await
}
