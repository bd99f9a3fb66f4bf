use proptest::prelude::*;
use serde_json::json;

use super::*;

fn full() -> Value {
    json!({
        "routing_key": "r", "event_action": "trigger", "dedup_key": "k", "client": "Nagios", "client_url": "https://n/1",
        "links": [{"href": "https://l", "text": "Runbook"}], "images": [{"src": "https://i"}],
        "payload": {"summary": "Disk full", "source": "db-1", "severity": "error", "timestamp": "2026-03-29T01:02:03.000+0000",
            "component": "disk", "group": "db", "class": 7, "custom_details": {"free": "0 B", "mounts": {"/": 100}}},
    })
}

#[test]
fn a_whole_event() {
    let signal = v2(&full()).expect("valid").into_signal("k");
    assert_eq!(signal.severity, Some(Severity::Sev3));
    assert_eq!(signal.starts_at, model::Time::parse("2026-03-29T01:02:03Z"));
    assert_eq!(signal.link.as_deref(), Some("https://n/1"));
    insta::assert_snapshot!(format!("{:#?}\n{:#?}", signal.labels, signal.annotations), @r#"
    {
        "class": "7",
        "component": "disk",
        "group": "db",
        "severity": "error",
        "source": "db-1",
    }
    {
        "client": "Nagios",
        "client_url": "https://n/1",
        "free": "0 B",
        "image.1.src": "https://i",
        "link.1.href": "https://l",
        "link.1.text": "Runbook",
        "mounts./": "100",
    }
    "#);
}

#[test]
fn acknowledge_and_resolve_need_a_key_and_no_payload() {
    for (action, expected) in [("acknowledge", SignalAction::Acknowledge), ("resolve", SignalAction::Resolve)] {
        let bare = json!({"event_action": action, "dedup_key": "k"});
        assert_eq!(v2(&bare).expect("valid").signal.action, expected);
        let mut with = full();
        with["event_action"] = action.into();
        assert_eq!(v2(&with).expect("valid").signal.action, expected);
        let without = json!({"event_action": action});
        assert_eq!(v2(&without), Err(vec!["'dedup_key' is missing or blank".into()]));
        let v1_bare = json!({"event_type": action, "incident_key": "k"});
        assert_eq!(v1(&v1_bare).expect("valid").signal.action, expected);
        assert!(v1(&json!({"event_type": action})).is_err());
    }
}

#[test]
fn faults_are_named_all_at_once() {
    for (event, expected) in [
        (json!({}), &["'event_action' is missing or blank"][..]),
        (json!({"event_action": "shout"}), &["'event_action' must be one of trigger, acknowledge, resolve"]),
        (json!({"event_action": "trigger"}), &["'payload' is missing or no object"]),
        (
            json!({"event_action": "trigger", "payload": {"summary": 5, "severity": "purple"}}),
            &[
                "'payload.summary' must be a string, not a number",
                "'payload.source' is missing or blank",
                "'payload.severity' must be one of critical, error, warning, info",
            ],
        ),
        (json!({"event_action": "resolve", "dedup_key": "k".repeat(256)}), &["'dedup_key' is longer than 255 characters"]),
    ] {
        assert_eq!(v2(&event).expect_err("faulty"), expected, "{event}");
    }
    assert_eq!(v1(&json!({"event_type": "trigger"})), Err(vec!["'description' is missing or blank".into()]));
}

#[test]
fn characters_count_and_not_bytes() {
    let mut event = full();
    event["payload"]["summary"] = "ä".repeat(2_000).into();
    event["dedup_key"] = "€".repeat(255).into();
    let event = v2(&event).expect("valid");
    assert_eq!(event.signal.summary.chars().count(), 1_024);
    let key = event.key.clone().expect("sent");
    let signal = event.into_signal(&key);
    assert!(signal.key.starts_with("sha256:") && signal.key.len() <= MOST_KEY_BYTES);
}

#[test]
fn version_1() {
    let event = json!({"service_key": "s", "event_type": "trigger", "description": "FAILURE", "details": {"ping": "1500ms"},
        "client": "Monit", "contexts": [{"type": "link", "href": "http://c", "text": "t"}]});
    let event = v1(&event).expect("valid");
    assert_eq!(event.key, None);
    assert_eq!(&*event.signal.summary, "FAILURE");
    assert_eq!(event.signal.annotations.get("ping"), Some("1500ms"));
    assert_eq!(event.signal.link.as_deref(), Some("http://c"));
}

proptest! {
    #[test]
    fn never_panics(action in "trigger|resolve|x", text in "\\PC{0,40}", number in any::<i64>()) {
        for odd in [json!(text), json!(number), json!([text]), json!({ (text.clone()): number })] {
            let event = json!({"event_action": action, "event_type": action, "dedup_key": odd, "incident_key": odd,
                "payload": {"summary": odd, "source": odd, "severity": "info", "timestamp": odd, "custom_details": odd, "group": odd},
                "links": odd, "images": [odd], "client_url": odd, "details": odd, "contexts": [odd], "description": odd});
            let _ = (v2(&event), v1(&event));
        }
    }
}
