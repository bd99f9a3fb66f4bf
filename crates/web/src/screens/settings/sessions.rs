//! Where you are signed in: each session of one's own account, and ending it from elsewhere.

use axum::extract::{Path, State};
use http::Method;

use crate::access::{Caller, Need, cookie, session};
use crate::app::App;
use crate::problem::Problem;
use crate::screens::frame::{self, Screen, back, html_with, refused};
use crate::screens::signin::with_cookie;
use crate::server::Route;
use crate::view::Said;
use crate::view::settings::page;
use crate::view::settings::sessions::SessionRow;

pub(super) fn routes() -> [Route; 2] {
    [
        Route::screen(Method::POST, "/settings/sessions/{id}/end", Need::Viewer, end),
        Route::screen(Method::POST, "/settings/sessions/end-others", Need::Viewer, end_others),
    ]
}

pub(super) async fn rows(app: &App, caller: &Caller) -> Result<Vec<SessionRow>, Problem> {
    let own = session::own(app, caller).await?.into_iter();
    let row = own.map(|open| SessionRow {
        id: open.id,
        device: open.device,
        began: open.created_at,
        last_seen: open.seen_at,
        this: open.this,
    });
    Ok(row.collect())
}

async fn end(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Screen {
    match session::end_own(&app, &caller, &id).await {
        Ok(true) => {
            let cleared = cookie::clear(app.settings.https).ok_or_else(Problem::internal)?;
            Ok(with_cookie(cleared, "/sign-in"))
        }
        Ok(false) => Ok(back("/settings", "session")),
        Err(problem) => again(&app, &caller, problem).await,
    }
}

async fn end_others(State(app): State<App>, caller: Caller) -> Screen {
    match session::end_others(&app, &caller).await {
        Ok(()) => Ok(back("/settings", "sessions")),
        Err(problem) => again(&app, &caller, problem).await,
    }
}

/// A session that is not there any more is no reason to lose the list.
async fn again(app: &App, caller: &Caller, problem: Problem) -> Screen {
    if !problem.status.is_client_error() {
        return Err(problem);
    }
    let mut view = super::build(app, caller).await?;
    view.shell.said = Some(refused(&problem));
    Ok(html_with(problem.status, page(&view)))
}

/// What this screen says beside what all say.
pub(super) fn said(done: Option<&str>) -> Option<Said> {
    let text = match done? {
        "session" => "Signed out there.",
        "sessions" => "You are signed in here only.",
        other => return frame::said(Some(other)),
    };
    Some(Said { good: true, text: text.into() })
}
