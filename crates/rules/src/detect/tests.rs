use model::playbook::{Integration, Route, SeverityRule};
use model::{Labels, Playbook, Severity, Signal, SignalAction};
use proptest::prelude::*;

use super::*;

fn signal(severity: Option<Severity>, labels: &[(&str, &str)]) -> Signal {
    Signal {
        key: "the-key".into(),
        action: SignalAction::Trigger,
        summary: "it is slow".into(),
        severity,
        labels: Labels::from_pairs(labels.iter().copied()),
        annotations: Labels::default(),
        link: None,
        starts_at: None,
        lease: None,
        ends_at: None,
    }
}

fn route(id: &str, labels: &[(&str, &str)]) -> Route {
    Route {
        id: id.into(),
        labels: Labels::from_pairs(labels.iter().copied()),
        integration: None,
        service: None,
        severity: None,
        group_by: None,
        page: true,
    }
}

fn rule(id: Severity, words: &[&str], page: bool) -> SeverityRule {
    SeverityRule { id, name: id.to_string(), words: words.iter().map(ToString::to_string).collect(), page }
}

fn book(routes: Vec<Route>, severities: Vec<SeverityRule>) -> Playbook {
    Playbook {
        integrations: vec![Integration { id: "prometheus".into(), service: "checkout".into() }],
        routes,
        severities,
        ..Playbook::default()
    }
}

#[test]
fn our_words_go_before_the_senders() {
    let plain = book(vec![], vec![]);
    let ours = book(vec![], vec![rule(Severity::Sev1, &["Critical"], true)]);
    let critical = signal(Some(Severity::Sev2), &[("severity", "critical")]);
    assert_eq!(severity_of(&plain, &critical), Severity::Sev2);
    assert_eq!(severity_of(&ours, &critical), Severity::Sev1);
}

#[test]
fn labels_speak_when_the_format_said_nothing_and_sev3_when_nobody_did() {
    let book = book(vec![], vec![]);
    let of = |labels: &[(&str, &str)]| severity_of(&book, &signal(None, labels));
    assert_eq!(of(&[("severity", "warning")]), Severity::Sev4);
    assert_eq!(of(&[("priority", "P1")]), Severity::Sev1);
    assert_eq!(of(&[("severity", "purple"), ("priority", "2")]), Severity::Sev2);
    assert_eq!(of(&[("severity", "purple")]), Severity::Sev3);
    assert_eq!(of(&[]), Severity::Sev3);
}

#[test]
fn without_a_route_the_integration_decides() {
    let book = book(vec![], vec![]);
    let named = signal(None, &[("alertname", "SlowCheckout")]);
    let decision = route_of(&book, "prometheus", &named).unwrap();
    assert_eq!(&*decision.service, "checkout");
    assert_eq!(decision.route, None);
    assert!(decision.page);
    assert!(matches!(decision.group_key, Cow::Borrowed("SlowCheckout")));
    let unnamed = signal(None, &[]);
    let decision = route_of(&book, "prometheus", &unnamed).unwrap();
    assert_eq!(decision.group_key, "the-key");
    assert_eq!(route_of(&book, "nobody", &unnamed), None);
}

#[test]
fn the_first_route_that_matches_takes_it() {
    let mut first = route("db", &[("team", "db"), ("env", "prod")]);
    first.service = Some("database".into());
    first.severity = Some(Severity::Sev1);
    let mut second = route("rest", &[("team", "db")]);
    second.page = false;
    let book = book(vec![first, second], vec![]);
    let both = signal(None, &[("team", "db"), ("env", "prod")]);
    let decision = route_of(&book, "prometheus", &both).unwrap();
    assert_eq!(decision.route.as_deref(), Some("db"));
    assert_eq!(&*decision.service, "database");
    assert_eq!((decision.severity, decision.page), (Severity::Sev1, true));
    let one = signal(None, &[("team", "db")]);
    let decision = route_of(&book, "prometheus", &one).unwrap();
    assert_eq!(decision.route.as_deref(), Some("rest"));
    assert_eq!(&*decision.service, "checkout");
    assert!(!decision.page);
}

#[test]
fn a_route_may_ask_for_an_integration() {
    let mut only = route("only", &[]);
    only.integration = Some("grafana".into());
    let book = book(vec![only], vec![]);
    let decision = route_of(&book, "prometheus", &signal(None, &[])).map(|d| d.route);
    assert_eq!(decision, Some(None));
}

#[test]
fn a_quiet_severity_wakes_nobody_also_when_a_route_set_it() {
    let mut down = route("down", &[("env", "staging")]);
    down.severity = Some(Severity::Sev5);
    let book = book(vec![down], vec![rule(Severity::Sev5, &[], false)]);
    let quiet = signal(Some(Severity::Sev2), &[("env", "staging")]);
    let loud = signal(Some(Severity::Sev2), &[("env", "prod")]);
    assert!(!route_of(&book, "prometheus", &quiet).unwrap().page);
    assert!(route_of(&book, "prometheus", &loud).unwrap().page);
}

#[test]
fn a_group_key_reads_well_and_missing_labels_count_as_empty() {
    let mut by = route("by", &[]);
    by.group_by = Some(vec!["region".into(), "job".into()]);
    let mut book = book(vec![by], vec![]);
    let eu = signal(None, &[("region", "eu,west")]);
    assert_eq!(route_of(&book, "prometheus", &eu).unwrap().group_key, r"region=eu\,west,job=");
    book.routes[0].group_by = Some(vec![]);
    assert_eq!(route_of(&book, "prometheus", &eu).unwrap().group_key, "all");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    /// Two alerts share a group key only when every label the route groups by is the same.
    #[test]
    fn group_keys_are_unambiguous(
        one in proptest::collection::vec("[a=,\\\\]{0,3}", 3),
        two in proptest::collection::vec("[a=,\\\\]{0,3}", 3),
    ) {
        let names: Vec<String> = ["x", "y", "z"].map(String::from).into();
        let set = |values: &[String]| Labels::from_pairs(names.iter().zip(values.iter()));
        let same = joined(&names, &set(&one)) == joined(&names, &set(&two));
        prop_assert_eq!(same, one == two);
    }
}
