//! Alerts: what senders say is wrong.

mod ack;
mod list;
mod one;
mod resolve;
pub(crate) mod why;

use model::{Alert, AlertId};

use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

pub(super) fn routes() -> Vec<Route> {
    vec![list::route(), one::route(), why::route(), ack::route(), resolve::route()]
}

/// The alert a path names.
pub(crate) async fn find(app: &App, id: &str) -> Result<Alert, Problem> {
    let id: AlertId = super::id(id, "alert")?;
    let alert = app.records.alert(id).await?;
    alert.ok_or_else(|| Problem::not_found("alert"))
}
