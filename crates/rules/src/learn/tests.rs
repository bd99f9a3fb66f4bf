use std::collections::BTreeMap;

use model::incident::{Change, Impact, Phase, Role, RoleHolder, TimelineHead};
use model::letter::{Attempt, Channel, Content, LetterState, Outcome, PageItem};
use model::mark::{Confidence, Mark, MarkKind};
use model::page::ComponentStatus;
use model::playbook::{Component, Page, Person, Service};
use model::timeline::EntryKind;
use model::update::{Draft, PublicPhase};
use model::*;

use super::*;

/// Minutes after 10:00.
fn at(minutes: i64) -> Time {
    Time::parse("2026-03-02T10:00:00Z").expect("a time") + Span::minutes(minutes)
}

fn ana() -> Actor {
    Actor::Person("ana".into())
}

fn mark(minutes: i64, source: &str, confidence: Confidence) -> Mark {
    Mark { at: at(minutes), source: source.into(), confidence }
}

fn incident() -> Incident {
    let change = |to, minutes, reason: &str| Change { to, at: at(minutes), by: ana(), reason: reason.into() };
    Incident {
        id: IncidentRef(7),
        title: "Card payments fail | <b>now</b>".into(),
        severity: Severity::Sev2,
        severities: vec![change(Severity::Sev1, 4, ""), change(Severity::Sev2, 30, "")],
        phase: Phase::Resolved,
        phases: vec![],
        services: vec!["checkout".into(), "gone".into()],
        impact: Impact { summary: "15 % of card payments failed".into(), share_ppm: Some(150_000), customers: None },
        drill: false,
        merged_into: None,
        declared_at: at(4),
        declared_by: ana(),
        resolved_at: Some(at(90)),
        roles: vec![RoleHolder { role: Role::Commander, person: "ana".into(), since: at(4), until: None }],
        marks: BTreeMap::from([
            (MarkKind::ImpactStart, mark(-3, "alert 4097", Confidence::Estimated)),
            (MarkKind::Detected, mark(0, "alert 4097", Confidence::Certain)),
            (MarkKind::FirstHuman, mark(2, "ana", Confidence::Certain)),
            (MarkKind::Declared, mark(4, "ana", Confidence::Certain)),
            (MarkKind::FirstPublic, mark(10, "update 8193", Confidence::Certain)),
            (MarkKind::Resolved, mark(90, "ana", Confidence::Stated)),
        ]),
        promise: None,
        promises_kept: 1,
        promises_broken: 1,
        updates: 3,
        components: BTreeMap::new(),
        groups: vec![],
        alerts: vec![],
        timeline: TimelineHead::default(),
        review: 0,
        last_word: None,
    }
}

fn update(id: u64, minutes: i64, phase: PublicPhase, next: Option<i64>, act: &str) -> Update {
    Update {
        id: UpdateId(id),
        incident: IncidentRef(7),
        published_at: at(minutes),
        by: ana(),
        draft: Draft {
            page: None,
            audience: Audience::Public,
            phase,
            acknowledge: "Since 09:57 UTC about 15 % of card payments fail.".into(),
            apologize: "We are sorry: you could not pay.".into(),
            act: act.into(),
            next_update_at: next.map(at),
            components: BTreeMap::from([("checkout".into(), ComponentStatus::PartialOutage)]),
            lint_override: None,
        },
        before: BTreeMap::from([("checkout".into(), ComponentStatus::Operational)]),
    }
}

fn updates() -> Vec<Update> {
    vec![
        update(3, 85, PublicPhase::Resolved, None, "We rolled back. No data was lost."),
        update(1, 10, PublicPhase::Investigating, Some(40), "We are looking at this morning's change."),
        update(2, 38, PublicPhase::Identified, Some(70), "We are rolling back.\n\n# [click](https://evil.example)"),
    ]
}

fn entry(seq: u32, minutes: i64, recorded: i64, kind: EntryKind, text: &str) -> TimelineEntry {
    TimelineEntry {
        incident: IncidentRef(7),
        seq,
        happened_at: at(minutes),
        recorded_at: at(recorded),
        actor: if seq == 1 { Actor::System } else { ana() },
        kind,
        audience: Audience::Internal,
        text: text.into(),
        digest: String::new(),
        hash: String::new(),
    }
    .sealed(TimelineEntry::ORIGIN)
}

fn timeline() -> Vec<TimelineEntry> {
    let mut removed = entry(4, 20, 20, EntryKind::Note, "a customer's name");
    removed.text = String::new();
    vec![
        entry(1, 0, 0, EntryKind::Alert, "CheckoutErrors is firing"),
        entry(2, 4, 4, EntryKind::Declared, "Card payments fail"),
        entry(3, -3, 25, EntryKind::Note, "change <img src=x> | shipped"),
        removed,
    ]
}

fn letter() -> Letter {
    let attempt = |number, outcome, answer: &str| Attempt {
        number,
        started: at(1),
        ended: Some(at(1)),
        outcome: Some(outcome),
        answer: answer.into(),
    };
    Letter {
        id: LetterId(9),
        to: "ana".into(),
        channel: Channel::Email,
        overtaken: false,
        created_at: at(0),
        state: LetterState::Delivered { at: at(1) },
        content: Content::Page {
            items: vec![PageItem {
                group: GroupId(5),
                service: "checkout".into(),
                severity: Severity::Sev2,
                summary: "CheckoutErrors".into(),
                since: at(0),
                firing: 1,
                incident: None,
            }],
            more: 2,
        },
        attempts: vec![attempt(1, Outcome::Retry { after: None }, "451 later"), attempt(2, Outcome::Delivered, "250 ok")],
    }
}

fn group() -> Group {
    Group {
        id: GroupId(5),
        service: "checkout".into(),
        key: "CheckoutErrors".into(),
        summary: "CheckoutErrors".into(),
        severity: Severity::Sev2,
        opened_at: at(0),
        state: GroupState::Acknowledged { by: ana(), at: at(2), expires: None },
        firing: 1,
        alerts: 3,
        plan: group::Plan::default(),
        next: None,
        rings: vec![],
        incident: None,
        trail: 0,
    }
}

fn playbook() -> Playbook {
    Playbook {
        people: vec![Person { id: "ana".into(), name: "Ana Lima".into(), timezone: "UTC".into(), notify: vec![] }],
        services: vec![Service { id: "checkout".into(), name: "Checkout".into(), policy: None, team: None, declare_at: None }],
        pages: vec![Page {
            slug: "shop".into(),
            name: "Shop".into(),
            timezone: "UTC".into(),
            components: vec![Component {
                id: "checkout".into(),
                name: "Checkout page".into(),
                description: None,
                service: None,
                group: None,
            }],
        }],
        ..Playbook::default()
    }
}

#[test]
fn a_whole_incident_becomes_a_draft() {
    let facts = Facts {
        incident: &incident(),
        timeline: &timeline(),
        updates: &updates(),
        letters: &[letter()],
        groups: &[group()],
        playbook: &playbook(),
    };
    let text = draft(&facts);
    assert_eq!(text, draft(&facts));
    assert!(!text.contains("<b>") && !text.contains("<img") && !text.contains("https://evil"));
    insta::assert_snapshot!(text);
}

#[test]
fn an_incident_that_nobody_wrote_about_says_what_is_missing() {
    let mut bare = incident();
    bare.marks.clear();
    bare.roles.clear();
    bare.impact = Impact::default();
    bare.drill = true;
    let facts = Facts { incident: &bare, timeline: &[], updates: &[], letters: &[], groups: &[], playbook: &Playbook::default() };
    let text = draft(&facts);
    let gaps = text.split("## Gaps to fill").nth(1).expect("a list of gaps");
    insta::assert_snapshot!(gaps);
    assert!(text.starts_with("# INC-7 (drill): "));
    assert!(text.contains("Nobody was paged.") && text.contains("No update was published."));
}

#[test]
fn durations_are_known_unknown_or_backwards() {
    let mut incident = incident();
    let words = |incident: &Incident| durations(incident).iter().map(Stretch::words).collect::<Vec<_>>();
    assert_eq!(words(&incident), ["3 min", "2 min", "4 min", "13 min", "unknown", "1 h 26 min"]);
    incident.marks.insert(MarkKind::FirstHuman, mark(-1, "support", Confidence::Stated));
    assert_eq!(words(&incident)[1], "1 min before");
}

#[test]
fn a_promise_is_kept_late_never_kept_lapsed_or_open() {
    let mut incident = incident();
    let all = updates();
    let kept = |incident: &Incident, updates: &[Update]| {
        promises(incident, updates).into_iter().map(|(i, _, kept)| (i, kept)).collect::<Vec<_>>()
    };
    let first = (1, Kept::Kept { at: at(38), early: Span::minutes(2) });
    assert_eq!(kept(&incident, &all), [first, (2, Kept::Late { at: at(85), late: Span::minutes(15) })]);
    let two = &all[1..];
    assert_eq!(kept(&incident, two)[1].1, Kept::Never);
    incident.resolved_at = Some(at(60));
    assert_eq!(kept(&incident, two)[1].1, Kept::Lapsed);
    incident.resolved_at = None;
    incident.phase = Phase::Identified;
    assert_eq!(kept(&incident, two)[1].1, Kept::Open);
    // An internal word keeps no promise to customers.
    let mut inside = all;
    inside[2].draft.audience = Audience::Internal;
    assert_eq!(kept(&incident, &inside), [(1, Kept::Late { at: at(85), late: Span::minutes(45) })]);
}

#[test]
fn the_reminders_draft_is_ready_to_finish_and_cannot_be_sent_as_it_is() {
    let mut incident = incident();
    incident.promise = Some(incident::Promise {
        made_at: at(10),
        due: at(40),
        by: UpdateId(1),
        state: incident::PromiseState::Open,
        remind_at: None,
        calls: 0,
        call_again: None,
    });
    let last = &updates()[1].draft;
    let text = crate::communicate::reminder_draft(&incident, Some(last));
    insta::assert_snapshot!(text, @"
    Acknowledge: Since 09:57 UTC about 15 % of card payments fail.

    Apologize: We are sorry: you could not pay.

    Act: [fill in: what has changed since 10:10 UTC, and what is being done now; without news, say that work goes on and on what]
    (Last time: We are looking at this morning's change.)

    Next word: [fill in: a time you can keep, for example 11:10 UTC]
    ");
    insta::assert_snapshot!(crate::communicate::reminder_draft(&incident, None), @"
    Acknowledge: 15 % of card payments failed. About 15 % are affected.

    Apologize: We are sorry. [fill in: what this keeps the reader from doing]

    Act: [fill in: what has changed since 10:10 UTC, and what is being done now; without news, say that work goes on and on what]

    Next word: [fill in: a time you can keep, for example 11:10 UTC]
    ");
    let unfinished = Draft { act: text, ..last.clone() };
    let found = crate::communicate::lint(&unfinished, at(11), true);
    assert!(found.iter().any(|f| f.code == "blank" && f.level == crate::communicate::Level::Refuse));
}
