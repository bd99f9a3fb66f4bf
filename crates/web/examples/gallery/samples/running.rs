//! Now, and the list of incidents.

use model::{AlertId, AlertState, GroupId, IncidentRef, Phase, Severity};
use web::view::Nav;
use web::view::alerts::AlertRow;
use web::view::incidents::{self, Filter, IncidentRow, List};
use web::view::now::{self, Gap, Holder, Need, Now, OnCallRow, PageRow, Quiet};
use web::view::promise::Promise;

use super::{SEV2, at, shell};

pub(super) fn screens() -> Vec<(&'static str, String)> {
    let calm = Now { incidents: vec![], needs: vec![], gaps: vec![], quiet: Quiet { fine: 14, ..quiet() }, ..busy() };
    let fresh = Now { quiet: Quiet::default(), on_call: vec![], ..calm.clone() };
    let list = List { shell: shell(Nav::Incidents), filter: Filter::All, rows: rows(), next: Some("/incidents?cursor=7".into()) };
    let none = List { filter: Filter::Open, rows: vec![], next: None, ..list.clone() };
    vec![
        ("now", now::page(&busy()).into_string()),
        ("now-calm", now::page(&calm).into_string()),
        ("now-fresh", now::page(&fresh).into_string()),
        ("incidents", incidents::page(&list).into_string()),
        ("incidents-none", incidents::page(&none).into_string()),
    ]
}

fn quiet() -> Quiet {
    Quiet {
        services: 14,
        fine: 12,
        last_incident: Some((IncidentRef(11), at("2026-07-01T13:00:00Z"))),
        promises_kept: 47,
        promises_made: 49,
    }
}

fn busy() -> Now {
    Now {
        shell: shell(Nav::Now),
        incidents: rows().into_iter().take(2).collect(),
        needs: vec![
            Need::Page(page_row()),
            Need::Page(PageRow {
                group: GroupId(8_211),
                summary: "Disk of search-3 is 96 % full".into(),
                severity: Severity::Sev3,
                service: "Search".into(),
                since: at("2026-07-07T09:14:00Z"),
                firing: 1,
                called: vec!["Cleo Ferreira".into(), "Dana Okafor".into()],
                next: None,
            }),
            Need::Promise { incident: IncidentRef(12), title: rows()[0].title.clone(), due: at("2026-07-07T09:30:00Z") },
            Need::Review {
                incident: IncidentRef(11),
                title: "Payments by card refused for 20 minutes".into(),
                resolved_at: at("2026-07-01T13:20:00Z"),
            },
        ],
        on_call: vec![
            call("Checkout", Some(("Ana Lima", "2026-07-13T08:00:00Z")), Some("Ben Adeyemi")),
            call("Search", Some(("Cleo Ferreira", "2026-07-08T08:00:00Z")), None),
            call("Payments", None, Some("Dana Okafor")),
        ],
        gaps: vec![Gap { schedule: "Search".into(), from: at("2026-07-11T01:00:00Z"), to: at("2026-07-11T05:00:00Z") }],
        quiet: quiet(),
    }
}

fn call(name: &str, holder: Option<(&str, &str)>, next: Option<&str>) -> OnCallRow {
    OnCallRow {
        schedule: name.to_lowercase().into(),
        name: name.into(),
        now: holder.map(|(person, until)| Holder { person: person.into(), until: Some(at(until)) }),
        next: next.map(Into::into),
    }
}

pub(super) fn page_row() -> PageRow {
    PageRow {
        group: GroupId(8_200),
        summary: "Checkout answers 5 % of requests with an error".into(),
        severity: SEV2,
        service: "Checkout".into(),
        since: at("2026-07-07T09:19:40Z"),
        firing: 3,
        called: vec!["Ana Lima".into()],
        next: Some(("Ben Adeyemi".into(), at("2026-07-07T09:24:40Z"))),
    }
}

pub(super) fn rows() -> Vec<IncidentRow> {
    let row = IncidentRow {
        id: IncidentRef(12),
        title: "Login fails for about 15 % of users".into(),
        severity: SEV2,
        phase: Phase::Investigating,
        drill: false,
        started: at("2026-07-07T09:02:10Z"),
        resolved_at: None,
        promise: Promise::Due { at: at("2026-07-07T09:30:00Z") },
        commander: Some("Ana Lima".into()),
        communications: Some("Ben Adeyemi".into()),
        alerts: 3,
    };
    vec![
        row.clone(),
        IncidentRow {
            id: IncidentRef(13),
            title: "Search shows yesterday's prices, and some of our longest product names make this title wrap over two lines"
                .into(),
            severity: Severity::Sev1,
            phase: Phase::Triage,
            drill: true,
            started: at("2026-07-07T08:02:10Z"),
            promise: Promise::Untold { since: at("2026-07-07T08:02:10Z") },
            commander: None,
            communications: None,
            alerts: 0,
            ..row.clone()
        },
        IncidentRow {
            id: IncidentRef(11),
            title: "Payments by card refused for 20 minutes".into(),
            phase: Phase::Resolved,
            started: at("2026-07-01T13:00:00Z"),
            resolved_at: Some(at("2026-07-01T13:20:00Z")),
            promise: Promise::Over { kept: 2, broken: 1 },
            alerts: 0,
            ..row.clone()
        },
        IncidentRow {
            id: IncidentRef(10),
            title: "Pictures load slowly".into(),
            severity: Severity::Sev4,
            phase: Phase::Closed,
            started: at("2026-06-02T03:00:00Z"),
            resolved_at: Some(at("2026-06-02T07:41:00Z")),
            promise: Promise::Over { kept: 6, broken: 0 },
            alerts: 0,
            ..row
        },
    ]
}

pub(super) fn alert_rows() -> Vec<AlertRow> {
    let row = AlertRow {
        id: AlertId(8_193),
        summary: "login_errors is above 5 % for 2 min on web".into(),
        severity: SEV2,
        state: AlertState::Firing,
        service: "Login".into(),
        first_seen: at("2026-07-07T09:03:10Z"),
        last_seen: at("2026-07-07T09:21:10Z"),
        count: 37,
        ended: None,
        incident: Some(IncidentRef(12)),
        paging: Some("calls Ben Adeyemi at 10:24 unless somebody answers".into()),
    };
    vec![
        row.clone(),
        AlertRow {
            id: AlertId(8_194),
            summary: "session_store_latency_p99 is 4.2 s".into(),
            state: AlertState::Acknowledged,
            paging: Some("acknowledged by Ana Lima, 10:05".into()),
            count: 1,
            ..row.clone()
        },
        AlertRow {
            id: AlertId(8_195),
            summary: "Certificate of shop.example.org ends in 12 days".into(),
            severity: Severity::Sev5,
            paging: Some("wakes nobody: severity SEV5".into()),
            incident: None,
            first_seen: at("2026-07-05T20:00:00Z"),
            service: "Edge".into(),
            ..row.clone()
        },
        AlertRow {
            id: AlertId(8_196),
            summary: "web-3 does not answer".into(),
            state: AlertState::Resolved,
            ended: Some(at("2026-07-07T09:12:00Z")),
            paging: None,
            ..row
        },
    ]
}
