//! `/settings/playbook`: the text, checked and loaded.

use axum::extract::{Query, State};
use http::Method;
use serde::Deserialize;

use super::form::Form;
use super::frame::{Screen, back, html, html_with, said, shell};
use crate::access::{Caller, Need, playbook};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::settings::{Fault, PlaybookForm};

#[derive(Debug, Deserialize)]
struct Input {
    done: Option<String>,
}

pub(super) fn routes() -> [Route; 2] {
    [
        // The screen itself tells those who may not see the text whom to ask.
        Route::screen(Method::GET, "/settings/playbook", Need::Viewer, handle),
        Route::screen(Method::POST, "/settings/playbook", Need::Administrator, save),
    ]
}

async fn handle(State(app): State<App>, caller: Caller, Query(input): Query<Input>) -> Screen {
    let mut view = empty(&app, &caller).await?;
    view.shell.said = said(input.done.as_deref());
    if view.shell.administers() {
        view.text = playbook::source(&app).await?.unwrap_or_default();
    }
    Ok(html(crate::view::settings::playbook::page(&view)))
}

async fn empty(app: &App, caller: &Caller) -> Result<PlaybookForm, Problem> {
    Ok(PlaybookForm {
        shell: shell(app, caller, Nav::Settings, None).await?,
        text: String::new(),
        faults: Vec::new(),
        changes: None,
    })
}

async fn save(State(app): State<App>, caller: Caller, form: Form) -> Screen {
    let text = form.lines("text");
    let dry = form.given("dry_run").is_some();
    let result = if dry { playbook::check(&app, &text) } else { playbook::apply(&app, &text, caller.actor()).await };
    match result {
        Ok(_) if !dry => Ok(back("/settings/playbook", "playbook")),
        Ok(applied) => {
            let mut view = empty(&app, &caller).await?;
            view.text = text;
            let warnings = applied.warnings.iter().map(|w| format!("odd, but fine: {w}"));
            view.changes = Some(applied.changes.iter().cloned().chain(warnings).collect());
            Ok(html(crate::view::settings::playbook::page(&view)))
        }
        Err(problem) if problem.status.is_client_error() => {
            let mut view = empty(&app, &caller).await?;
            view.text = text;
            view.faults = faults(&problem);
            Ok(html_with(problem.status, crate::view::settings::playbook::page(&view)))
        }
        Err(problem) => Err(problem),
    }
}

fn faults(problem: &Problem) -> Vec<Fault> {
    let faults = problem.reasons.iter().map(|(field, reason)| {
        let (what, fix) = reason.rsplit_once("; ").unwrap_or((reason, ""));
        Fault { line: field.strip_prefix("line ").and_then(|n| n.parse().ok()), what: what.into(), fix: fix.into() }
    });
    let faults: Vec<Fault> = faults.collect();
    if !faults.is_empty() {
        return faults;
    }
    vec![Fault { line: None, what: problem.detail.clone(), fix: String::new() }]
}
