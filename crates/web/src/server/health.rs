//! `/-/healthy` answers while the process lives, `/-/ready` only while inputs can be committed.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};

use super::route::Route;
use crate::access::Need;
use crate::app::App;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::GET, "/-/healthy", Need::Public, "The process lives", healthy),
        Route::api(Method::GET, "/-/ready", Need::Public, "Inputs can be committed", ready),
    ]
}

async fn healthy() -> &'static str {
    "Candor is healthy.\n"
}

async fn ready(State(app): State<App>) -> Response {
    if app.desk.is_ready() {
        return "Candor is ready.\n".into_response();
    }
    let answer = (StatusCode::SERVICE_UNAVAILABLE, "Candor cannot commit inputs now.\n");
    answer.into_response()
}
