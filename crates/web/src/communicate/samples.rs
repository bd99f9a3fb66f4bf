//! A small shop with one incident open and others behind it, for the tests of this room.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::incident::{Impact, Promise, PromiseState, TimelineHead};
use model::mark::{Confidence, Mark, MarkKind};
use model::page::ComponentStatus;
use model::playbook::{Component, Page};
use model::update::{Draft, PublicPhase};
use model::{Actor, Audience, Incident, IncidentRef, Phase, Severity, Span, Time, Update, UpdateId};
use store::records::PromiseCounts;

use super::assemble::assemble;
use super::facts::Facts;
use super::view::PageView;

pub(super) fn at(text: &str) -> Time {
    Time::parse(text).expect("a time")
}

/// When the samples are looked at.
pub(super) fn now() -> Time {
    at("2026-04-02T10:22:00Z")
}

pub(super) fn page() -> Page {
    let component = |id: &str, name: &str, group: Option<&str>| Component {
        id: id.into(),
        name: name.into(),
        description: None,
        service: Some(id.into()),
        group: group.map(Into::into),
    };
    Page {
        slug: "shop".into(),
        name: "Shop status".into(),
        timezone: "Europe/Lisbon".into(),
        components: vec![
            component("checkout", "Checkout", Some("Shop")),
            component("search", "Search", None),
            component("login", "Login", Some("Shop")),
        ],
    }
}

pub(super) fn incident(number: u32, title: &str, declared_at: Time, phase: Phase) -> Incident {
    Incident {
        id: IncidentRef(number),
        title: title.into(),
        severity: Severity::Sev2,
        severities: Vec::new(),
        phase,
        phases: Vec::new(),
        services: vec!["checkout".into()],
        impact: Impact::default(),
        drill: false,
        merged_into: None,
        declared_at,
        declared_by: Actor::System,
        resolved_at: None,
        roles: Vec::new(),
        marks: BTreeMap::new(),
        promise: None,
        promises_kept: 0,
        promises_broken: 0,
        last_word: None,
        updates: 1,
        components: BTreeMap::new(),
        groups: Vec::new(),
        alerts: Vec::new(),
        timeline: TimelineHead::default(),
        review: 0,
    }
}

pub(super) fn update(id: u64, incident: u32, at: Time, phase: PublicPhase) -> Update {
    Update {
        id: UpdateId(id),
        incident: IncidentRef(incident),
        published_at: at,
        by: Actor::Person("ana".into()),
        draft: Draft {
            page: None,
            audience: Audience::Public,
            phase,
            acknowledge: "About 15 of 100 payments fail.".into(),
            apologize: "We are sorry.".into(),
            act: "We are rolling back.".into(),
            next_update_at: None,
            components: BTreeMap::new(),
            lint_override: None,
        },
        before: BTreeMap::new(),
    }
}

pub(super) fn with(mut update: Update, component: &str, status: ComponentStatus) -> Update {
    update.draft.components.insert(component.into(), status);
    update
}

/// INC-2 is open with a promise; INC-1 was last month.
pub(super) fn facts() -> Facts {
    let began = at("2026-04-02T10:02:00Z");
    let mut open = incident(2, "Payments fail", began + Span::minutes(4), Phase::Investigating);
    let mark = Mark { at: began, source: "alert 4097".into(), confidence: Confidence::Stated };
    open.marks.insert(MarkKind::ImpactStart, mark);
    let mut first = update(8_193, 2, began + Span::minutes(7), PublicPhase::Investigating);
    first.draft.next_update_at = Some(began + Span::minutes(28));
    open.promise = Some(Promise {
        made_at: first.published_at,
        due: began + Span::minutes(28),
        by: first.id,
        state: PromiseState::Open,
        remind_at: None,
        calls: 0,
        call_again: None,
    });
    let past = at("2026-03-10T08:00:00Z");
    let mut closed = incident(1, "Search is slow", past, Phase::Closed);
    closed.services = vec!["search".into()];
    closed.resolved_at = Some(past + Span::hours(2));
    let slow = ComponentStatus::DegradedPerformance;
    let fine = ComponentStatus::Operational;
    Facts {
        incidents: vec![
            (Arc::new(open), [with(first, "checkout", ComponentStatus::PartialOutage)].into()),
            (
                Arc::new(closed),
                [
                    with(update(4_098, 1, past + Span::minutes(5), PublicPhase::Investigating), "search", slow),
                    with(update(4_099, 1, past + Span::hours(2), PublicPhase::Resolved), "search", fine),
                ]
                .into(),
            ),
        ],
        promises: PromiseCounts { kept: 47, broken: 2 },
        since: Some(past),
    }
}

pub(super) fn view_of(facts: &Facts, now: Time) -> PageView {
    assemble(&page(), "https://status.example.org", facts, Time(0), now)
}

/// Texts that try to become something else than text.
pub(super) const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "]]></content><script>alert(1)</script>",
    "<!--",
    "&lt;script&gt;",
    "javascript:alert(1)",
    "\0\u{8}\u{1b}[31m\r\nSet-Cookie: a=b",
    "\u{202e}gnp.exe\u{2066}",
];
