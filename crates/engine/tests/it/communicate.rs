//! The promise of the next word: kept, reminded of, broken at the second.

use model::incident::PromiseState;
use model::letter::Content;
use model::update::PublicPhase;
use model::{Answer, Audience, Command, EntryKind, IncidentRef, Phase, Role, Span};

use crate::book::{Email, book, minutes, word};
use crate::world::World;

/// INC-1, commanded by Cleo, communications with Ben, and customers told at 10:00 that they hear more at 10:30.
fn promised() -> (World, IncidentRef) {
    let mut w = World::new(&book());
    let id = w.declares("Checkout fails", None);
    for (role, person) in [(Role::Commander, "cleo"), (Role::Communications, "ben")] {
        w.person("ana", Command::Assign { incident: id, role, person: Some(person.into()) });
    }
    let next = w.clock("10:30");
    assert!(matches!(w.publishes(id, word(Some(next))), Answer::Published(_)));
    (w, id)
}

#[test]
fn a_word_in_time_keeps_the_promise_and_makes_the_next_one() {
    let (mut w, id) = promised();
    w.at("10:20");
    let next = w.clock("10:50");
    w.publishes(id, word(Some(next)));
    assert_eq!((w.incident(id).promises_kept, w.incident(id).promises_broken), (1, 0));
    assert_eq!(w.incident(id).promise.as_ref().unwrap().due, next);
    assert_eq!(w.expect_timeline(id, EntryKind::PromiseKept, "10 min before").audience, Audience::Public);
    w.at("10:41");
    w.expect_no_letter();
    w.at("10:42");
    w.expect_letter_to("ben", Email);
}

#[test]
fn the_communications_lead_is_reminded_eight_minutes_before_with_a_draft() {
    let (mut w, id) = promised();
    w.at("10:21");
    w.expect_no_letter();
    w.at("10:22");
    let reminder = w.expect_letter_to("ben", Email);
    let Content::PromiseReminder { draft, .. } = &reminder.content else { panic!("{:?}", reminder.content) };
    assert!(draft.contains("Payments with cards fail") && draft.contains("[fill in"), "{draft}");
    w.expect_timeline(id, EntryKind::PromiseReminder, "reminded BEN");
    w.expect_no_letter();
}

#[test]
fn a_promise_breaks_at_the_second_and_the_next_person_is_called_every_ten_minutes_six_times() {
    let (mut w, id) = promised();
    w.at("10:22");
    w.reaches("ben", Email);
    w.at("10:29:59");
    assert_eq!(w.incident(id).promises_broken, 0);
    w.at("10:30:00");
    let promise = w.incident(id).promise.clone().unwrap();
    assert_eq!((w.incident(id).promises_broken, promise.state), (1, PromiseState::Broken));
    let entry = w.expect_timeline(id, EntryKind::PromiseBroken, "10:30:00");
    assert_eq!((entry.happened_at, entry.audience), (promise.due, Audience::Public));
    let mut called = Vec::new();
    for _ in 0..12 {
        while let Some(letter) = w.outbox.pop_front() {
            assert!(matches!(letter.content, Content::PromiseBroken { .. }));
            w.delivers(&letter);
            called.push(letter.to.to_string());
        }
        w.pass(minutes(10));
    }
    // The lead was reminded; then the commander, whoever is on call, and round again.
    assert_eq!(called, ["cleo", "ana", "ben", "cleo", "ana", "ben"]);
    assert_eq!(w.incident(id).promises_broken, 1);
}

#[test]
fn a_word_after_the_second_ends_the_calls_and_keeps_nothing() {
    let (mut w, id) = promised();
    w.at("10:35");
    w.outbox.clear();
    let next = w.clock("11:00");
    w.publishes(id, word(Some(next)));
    assert_eq!((w.incident(id).promises_kept, w.incident(id).promises_broken), (0, 1));
    w.at("10:51");
    w.expect_no_letter();
}

#[test]
fn a_word_that_overtakes_a_late_clock_is_late_all_the_same() {
    let (mut w, id) = promised();
    // The machine slept: the clock has not been handled when the word comes.
    w.now = w.clock("10:40");
    let next = w.clock("11:00");
    w.publishes(id, word(Some(next)));
    assert_eq!((w.incident(id).promises_kept, w.incident(id).promises_broken), (0, 1));
}

#[test]
fn resolving_declining_and_the_last_word_settle_the_promise() {
    let (mut w, id) = promised();
    w.at("10:10");
    w.person("ana", Command::Resolve { incident: id, note: None });
    assert_eq!((w.incident(id).promises_kept, w.incident(id).promise.clone()), (1, None));
    let (mut w, id) = promised();
    w.person("ana", Command::SetPhase { incident: id, phase: Phase::Declined, reason: "a test in production".into() });
    assert_eq!((w.incident(id).promises_kept, w.incident(id).promise.clone()), (1, None));
    w.pass(Span::hours(2));
    w.expect_no_letter();
    let (mut w, id) = promised();
    let mut last = word(None);
    last.phase = PublicPhase::Resolved;
    last.act = "The gateway is back and no payment was lost.".into();
    assert!(matches!(w.publishes(id, last), Answer::Published(_)));
    assert_eq!((w.incident(id).promises_kept, w.incident(id).promise.clone()), (1, None));
    assert!(w.incident(id).components.is_empty());
    let (mut w, id) = promised();
    w.at("11:00");
    w.person("ana", Command::Resolve { incident: id, note: None });
    assert_eq!((w.incident(id).promises_kept, w.incident(id).promises_broken), (0, 1));
}

#[test]
fn a_merge_moves_the_promise_and_of_two_the_sooner_binds() {
    let (mut w, one) = promised();
    let two = w.declares("Payments fail", None);
    w.person("ana", Command::Merge { incident: one, into: two });
    assert_eq!(w.incident(one).promise, None);
    assert_eq!(w.incident(two).promise.as_ref().unwrap().due, w.clock("10:30"));
    assert_eq!(w.incident(two).components.len(), 1);
    w.at("10:30");
    assert_eq!((w.incident(one).promises_broken, w.incident(two).promises_broken), (0, 1));

    let (mut w, sooner) = promised();
    let later = w.declares("Payments fail", None);
    let next = w.clock("11:00");
    w.publishes(later, word(Some(next)));
    w.person("ana", Command::Merge { incident: sooner, into: later });
    assert_eq!(w.incident(later).promise.as_ref().unwrap().due, w.clock("10:30"));
    w.at("10:30");
    assert_eq!(w.incident(later).promises_broken, 1);
}

#[test]
fn a_promise_letter_that_bounces_goes_by_the_persons_next_contact() {
    let (mut w, _) = promised();
    w.takes(&book().person("ben", &[(0, Email), (5, crate::book::Webhook)]));
    w.at("10:22");
    let reminder = w.expect_letter_to("ben", Email);
    w.bounces(&reminder);
    w.expect_letter_to("ben", crate::book::Webhook);
}

#[test]
fn a_refused_text_goes_out_with_a_reason_that_the_timeline_keeps() {
    let (mut w, id) = promised();
    let mut draft = word(Some(w.clock("11:00")));
    draft.act = "We will fix it by 11:00.".into();
    let refusal = w.refused("ana", Command::Publish { incident: id, draft: Box::new(draft.clone()) });
    assert_eq!(refusal.code, "update_refused");
    assert!(refusal.reasons.iter().any(|(field, _)| field == "act"), "{refusal:?}");
    draft.lint_override = Some("Legal asked for these words".into());
    assert!(matches!(w.publishes(id, draft), Answer::Published(_)));
    w.expect_timeline(id, EntryKind::Update, "published over the lint: Legal asked for these words");
}

#[test]
fn no_reason_lets_a_word_go_out_without_the_next_one() {
    let (mut w, id) = promised();
    for next in [None, Some(w.now), Some(w.now + Span::hours(25))] {
        let mut draft = word(next);
        draft.lint_override = Some("we are busy".into());
        let refusal = w.refused("ana", Command::Publish { incident: id, draft: Box::new(draft) });
        assert!(refusal.reasons.iter().all(|(field, _)| field == "next_update_at"), "{refusal:?}");
    }
}

#[test]
fn what_is_over_can_be_written_about_but_makes_no_promise_nobody_watches() {
    let (mut w, id) = promised();
    w.person("ana", Command::Resolve { incident: id, note: None });
    let refusal = w.refused("ana", Command::Publish { incident: id, draft: Box::new(word(Some(w.clock("11:00")))) });
    assert_eq!(refusal.reasons[0].0, "next_update_at");
    let mut draft = word(None);
    draft.phase = PublicPhase::Postmortem;
    assert!(matches!(w.publishes(id, draft), Answer::Published(_)));
    assert_eq!(w.incident(id).promise, None);
}

#[test]
fn an_update_names_pages_and_components_that_exist() {
    let (mut w, id) = promised();
    let mut draft = word(Some(w.clock("11:00")));
    draft.page = Some("nope".into());
    assert_eq!(w.refused("ana", Command::Publish { incident: id, draft: Box::new(draft.clone()) }).code, "page");
    draft.page = None;
    draft.components.insert("nope".into(), model::page::ComponentStatus::MajorOutage);
    assert_eq!(w.refused("ana", Command::Publish { incident: id, draft: Box::new(draft) }).code, "components");
}

#[test]
fn words_for_the_inside_neither_keep_nor_make_a_promise() {
    let (mut w, id) = promised();
    let mut draft = word(None);
    draft.audience = Audience::Internal;
    assert!(matches!(w.publishes(id, draft), Answer::Published(_)));
    assert_eq!(w.incident(id).promises_kept, 0);
    assert_eq!(w.incident(id).promise.as_ref().unwrap().due, w.clock("10:30"));
}
