//! One incident through the API and through the screens.

use http::{Method, StatusCode};
use model::Access;
use serde_json::{Value, json};

use super::house::{House, KEY, NOW};

const NONE: Value = Value::Null;

fn later(minutes: i64) -> String {
    model::Time::from_seconds(NOW + minutes * 60).rfc3339()
}

#[tokio::test]
async fn an_incident_through_the_api() {
    let house = House::with_playbook().await;
    let token = house.token(Access::Responder).await;
    let post = async |path: &str, body: Value| house.api(&token, Method::POST, path, body).await;
    let get = async |path: &str| house.api(&token, Method::GET, path, NONE).await.json();

    let wish = json!({ "title": "Login fails", "severity": "SEV2", "services": ["checkout"],
                       "impact": { "summary": "15 % of sign-ins", "share": 0.15 } });
    let declared = post("/v1/incidents", wish).await;
    assert_eq!(declared.status, StatusCode::CREATED, "{}", declared.text);
    let incident = declared.json();
    assert_eq!(incident["ref"], "INC-1");
    assert_eq!(incident["impact"]["share"], 0.15);
    assert_eq!(incident["marks"]["mitigated"], NONE);
    assert_eq!(incident["marks"]["declared"]["at"], later(0));
    assert_eq!(incident["promise"], NONE);
    assert_eq!(declared.location(), "/v1/incidents/INC-1");

    let note = post("/v1/incidents/INC-1/notes", json!({ "text": "restarted the pool" })).await;
    assert_eq!(note.status, StatusCode::CREATED, "{}", note.text);
    assert_eq!(note.json()["text"], "restarted the pool");
    let role = post("/v1/incidents/INC-1/roles", json!({ "role": "commander", "person": "ana" })).await;
    assert_eq!(role.json()["roles"]["commander"], "ana");
    let severity = post("/v1/incidents/INC-1/severity", json!({ "severity": "SEV1", "reason": "all of them" })).await;
    assert_eq!(severity.json()["severity"], "SEV1");

    let hasty = json!({ "audience": "public", "phase": "investigating", "acknowledge": "Login fails.",
                        "apologize": "We are sorry.", "act": "Fixed by 15:00." });
    let refused = post("/v1/incidents/INC-1/updates", hasty).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(refused.json()["reasons"].as_array().is_some_and(|r| !r.is_empty()), "{}", refused.text);
    let update = json!({ "audience": "public", "phase": "investigating",
        "acknowledge": "About 15 of 100 sign-ins to the shop fail since 10:02.",
        "apologize": "We are sorry: this is our fault and it keeps you from your orders.",
        "act": "We are rolling back the release of this morning.",
        "next_update_at": later(30), "components": { "checkout": "partial_outage" } });
    let published = post("/v1/incidents/INC-1/updates", update).await;
    assert_eq!(published.status, StatusCode::CREATED, "{}", published.text);
    let incident = get("/v1/incidents/INC-1").await;
    assert_eq!(incident["promise"]["due"], later(30));
    assert_eq!(incident["promise"]["state"], "open");

    let review = house.api(&token, Method::GET, "/v1/incidents/INC-1/review", NONE).await;
    assert_eq!(review.headers["etag"], "\"0\"");
    assert!(review.json()["markdown"].as_str().is_some_and(|m| m.contains("Login fails")));
    let bare = house.api(&token, Method::PUT, "/v1/incidents/INC-1/review", json!({ "markdown": "x" })).await;
    assert_eq!(bare.status, StatusCode::PRECONDITION_REQUIRED);

    let timeline = get("/v1/incidents/INC-1/timeline?limit=3").await;
    let seqs: Vec<u64> = timeline["items"].as_array().expect("a list").iter().filter_map(|e| e["seq"].as_u64()).collect();
    assert!(seqs.len() == 3 && seqs[0] > seqs[1] && seqs[1] > seqs[2], "{seqs:?}");
    let next = timeline["next"].as_str().expect("more");
    let older = get(&format!("/v1/incidents/INC-1/timeline?limit=200&cursor={next}")).await;
    assert_eq!(older["items"][0]["seq"], seqs[2] - 1);
    assert_eq!(older["items"].as_array().and_then(|i| i.last()).expect("one")["seq"], 1);
    assert_eq!(older["next"], NONE);

    let resolved = post("/v1/incidents/INC-1/resolve", json!({})).await;
    assert_eq!(resolved.json()["phase"], "resolved", "{}", resolved.text);
    assert_eq!(get("/v1/incidents?state=open").await["items"], json!([]));
}

#[tokio::test]
async fn the_same_key_gets_the_same_answer() {
    let house = House::with_playbook().await;
    let token = house.token(Access::Responder).await;
    let wish = json!({ "title": "Login fails", "severity": "SEV2" }).to_string();
    let mut refs = Vec::new();
    for _ in 0..2 {
        let request = http::Request::post("/v1/incidents")
            .header("authorization", format!("Bearer {token}"))
            .header("idempotency-key", "once")
            .body(axum::body::Body::from(wish.clone()));
        refs.push(house.send(request.expect("a request")).await.json()["ref"].clone());
    }
    assert_eq!(refs[0], refs[1]);
}

#[tokio::test]
async fn faults_name_the_field() {
    let house = House::with_playbook().await;
    let token = house.token(Access::Responder).await;
    let wishes = [
        (json!({ "severity": "SEV2" }), "title"),
        (json!({ "title": 7, "severity": "SEV2" }), "title"),
        (json!({ "title": "x", "severity": "bad" }), "severity"),
        (json!({ "title": "x", "severity": "SEV1", "impact": { "share": 15 } }), "impact.share"),
        (json!({ "title": "x", "severity": "SEV1", "services": "checkout" }), "services"),
    ];
    for (wish, field) in wishes {
        let answer = house.api(&token, Method::POST, "/v1/incidents", wish).await;
        assert!(answer.status.is_client_error());
        assert_eq!(answer.json()["field"], field, "{}", answer.text);
    }
    let answer = house.api(&token, Method::GET, "/v1/alerts?limit=1000", NONE).await;
    assert_eq!(answer.json()["field"], "limit");
}

#[tokio::test]
async fn an_alert_and_why() {
    let house = House::with_playbook().await;
    let token = house.token(Access::Responder).await;
    let alerts = json!([{ "labels": { "alertname": "login_errors", "severity": "critical" } }]);
    let path = format!("/in/{KEY}/api/v2/alerts");
    let sent = house.api("none", Method::POST, &path, alerts).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);

    let list = house.api(&token, Method::GET, "/v1/alerts?state=open&service=checkout", NONE).await.json();
    let alert = &list["items"][0];
    assert_eq!(alert["state"], "firing");
    assert_eq!(alert["labels"]["alertname"], "login_errors");
    let id = alert["id"].as_u64().expect("a number");
    let why = house.api(&token, Method::GET, &format!("/v1/alerts/{id}/why"), NONE).await.json();
    assert!(why["steps"].as_array().is_some_and(|s| s.len() >= 5), "{why}");
    assert_eq!(why["letters"][0]["to"], "ana");
    let acked = house.api(&token, Method::POST, &format!("/v1/alerts/{id}/ack"), json!({})).await;
    assert_eq!(acked.json()["state"], "acknowledged", "{}", acked.text);

    let whom = house.api(&token, Method::GET, "/v1/whowouldbepaged?service=checkout", NONE).await.json();
    assert_eq!(whom["steps"][0]["people"][0]["person"], "ana");
    let call = house.api(&token, Method::GET, "/v1/oncall?schedule=primary", NONE).await.json();
    assert_eq!(call["items"][0]["person"], "ana");
}

#[tokio::test]
async fn the_link_in_the_letter() {
    let house = House::with_playbook().await;
    let token = house.token(Access::Viewer).await;
    let alerts = json!([{ "labels": { "alertname": "login_errors", "severity": "critical" } }]);
    house.api("none", Method::POST, &format!("/in/{KEY}/api/v2/alerts"), alerts).await;
    let letters = house.api(&token, Method::GET, "/v1/letters", NONE).await.json();
    let letter = model::LetterId(letters["items"][0]["id"].as_u64().expect("a letter"));
    let mac = crate::access::link::mac(&house.app.settings.link_secret, letter);
    let path = format!("/ack/{letter}/{mac}");
    let shown = house.get("", &path).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.text.contains("login_errors"), "{}", shown.text);
    let list = house.api(&token, Method::GET, "/v1/alerts", NONE).await.json();
    assert_eq!(list["items"][0]["state"], "firing", "looking changes nothing");
    let wrong = house.get("", &format!("/ack/{letter}/AAAAAAAAAAAAAAAAAAAAAA")).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    let pressed = house.form("", &path, &[]).await;
    assert!(pressed.text.contains("You have it"), "{}", pressed.text);
    let list = house.api(&token, Method::GET, "/v1/alerts", NONE).await.json();
    assert_eq!(list["items"][0]["state"], "acknowledged");
}

#[tokio::test]
async fn an_incident_through_the_screens() {
    let house = House::with_playbook().await;
    let cookie = house.set_up().await;
    let empty = house.form(&cookie, "/incidents", &[("title", ""), ("severity", "SEV2"), ("impact", "kept")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.text);
    assert!(empty.text.contains("kept"));
    let declared =
        house.form(&cookie, "/incidents", &[("title", "Login <b>fails"), ("severity", "SEV2"), ("services", "checkout")]).await;
    assert_eq!(declared.location(), "/incidents/INC-1?done=declared", "{}", declared.text);
    let noted = house.form(&cookie, "/incidents/INC-1/notes", &[("text", "looking at it")]).await;
    assert_eq!(noted.status, StatusCode::SEE_OTHER, "{}", noted.text);
    let taken = house.form(&cookie, "/incidents/INC-1/roles", &[("role", "commander"), ("person", "me")]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let words = [
        ("acknowledge", "Login fails."),
        ("apologize", "Sorry."),
        ("act", "It will be fixed by 15:00."),
        ("phase", "investigating"),
        ("next", "30m"),
    ];
    let refused = house.form(&cookie, "/incidents/INC-1/updates", &words).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("It will be fixed by 15:00."), "what was typed is kept");
    let lint = house.form(&cookie, "/incidents/INC-1/lint", &words).await;
    assert!(lint.text.contains("id=\"lint\""), "{}", lint.text);
    for path in [
        "/",
        "/alerts",
        "/incidents",
        "/incidents?state=all",
        "/incidents/INC-1",
        "/incidents/INC-1?tab=say",
        "/incidents/INC-1/review",
        "/incidents/INC-1/review?edit=1",
        "/on-call",
        "/on-call?service=checkout&labels=a%3Db",
        "/declare",
        "/search?q=login",
        "/keys",
        "/settings",
        "/settings/playbook",
        "/settings/tokens",
        "/settings/accounts",
        "/settings/integrations",
    ] {
        let answer = house.get(&cookie, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        assert!(answer.text.starts_with("<!DOCTYPE html>"), "{path}");
        assert!(!answer.text.contains("Login <b>"), "{path}");
        assert!(answer.text.len() <= 50_000, "{path} has {} bytes", answer.text.len());
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
    }
    assert!(house.get(&cookie, "/incidents/INC-1").await.text.contains("Ana Lima"));
}

#[tokio::test]
async fn a_faulty_playbook_loads_nothing() {
    let house = House::with_playbook().await;
    let token = house.token(Access::Administrator).await;
    let request = |path: &str, text: &str| {
        http::Request::put(path)
            .header("authorization", format!("Bearer {token}"))
            .body(axum::body::Body::from(text.to_owned()))
            .expect("a request")
    };
    let faulty = house.send(request("/v1/playbook", "[[service]]\nid = \"x\"\npolcy = \"y\"\n")).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(faulty.text.contains("line 3"), "{}", faulty.text);
    assert!(house.app.desk.playbook().service("checkout").is_some());
    let dry = house.send(request("/v1/playbook?dry_run=true", "[[service]]\nid = \"x\"\nname = \"X\"\n")).await;
    assert_eq!(dry.json()["applied"], false, "{}", dry.text);
    assert!(house.app.desk.playbook().service("x").is_none());
    let read = house.api(&token, Method::GET, "/v1/playbook", NONE).await;
    assert!(read.text.contains("Ana Lima"));
}
