//! Incidents: declared, joined, merged, handed over, resolved, reviewed.

use model::input::Target;
use model::mark::MarkKind;
use model::{Actor, Answer, Audience, Command, EntryKind, IncidentRef, Phase, Role, Severity, Span};

use crate::book::{Email, book, minutes};
use crate::world::{World, firing};

const ONE: IncidentRef = IncidentRef(1);

fn phase(incident: IncidentRef, phase: Phase, reason: &str) -> Command {
    Command::SetPhase { incident, phase, reason: reason.into() }
}

#[test]
fn an_alert_severe_enough_declares_an_incident_and_the_next_one_joins_it() {
    let mut w = World::new(&book().declares_at(Severity::Sev2));
    w.hears([firing("Slow").at(Severity::Sev3)]);
    assert_eq!(w.incident_count(), 0);
    let down = w.hears([firing("Down").at(Severity::Sev1)])[0].unwrap();
    assert_eq!(w.group_of(down).incident, Some(ONE));
    assert_eq!((w.incident(ONE).severity, w.incident(ONE).phase), (Severity::Sev1, Phase::Triage));
    assert_eq!(w.incident(ONE).declared_by, Actor::System);
    w.expect_timeline(ONE, EntryKind::Declared, "SEV1: Down on checkout");
    w.pass(minutes(2));
    w.expect_timeline(ONE, EntryKind::Paged, "Paged ANA by email");
    let more = w.hears([firing("Errors").at(Severity::Sev2)])[0].unwrap();
    assert_eq!(w.group_of(more).incident, Some(ONE));
    assert_eq!(w.incident_count(), 1);
    assert_eq!(w.incident(ONE).alerts, [down, more]);
    let named = w.timeline(ONE).iter().filter(|e| e.kind == EntryKind::Alert && e.text.contains("firing")).count();
    assert_eq!(named, 2, "each alert is told once");
    assert!(w.incident(ONE).marks.contains_key(&MarkKind::Detected));
    w.expect_whole_timelines();
}

#[test]
fn an_alert_that_becomes_severe_enough_declares_then() {
    let mut w = World::new(&book().declares_at(Severity::Sev2));
    let alert = w.hears([firing("Slow").at(Severity::Sev3)])[0].unwrap();
    assert_eq!(w.incident_count(), 0);
    w.hears([firing("Slow").at(Severity::Sev1)]);
    assert_eq!(w.group_of(alert).incident, Some(ONE));
}

#[test]
fn declaring_from_an_alert_answers_it_and_takes_its_service() {
    let mut w = World::new(&book());
    let alert = w.fires("HighLatency");
    w.at("10:03");
    let id = w.declares("Checkout is slow", Some(alert));
    assert_eq!(w.incident(id).services, ["checkout".into()]);
    w.expect_state(alert, "acknowledged");
    assert_eq!(w.incident(id).marks[&MarkKind::Detected].at, w.alert(alert).first_seen);
    assert_eq!(w.incident(id).marks[&MarkKind::FirstHuman].at, w.now);
    w.outbox.clear();
    w.at("10:20");
    w.expect_no_letter();
    let again = Command::Declare {
        title: "Again".into(),
        severity: Severity::Sev2,
        services: Vec::new(),
        impact: model::incident::Impact::default(),
        drill: false,
        alert: Some(alert),
    };
    assert_eq!(w.refused("ben", again.clone()).code, "already_declared");
    w.person("ana", Command::Resolve { incident: id, note: None });
    assert!(matches!(w.person("ben", again), Answer::Declared(_)), "what is over holds no alert back");
}

#[test]
fn declaring_by_hand_takes_over_what_fires_on_the_service_and_goes_on_calling_for_it() {
    let mut w = World::new(&book());
    let alert = w.fires("HighLatency");
    w.reaches("ana", Email);
    let id = w.declares("Checkout is slow", None);
    assert_eq!(w.group_of(alert).incident, Some(id));
    w.at("10:05");
    w.expect_letter_to("ben", Email);
}

#[test]
fn a_title_and_known_services_are_needed() {
    let mut w = World::new(&book());
    let declare = |title: &str, service: &str| Command::Declare {
        title: title.into(),
        severity: Severity::Sev2,
        services: vec![service.into()],
        impact: model::incident::Impact::default(),
        drill: false,
        alert: None,
    };
    assert_eq!(w.refused("ana", declare("  ", "checkout")).code, "title");
    assert_eq!(w.refused("ana", declare("Broken", "nope")).code, "services");
    assert_eq!(
        w.refused("ana", Command::Note { incident: ONE, text: "?".into(), happened_at: None, audience: Audience::Internal }).code,
        "not_found"
    );
}

#[test]
fn a_drill_is_told_as_one_and_takes_no_real_alert() {
    let mut w = World::new(&book().declares_at(Severity::Sev2));
    let command = Command::Declare {
        title: "Pretend the database is gone".into(),
        severity: Severity::Sev1,
        services: vec!["checkout".into()],
        impact: model::incident::Impact::default(),
        drill: true,
        alert: None,
    };
    assert_eq!(w.person("ana", command), Answer::Declared(ONE));
    w.expect_timeline(ONE, EntryKind::Declared, "Drill. SEV1");
    let alert = w.hears([firing("Down").at(Severity::Sev1)])[0].unwrap();
    assert_eq!(w.group_of(alert).incident, Some(IncidentRef(2)));
    assert_eq!(w.refused("ana", Command::Merge { incident: IncidentRef(2), into: ONE }).code, "drill");
}

#[test]
fn a_merge_moves_alerts_and_groups_and_the_merged_one_is_done() {
    let mut w = World::new(&book());
    let a = w.fires("A");
    let one = w.declares("One", Some(a));
    let b = w.fires("B");
    let two = w.declares("Two", Some(b));
    w.person("ana", Command::Assign { incident: one, role: Role::Commander, person: Some("ana".into()) });
    assert_eq!(w.person("ana", Command::Merge { incident: one, into: two }), Answer::Done);
    assert_eq!((w.incident(one).phase, w.incident(one).merged_into), (Phase::Merged, Some(two)));
    assert!(w.incident(one).holder(Role::Commander).is_none());
    assert_eq!(w.group_of(a).incident, Some(two));
    assert_eq!(w.incident(two).alerts, [b, a]);
    assert!(w.state.incident(one).is_none());
    for (command, code) in [
        (Command::Merge { incident: one, into: two }, "not_open"),
        (Command::Merge { incident: two, into: one }, "not_open"),
        (Command::Merge { incident: two, into: two }, "into"),
        (Command::Resolve { incident: one, note: None }, "merged"),
        (phase(one, Phase::Investigating, ""), "merged"),
        (Command::Link { incident: one, alert: a }, "merged"),
        (Command::EditReview { incident: one, from: 0, markdown: "x".into() }, "no_review"),
    ] {
        assert_eq!(w.refused("ana", command).code, code);
    }
    w.resolves("A");
    w.expect_timeline(two, EntryKind::Alert, "All alerts of \u{201c}A on checkout\u{201d}");
    w.expect_whole_timelines();
}

#[test]
fn a_group_belongs_to_one_incident_and_leaves_it_when_it_is_linked_to_another() {
    let mut w = World::new(&book().ack_expires(60));
    let alert = w.fires("A");
    let (one, two) = (w.declares("One", Some(alert)), w.declares("Two", None));
    w.person("ana", Command::Link { incident: two, alert });
    assert_eq!(w.group_of(alert).incident, Some(two));
    assert!(w.incident(one).groups.is_empty());
    w.expect_timeline(one, EntryKind::Alert, "was moved to INC-2");
    w.person("ana", Command::Link { incident: two, alert });
    assert!(w.last.rows.iter().all(|row| !matches!(row, model::Row::Timeline(_))), "a second time changes nothing");
}

#[test]
fn severities_phases_and_roles_keep_their_history() {
    let mut w = World::new(&book());
    let id = w.declares("Broken", None);
    w.at("10:05");
    let severity = |severity, reason: &str| Command::SetSeverity { incident: id, severity, reason: reason.into() };
    assert_eq!(w.refused("ana", severity(Severity::Sev1, " ")).code, "reason");
    w.person("ana", severity(Severity::Sev1, "everybody is hit"));
    w.expect_timeline(id, EntryKind::Severity, "SEV2 → SEV1: everybody is hit");
    w.person("ben", phase(id, Phase::Identified, "bad deploy"));
    w.expect_timeline(id, EntryKind::Phase, "triage → identified: bad deploy");
    let assign = |role, person: Option<&str>| Command::Assign { incident: id, role, person: person.map(Into::into) };
    w.person("ana", assign(Role::Commander, Some("ana")));
    w.at("10:10");
    w.person("ana", assign(Role::Commander, Some("ben")));
    w.expect_timeline(id, EntryKind::Role, "ANA handed over to BEN as commander");
    for person in ["ana", "cleo", "ana"] {
        w.person("ana", assign(Role::Observer, Some(person)));
    }
    let incident = w.incident(id).clone();
    assert_eq!(incident.severities.iter().map(|c| c.to).collect::<Vec<_>>(), [Severity::Sev2, Severity::Sev1]);
    assert_eq!(incident.phases.iter().map(|c| c.to).collect::<Vec<_>>(), [Phase::Triage, Phase::Identified]);
    assert_eq!(incident.holder(Role::Commander).map(|p| &**p), Some("ben"));
    assert_eq!(incident.roles[0].until, Some(w.now));
    assert_eq!(incident.roles.iter().filter(|h| h.role == Role::Observer && h.until.is_none()).count(), 2);
    assert_eq!(incident.marks[&MarkKind::CauseUnderstood].at, w.clock("10:05"));
    w.person("ana", assign(Role::Observer, None));
    assert!(w.incident(id).holder(Role::Observer).is_none());
    assert_eq!(w.refused("ana", assign(Role::Scribe, Some("nobody"))).code, "person");
    w.expect_whole_timelines();
}

#[test]
fn resolving_ends_roles_stops_paging_and_leaves_a_review_draft_and_reopening_gives_roles_back() {
    let mut w = World::new(&book().declares_at(Severity::Sev3));
    let alert = w.fires("Down");
    w.person("ana", Command::Assign { incident: ONE, role: Role::Commander, person: Some("cleo".into()) });
    w.at("10:04");
    w.outbox.clear();
    w.person("ana", Command::Resolve { incident: ONE, note: Some("rolled back".into()) });
    w.expect_timeline(ONE, EntryKind::Resolved, "Resolved: rolled back");
    w.expect_timeline(ONE, EntryKind::Review, "A review draft is ready");
    w.expect_state(alert, "acknowledged");
    assert!(w.incident(ONE).holder(Role::Commander).is_none());
    assert_eq!(w.incident(ONE).resolved_at, Some(w.now));
    assert!(w.state.incident(ONE).is_none(), "what is over is not kept in memory");
    w.pass(minutes(30));
    w.expect_no_letter();
    assert_eq!(w.person("ana", Command::Resolve { incident: ONE, note: None }), Answer::Done);
    w.person("ben", phase(ONE, Phase::Investigating, "it is back"));
    w.expect_timeline(ONE, EntryKind::Reopened, "it is back");
    assert_eq!(w.incident(ONE).holder(Role::Commander).map(|p| &**p), Some("cleo"));
    assert_eq!((w.incident(ONE).resolved_at, w.incident(ONE).marks.get(&MarkKind::Resolved)), (None, None));
    assert!(w.state.incident(ONE).is_some());
    w.expect_whole_timelines();
}

#[test]
fn a_new_alert_after_its_incident_was_resolved_is_news_and_pages() {
    let mut w = World::new(&book().declares_at(Severity::Sev3));
    let first = w.hears([firing("Down").of("a")])[0].unwrap();
    w.person("ana", Command::Resolve { incident: ONE, note: None });
    w.outbox.clear();
    w.pass(Span::hours(24 * 7));
    w.hears([firing("Down").of("a")]);
    w.expect_no_letter();
    let second = w.hears([firing("Down").of("b")])[0].unwrap();
    w.expect_letter_to("ana", Email);
    assert_ne!(w.alert(second).group, w.alert(first).group);
    assert_eq!(w.group_of(second).incident, Some(IncidentRef(2)));
    assert_eq!(w.group_of(first).incident, Some(ONE), "what was, stays as it was");
    w.restarts();
    let third = w.hears([firing("Down").of("c")])[0].unwrap();
    assert_eq!(w.alert(third).group, w.alert(second).group);
    assert!(w.rebuilt().snapshot() == w.state.snapshot());
}

#[test]
fn an_incident_that_is_opened_again_takes_its_group_back_whatever_came_and_went_between() {
    let story = |restart: bool| {
        let mut w = World::new(&book().declares_at(Severity::Sev3));
        let first = w.hears([firing("Down").of("a")])[0].unwrap();
        w.person("ana", Command::Resolve { incident: ONE, note: None });
        let second = w.hears([firing("Down").of("b")])[0].unwrap();
        w.resolves("Down/b");
        assert_ne!(w.alert(first).group, w.alert(second).group);
        if restart {
            w.restarts();
        }
        w.person("ana", phase(ONE, Phase::Investigating, "it is not over"));
        let third = w.hears([firing("Down").of("c")])[0].unwrap();
        assert_eq!(w.alert(third).group, w.alert(first).group);
    };
    story(false);
    story(true);
}

#[test]
fn declining_needs_a_reason_and_ends_it() {
    let mut w = World::new(&book());
    let id = w.declares("Maybe", None);
    assert_eq!(w.refused("ana", phase(id, Phase::Closed, "")).code, "not_resolved");
    assert_eq!(w.refused("ana", phase(id, Phase::Declined, " ")).code, "reason");
    w.person("ana", phase(id, Phase::Declined, "a false alarm"));
    assert_eq!(w.refused("ana", phase(id, Phase::Reviewed, "")).code, "not_resolved");
    assert_eq!(w.refused("ana", Command::Resolve { incident: id, note: None }).code, "not_open");
    assert_eq!(w.refused("ana", Command::Acknowledge { target: Target::Incident(id) }).code, "not_open");
    w.person("ana", phase(id, Phase::Triage, "it was real"));
    w.expect_timeline(id, EntryKind::Reopened, "declined → triage: it was real");
}

#[test]
fn acknowledging_an_incident_answers_all_that_rings_for_it_once() {
    let mut w = World::new(&book().declares_at(Severity::Sev3));
    let (a, b) = (w.fires("A"), w.fires("B"));
    w.acks_by("ben", Target::Incident(ONE));
    w.expect_state(a, "acknowledged");
    w.expect_state(b, "acknowledged");
    assert_eq!(w.incident(ONE).marks[&MarkKind::FirstHuman].source, "ben");
    w.acks_by("ben", Target::Incident(ONE));
    assert!(w.last.rows.is_empty() || !w.last.rows.iter().any(|r| matches!(r, model::Row::Timeline(_))));
}

#[test]
fn a_closed_incident_can_be_noted_and_marked() {
    let mut w = World::new(&book());
    let id = w.declares("Broken", None);
    w.at("11:00");
    w.person("ana", Command::Resolve { incident: id, note: None });
    w.person("ana", phase(id, Phase::Closed, ""));
    let note = |text: &str, at| Command::Note { incident: id, text: text.into(), happened_at: at, audience: Audience::Internal };
    assert_eq!(w.person("ben", note("It was DNS", Some(w.clock("10:10")))), Answer::Done);
    assert_eq!(w.expect_timeline(id, EntryKind::Note, "It was DNS").happened_at, w.clock("10:10"));
    assert!(w.state.incident(id).is_none());
    assert_eq!(w.refused("ben", note("", None)).code, "text");
    let future = Some(w.now + minutes(1));
    assert_eq!(w.refused("ben", note("soon", future)).code, "happened_at");
    let mark = |at| Command::SetMark { incident: id, mark: MarkKind::ImpactStart, at };
    assert_eq!(w.refused("ben", mark(w.now + minutes(1))).code, "at");
    w.person("ben", mark(w.clock("09:50")));
    assert_eq!(w.incident(id).marks[&MarkKind::ImpactStart].at, w.clock("09:50"));
    w.expect_whole_timelines();
}

#[test]
fn nobody_overwrites_a_review_unseen() {
    let mut w = World::new(&book());
    let id = w.declares("Broken", None);
    w.person("ana", Command::Resolve { incident: id, note: None });
    let edit = |from, text: &str| Command::EditReview { incident: id, from, markdown: text.into() };
    assert_eq!(w.person("ana", edit(0, "# One")), Answer::Revision(1));
    assert_eq!(w.refused("ben", edit(0, "# Two")).code, "revision");
    assert_eq!(w.person("ben", edit(1, "# Two")), Answer::Revision(2));
    assert_eq!(w.refused("ben", edit(2, &"x".repeat(600_000))).code, "markdown");
}

#[test]
fn an_incident_names_the_first_fifty_alerts_and_counts_a_thousand() {
    let mut w = World::new(&book().declares_at(Severity::Sev3));
    for batch in 0..4 {
        w.hears((0..400).map(|i| firing("Down").of(&format!("{batch}-{i}"))));
    }
    assert_eq!(w.incident(ONE).alerts.len(), 1_000);
    assert_eq!(w.timeline(ONE).iter().filter(|e| e.kind == EntryKind::Alert).count(), 50);
    let paged = w.timeline(ONE).iter().filter(|e| e.kind == EntryKind::Paged).count();
    assert_eq!(paged, 1);
}

#[test]
fn an_incident_that_flaps_for_weeks_does_not_grow_without_a_bound() {
    let mut w = World::new(&book().declares_at(Severity::Sev3));
    for _ in 0..1_500 {
        w.fires("Flaps");
        w.resolves("Flaps");
        w.pass(minutes(2));
    }
    assert!(w.incident(ONE).groups.len() <= 1_000);
    assert!(w.incident(ONE).alerts.len() <= 1_000);
    assert_eq!(w.incident_count(), 1);
}
