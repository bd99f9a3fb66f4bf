//! Alerts, on call, and the page behind the link in a mail.

use model::{AlertState, GroupId, LetterId, Span};
use web::view::ack::{self, AckItem, AckPage, AckState};
use web::view::alert::{self, AlertDetail, WhyKind, WhyStep};
use web::view::alerts::{self, Alerts, Filter};
use web::view::now::{Gap, Holder};
use web::view::oncall::{self, Ask, Called, CalledStep, OnCall, ScheduleView, Shift, WouldPage};
use web::view::{Clock, Nav};

use super::running::alert_rows;
use super::{HOSTILE, SEV2, at, now, shell};

pub(super) fn screens() -> Vec<(&'static str, String)> {
    let list = Alerts {
        shell: shell(Nav::Alerts),
        filter: Filter::Open,
        services: vec![("login".into(), "Login".into()), ("edge".into(), "Edge".into())],
        service: None,
        group: None,
        rows: alert_rows(),
        total: 4,
        next: Some("/alerts?cursor=x".into()),
        connected: true,
    };
    let none = Alerts { rows: vec![], total: 0, next: None, ..list.clone() };
    let unconnected = Alerts { connected: false, services: vec![], ..none.clone() };
    let mut hostile = detail();
    hostile.alert.summary = HOSTILE.into();
    hostile.labels = vec![(HOSTILE.into(), HOSTILE.into())];
    hostile.link = Some("javascript:alert(1)".into());
    hostile.key = HOSTILE.into();
    let bare = OnCall { shell: shell(Nav::OnCall), schedules: vec![], ask: Ask::default() };
    vec![
        ("alerts", alerts::page(&list).into_string()),
        ("alerts-none", alerts::page(&none).into_string()),
        ("alerts-unconnected", alerts::page(&unconnected).into_string()),
        ("alert", alert::page(&detail()).into_string()),
        ("alert-hostile", alert::page(&hostile).into_string()),
        ("on-call", oncall::page(&on_call()).into_string()),
        ("on-call-none", oncall::page(&bare).into_string()),
        ("ack", ack::page(&link(AckState::Open { next: Some(("Ben Adeyemi".into(), now() + Span(172))) })).into_string()),
        ("ack-done", ack::page(&link(AckState::Done)).into_string()),
        ("ack-already", ack::page(&link(AckState::Already { by: "Ben Adeyemi".into(), at: now() - Span(120) })).into_string()),
    ]
}

fn detail() -> AlertDetail {
    let step = |time: Option<&str>, kind, text: &str, details: &[&str]| WhyStep {
        at: time.map(at),
        kind,
        text: text.into(),
        details: details.iter().map(|d| (*d).into()).collect(),
    };
    let mut alert = alert_rows().remove(0);
    alert.state = AlertState::Firing;
    AlertDetail {
        shell: shell(Nav::Alerts),
        alert,
        integration: "prometheus".into(),
        key: "{alertname=\"login_errors\", job=\"web\"}".into(),
        group: GroupId(8_200),
        group_size: 3,
        labels: [("alertname", "login_errors"), ("job", "web"), ("severity", "critical"), ("region", "eu-west-1")]
            .map(|(n, v)| (n.into(), v.into()))
            .to_vec(),
        annotations: vec![("summary".into(), "login_errors is above 5 % for 2 min on web".into())],
        link: Some("https://prometheus.example.org/graph?g0.expr=login_errors".into()),
        why: vec![
            step(
                Some("2026-07-07T09:03:10Z"),
                WhyKind::Did,
                "Prometheus sent it; no open alert had this key, so it is a new one",
                &[],
            ),
            step(
                Some("2026-07-07T09:03:10Z"),
                WhyKind::Did,
                "Route web-critical took it: severity=critical → SEV2, service Login",
                &[],
            ),
            step(
                Some("2026-07-07T09:03:10Z"),
                WhyKind::Did,
                "Opened group login_errors; policy Login was frozen with 2 steps",
                &[],
            ),
            step(
                Some("2026-07-07T09:03:10Z"),
                WhyKind::Failed,
                "Called Ana Lima by e-mail",
                &["attempt 1, 10:03:10: 451 4.7.1 greylisted, try again later", "attempt 2, 10:04:12: 550 5.1.1 no such user"],
            ),
            step(
                Some("2026-07-07T09:04:12Z"),
                WhyKind::Did,
                "Called Ana Lima by webhook",
                &["attempt 1, 10:04:12: 200 OK after 84 ms"],
            ),
            step(None, WhyKind::DidNot, "No incident was declared: Login declares by itself at SEV1, this is SEV2", &[]),
            step(Some("2026-07-07T09:24:40Z"), WhyKind::Will, "Calls Ben Adeyemi (step 2) unless somebody answers", &[]),
        ],
    }
}

fn on_call() -> OnCall {
    let shift = |from: &str, to: &str, person: Option<&str>| Shift { from: at(from), to: at(to), person: person.map(Into::into) };
    let holder = |person: &str, until: &str| Some(Holder { person: person.into(), until: Some(at(until)) });
    let gap = Gap { schedule: "Search".into(), from: at("2026-07-11T01:00:00Z"), to: at("2026-07-11T05:00:00Z") };
    OnCall {
        shell: shell(Nav::OnCall),
        schedules: vec![
            ScheduleView {
                id: "checkout".into(),
                name: "Checkout".into(),
                zone: "Europe/Lisbon".into(),
                now: holder("Ana Lima", "2026-07-13T08:00:00Z"),
                next: holder("Ben Adeyemi", "2026-07-20T08:00:00Z"),
                shifts: vec![
                    shift("2026-07-06T08:00:00Z", "2026-07-13T08:00:00Z", Some("Ana Lima")),
                    shift("2026-07-13T08:00:00Z", "2026-07-20T08:00:00Z", Some("Ben Adeyemi")),
                    shift("2026-07-20T08:00:00Z", "2026-07-27T08:00:00Z", Some("Ana Lima")),
                ],
                gaps: vec![],
            },
            ScheduleView {
                id: "search".into(),
                name: "Search".into(),
                zone: "Europe/Berlin".into(),
                now: None,
                next: holder("Cleo Ferreira", "2026-07-11T01:00:00Z"),
                shifts: vec![
                    shift("2026-07-07T05:00:00Z", "2026-07-07T20:00:00Z", None),
                    shift("2026-07-07T20:00:00Z", "2026-07-11T01:00:00Z", Some("Cleo Ferreira")),
                    shift("2026-07-11T01:00:00Z", "2026-07-11T05:00:00Z", None),
                    shift("2026-07-11T05:00:00Z", "2026-08-01T05:00:00Z", Some("Dana Okafor")),
                ],
                gaps: vec![gap],
            },
        ],
        ask: Ask {
            services: vec![("login".into(), "Login".into()), ("edge".into(), "Edge".into())],
            service: Some("login".into()),
            at: "2026-07-12T03:00".into(),
            labels: "severity=critical".into(),
            fault: None,
            answer: Some(would_page()),
        },
    }
}

fn would_page() -> WouldPage {
    WouldPage {
        service: "Login".into(),
        at: at("2026-07-12T02:00:00Z"),
        through: "by route web-critical, as SEV2".into(),
        quiet: None,
        steps: vec![
            CalledStep {
                after: Span(0),
                called: vec![Called {
                    person: "Ana Lima".into(),
                    because: "on call in Checkout".into(),
                    by: "e-mail at once, webhook after 5 min".into(),
                }],
            },
            CalledStep {
                after: Span::minutes(5),
                called: vec![Called {
                    person: "Ben Adeyemi".into(),
                    because: "named by the policy".into(),
                    by: "e-mail at once".into(),
                }],
            },
            CalledStep { after: Span::minutes(15), called: vec![] },
        ],
        repeat: 2,
    }
}

fn link(state: AckState) -> AckPage {
    let item = AckItem {
        severity: SEV2,
        service: "Login".into(),
        summary: "login_errors is above 5 % for 2 min on web".into(),
        since: at("2026-07-07T09:03:10Z"),
        firing: 3,
        incident: None,
    };
    AckPage {
        clock: Clock::new(now(), "Europe/Lisbon"),
        letter: LetterId(8_201),
        mac: "5f2c9d".into(),
        person: "Ana Lima".into(),
        items: vec![item.clone(), AckItem { summary: "session_store_latency_p99 is 4.2 s".into(), firing: 1, ..item }],
        more: 2,
        state,
    }
}
