//! All routes, in one list.

use super::route::Route;
use super::{health, metrics};
use crate::{api, screens};

/// Everything the main listener serves beside the fast path.
pub fn table() -> Vec<Route> {
    let mut routes = health::routes();
    routes.push(metrics::route());
    routes.extend(api::routes());
    routes.extend(screens::routes());
    routes
}
