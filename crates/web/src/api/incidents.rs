//! Incidents: what people run. Every write answers with the incident as it is afterwards.

mod ack;
mod declare;
mod impact;
mod link;
mod list;
mod mark;
mod merge;
mod note;
mod one;
mod phase;
mod resolve;
mod review;
mod role;
mod severity;
mod timeline;
mod updates;

use axum::Json;
use axum::extract::FromRequestParts;
use http::request::Parts;
use model::{Command, IncidentRef, Input};

use super::idempotency::Once;
use super::shape::Incident;
use crate::access::Caller;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        list::route(),
        declare::route(),
        one::route(),
        timeline::route(),
        note::route(),
        role::route(),
        phase::route(),
        severity::route(),
        impact::route(),
        mark::route(),
        ack::route(),
        resolve::route(),
        merge::route(),
        link::route(),
    ];
    routes.extend(updates::routes());
    routes.extend(review::routes());
    routes
}

pub(super) async fn find(app: &App, id: IncidentRef) -> Result<model::Incident, Problem> {
    let incident = app.records.incident(id).await?;
    incident.ok_or_else(|| Problem::not_found("incident"))
}

/// The incident a path names.
pub(super) struct Ref(pub IncidentRef);

impl<S: Send + Sync> FromRequestParts<S> for Ref {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<String>::from_request_parts(parts, state).await;
        let axum::extract::Path(text) = path.map_err(|_| Problem::not_found("incident"))?;
        super::id(&text, "incident").map(Self)
    }
}

/// Who is asking, and the key under which they may ask twice: what every write on an incident starts from.
pub(super) struct Asker {
    pub app: App,
    pub caller: Caller,
    pub once: Once,
}

impl FromRequestParts<App> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Ok(Self {
            app: app.clone(),
            caller: Caller::from_request_parts(parts, app).await?,
            once: Once::from_request_parts(parts, app).await?,
        })
    }
}

impl Asker {
    pub(super) async fn submit(self, command: Command) -> Result<(App, model::Answer), Problem> {
        let input = Input::Command(command);
        let answer = self.caller.submit(&self.app, input, self.once.0).await?;
        Ok((self.app, answer))
    }

    /// Submits and answers with the incident as it is then.
    pub(super) async fn change(self, incident: IncidentRef, command: Command) -> Result<Json<Incident>, Problem> {
        let (app, _) = self.submit(command).await?;
        Ok(Json(find(&app, incident).await?.into()))
    }
}
