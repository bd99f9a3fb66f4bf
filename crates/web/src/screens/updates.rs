//! Telling customers from the room: publish, and the lint beside the composer while it is typed.

use axum::extract::{Path, State};
use http::Method;
use model::{Command, IncidentRef, Input};

use super::form::Form;
use super::frame::{Screen, back, html};
use super::room::build::Kept;
use super::room::composer::{Words, check};
use super::room::{read, show_refusal};
use crate::access::{Caller, Need};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::room::{Tab, composer};

pub(super) fn routes() -> [Route; 2] {
    let need = Need::Responder;
    [
        Route::screen(Method::POST, "/incidents/{ref}/updates", need, publish),
        Route::screen(Method::POST, "/incidents/{ref}/lint", need, lint),
    ]
}

async fn words(app: &App, id: IncidentRef, form: &Form) -> Result<Words, Problem> {
    let incident = app.records.incident(id).await?;
    let incident = incident.ok_or_else(|| Problem::not_found("incident"))?;
    Ok(Words::read(form, &incident, app.now()))
}

async fn publish(State(app): State<App>, caller: Caller, Path(id): Path<String>, form: Form) -> Screen {
    let incident = read(&id)?;
    let mut words = words(&app, incident, &form).await?;
    let draft = Box::new(words.draft.clone());
    let command = Command::Publish { incident, draft };
    match caller.submit(&app, Input::Command(command), None).await {
        Ok(_) => Ok(back(&format!("/incidents/{incident}"), "published")),
        Err(problem) => {
            words.refused = true;
            let kept = Kept { tab: Tab::Say, words: Some(words), ..Kept::default() };
            show_refusal(&app, &caller, incident, kept, problem).await
        }
    }
}

/// Answers with the list alone; the script lays it over the old one.
async fn lint(State(app): State<App>, Path(id): Path<String>, form: Form) -> Screen {
    let words = words(&app, read(&id)?, &form).await?;
    Ok(html(composer::lint(&check(&words.draft, app.now()))))
}
