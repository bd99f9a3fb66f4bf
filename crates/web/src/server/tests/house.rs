//! A Candor to test against.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use model::{Access, Actor, Time};
use serde_json::Value;
use store::vault::SecretKey;
use store::{Db, Place, Records, Vault};
use tower::ServiceExt as _;

use crate::access::{playbook, tokens};
use crate::app::{App, Settings};
use crate::server::{Limits, router};

pub(super) const KEY: &str = "0123456789abcdef0123456789abcdef";
pub(super) const ORIGIN: &str = "http://candor.test";
pub(super) const NOW: i64 = 1_800_000_000;

pub(super) const PLAYBOOK: &str = r#"
[[person]]
id = "ana"
name = "Ana Lima"
email = "ana@example.org"
timezone = "Europe/Lisbon"
notify = [{ after = "0m", by = "email" }]

[[schedule]]
id = "primary"
timezone = "Europe/Lisbon"
[[schedule.layer]]
people = ["ana"]
every = "1w"
from = "2026-01-05T09:00"

[[policy]]
id = "checkout"
[[policy.step]]
notify = ["schedule:primary"]
wait = "5m"

[[service]]
id = "checkout"
name = "Checkout"
policy = "checkout"

[[integration]]
id = "prometheus"
service = "checkout"
key = "0123456789abcdef0123456789abcdef"

[[page]]
slug = "shop"
name = "Shop status"
[[page.component]]
id = "checkout"
name = "Checkout"
service = "checkout"
"#;

pub(super) struct House {
    pub app: App,
    pub router: Router,
    _running: desk::Running,
    _folder: tempfile::TempDir,
}

#[derive(Debug)]
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("JSON, not {}", self.text))
    }

    pub(super) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|l| l.to_str().ok()).unwrap_or_default()
    }

    /// The cookie as a browser would send it back.
    pub(super) fn cookie(&self) -> String {
        let set = self.headers.get(header::SET_COOKIE).expect("a cookie");
        let pair = set.to_str().expect("text").split(';').next();
        pair.unwrap_or_default().to_owned()
    }
}

impl House {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Db::open(&Place::Folder(folder.path().into())).await.expect("a store");
        let vault = Vault::new(db.clone(), SecretKey::new([7; 32]));
        let records = Records::new(db);
        let settings = desk::Settings {
            clock: Arc::new(|| Time::from_seconds(NOW)),
            version: "test".into(),
            queue: 64,
            on_broken: Arc::new(|_| ()),
        };
        let running = desk::start(records.clone(), settings).await.expect("a desk");
        let settings =
            Settings { base_url: ORIGIN.into(), version: "test", link_secret: [3; 32], https: false, limits: Limits::default() };
        let app = App::new(running.desk.clone(), records, vault, settings);
        Self { router: router(&app), app, _running: running, _folder: folder }
    }

    pub(super) async fn with_playbook() -> Self {
        let house = Self::new().await;
        playbook::apply(&house.app, PLAYBOOK, Actor::System).await.expect("a good playbook");
        house
    }

    pub(super) async fn token(&self, access: Access) -> String {
        let name = access.name().into();
        tokens::create(&self.app, &name, access, None, Actor::System).await.expect("a token")
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.begin(request).await.into_parts();
        let bytes = body.collect().await.expect("whole").to_bytes();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Without waiting for the body, which may never end.
    pub(super) async fn begin(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.expect("never fails")
    }

    pub(super) async fn api(&self, token: &str, method: Method, path: &str, body: Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json");
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(request.body(body).expect("a request")).await
    }

    /// An answer that is no text.
    pub(super) async fn bytes(&self, token: &str, path: &str) -> Vec<u8> {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        let response = self.begin(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body().collect().await.expect("whole").to_bytes().to_vec()
    }

    pub(super) async fn get(&self, cookie: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// A form of our own page.
    pub(super) async fn form(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::ORIGIN, ORIGIN)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    /// The cookie of the first administrator.
    pub(super) async fn set_up(&self) -> String {
        let link = crate::access::first_start(&self.app, None).await.expect("fine").expect("a link");
        let path = link.strip_prefix(ORIGIN).expect("our own");
        let fields = [("name", "ana"), ("password", "vier pferde trinken tee")];
        let answer = self.form("", path, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        answer.cookie()
    }
}
