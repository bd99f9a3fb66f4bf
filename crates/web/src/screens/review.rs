//! `/incidents/{ref}/review`: read and written. Until somebody edits it, the draft is worked out from the timeline each time.

use axum::extract::{Path, Query, State};
use http::{Method, StatusCode};
use model::{Actor, Command, Incident, Input as Wish, Time};
use serde::Deserialize;

use super::form::Form;
use super::frame::{Screen, back, html, html_with, is_refusal, refused, said, shell};
use super::room::read;
use super::rows;
use crate::access::{Caller, Need};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::review::{Review as View, page};

/// The review as it stands.
pub(crate) struct Current {
    pub revision: u32,
    pub markdown: String,
    pub edited: Option<(Time, Actor)>,
}

pub(crate) async fn current(app: &App, incident: &Incident) -> Result<Current, Problem> {
    if let Some(review) = app.records.review(incident.id).await? {
        return Ok(Current {
            revision: review.revision,
            markdown: review.markdown,
            edited: Some((review.edited_at, review.edited_by)),
        });
    }
    Ok(Current {
        revision: 0,
        markdown: draft(app, incident).await?,
        edited: None,
    })
}

async fn draft(app: &App, incident: &Incident) -> Result<String, Problem> {
    let timeline = app.records.timeline(incident.id, 0).await?;
    let updates = app.records.updates(incident.id).await?;
    let letters = app.records.letters_of_incident(incident.id).await?;
    let playbook = app.desk.playbook();
    Ok(rules::learn::draft(incident, &timeline, &updates, &letters, &playbook))
}

pub(super) fn routes() -> [Route; 2] {
    let path = "/incidents/{ref}/review";
    [
        Route::screen(Method::GET, path, Need::Viewer, handle),
        Route::screen(Method::POST, path, Need::Responder, save),
    ]
}

#[derive(Debug, Deserialize)]
struct Input {
    edit: Option<String>,
    done: Option<String>,
}

async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Query(input): Query<Input>,
) -> Screen {
    let mut view = build(&app, &caller, &id).await?;
    view.editing = input.edit.is_some() && view.shell.responds();
    view.shell.said = said(input.done.as_deref());
    Ok(html(page(&view)))
}

async fn build(app: &App, caller: &Caller, id: &str) -> Result<View, Problem> {
    let id = read(id)?;
    let incident = app.records.incident(id).await?;
    let incident = incident.ok_or_else(|| Problem::not_found("incident"))?;
    let review = current(app, &incident).await?;
    let playbook = app.desk.playbook();
    Ok(View {
        shell: shell(app, caller, Nav::Incidents, None).await?,
        id,
        title: incident.title,
        revision: review.revision,
        gaps: gaps(&review.markdown),
        markdown: review.markdown,
        edited: review.edited.map(|(at, by)| (rows::actor(&playbook, &by), at)),
        editing: false,
        conflict: None,
    })
}

/// Lines of the text that still ask for something.
fn gaps(markdown: &str) -> Vec<String> {
    let asks = |line: &&str| line.contains("TODO") || line.contains("[to fill") || line.contains("_To fill");
    let plain = |line: &str| line.trim().trim_start_matches(['-', '*', '#', ' ']).to_owned();
    markdown.lines().filter(asks).take(50).map(plain).collect()
}

async fn save(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    form: Form,
) -> Screen {
    let incident = read(&id)?;
    let from = form.text("revision").parse().unwrap_or(0);
    let markdown = form.lines("markdown");
    let command = Command::EditReview {
        incident,
        from,
        markdown: markdown.clone(),
    };
    match caller.submit(&app, Wish::Command(command), None).await {
        Ok(_) => Ok(back(&format!("/incidents/{incident}/review"), "review")),
        Err(problem) if is_refusal(&problem) => {
            let mut view = build(&app, &caller, &id).await?;
            view.editing = true;
            let theirs = std::mem::replace(&mut view.markdown, markdown);
            if problem.status == StatusCode::CONFLICT {
                view.conflict = Some(theirs);
            } else {
                view.shell.said = Some(refused(&problem));
            }
            Ok(html_with(problem.status, page(&view)))
        }
        Err(problem) => Err(problem),
    }
}
