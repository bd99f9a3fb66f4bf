//! `/search`: incidents, alerts and timeline entries that say what was asked for. Looks through the newest records; the store's
//! own search over all of them comes later.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use http::Method;
use model::{Incident, IncidentRef};
use serde::Deserialize;
use store::records::{AlertFilter, Slice};

use super::frame::{Screen, html, shell};
use super::rows;
use crate::access::{Caller, Need};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::search::{Hit, Results, page};

const LOOKED_AT: u32 = 200;
/// Incidents whose timelines are read.
const READ: usize = 20;
const SHOWN: usize = 30;

#[derive(Debug, Deserialize)]
struct Input {
    q: Option<String>,
}

pub(super) fn route() -> Route {
    Route::screen(Method::GET, "/search", Need::Viewer, handle)
}

async fn handle(State(app): State<App>, caller: Caller, Query(input): Query<Input>) -> Screen {
    let query: String = input.q.unwrap_or_default().trim().chars().take(200).collect();
    // Somebody who types a reference wants to be there.
    if let Ok(id) = query.parse::<IncidentRef>()
        && app.records.incident(id).await?.is_some()
    {
        return Ok(Redirect::to(&format!("/incidents/{id}")).into_response());
    }
    let mut view = Results {
        shell: shell(&app, &caller, Nav::Other, None).await?,
        query: query.clone(),
        incidents: Vec::new(),
        alerts: Vec::new(),
        entries: Vec::new(),
    };
    if !query.is_empty() {
        look(&app, &query, &mut view).await?;
    }
    Ok(html(page(&view)))
}

async fn look(app: &App, query: &str, view: &mut Results) -> Result<(), Problem> {
    let words: Vec<String> = query.to_lowercase().split_whitespace().map(Into::into).collect();
    let has = |text: &str| {
        let text = text.to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let slice = Slice { before: None, limit: LOOKED_AT };
    let incidents = app.records.incidents(None, slice).await?;
    for incident in incidents.iter().filter(|i| has(&about(i))).take(SHOWN) {
        view.incidents.push(rows::incident(app, incident).await?);
    }
    let alerts = app.records.alerts(&AlertFilter::default(), slice).await?;
    let found = alerts.into_iter().filter(|a| has(&a.summary) || has(&a.key)).take(SHOWN);
    view.alerts = rows::alerts(app, &view.shell.clock, found.collect(), false).await?;
    for incident in incidents.iter().take(READ) {
        for entry in app.records.timeline(incident.id, 0).await? {
            if view.entries.len() < SHOWN && has(&entry.text) {
                view.entries.push(Hit {
                    incident: incident.id,
                    title: incident.title.clone(),
                    seq: entry.seq,
                    at: entry.happened_at,
                    text: entry.text,
                });
            }
        }
    }
    Ok(())
}

fn about(incident: &Incident) -> String {
    format!("{} {} {}", incident.id, incident.title, incident.impact.summary)
}
