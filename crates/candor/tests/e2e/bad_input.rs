//! What no honest sender sends. Each is refused with a reason, and leaves nothing behind.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::api::Reply;
use crate::harness::browser::Browser;
use crate::harness::candor::{Candor, Home};
use crate::harness::mail::MailServer;
use crate::harness::playbook::{KEY, by_mail};
use crate::harness::{raw, signin, target_folder, wait_for};

const MIB: usize = 1 << 20;
const STRANGER: &str = "ffffffffffffffffffffffffffffffff";

fn home() -> Home {
    Home::new(&by_mail("5m"), None)
}

fn intake() -> String {
    format!("/in/{KEY}/api/v2/alerts")
}

fn event(key: &str) -> Value {
    json!({ "routing_key": key, "event_action": "trigger", "dedup_key": "d",
            "payload": { "summary": "s", "source": "s", "severity": "critical" } })
}

/// A refusal on Candor's own paths is a problem document with a stable code and words.
fn assert_problem(reply: &Reply, what: &str) {
    assert!((400..500).contains(&reply.status), "{what}: {reply:?}");
    assert!(reply.header("content-type").starts_with("application/problem+json"), "{what}: {reply:?}");
    let problem = reply.json();
    assert!(problem["code"].as_str().is_some_and(|code| !code.is_empty()), "{what}: {problem}");
    assert!(problem["title"].is_string() && problem["status"] == reply.status, "{what}: {problem}");
}

#[tokio::test]
async fn unknown_keys_are_refused_and_store_nothing() {
    let home = home();
    let candor = home.start().await;
    let sender = candor.api.anonymous();
    let alerts = json!([{ "labels": { "alertname": "A" } }]);
    let v1 = json!({ "service_key": STRANGER, "event_type": "trigger", "description": "d" });
    let attempts = [
        (format!("/in/{STRANGER}/api/v2/alerts"), &alerts),
        (format!("/in/{STRANGER}"), &alerts),
        ("/in/short/api/v2/alerts".to_owned(), &alerts),
        ("/v2/enqueue".to_owned(), &event(STRANGER)),
        ("/generic/2010-04-15/create_event.json".to_owned(), &v1),
    ];
    for (path, body) in attempts {
        let reply = sender.try_post(&path, body).await;
        assert!(matches!(reply.status, 401 | 403), "{path}: {reply:?}");
    }
    let reply = sender.with_token(STRANGER).try_post("/api/v2/alerts", &alerts).await;
    assert!(matches!(reply.status, 401 | 403), "{reply:?}");
    for stranger in [sender.clone(), sender.with_token(STRANGER)] {
        let reply = stranger.try_get("/v1/alerts").await;
        assert_eq!(reply.status, 401, "{reply:?}");
    }
    assert!(candor.api.all("/v1/alerts").await.is_empty());
    candor.close(&home).await;
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_refused() {
    let home = home();
    let candor = home.start().await;
    let padded = |size: usize| {
        let frame = r#"[{"labels":{"alertname":"Big"},"annotations":{"x":""}}]"#.len();
        let body = json!([{ "labels": { "alertname": "Big" }, "annotations": { "x": "x".repeat(size - frame) } }]);
        body.to_string().into_bytes()
    };
    for path in [intake(), "/v2/enqueue".to_owned(), "/v1/incidents".to_owned()] {
        let answer = raw::exchange(&candor, &raw::post(&candor, &path, &padded(MIB + 1)), LIMIT).await;
        assert_eq!(raw::status(&answer), 413, "{path}: {answer}");
    }
    // A length that lies: chunks, with no length told in advance.
    let mut chunked = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\
         connection: close\r\n\r\n{:x}\r\n",
        intake(),
        2 * MIB
    )
    .into_bytes();
    chunked.extend(std::iter::repeat_n(b'[', 2 * MIB));
    chunked.extend_from_slice(b"\r\n0\r\n\r\n");
    let answer = raw::exchange(&candor, &chunked, LIMIT).await;
    assert_eq!(raw::status(&answer), 413, "chunked: {answer}");
    assert!(candor.api.all("/v1/alerts").await.is_empty());
    candor.close(&home).await;
}

const LIMIT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn bodies_that_are_not_what_they_claim_name_the_fault() {
    let home = home();
    let candor = home.start().await;
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65)).into_bytes();
    let deep_field = format!(r#"{{"title":{}1{}}}"#, r#"{"a":"#.repeat(70), "}".repeat(70)).into_bytes();
    let latin1 = b"{\"title\":\"caf\xe9\"}".to_vec();
    let bodies = [deep, deep_field, latin1, b"{\"title\":".to_vec(), b"title=x".to_vec(), Vec::new()];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        for path in [intake(), format!("/in/{KEY}"), "/v2/enqueue".to_owned()] {
            let answer = raw::exchange(&candor, &raw::post(&candor, &path, &body), LIMIT).await;
            assert!((400..500).contains(&raw::status(&answer)), "{path} {shown}: {answer}");
        }
        let reply = candor.api.send("POST", "/v1/incidents", "application/json", body).await.expect("an answer");
        assert_problem(&reply, &shown);
    }

    let wrong = [
        ("title", json!({ "title": 7, "severity": "SEV2", "services": ["checkout"] })),
        ("severity", json!({ "title": "t", "severity": "SEV9", "services": ["checkout"] })),
        ("services", json!({ "title": "t", "severity": "SEV2", "services": "checkout" })),
        ("services", json!({ "title": "t", "severity": "SEV2", "services": ["no-such-service"] })),
        ("title", json!({ "severity": "SEV2", "services": ["checkout"] })),
    ];
    for (field, body) in wrong {
        let reply = candor.api.try_post("/v1/incidents", &body).await;
        assert_problem(&reply, field);
        assert!(reply.body.contains(field), "{body} is refused without naming {field}: {reply:?}");
    }
    let wrong_alert = json!([{ "labels": { "alertname": 7 } }]);
    let reply = candor.api.anonymous().try_post(&intake(), &wrong_alert).await;
    assert_eq!(reply.status, 400, "{reply:?}");
    assert!(reply.body.contains("alertname") || reply.body.contains("labels"), "{reply:?}");
    let mut wrong_event = event(KEY);
    wrong_event["payload"]["severity"] = json!("terrible");
    let reply = candor.api.anonymous().try_post("/v2/enqueue", &wrong_event).await;
    assert_eq!(reply.status, 400, "{reply:?}");
    assert!(reply.body.contains("severity"), "{reply:?}");

    assert!(candor.api.all("/v1/alerts").await.is_empty());
    assert!(candor.api.all("/v1/incidents").await.is_empty());
    candor.close(&home).await;
}

#[tokio::test]
async fn too_many_labels_are_refused_by_count_and_the_rest_of_the_batch_is_kept() {
    let home = home();
    let candor = home.start().await;
    let labels: serde_json::Map<String, Value> = (0..10_000).map(|n| (format!("label_{n}"), json!("v"))).collect();
    let batch = json!([{ "labels": { "alertname": "Good" } }, { "labels": labels }]);
    let reply = candor.api.anonymous().try_post(&intake(), &batch).await;
    assert_eq!(reply.status, 400, "{reply:?}");
    assert!(reply.body.contains("label"), "{reply:?}");
    let open = candor.api.open_alerts().await;
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!(open[0]["labels"]["alertname"], "Good", "{open:?}");
    candor.close(&home).await;
}

#[tokio::test]
async fn invisible_characters_are_shown_escaped() {
    let browser = Browser::start(target_folder("screens")).await;
    let home = home().without_token();
    let candor = home.start().await;
    let labels = json!({ "alertname": "Trick", "instance": "db\u{202e}1\u{0}x", "markup": "<b id=injected>bold</b>" });
    let alerts = json!([{ "labels": labels, "annotations": { "summary": "pay\u{202e}load\u{0}end" } }]);
    let reply = candor.api.try_post(&intake(), &alerts).await;
    assert_eq!(reply.status, 200, "{reply:?}");

    signin::open_setup(&browser, &candor).await;
    signin::fill_in(&browser).await;
    signin::signed_in(&browser, &candor).await;
    browser.open(&format!("{}/alerts", candor.url())).await;
    let link = browser.script("return document.querySelector('main a[href^=\"/alerts/\"]').href").await;
    for url in [format!("{}/alerts", candor.url()), link.as_str().expect("a link to the alert").to_owned()] {
        browser.open(&url).await;
        let source = browser.driver().source().await.expect("the page's source");
        assert!(!source.contains('\u{202e}') && !source.contains('\u{0}'), "raw control characters at {url}");
        let text = browser.text().await.to_lowercase();
        assert!(text.contains("202e"), "the reader is not told of the character at {url}:\n{text}");
        let injected = browser.script("return document.getElementById('injected') === null").await;
        assert_eq!(injected, json!(true), "a label became markup at {url}");
    }
    browser.screenshot("escaped").await;
    candor.close(&home).await;
}

#[tokio::test]
async fn no_text_becomes_a_header() {
    let mail = MailServer::start().await;
    let home = Home::new(&by_mail("5m"), Some(mail.port));
    let candor = home.start().await;
    let mut trick = event(KEY);
    trick["payload"]["summary"] = json!("Down\r\nBcc: thief@example.org\r\n\r\nbody");
    let reply = candor.api.anonymous().try_post("/v2/enqueue", &trick).await;
    assert_eq!(reply.status, 202, "{reply:?}");
    let page = mail.first_to("ana@example.org", LIMIT).await;
    assert!(page.subject.contains("Down") && !page.subject.contains(['\r', '\n']), "{page:?}");
    assert!(!page.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("bcc")), "{page:?}");
    assert!(mail.to("thief@example.org").is_empty());

    for path in ["/sign-in?next=%0d%0aset-cookie:%20a=b", "/%0d%0aset-cookie:%20a=b", "/alerts/%0d%0aset-cookie:%20a=b"] {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", candor.authority());
        let answer = raw::exchange(&candor, request.as_bytes(), LIMIT).await;
        let head = answer.split("\r\n\r\n").next().unwrap_or_default().to_lowercase();
        assert!(!head.contains("\r\nset-cookie: a=b"), "{path}: {answer}");
        assert!(raw::status(&answer) != 0, "{path}: no answer");
    }
    candor.close(&home).await;
}

#[tokio::test]
async fn slow_clients_are_cut_off() {
    const PATIENCE: Duration = Duration::from_secs(45);
    let home = home();
    let candor = home.start().await;
    let body = format!("POST {} HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n[", intake());
    let (headers, body, silent) = tokio::join!(
        raw::hangs_up_after(&candor, b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ", PATIENCE),
        raw::hangs_up_after(&candor, body.as_bytes(), PATIENCE),
        served_meanwhile(&candor),
    );
    assert!(headers.is_some(), "a client that drips its headers is served for over {PATIENCE:?}");
    assert!(body.is_some(), "a client that drips its body is served for over {PATIENCE:?}");
    assert!(silent, "others are served meanwhile");
    candor.close(&home).await;
}

async fn served_meanwhile(candor: &Candor) -> bool {
    wait_for("an answer beside slow clients", LIMIT, || async { Some(candor.api.try_get("/-/healthy").await.is_success()) }).await
}
