//! Who may do what: every route of the table with every kind of caller.

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use model::Access;

use super::house::{House, KEY, ORIGIN};
use crate::access::Need;
use crate::access::guard::Face;
use crate::server::table;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    LetIn,
    NotKnown,
    TooLow,
}

fn path_of(pattern: &str) -> String {
    pattern.replace("{ref}", "INC-999").replace("{id}", "999").replace("{letter}", "999").replace(['{', '}'], "")
}

async fn knock(house: &House, method: &Method, path: &str, headers: &[(&str, &str)]) -> Verdict {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = house.begin(request.body(Body::empty()).expect("a request")).await;
    let location = response.headers().get(header::LOCATION).and_then(|l| l.to_str().ok());
    match response.status() {
        StatusCode::UNAUTHORIZED => Verdict::NotKnown,
        // A redirect to sign in is a refusal; signing out goes there too, having done its work.
        StatusCode::SEE_OTHER if location.is_some_and(|l| l.starts_with("/sign-in")) && path != "/sign-out" => Verdict::NotKnown,
        StatusCode::SEE_OTHER if path == "/sign-out" && headers.is_empty() => Verdict::NotKnown,
        StatusCode::FORBIDDEN => Verdict::TooLow,
        _ => Verdict::LetIn,
    }
}

#[tokio::test]
async fn every_route_lets_in_exactly_whom_it_names() {
    let house = House::with_playbook().await;
    let mut callers = vec![(None, None), (None, Some("cdr_nobody-knows-this-token".to_owned())), (None, Some(KEY.into()))];
    for access in [Access::Viewer, Access::Responder, Access::Administrator] {
        callers.push((Some(access), Some(house.token(access).await)));
    }
    for route in table() {
        let path = path_of(route.path);
        for (access, token) in &callers {
            let bearer = token.as_ref().map(|token| format!("Bearer {token}"));
            let headers: Vec<(&str, &str)> = bearer.iter().map(|b| ("authorization", b.as_str())).collect();
            let expected = match (route.need.access(), access) {
                (None, _) => Verdict::LetIn,
                (Some(_), None) => Verdict::NotKnown,
                (Some(needed), Some(has)) if *has >= needed => Verdict::LetIn,
                _ => Verdict::TooLow,
            };
            // Signing in without a name and a password is refused by the form itself.
            if path == "/sign-in" && route.method == Method::POST {
                continue;
            }
            let verdict = knock(&house, &route.method, &path, &headers).await;
            assert_eq!(verdict, expected, "{} {} as {access:?}", route.method, route.path);
        }
    }
}

#[tokio::test]
async fn what_is_public_is_a_short_list() {
    let open: Vec<&str> = table()
        .iter()
        .filter(|route| matches!(route.need, Need::Public | Need::IntegrationKey))
        .map(|route| route.path)
        .collect();
    let expected = [
        "/-/healthy",
        "/-/ready",
        "/v1/openapi.json",
        "/assets/{name}",
        "/sign-in",
        "/sign-in",
        "/setup/{token}",
        "/setup/{token}",
        "/ack/{letter}/{mac}",
        "/ack/{letter}/{mac}",
    ];
    assert_eq!(open, expected);
    assert!(table().iter().all(|r| r.method != Method::GET || r.path != "/metrics" || r.need == Need::LoopbackOrViewer));
}

#[tokio::test]
async fn a_session_works_only_from_our_own_pages() {
    let house = House::with_playbook().await;
    let cookie = house.set_up().await;
    for route in table().iter().filter(|r| r.need.access().is_some() && !r.method.is_safe()) {
        let path = path_of(route.path);
        let forged: [&[(&str, &str)]; 4] = [
            &[],
            &[("origin", "https://evil.example")],
            &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)],
            &[("sec-fetch-site", "same-site")],
        ];
        for headers in forged {
            let mut headers = headers.to_vec();
            headers.push(("cookie", &cookie));
            let verdict = knock(&house, &route.method, &path, &headers).await;
            assert_eq!(verdict, Verdict::TooLow, "{} {} {headers:?}", route.method, route.path);
        }
    }
    assert_eq!(house.get(&cookie, "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn programs_get_documents_and_people_get_pages() {
    let house = House::new().await;
    for (path, kind) in
        [("/v1/alerts", "application/problem+json"), ("/v1/nonsense", "application/problem+json"), ("/nonsense", "text/html")]
    {
        let answer = house.get("", path).await;
        let found = answer.headers[header::CONTENT_TYPE].to_str().expect("text");
        assert!(found.starts_with(kind), "{path}: {found}");
    }
    let answer = house.get("", "/incidents/INC-1?tab=say").await;
    assert_eq!(answer.location(), "/sign-in?next=%2Fincidents%2FINC-1%3Ftab%3Dsay");
    assert!(table().iter().filter(|r| r.path.starts_with("/v1/")).all(|r| r.face == Face::Api));
}

#[tokio::test]
async fn the_set_up_link_works_once() {
    let house = House::new().await;
    let link = crate::access::first_start(&house.app, None).await.expect("fine").expect("a link");
    let path = link.strip_prefix(ORIGIN).expect("our own");
    assert_eq!(house.get("", path).await.status, StatusCode::OK);
    let weak = house.form("", path, &[("name", "ana"), ("password", "password1234")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let good = [("name", "ana"), ("password", "vier pferde trinken tee")];
    assert_eq!(house.form("", path, &good).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.form("", path, &good).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get("", path).await.status, StatusCode::NOT_FOUND);
    assert!(crate::access::first_start(&house.app, None).await.expect("fine").is_none());
}

#[tokio::test]
async fn a_bootstrap_token_counts_at_the_very_first_start_only() {
    let house = House::new().await;
    let short = crate::access::first_start(&house.app, Some("short")).await;
    assert!(short.is_err());
    let token = "any-string-of-at-least-32-characters!";
    assert!(crate::access::first_start(&house.app, Some(token)).await.expect("fine").is_none());
    let status = house.api(token, Method::GET, "/v1/status", serde_json::Value::Null).await;
    assert_eq!(status.json()["role"], "administrator");
    let later = "another-string-of-at-least-32-characters";
    crate::access::first_start(&house.app, Some(later)).await.expect("ignored");
    let refused = house.api(later, Method::GET, "/v1/status", serde_json::Value::Null).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_with_its_password() {
    let house = House::new().await;
    let cookie = house.set_up().await;
    let wrong = [("name", "ana"), ("password", "not this one at all")];
    assert_eq!(house.form("", "/sign-in", &wrong).await.status, StatusCode::UNAUTHORIZED);
    let right = [("name", "ana"), ("password", "vier pferde trinken tee"), ("next", "//evil.example")];
    let answer = house.form("", "/sign-in", &right).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"));
    let other = answer.cookie();
    assert_ne!(other, cookie);
    let change = [("old", "vier pferde trinken tee"), ("new", "fünf esel essen hafer")];
    let changed = house.form(&cookie, "/settings/password", &change).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    for ended in [&cookie, &other] {
        assert_eq!(house.get(ended, "/").await.location(), "/sign-in");
    }
    let fresh = changed.cookie();
    assert_eq!(house.get(&fresh, "/").await.status, StatusCode::OK);
    let out = house.form(&fresh, "/sign-out", &[]).await;
    assert_eq!(out.location(), "/sign-in");
    assert_eq!(house.get(&fresh, "/").await.location(), "/sign-in");
}

#[tokio::test]
async fn guessing_is_stopped() {
    let house = House::new().await;
    house.set_up().await;
    let mut last = StatusCode::OK;
    for _ in 0..11 {
        let wrong = [("name", "ana"), ("password", "not this one at all")];
        last = house.form("", "/sign-in", &wrong).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}
