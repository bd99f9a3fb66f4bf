use std::sync::Arc;

use model::page::ComponentStatus;
use model::update::PublicPhase;
use model::{Audience, Phase, Span};

use super::super::samples::{at, facts, incident, now, page, update, view_of, with};
use super::*;

#[test]
fn an_open_incident_with_its_promise() {
    let view = view_of(&facts(), now());
    assert_eq!(view.open.len(), 1);
    let open = &view.open[0];
    assert_eq!(open.started_at, at("2026-04-02T10:02:00Z"));
    assert_eq!(open.created_at, at("2026-04-02T10:09:00Z"));
    assert_eq!(open.impact.name(), "major");
    assert_eq!(open.components, [0]);
    let promise = open.promise.expect("a promise");
    assert_eq!((promise.due, promise.broken), (at("2026-04-02T10:30:00Z"), false));
    assert_eq!(view.components[0].status, ComponentStatus::PartialOutage);
    assert_eq!(view.indicator.description, "Minor Service Outage");
    assert_eq!(view.updated_at, open.created_at);
}

#[test]
fn a_promise_is_broken_at_its_second() {
    let due = at("2026-04-02T10:30:00Z");
    let before = view_of(&facts(), due - Span(1));
    let after = view_of(&facts(), due);
    let broken = |view: &PageView| view.open[0].promise.is_some_and(|p| p.broken);
    assert_eq!((broken(&before), broken(&after)), (false, true));
    assert_eq!(after.updated_at, due);
}

#[test]
fn history_by_month() {
    let view = view_of(&facts(), now());
    let months: Vec<_> = view.history.iter().map(|m| (m.year, m.month, m.incidents.len())).collect();
    assert_eq!(months.len(), 12);
    assert_eq!(months[..2], [(2026, 4, 0), (2026, 3, 1)]);
    assert_eq!(months[11], (2025, 5, 0));
    let past = &view.history[1].incidents[0];
    assert_eq!(past.resolved_at, Some(at("2026-03-10T10:00:00Z")));
    assert_eq!(past.promise, None);
}

#[test]
fn what_customers_were_not_told_is_not_there() {
    let began = at("2026-04-02T09:00:00Z");
    let public = update(1, 3, began, PublicPhase::Investigating);
    let mut drill = incident(3, "Drill", began, Phase::Investigating);
    drill.drill = true;
    let merged = incident(3, "Merged", began, Phase::Merged);
    let mut internal = public.clone();
    internal.draft.audience = Audience::Customers;
    let mut elsewhere = public.clone();
    elsewhere.draft.page = Some("other".into());
    let mut foreign = incident(3, "Foreign", began, Phase::Investigating);
    foreign.services = vec!["warehouse".into()];
    let open = || incident(3, "Open", began, Phase::Investigating);
    for (incident, updates) in [
        (drill, vec![public.clone()]),
        (merged, vec![public.clone()]),
        (open(), vec![internal]),
        (open(), vec![elsewhere]),
        (foreign.clone(), vec![public.clone()]),
        (open(), vec![]),
    ] {
        let mut facts = facts();
        facts.incidents = vec![(Arc::new(incident.clone()), updates.into())];
        let view = view_of(&facts, now());
        assert_eq!(view.incidents().count(), 0, "{}", incident.title);
        assert!(view.components.iter().all(|c| c.status == ComponentStatus::Operational));
    }
    let mut facts = facts();
    let named = with(public, "login", ComponentStatus::MajorOutage);
    facts.incidents = vec![(Arc::new(foreign), vec![named].into())];
    assert_eq!(view_of(&facts, now()).open.len(), 1);
}

#[test]
fn a_closed_incident_holds_nothing() {
    let began = at("2026-04-02T09:00:00Z");
    let mut closed = incident(3, "Closed", began, Phase::Resolved);
    closed.resolved_at = Some(began + Span::hours(1));
    let said = with(update(1, 3, began, PublicPhase::Identified), "login", ComponentStatus::MajorOutage);
    let mut facts = facts();
    facts.incidents = vec![(Arc::new(closed), vec![said].into())];
    let view = view_of(&facts, now());
    assert_eq!(view.components[2].status, ComponentStatus::Operational);
    assert_eq!(view.components[2].updated_at, began + Span::hours(1));
    assert_eq!(view.history[0].incidents[0].phase, PublicPhase::Resolved);
    assert_eq!(view.components[2].days[89].worst, Some(ComponentStatus::MajorOutage));
}

#[test]
fn the_same_facts_make_the_same_page() {
    assert_eq!(view_of(&facts(), now()), view_of(&facts(), now()));
    let empty = super::super::facts::Facts { incidents: Vec::new(), since: None, ..facts() };
    let view = assemble(&page(), "http://x", &empty, Time(0), now());
    assert_eq!(view.components[0].uptime, None);
    assert!(view.components[0].days.iter().all(|d| d.worst.is_none()));
}
