//! `/sign-in` and `/sign-out`. A wrong name and a wrong password get the same answer after the same time.

use axum::Extension;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use model::Actor;
use serde::Deserialize;

use super::form::Form;
use super::frame::{Screen, clock, html, html_with};
use crate::access::guard::safe_next;
use crate::access::{Caller, Need, Who, cookie, note, random, session};
use crate::app::App;
use crate::problem::Problem;
use crate::server::{Peer, Route};
use crate::view::signin::{SignIn, page};

pub(super) fn routes() -> [Route; 3] {
    [
        Route::screen(Method::GET, "/sign-in", Need::Public, show),
        Route::screen(Method::POST, "/sign-in", Need::Public, sign_in),
        Route::screen(Method::POST, "/sign-out", Need::Viewer, sign_out),
    ]
}

#[derive(Debug, Deserialize)]
struct Input {
    next: Option<String>,
    done: Option<String>,
}

async fn show(State(app): State<App>, Query(input): Query<Input>) -> Response {
    let said = said(input.done.as_deref()).map(Into::into);
    html(page(&SignIn { said, ..view(&app, "", input.next.as_deref(), None) }))
}

/// Why somebody stands here who was signed in just now. Only words of this list say anything.
fn said(done: Option<&str>) -> Option<&'static str> {
    match done? {
        "removed" => Some("Your account is removed and you are signed out. An administrator can make you a new one."),
        "signed-out" => Some("You are signed out everywhere."),
        _ => None,
    }
}

fn view(app: &App, name: &str, next: Option<&str>, problem: Option<String>) -> SignIn {
    SignIn { clock: clock(app, None), name: name.into(), next: safe_next(next).into(), problem, said: None }
}

async fn sign_in(State(app): State<App>, peer: Option<Extension<Peer>>, headers: HeaderMap, form: Form) -> Screen {
    let name = form.text("name").to_lowercase();
    let next = form.given("next");
    let peer = peer.map(|Extension(Peer(address))| address.ip());
    let refuse = |status, text: &str| {
        app.access.failed("sign-in", &shortened(&name), peer);
        Ok(html_with(status, page(&view(&app, &name, next, Some(text.into())))))
    };
    if !app.access.may_try(&name, peer) {
        return refuse(StatusCode::TOO_MANY_REQUESTS, "Too many tries. Wait a minute and try again.");
    }
    let password = form.raw("password");
    let account = app.vault.account(&name).await?;
    let known = account.as_ref().map(|a| a.password.clone());
    // No hash is made of a text that cannot be a password: its length is the sender's choice.
    let fits = password.chars().count() <= 1_024;
    let right = fits && app.access.hasher.verify(password.to_owned(), known).await?;
    let (true, Some(account)) = (right, account) else {
        return refuse(StatusCode::UNAUTHORIZED, "The name or the password is wrong.");
    };
    end_old(&app, &headers).await?;
    let cookie = session::begin(&app, &account, agent(&headers)).await?;
    let by = Actor::Account(account.id.clone());
    note(&app, by, format!("account {} signed in", account.id)).await;
    Ok(with_cookie(cookie, safe_next(next)))
}

/// A name in the log is somebody's typing, sometimes their password.
fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(32).collect()
}

pub(super) fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|a| a.to_str().ok()).unwrap_or_default()
}

pub(super) fn with_cookie(cookie: HeaderValue, path: &str) -> Response {
    let headers = [(header::SET_COOKIE, cookie)];
    (headers, Redirect::to(path)).into_response()
}

/// A browser that signs in anew has no use for the session it had.
async fn end_old(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    if let Some(secret) = cookie::read(headers, app.settings.https) {
        app.vault.end_session(&random::hash(secret)).await?;
    }
    Ok(())
}

async fn sign_out(State(app): State<App>, caller: Caller) -> Screen {
    if let Who::Session { hash, account, .. } = &caller.who {
        app.vault.end_session(hash).await?;
        note(&app, caller.actor(), format!("account {account} signed out")).await;
    }
    let cleared = cookie::clear(app.settings.https).ok_or_else(Problem::internal)?;
    Ok(with_cookie(cleared, "/sign-in"))
}
