//! `/settings/integrations`: the address to paste into each sender.

use axum::extract::State;
use http::Method;
use model::Name;
use store::records::{AlertFilter, Slice};

use super::frame::{Screen, html, shell};
use super::rows;
use crate::access::{Caller, Need, playbook};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::settings::integrations::{IntegrationRow, Integrations, page};

pub(super) fn route() -> Route {
    Route::screen(Method::GET, "/settings/integrations", Need::Viewer, handle)
}

async fn handle(State(app): State<App>, caller: Caller) -> Screen {
    Ok(html(page(&build(&app, &caller).await?)))
}

async fn build(app: &App, caller: &Caller) -> Result<Integrations, Problem> {
    let shell = shell(app, caller, Nav::Settings, None).await?;
    let playbook = app.desk.playbook();
    let keys = if shell.administers() { keys(app).await? } else { Vec::new() };
    let mut list = Vec::with_capacity(playbook.integrations.len());
    for integration in &playbook.integrations {
        let filter = AlertFilter { integration: Some(integration.id.clone()), ..AlertFilter::default() };
        let newest = app.records.alerts(&filter, Slice { before: None, limit: 1 }).await?;
        list.push(IntegrationRow {
            id: integration.id.clone(),
            service: rows::service(&playbook, &integration.service),
            key: keys.iter().find(|(id, _)| *id == integration.id).map(|(_, key)| key.clone()),
            last_heard: newest.first().map(|alert| alert.pulse.last_seen),
        });
    }
    Ok(Integrations { shell, base_url: app.settings.base_url.clone(), rows: list })
}

/// The vault keeps keys hashed; in the clear they stand only in the playbook's own text, for administrators.
async fn keys(app: &App) -> Result<Vec<(Name, String)>, Problem> {
    let source = playbook::source(app).await?.unwrap_or_default();
    Ok(rules::playbook::parse(&source).map(|parsed| parsed.keys).unwrap_or_default())
}
