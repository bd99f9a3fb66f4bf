//! `/incidents/{ref}`: the room, and the short forms in it. The composer's form is in `updates`.

pub(super) mod build;
pub(super) mod composer;

use axum::extract::{Path, Query, State};
use http::Method;
use model::incident::{Impact, Phase, Role};
use model::input::Target;
use model::{Audience, Command, IncidentRef, Input as Wish, Severity};
use serde::Deserialize;

use super::form::Form;
use super::frame::{Screen, back, html, html_with, is_refusal, refused, said};
use crate::access::{Caller, Need};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::room::{Tab, page};
use build::{Kept, build};

pub(super) fn routes() -> [Route; 9] {
    let need = Need::Responder;
    [
        Route::screen(Method::GET, "/incidents/{ref}", Need::Viewer, handle),
        Route::screen(Method::POST, "/incidents/{ref}/notes", need, note),
        Route::screen(Method::POST, "/incidents/{ref}/roles", need, role),
        Route::screen(Method::POST, "/incidents/{ref}/phase", need, phase),
        Route::screen(Method::POST, "/incidents/{ref}/severity", need, severity),
        Route::screen(Method::POST, "/incidents/{ref}/impact", need, impact),
        Route::screen(Method::POST, "/incidents/{ref}/ack", need, acknowledge),
        Route::screen(Method::POST, "/incidents/{ref}/resolve", need, resolve),
        Route::screen(Method::POST, "/incidents/{ref}/merge", need, merge),
    ]
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Input {
    tab: Option<String>,
    template: Option<String>,
    all: Option<String>,
    done: Option<String>,
}

impl Input {
    pub(super) fn kept(self) -> Kept {
        Kept {
            tab: Tab::parse(self.tab.as_deref().unwrap_or_default()),
            template: self.template,
            all: self.all.is_some(),
            said: said(self.done.as_deref()),
            ..Kept::default()
        }
    }
}

async fn handle(State(app): State<App>, caller: Caller, Path(id): Path<String>, Query(input): Query<Input>) -> Screen {
    let id = read(&id)?;
    Ok(html(page(&build(&app, &caller, id, input.kept()).await?)))
}

pub(super) fn read(id: &str) -> Result<IncidentRef, Problem> {
    crate::api::id(id, "incident")
}

/// Back to the room when it worked; the room with the reason and what was typed when it did not.
async fn carry_out(app: &App, caller: &Caller, incident: IncidentRef, command: Command, done: &str, kept: Kept) -> Screen {
    match caller.submit(app, Wish::Command(command), None).await {
        Ok(_) => Ok(back(&format!("/incidents/{incident}"), done)),
        Err(problem) => show_refusal(app, caller, incident, kept, problem).await,
    }
}

pub(super) async fn show_refusal(app: &App, caller: &Caller, incident: IncidentRef, mut kept: Kept, problem: Problem) -> Screen {
    if !is_refusal(&problem) {
        return Err(problem);
    }
    kept.said = Some(refused(&problem));
    let view = build(app, caller, incident, kept).await?;
    Ok(html_with(problem.status, page(&view)))
}

async fn note(State(app): State<App>, caller: Caller, Path(id): Path<String>, form: Form) -> Screen {
    let incident = read(&id)?;
    let text = form.lines("text");
    let kept = Kept { note: text.clone(), ..Kept::default() };
    let command = Command::Note {
        incident,
        text: text.trim().to_owned(),
        happened_at: None,
        audience: Audience::parse(form.text("audience")).unwrap_or_default(),
    };
    carry_out(&app, &caller, incident, command, "note", kept).await
}

/// `person`: an id of the playbook, `me`, or nothing for nobody.
async fn role(State(app): State<App>, caller: Caller, Path(id): Path<String>, form: Form) -> Screen {
    let incident = read(&id)?;
    let kept = know();
    let Some(role) = Role::parse(form.text("role")) else {
        let problem = Problem::field("role", "choose one of the list");
        return show_refusal(&app, &caller, incident, kept, problem).await;
    };
    let person = match form.given("person") {
        Some("me") => {
            let Some(me) = caller.person().cloned() else {
                let reason = "your account is no person of the playbook, so it cannot hold a role";
                let problem = Problem::field("person", reason);
                return show_refusal(&app, &caller, incident, kept, problem).await;
            };
            Some(me)
        }
        other => other.map(Into::into),
    };
    let command = Command::Assign { incident, role, person };
    carry_out(&app, &caller, incident, command, "role", kept).await
}

fn know() -> Kept {
    Kept { tab: Tab::Know, ..Kept::default() }
}

async fn phase(State(app): State<App>, caller: Caller, Path(id): Path<String>, form: Form) -> Screen {
    let incident = read(&id)?;
    let Some(phase) = Phase::parse(form.text("phase")) else {
        let problem = Problem::field("phase", "choose one of the list");
        return show_refusal(&app, &caller, incident, Kept::default(), problem).await;
    };
    let reason = form.text("reason").to_owned();
    let command = Command::SetPhase { incident, phase, reason };
    carry_out(&app, &caller, incident, command, "phase", Kept::default()).await
}

async fn severity(State(app): State<App>, caller: Caller, Path(id): Path<String>, form: Form) -> Screen {
    let incident = read(&id)?;
    let Some(severity) = Severity::parse(form.text("severity")) else {
        let problem = Problem::field("severity", "choose one of the list");
        return show_refusal(&app, &caller, incident, Kept::default(), problem).await;
    };
    let reason = form.text("reason").to_owned();
    let command = Command::SetSeverity { incident, severity, reason };
    carry_out(&app, &caller, incident, command, "severity", Kept::default()).await
}

async fn impact(State(app): State<App>, caller: Caller, Path(id): Path<String>, form: Form) -> Screen {
    let incident = read(&id)?;
    match read_impact(&form) {
        Ok(impact) => {
            let command = Command::SetImpact { incident, impact };
            carry_out(&app, &caller, incident, command, "impact", know()).await
        }
        Err(problem) => show_refusal(&app, &caller, incident, know(), problem).await,
    }
}

/// The share is typed in percent, with a point or a comma.
fn read_impact(form: &Form) -> Result<Impact, Problem> {
    let share_ppm = form
        .given("share")
        .map(|text| {
            let percent = text.trim_end_matches(['%', ' ']).replace(',', ".");
            let percent: Option<f64> = percent.parse().ok();
            let percent = percent.filter(|p| (0.0..=100.0).contains(p));
            percent.map(|p| (p * 10_000.0).round() as u32)
        })
        .map(|read| read.ok_or_else(|| Problem::field("share", "give percent from 0 to 100")))
        .transpose()?;
    let customers = form
        .given("customers")
        .map(|text| text.replace([' ', '.', ','], "").parse())
        .transpose()
        .map_err(|_| Problem::field("customers", "give a whole number"))?;
    Ok(Impact { summary: form.text("summary").into(), share_ppm, customers })
}

async fn acknowledge(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Screen {
    let incident = read(&id)?;
    let target = Target::Incident(incident);
    let command = Command::Acknowledge { target };
    carry_out(&app, &caller, incident, command, "acknowledged", Kept::default()).await
}

async fn resolve(State(app): State<App>, caller: Caller, Path(id): Path<String>, form: Form) -> Screen {
    let incident = read(&id)?;
    let note = form.given("note").map(Into::into);
    let command = Command::Resolve { incident, note };
    carry_out(&app, &caller, incident, command, "resolved", Kept::default()).await
}

async fn merge(State(app): State<App>, caller: Caller, Path(id): Path<String>, form: Form) -> Screen {
    let incident = read(&id)?;
    let Ok(into) = form.text("into").parse() else {
        let problem = Problem::field("into", "choose one of the list");
        return show_refusal(&app, &caller, incident, know(), problem).await;
    };
    let command = Command::Merge { incident, into };
    carry_out(&app, &caller, incident, command, "merged", know()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_typed_in_percent() {
        let share = |text: &str| {
            let form = Form::read(format!("share={text}").as_bytes());
            read_impact(&form).map(|i| i.share_ppm)
        };
        assert_eq!(share("15").expect("fine"), Some(150_000));
        assert_eq!(share("0%2C5+%25").expect("fine"), Some(5_000));
        assert_eq!(share("").expect("fine"), None);
        assert!(share("150").is_err());
        assert!(share("many").is_err());
    }
}
