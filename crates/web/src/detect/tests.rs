//! Intake from the request to the disk: the real routes, desk and store, on a throw-away folder.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use http::{Method, StatusCode, header};
use http_body_util::BodyExt as _;
use model::playbook::{Integration, Playbook, Service};
use model::{Actor, Input, Time};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::vault::SecretKey;
use store::{Db, Place, Records, Vault};
use tower::ServiceExt as _;

use crate::app::{App, Keys, Settings};
use crate::server::Limits;

const KEY: &str = "0123456789abcdef0123456789abcdef";

struct House {
    app: App,
    _running: desk::Running,
    _folder: tempfile::TempDir,
}

async fn house() -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open(&Place::Folder(folder.path().into())).await.expect("a store");
    let vault = Vault::new(db.clone(), SecretKey::new([7; 32]));
    let records = Records::new(db);
    let settings = desk::Settings {
        clock: Arc::new(|| Time::from_seconds(1_800_000_000)),
        version: "test".into(),
        queue: 64,
        on_broken: Arc::new(|_| ()),
    };
    let running = desk::start(records.clone(), settings).await.expect("a desk");
    let service = Service { id: "shop".into(), name: "Shop".into(), policy: None, team: None, declare_at: None };
    let playbook = Playbook {
        services: vec![service],
        integrations: vec![Integration { id: "prometheus".into(), service: "shop".into() }],
        ..Playbook::default()
    };
    let input = Input::Playbook { playbook: Arc::new(playbook) };
    let ask = desk::Ask { actor: Actor::System, input, idempotency: None };
    running.desk.submit(ask).await.expect("the playbook");
    let settings = Settings {
        base_url: "http://localhost".into(),
        version: "test",
        link_secret: [0; 32],
        https: false,
        limits: Limits::default(),
    };
    let app = App::new(running.desk.clone(), records, vault, settings);
    app.keys.store(Arc::new(Keys(vec![(Sha256::digest(KEY).into(), "prometheus".into())])));
    House { app, _running: running, _folder: folder }
}

impl House {
    async fn send(&self, method: Method, path: &str, bearer: Option<&str>, body: impl Into<Body>) -> (StatusCode, String) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(key) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        let request = request.body(body.into()).expect("a request");
        let routes = super::routes().with_state(self.app.clone());
        let answer = routes.oneshot(request).await.expect("never fails");
        let status = answer.status();
        let bytes = answer.into_body().collect().await.expect("whole").to_bytes();
        (status, String::from_utf8(bytes.to_vec()).expect("text"))
    }

    async fn post(&self, path: &str, body: impl Into<Body>) -> (u16, String) {
        let (status, text) = self.send(Method::POST, path, None, body).await;
        (status.as_u16(), text)
    }

    async fn open(&self) -> Vec<Value> {
        let (status, text) = self.send(Method::GET, &format!("/in/{KEY}/api/v2/alerts"), None, "").await;
        assert_eq!(status, StatusCode::OK, "{text}");
        serde_json::from_str(&text).expect("a list")
    }
}

#[tokio::test]
async fn alerts_in_and_out() {
    let house = house().await;
    assert_eq!(house.open().await, Vec::<Value>::new());
    let path = format!("/in/{KEY}/api/v2/alerts");
    let batch = r#"[{"labels":{"alertname":"good"}},{"labels":{}},{"labels":{"alertname":"aa","severity":"warning"}}]"#;
    let refused = (400, r#""at least one label pair required""#.to_owned());
    assert_eq!(house.post(&path, batch).await, refused, "the good ones are stored all the same");
    let open = house.open().await;
    assert_eq!(open.len(), 2);
    assert!(open[0]["fingerprint"].as_str() < open[1]["fingerprint"].as_str());
    let one = house.send(Method::GET, &format!("{path}?filter=alertname%3D~%22go.*%22"), None, "").await.1;
    assert!(one.contains("fff7f30401697f7b") && !one.contains("\"aa\""), "{one}");
    let bad = house.send(Method::GET, &format!("{path}?filter=nonsense"), None, "").await;
    assert_eq!(bad, (StatusCode::BAD_REQUEST, r#""bad matcher format: nonsense""#.to_owned()));
    let over = r#"[{"labels":{"alertname":"good"},"endsAt":"2026-01-01T00:00:00Z"}]"#;
    assert_eq!(house.post(&path, over).await, (200, String::new()));
    assert_eq!(house.open().await.len(), 1);
}

#[tokio::test]
async fn keys_in_header_or_path() {
    let house = house().await;
    let alert = r#"[{"labels":{"alertname":"good"}}]"#;
    for (path, bearer, status) in [
        ("/api/v2/alerts", None, 401),
        ("/api/v2/alerts", Some("wrong"), 403),
        ("/api/v2/alerts", Some(KEY), 200),
        ("/api/v1/alerts", Some(KEY), 200),
        ("/in/wrong/api/v2/alerts", None, 403),
        ("/in/wrong", None, 403),
    ] {
        let (found, text) = house.send(Method::POST, path, bearer, alert).await;
        assert_eq!(found.as_u16(), status, "{path}: {text}");
    }
    for path in ["/api/v2/status", "/api/v2/receivers", "/api/v2/silences", "/api/v2/alerts/groups", "/in/x/-/ready"] {
        let (status, text) = house.send(Method::GET, path, Some(KEY), "").await;
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
    }
}

#[tokio::test]
async fn unknown_keys_store_nothing() {
    let house = house().await;
    let event = json!({"routing_key": "wrong", "event_action": "trigger",
        "payload": {"summary": "s", "source": "x", "severity": "error"}});
    let (status, text) = house.post("/v2/enqueue", event.to_string()).await;
    assert_eq!(status, 403);
    assert!(text.contains(r#""status":"invalid event""#), "{text}");
    house.post("/in/wrong/api/v2/alerts", r#"[{"labels":{"alertname":"good"}}]"#).await;
    assert_eq!(house.open().await, Vec::<Value>::new());
}

#[tokio::test]
async fn pagerduty_both_versions() {
    let house = house().await;
    let trigger = json!({"routing_key": KEY, "event_action": "trigger",
        "payload": {"summary": "Disk full", "source": "db-1", "severity": "error"}});
    let (status, text) = house.post("/v2/enqueue", trigger.to_string()).await;
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((status, &answer["status"], &answer["message"]), (202, &json!("success"), &json!("Event processed")));
    assert_eq!(house.open().await.len(), 1);
    let resolve = json!({"routing_key": KEY, "event_action": "resolve", "dedup_key": answer["dedup_key"]});
    assert_eq!(house.post("/v2/enqueue", resolve.to_string()).await.0, 202);
    assert_eq!(house.open().await.len(), 0);
    let unknown = json!({"routing_key": KEY, "event_action": "resolve", "dedup_key": "never seen"});
    assert_eq!(house.post("/v2/enqueue", unknown.to_string()).await.0, 202);
    let old = json!({"service_key": KEY, "event_type": "trigger", "incident_key": "k", "description": "d"});
    let (status, text) = house.post("/generic/2010-04-15/create_event.json", old.to_string()).await;
    assert_eq!((status, text.contains(r#""incident_key":"k""#)), (200, true), "{text}");
    assert_eq!(house.post("/v2/change/enqueue", trigger.to_string()).await.0, 501);
}

#[tokio::test]
async fn one_address_for_every_webhook() {
    let house = house().await;
    let hook = format!("/in/{KEY}");
    let am = json!({"version": "4", "alerts": [{"status": "firing", "labels": {"alertname": "good"}}]});
    assert_eq!(house.post(&hook, am.to_string()).await.0, 200);
    let pd = json!({"event_action": "trigger", "payload": {"summary": "s", "source": "x", "severity": "info"}});
    assert_eq!(house.post(&hook, pd.to_string()).await.0, 202);
    assert_eq!(house.post(&format!("{hook}/pagerduty"), pd.to_string()).await.0, 202);
    assert_eq!(house.open().await.len(), 3);
    for (path, body) in
        [(hook.clone(), am.to_string().replace("alerts", "things")), (format!("{hook}/alertmanager"), pd.to_string())]
    {
        let (status, text) = house.post(&path, body).await;
        assert_eq!(status, 422);
        assert!(text.contains("supported are"), "{text}");
    }
}

#[tokio::test]
async fn too_much_and_not_text() {
    let house = house().await;
    let path = format!("/in/{KEY}/api/v2/alerts");
    assert_eq!(house.post(&path, vec![b' '; (1 << 20) + 1]).await.0, 413);
    assert_eq!(house.post("/v2/enqueue", vec![b' '; (512 << 10) + 1]).await.0, 413);
    assert_eq!(house.post(&path, &b"[\xff]"[..]).await.0, 400);
    let many: Vec<Value> = (0..1_500).map(|n| json!({"labels": {"alertname": n.to_string()}})).collect();
    assert_eq!(house.post(&path, json!(many).to_string()).await, (200, String::new()), "more than one input takes");
    assert_eq!(house.open().await.len(), 1_500);
}
