//! The screens: each handler gathers facts, fills the plain struct of its view, and prints it. Forms answer 303 when they worked
//! and show the page again, with what was typed, when they did not.

mod accounts;
mod ack;
mod alert;
mod alerts;
mod assets;
mod declare;
pub(crate) mod error;
mod form;
mod frame;
mod incidents;
mod integrations;
mod keys;
pub(crate) mod live;
mod now;
mod oncall;
mod playbook;
pub(crate) mod review;
mod room;
mod rows;
mod search;
mod settings;
mod setup;
mod signin;
mod tokens;
mod updates;

use crate::server::Route;

pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![now::route(), search::route(), keys::route(), live::route(), assets::route(), integrations::route()];
    routes.extend(alerts::routes());
    routes.extend(alert::routes());
    routes.extend(incidents::routes());
    routes.extend(declare::routes());
    routes.extend(room::routes());
    routes.extend(updates::routes());
    routes.extend(review::routes());
    routes.extend(oncall::routes());
    routes.extend(settings::routes());
    routes.extend(playbook::routes());
    routes.extend(tokens::routes());
    routes.extend(accounts::routes());
    routes.extend(signin::routes());
    routes.extend(setup::routes());
    routes.extend(ack::routes());
    routes
}
