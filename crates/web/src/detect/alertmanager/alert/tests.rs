use super::*;

const NOW: Time = Time(1_800_000_000_000_000);

fn read(json: &str, form: Form) -> Result<Signal, String> {
    serde_json::from_str::<Raw<'_>>(json).map_err(|e| e.to_string())?.signal(form, NOW)
}

fn api(json: &str) -> Signal {
    read(json, Form::Api).expect("a good alert")
}

fn timed(start: Option<&str>, end: Option<&str>) -> Result<Signal, String> {
    let field = |name: &str, value: Option<&str>| value.map_or(String::new(), |v| format!(r#","{name}":"{v}""#));
    let json = format!(r#"{{"labels":{{"alertname":"a"}}{}{}}}"#, field("startsAt", start), field("endsAt", end));
    read(&json, Form::Api)
}

#[test]
fn ends_are_leases_or_resolutions() {
    let zero = Some("0001-01-01T00:00:00.000Z");
    let (past, future) = (NOW - Span(60), NOW + Span(60));
    let (past_text, future_text) = (past.rfc3339(), future.rfc3339());
    for (start, end) in [(None, None), (zero, zero), (None, Some("nonsense"))] {
        let signal = timed(start, end).expect("good");
        assert_eq!(signal.action, SignalAction::Trigger);
        let until = NOW + RESOLVE_TIMEOUT;
        let assumed = true;
        assert_eq!(signal.lease, Some(Lease { until, assumed }));
        assert_eq!((signal.starts_at, signal.ends_at), (None, None));
    }
    let firing = timed(Some(&past_text), Some(&future_text)).expect("good");
    let lease = Lease { until: future, assumed: false };
    assert_eq!(firing.lease, Some(lease));
    assert_eq!(firing.starts_at, Some(past));
    let resolved = timed(None, Some(&past_text)).expect("good");
    assert_eq!(resolved.action, SignalAction::Resolve);
    assert_eq!((resolved.ends_at, resolved.starts_at), (Some(past), Some(past)));
    assert_eq!(resolved.lease, None);
    let reason = timed(Some(&future_text), Some(&past_text)).expect_err("backwards");
    assert_eq!(reason, "start time must be before end time");
    assert!(timed(Some(&past_text), Some(&past_text)).is_ok());
}

#[test]
fn empty_labels_are_dropped_and_one_must_remain() {
    for json in ["{}", r#"{"labels":{}}"#, r#"{"labels":null}"#, r#"{"labels":{"a":""}}"#, r#"{"labels":{"a":null}}"#] {
        assert_eq!(read(json, Form::Api).expect_err(json), "at least one label pair required");
    }
    let one = api(r#"{"labels":{"b":"","alertname":"good"}}"#);
    assert_eq!(one.labels.len(), 1);
    assert_eq!(&*one.key, "fff7f30401697f7b");
}

#[test]
fn counted_and_measured() {
    let many = |n: usize| {
        let pairs: Vec<String> = (0..n).map(|i| format!(r#""l{i}":"v""#)).collect();
        format!(r#"{{"labels":{{{}}}}}"#, pairs.join(","))
    };
    assert_eq!(api(&many(64)).labels.len(), 64);
    let reason = read(&many(10_000), Form::Api).expect_err("too many");
    assert_eq!(reason, "10000 labels: an alert may have at most 64");
    let long = format!(r#"{{"labels":{{"{}":"v"}}}}"#, "n".repeat(1_025));
    assert!(read(&long, Form::Api).expect_err("long").contains("1025 bytes"));
    let wide = format!(r#"{{"labels":{{"n":"{}"}}}}"#, "v".repeat(20_000));
    let reason = read(&wide, Form::Api).expect_err("wide");
    assert!(reason.starts_with("label n: a value of 20000 bytes"), "{reason}");
}

#[test]
fn summary_link_severity() {
    let signal = api(r#"{"labels":{"alertname":"Slow","instance":"h:1","severity":"critical"},
            "annotations":{"summary":" ","description":"Slow sign-in"},"generatorURL":"http://p/g","new":{"x":[1]}}"#);
    assert_eq!(&*signal.summary, "Slow sign-in");
    assert_eq!(signal.severity, Some(Severity::Sev2));
    assert_eq!(signal.link.as_deref(), Some("http://p/g"));
    let plain = api(r#"{"labels":{"alertname":"Slow","instance":"h:1","priority":"P1"}}"#);
    assert_eq!(&*plain.summary, "Slow on h:1");
    assert_eq!(plain.severity, Some(Severity::Sev1));
    assert_eq!(plain.link, None);
    let odd = api(r#"{"labels":{"job":"x","severity":"purple"}}"#);
    assert_eq!(&*odd.summary, "job=x severity=purple");
    assert_eq!(odd.severity, None);
    let long = format!(r#"{{"labels":{{"a":"b"}},"annotations":{{"summary":"{}"}}}}"#, "ä".repeat(2_000));
    assert_eq!(api(&long).summary.chars().count(), 1_024);
}

#[test]
fn control_and_bidi_characters_are_data() {
    let signal = api(r#"{"labels":{"a":"\u0000\u202e\r\n","alertname":"x"}}"#);
    assert_eq!(signal.labels.get("a"), Some("\0\u{202e}\r\n"));
}

#[test]
fn the_webhook_goes_by_status() {
    let zero = r#""endsAt":"0001-01-01T00:00:00Z""#;
    let json = format!(r#"{{"status":"firing","labels":{{"a":"b"}},{zero}}}"#);
    let firing = read(&json, Form::Webhook).expect("good");
    assert_eq!((firing.action, firing.lease), (SignalAction::Trigger, None));
    let resolved =
        read(r#"{"status":"resolved","labels":{"a":"b"},"endsAt":"2026-01-01T00:00:00Z"}"#, Form::Webhook).expect("good");
    assert_eq!(resolved.action, SignalAction::Resolve);
    assert_eq!(resolved.ends_at, Time::parse("2026-01-01T00:00:00Z"));
    assert_eq!(firing.key, resolved.key);
    // The API's dialects carry an object there.
    assert!(read(r#"{"labels":{"a":"b"},"status":{"state":"x"}}"#, Form::Api).is_ok());
}
