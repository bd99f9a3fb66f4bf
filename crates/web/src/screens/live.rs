//! `/events`: one screen's live changes. What the desk says changed is compared with what the screen shows; if it concerns the
//! screen, the screen is rendered again and sent as a patch. Streams are few, bounded, and end first when Candor stops.

mod listening;

use std::collections::hash_map::DefaultHasher;
use std::convert::Infallible;
use std::hash::{Hash as _, Hasher as _};
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, Sse};
use desk::News;
use futures_util::Stream;
use http::{HeaderMap, Method};
use maud::Markup;
use model::IncidentRef;
use serde::Deserialize;

use super::{alert, alerts, incidents, now, oncall, room};
use crate::access::{Caller, Need, identify};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::{self, shell};

pub(crate) use listening::{Heard, Listening, still_may};

/// A screen is rendered at most this often, however much happens.
const PACE: Duration = Duration::from_millis(400);

pub(super) fn route() -> Route {
    Route::screen(Method::GET, "/events", Need::Viewer, handle)
}

#[derive(Debug, Deserialize)]
struct Input {
    at: Option<String>,
}

/// One open screen.
struct Watcher {
    app: App,
    /// Proves at each heartbeat that whoever listens still may.
    headers: HeaderMap,
    caller: Caller,
    at: String,
    listening: Listening,
    /// Of what was sent last, so that a change that is not seen is not sent.
    shown: u64,
}

async fn handle(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Query(input): Query<Input>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let watcher = Watcher {
        listening: Listening::begin(&app, &headers).await?,
        at: input.at.unwrap_or_else(|| "/".into()),
        shown: 0,
        app,
        headers,
        caller,
    };
    Ok(Sse::new(futures_util::stream::unfold(watcher, |mut watcher| async move {
        let event = watcher.next().await?;
        Some((Ok(event), watcher))
    })))
}

impl Watcher {
    async fn next(&mut self) -> Option<Event> {
        loop {
            match self.listening.next().await? {
                Heard::Missed => return Some(reload()),
                Heard::Silence => return self.heartbeat().await,
                Heard::News(news) => {
                    if let Some(event) = self.changed(&news).await {
                        return Some(event);
                    }
                }
            }
        }
    }

    /// Also tells the time, so that a screen's clocks stay right over days.
    async fn heartbeat(&mut self) -> Option<Event> {
        // Signed out or removed: the page asks again and is told.
        if !still_may(&self.app, &self.headers).await {
            return None;
        }
        if let Ok(Some(caller)) = identify(&self.app, &self.headers).await {
            let before = std::mem::replace(&mut self.caller, caller).access;
            // Forms come and go with the level, also those around what the stream lays anew.
            if self.caller.access != before {
                return Some(reload());
            }
        }
        Some(Event::default().event("now").data(self.app.now().rfc3339()))
    }

    async fn changed(&mut self, news: &News) -> Option<Event> {
        let mut number = news.number;
        let mut concerned = concerns(&self.at, news);
        if concerned {
            // More is likely on its way; it goes into the same picture.
            tokio::time::sleep(PACE).await;
        }
        let at = self.at.clone();
        let lost = self.listening.drain(&mut |news| {
            number = number.max(news.number);
            concerned |= concerns(&at, news);
        });
        if lost {
            return Some(reload());
        }
        // Much may have happened while it waited: the next thing heard is that the listener may no more.
        if !concerned || !still_may(&self.app, &self.headers).await {
            return None;
        }
        let html = match render(&self.app, &self.caller, &self.at).await {
            Ok(Some(markup)) => markup.into_string(),
            Ok(None) => return None,
            Err(_) => return Some(reload()),
        };
        let mut hasher = DefaultHasher::new();
        html.hash(&mut hasher);
        let shown = hasher.finish();
        if std::mem::replace(&mut self.shown, shown) == shown {
            return None;
        }
        Some(Event::default().event("patch").id(number.to_string()).data(html))
    }
}

fn reload() -> Event {
    Event::default().event("reload").data("1")
}

/// Whether news may change what the screen at this address shows.
fn concerns(at: &str, news: &News) -> bool {
    let path = at.split('?').next().unwrap_or(at);
    let alerts = !news.alerts.is_empty() || !news.groups.is_empty();
    match path.split('/').nth(1).unwrap_or_default() {
        "incidents" => match path.split('/').nth(2).and_then(|id| id.parse::<IncidentRef>().ok()) {
            Some(id) => news.playbook || news.incidents.contains(&id) || !news.groups.is_empty(),
            None => news.playbook || alerts || !news.incidents.is_empty(),
        },
        "alerts" => news.playbook || alerts || !news.letters.is_empty(),
        "on-call" => news.playbook || !news.groups.is_empty(),
        _ => news.playbook || alerts || !news.incidents.is_empty(),
    }
}

/// The screen at an address, as a patch; `None` for screens that do not change by themselves.
async fn render(app: &App, caller: &Caller, at: &str) -> Result<Option<Markup>, Problem> {
    let (path, query) = at.split_once('?').unwrap_or((at, ""));
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let markup = match parts.as_slice() {
        [""] => {
            let view = now::build(app, caller).await?;
            shell::patch(&view.shell, view::now::main(&view))
        }
        ["alerts"] => {
            let view = alerts::build(app, caller, &read(query)).await?;
            shell::patch(&view.shell, view::alerts::main(&view))
        }
        ["alerts", id] => {
            let view = alert::build(app, caller, id).await?;
            shell::patch(&view.shell, view::alert::main(&view))
        }
        ["incidents"] => {
            let view = incidents::build(app, caller, &read(query)).await?;
            shell::patch(&view.shell, view::incidents::main(&view))
        }
        ["incidents", id] => {
            let mut kept = read::<room::Input>(query).kept();
            kept.said = None;
            let view = room::build::build(app, caller, room::read(id)?, kept).await?;
            shell::patch(&view.shell, view::room::main(&view))
        }
        ["on-call"] => {
            let view = oncall::build(app, caller, &read(query)).await?;
            shell::patch(&view.shell, view::oncall::main(&view))
        }
        _ => return Ok(None),
    };
    Ok(Some(markup))
}

/// A query we do not understand is one that asks for nothing.
fn read<T: serde::de::DeserializeOwned + Default>(query: &str) -> T {
    let address = format!("http://candor/?{query}");
    let uri = address.parse::<http::Uri>().ok();
    uri.and_then(|uri| Query::try_from_uri(&uri).ok()).map(|Query(value)| value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_screen_shows_concerns_it() {
        let incident = News { incidents: vec![IncidentRef(7)], ..News::default() };
        let letter = News { letters: vec![model::LetterId(1)], ..News::default() };
        assert!(concerns("/incidents/INC-7?tab=say", &incident));
        assert!(!concerns("/incidents/INC-8", &incident));
        assert!(concerns("/", &incident));
        assert!(!concerns("/", &letter));
        assert!(concerns("/alerts/4096", &letter));
        assert!(!concerns("/on-call", &incident));
    }
}
