//! What every screen shares: the shell around it, the answer as HTML, and the way back after a form.

use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;
use maud::Markup;
use model::{Group, GroupState};

use crate::access::{Caller, Who};
use crate::app::App;
use crate::problem::Problem;
use crate::view::{Clock, Nav, Said, Shell};

pub(crate) type Screen = Result<Response, Problem>;

/// Reads what the shell shows. `groups` = the open groups, when the screen has read them already.
pub(crate) async fn shell(app: &App, caller: &Caller, at: Nav, groups: Option<&[Group]>) -> Result<Shell, Problem> {
    let unacknowledged = match groups {
        Some(groups) => waiting(groups),
        None => waiting(&app.records.open_groups().await?),
    };
    let playbook = app.desk.playbook();
    let person = caller.person().and_then(|id| playbook.person(id));
    let account = match (&caller.who, person) {
        (_, Some(person)) => person.name.clone(),
        (Who::Session { account, .. }, None) => account.to_string(),
        (Who::Token { name }, None) => name.to_string(),
    };
    Ok(Shell {
        account,
        access: caller.access,
        clock: clock(app, person.map(|p| p.timezone.as_str())),
        at,
        unacknowledged,
        stream: matches!(at, Nav::Now | Nav::Incidents | Nav::Alerts | Nav::OnCall),
        said: None,
    })
}

/// The time now, in the zone of who looks.
pub(crate) fn clock(app: &App, zone: Option<&str>) -> Clock {
    Clock::new(app.now(), zone.unwrap_or("UTC"))
}

/// Groups that wait for somebody.
fn waiting(groups: &[Group]) -> u32 {
    groups.iter().filter(|group| is_waiting(group)).count() as u32
}

pub(crate) fn is_waiting(group: &Group) -> bool {
    matches!(group.state, GroupState::Paging | GroupState::Exhausted { .. })
}

pub(crate) fn html(markup: Markup) -> Response {
    Html(markup.into_string()).into_response()
}

/// A page that says why a form did not work.
pub(crate) fn html_with(status: StatusCode, markup: Markup) -> Response {
    (status, Html(markup.into_string())).into_response()
}

/// Back to a page after a form worked. `done` is a word of [`said`].
pub(crate) fn back(path: &str, done: &str) -> Response {
    let join = if path.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{path}{join}done={done}")).into_response()
}

/// The sentence for a word in `?done=`. Only words of this list say anything, so that a link cannot put words in our mouth.
pub(crate) fn said(done: Option<&str>) -> Option<Said> {
    let text = match done? {
        "acknowledged" => "Acknowledged. Nobody else is called for this.",
        "resolved" => "Resolved.",
        "declared" => "Declared. The clock to the first public word runs.",
        "role" => "The role is handed over.",
        "phase" => "The phase is changed.",
        "severity" => "The severity is changed.",
        "impact" => "The impact is changed.",
        "merged" => "Merged. Carry on in the other incident.",
        "published" => "Published.",
        "review" => "The review is saved.",
        "playbook" => "The playbook is loaded.",
        "revoked" => "The token is revoked.",
        "account" => "The account is made.",
        "password" => "The password is changed.",
        "test" => "The test letter is on its way.",
        _ => return None,
    };
    Some(Said { good: true, text: text.into() })
}

/// Why it did not work, in one line.
pub(crate) fn refused(problem: &Problem) -> Said {
    let mut text = problem.detail.clone();
    for (field, reason) in problem.reasons.iter().filter(|(_, reason)| !problem.detail.contains(reason)) {
        text.extend([" ", field.as_str(), ": ", reason.as_str(), "."]);
    }
    Said { good: false, text }
}

/// What the page itself can show, with what was typed still in it: refusals, and a desk that takes nothing just now.
pub(crate) fn is_refusal(problem: &Problem) -> bool {
    let busy = problem.status == StatusCode::SERVICE_UNAVAILABLE;
    busy || (problem.status.is_client_error() && problem.status != StatusCode::NOT_FOUND)
}
