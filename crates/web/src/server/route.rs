//! One entry of the route table: method, path, what it needs, what it does, and what the API document says about it. The router
//! and the document are both made from it, so neither can know a route that the other does not.

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use http::{Method, StatusCode};

use super::table::table;
use crate::access::Need;
use crate::access::guard::{Face, Guard, guard};
use crate::app::App;
use crate::problem::Problem;

/// A field of a request: its name, its type as the API document names it, and whether it must be there.
pub(crate) type Field = (&'static str, &'static str, bool);

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub need: Need,
    pub(crate) face: Face,
    /// What it does, in a few words; shown in the API document.
    pub summary: &'static str,
    /// Query parameters: name and meaning.
    pub(crate) query: &'static [(&'static str, &'static str)],
    /// Fields of the JSON body.
    pub(crate) body: &'static [Field],
    /// The status of success.
    pub success: u16,
    pub(crate) handler: MethodRouter<App>,
}

impl Route {
    /// A route of Candor's own API.
    pub(crate) fn api<H, T>(method: Method, path: &'static str, need: Need, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self {
            handler: on(filter(&method), handler),
            method,
            path,
            need,
            face: Face::Api,
            summary,
            query: &[],
            body: &[],
            success: 200,
        }
    }

    /// A screen or one of its forms.
    pub(crate) fn screen<H, T>(method: Method, path: &'static str, need: Need, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self { face: Face::Screen, ..Self::api(method, path, need, "", handler) }
    }

    pub(crate) const fn query(mut self, query: &'static [(&'static str, &'static str)]) -> Self {
        self.query = query;
        self
    }

    pub(crate) const fn body(mut self, body: &'static [Field]) -> Self {
        self.body = body;
        self
    }

    pub(crate) const fn creates(mut self) -> Self {
        self.success = 201;
        self
    }
}

/// A method that is not in this list cannot be in the table.
fn filter(method: &Method) -> MethodFilter {
    match *method {
        Method::POST => MethodFilter::POST,
        Method::PUT => MethodFilter::PUT,
        Method::DELETE => MethodFilter::DELETE,
        Method::PATCH => MethodFilter::PATCH,
        _ => MethodFilter::GET,
    }
}

/// The router of everything that is not on the fast path.
pub fn router(app: &App) -> Router {
    let mut router = Router::new();
    for route in table() {
        let state = Guard { app: app.clone(), need: route.need, face: route.face };
        let guarded = route.handler.layer(from_fn_with_state(state, guard));
        router = router.route(route.path, guarded);
    }
    router
        // Senders prove themselves by their integration's key, which the intake's own handlers check.
        .merge(crate::detect::routes())
        .fallback(nowhere)
        .method_not_allowed_fallback(wrong_method)
        .with_state(app.clone())
}

async fn nowhere(State(app): State<App>, request: Request) -> Response {
    let problem = Problem::not_found("such page");
    crate::screens::error::for_path(&app, request.uri().path(), &problem)
}

async fn wrong_method(request: Request) -> Response {
    let detail = format!("{} does not work here.", request.method());
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
    problem.into_response()
}
