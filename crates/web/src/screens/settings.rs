//! `/settings`: the state of this installation, a test letter, one's own password and where one is signed in.

mod sessions;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};
use model::letter::LetterState;
use model::{Channel, Command, Input as Wish, Letter, Span, Time};
use serde::Deserialize;
use store::records::{LetterFilter, Slice};

use super::form::Form;
use super::frame::{Screen, back, html, html_with, is_refusal, refused, shell};
use crate::access::{Caller, Need, Who, accounts, session};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::settings::{MailState, Overview, page};

const LOOKED_AT: u32 = 100;
const DAY: Span = Span::hours(24);

#[derive(Debug, Deserialize)]
struct Input {
    done: Option<String>,
}

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::screen(Method::GET, "/settings", Need::Viewer, handle),
        Route::screen(Method::POST, "/settings/password", Need::Viewer, password),
        Route::screen(Method::POST, "/settings/test-letter", Need::Responder, test_letter),
    ];
    routes.extend(sessions::routes());
    routes
}

async fn handle(State(app): State<App>, caller: Caller, Query(input): Query<Input>) -> Screen {
    let mut view = build(&app, &caller).await?;
    view.shell.said = sessions::said(input.done.as_deref());
    Ok(html(page(&view)))
}

async fn build(app: &App, caller: &Caller) -> Result<Overview, Problem> {
    let shell = shell(app, caller, Nav::Settings, None).await?;
    let now = shell.clock.now;
    let playbook = app.desk.playbook();
    let waiting = letters(app, LetterFilter::Waiting).await?.len() as u32;
    let failed = letters(app, LetterFilter::Failed).await?;
    let delivered = letters(app, LetterFilter::Delivered).await?;
    let recent = |letter: &&Letter| ended(letter).is_some_and(|at| at > now - DAY);
    Ok(Overview {
        version: app.settings.version.into(),
        journal: app.desk.last_entry(),
        database: app.about.database.clone(),
        base_url: app.settings.base_url.clone(),
        mail: mail(app.about.mail.as_ref(), &delivered, &failed),
        waiting,
        failed: failed.iter().filter(recent).count() as u32,
        pages: playbook.pages.iter().map(|p| (p.slug.clone(), p.name.clone())).collect(),
        people: playbook.people.iter().map(|p| (p.id.clone(), p.name.clone())).collect(),
        password_fault: None,
        sessions: sessions::rows(app, caller).await?,
        shell,
    })
}

async fn letters(app: &App, state: LetterFilter) -> Result<Vec<Letter>, Problem> {
    let slice = Slice { before: None, limit: LOOKED_AT };
    Ok(app.records.letters(Some(state), slice).await?)
}

fn ended(letter: &Letter) -> Option<Time> {
    match letter.state {
        LetterState::Delivered { at } | LetterState::Failed { at } => Some(at),
        _ => None,
    }
}

/// Mail works when the newest letter that ended did arrive.
fn mail(server: Option<&String>, delivered: &[Letter], failed: &[Letter]) -> MailState {
    let Some(server) = server.cloned() else {
        return MailState::Missing;
    };
    let newest = |letters: &[Letter]| {
        let mails = letters.iter().filter(|letter| letter.channel == Channel::Email);
        mails.max_by_key(|letter| ended(letter)).cloned()
    };
    let last = newest(delivered).as_ref().and_then(ended);
    let fault = newest(failed);
    match fault.as_ref().and_then(|letter| Some((ended(letter)?, letter))) {
        Some((since, letter)) if Some(since) > last => {
            MailState::Failing { server, since, answer: letter.attempts.last().map(|a| a.answer.clone()).unwrap_or_default() }
        }
        _ => MailState::Working { server, last },
    }
}

async fn test_letter(State(app): State<App>, caller: Caller, form: Form) -> Screen {
    let problem = match Channel::parse(form.text("channel")) {
        None => Problem::field("channel", "choose one of the list"),
        Some(channel) => {
            let person = form.text("person").into();
            let command = Command::TestLetter { person, channel };
            match caller.submit(&app, Wish::Command(command), None).await {
                Ok(_) => return Ok(back("/settings", "test")),
                Err(problem) => problem,
            }
        }
    };
    if !is_refusal(&problem) && problem.status != StatusCode::NOT_FOUND {
        return Err(problem);
    }
    let mut view = build(&app, &caller).await?;
    view.shell.said = Some(refused(&problem));
    Ok(html_with(problem.status, page(&view)))
}

/// One's own password. All sessions end; this browser gets a new one.
async fn password(State(app): State<App>, caller: Caller, headers: http::HeaderMap, form: Form) -> Result<Response, Problem> {
    match change(&app, &caller, &headers, &form).await {
        Ok(cookie) => Ok(([(header::SET_COOKIE, cookie)], back("/settings", "password")).into_response()),
        Err(problem) if problem.status.is_client_error() => {
            let mut view = build(&app, &caller).await?;
            view.password_fault = Some(reason(&problem));
            Ok(html_with(problem.status, page(&view)))
        }
        Err(problem) => Err(problem),
    }
}

fn reason(problem: &Problem) -> String {
    let first = problem.reasons.first();
    first.map_or_else(|| problem.detail.clone(), |(_, reason)| reason.clone())
}

async fn change(app: &App, caller: &Caller, headers: &http::HeaderMap, form: &Form) -> Result<http::HeaderValue, Problem> {
    let Who::Session { account, .. } = &caller.who else {
        return Err(Problem::field("old", "an API token has no password"));
    };
    if !app.access.may_try(account, None) {
        return Err(Problem::field("old", "too many tries; wait a minute"));
    }
    let account = app.vault.account(account).await?.ok_or_else(Problem::internal)?;
    let known = Some(account.password.clone());
    if !app.access.hasher.verify(form.raw("old").to_owned(), known).await? {
        app.access.failed("wrong old password", &account.id, None);
        return Err(Problem::field("old", "this is not your password"));
    }
    let account = accounts::set_password(app, &account.id, form.raw("new"), caller.actor()).await?;
    let agent = headers.get(header::USER_AGENT).and_then(|a| a.to_str().ok());
    session::begin(app, &account, agent.unwrap_or_default()).await
}
