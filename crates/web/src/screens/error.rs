//! Problems as pages, for people.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use super::frame::{clock, html_with, shell};
use crate::access::Caller;
use crate::app::App;
use crate::problem::Problem;
use crate::view::Nav;
use crate::view::error::{Frame, Problem as View, page};

/// For somebody we do not know.
pub(crate) fn show(app: &App, problem: &Problem) -> Response {
    print(Frame::Bare(clock(app, None)), problem)
}

/// For somebody who is signed in; without the navigation when even that cannot be read now.
pub(crate) async fn show_to(app: &App, caller: &Caller, problem: &Problem) -> Response {
    match shell(app, caller, Nav::Other, None).await {
        Ok(shell) => print(Frame::Signed(shell), problem),
        Err(_) => show(app, problem),
    }
}

/// Where no route is: pages for people, documents for programs.
pub(crate) fn for_path(app: &App, path: &str, problem: &Problem) -> Response {
    let program = ["/v1/", "/v2/", "/in/", "/api/", "/ping/", "/generic/", "/ofrep/"];
    if program.iter().any(|prefix| path.starts_with(prefix)) {
        return problem.clone().into_response();
    }
    show(app, problem)
}

fn print(frame: Frame, problem: &Problem) -> Response {
    let happened = match problem.status {
        StatusCode::NOT_FOUND => "This does not exist",
        StatusCode::FORBIDDEN => "You may not do this",
        StatusCode::SERVICE_UNAVAILABLE => "Candor cannot do this right now",
        status if status.is_server_error() => "Something went wrong",
        _ => "This did not work",
    };
    let view = View {
        frame,
        status: problem.status.as_u16(),
        code: problem.code.to_string(),
        happened: happened.into(),
        kept: String::new(),
        todo: super::frame::refused(problem).text,
        back: Some(("/".into(), "Go to Now".into())),
    };
    let mut response = html_with(problem.status, page(&view));
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Clock;

    #[test]
    fn a_problem_says_what_to_do() {
        let frame = Frame::Bare(Clock::new(model::Time(0), "UTC"));
        let response = print(frame, &Problem::not_found("incident"));
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}
