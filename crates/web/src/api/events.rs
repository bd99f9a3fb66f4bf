//! `GET /v1/events`: what changes, as it changes, for programs. Each event names what to read again, and never what it says: so
//! a listener that missed some loses nothing by reading.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, Sse};
use desk::News;
use futures_util::Stream;
use http::{HeaderMap, Method};
use serde::Serialize;

use crate::access::Need;
use crate::app::App;
use crate::problem::Problem;
use crate::screens::live::{Heard, Listening, still_may};
use crate::server::Route;

pub(super) fn route() -> Route {
    let summary = "What changes, as server-sent events";
    Route::api(Method::GET, "/v1/events", Need::Viewer, summary, handle)
}

#[derive(Debug, Serialize)]
struct View<'a> {
    number: u64,
    playbook: bool,
    alerts: &'a [model::AlertId],
    groups: &'a [model::GroupId],
    incidents: &'a [model::IncidentRef],
    letters: &'a [model::LetterId],
}

async fn handle(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let listening = Listening::begin(&app, &headers).await?;
    let stream = futures_util::stream::unfold((listening, app, headers), |(mut listening, app, headers)| async move {
        let event = match listening.next().await? {
            Heard::News(news) => event(&news),
            Heard::Missed => Event::default().event("reload").data("{}"),
            // A token that was revoked hears no more.
            Heard::Silence if !still_may(&app, &headers).await => return None,
            Heard::Silence => Event::default().comment("still here"),
        };
        Some((Ok(event), (listening, app, headers)))
    });
    Ok(Sse::new(stream))
}

fn event(news: &News) -> Event {
    let view = View {
        number: news.number,
        playbook: news.playbook,
        alerts: &news.alerts,
        groups: &news.groups,
        incidents: &news.incidents,
        letters: &news.letters,
    };
    let data = serde_json::to_string(&view).unwrap_or_default();
    Event::default().event("news").id(news.number.to_string()).data(data)
}
