//! Signals and alerts: repeats, ends, leases, restarts.

use engine::PULSE_EVERY;
use model::alert::HowEnded;
use model::{Command, Span};

use crate::book::{Email, book, minutes};
use crate::world::{World, firing};

#[test]
fn repeats_write_no_row_until_the_one_that_is_there_has_grown_stale() {
    let mut w = World::new(&book());
    let alert = w.fires("HighLatency");
    for _ in 1..PULSE_EVERY.0 {
        w.pass(Span::seconds(1));
        w.repeats("HighLatency");
        assert!(w.last.rows.is_empty(), "{:?}", w.last.rows);
    }
    w.pass(Span::seconds(1));
    w.repeats("HighLatency");
    assert_eq!(w.alert(alert).pulse.count, PULSE_EVERY.0.unsigned_abs() + 1);
    assert_eq!(w.alert(alert).pulse.last_seen, w.now);
}

#[test]
fn a_repeated_end_neither_reopens_nor_tells_anybody_again() {
    let mut w = World::new(&book());
    let alert = w.fires("HighLatency");
    w.expect_letter_to("ana", Email);
    assert_eq!(w.resolves("HighLatency"), Some(alert));
    for _ in 0..15 {
        w.pass(minutes(1));
        assert_eq!(w.resolves("HighLatency"), None);
        assert!(w.last.rows.is_empty());
    }
    w.expect_no_letter();
    let again = w.fires("HighLatency");
    assert_ne!(again, alert, "what fires after its end is a new alert");
    w.expect_letter_to("ana", Email);
}

#[test]
fn a_sender_that_falls_silent_beyond_its_lease_has_ended_its_alert() {
    let mut w = World::new(&book());
    let until = w.clock("10:04");
    let alert = w.hears([firing("HighLatency").until(until, false)])[0].unwrap();
    w.at("10:03");
    w.hears([firing("HighLatency").until(w.clock("10:07"), false)]);
    w.at("10:06");
    assert!(w.state.alert(alert).is_some(), "the repeat renewed it");
    w.at("10:07");
    assert!(w.is_over(alert));
    assert_eq!(w.alert(alert).ended.as_ref().unwrap().how, HowEnded::Lease);
    assert_eq!(w.group_of(alert).state.name(), "resolved");
}

/// Which end is believed: (before, assumed?), (then, assumed?) → end. As the Alertmanager merges them.
#[test]
fn an_end_that_the_sender_named_goes_before_one_that_was_assumed() {
    let cases = [
        (("10:20", false), ("10:10", false), "10:20"),
        (("10:10", false), ("10:20", false), "10:20"),
        (("10:20", false), ("10:10", true), "10:20"),
        (("10:10", false), ("10:20", true), "10:20"),
        (("10:20", true), ("10:10", false), "10:10"),
        (("10:10", true), ("10:20", true), "10:20"),
    ];
    for ((first, first_assumed), (second, second_assumed), end) in cases {
        let mut w = World::new(&book());
        let alert = w.hears([firing("A").until(w.clock(first), first_assumed)])[0].unwrap();
        w.at("10:01");
        w.hears([firing("A").until(w.clock(second), second_assumed)]);
        let end = w.clock(end);
        w.go(end - Span(1));
        assert!(w.state.alert(alert).is_some(), "{first} {second}");
        w.go(end);
        assert!(w.is_over(alert), "{first} {second}");
    }
}

#[test]
fn an_alert_whose_lease_lies_a_year_ahead_leaves_nothing_behind_when_it_ends() {
    let mut w = World::new(&book());
    for _ in 0..100 {
        w.hears([firing("Flaps").until(w.now + Span::hours(24 * 365), false)]);
        w.resolves("Flaps");
        w.pass(minutes(2));
    }
    w.outbox.clear();
    w.pass(Span::hours(2));
    assert_eq!(w.state.next_deadline(), None);
}

#[test]
fn nothing_ends_by_itself_while_candor_was_down_until_the_grace_is_over() {
    let mut w = World::new(&book());
    let until = w.clock("10:05");
    let silent = w.hears([firing("Silent").until(until, false)])[0].unwrap();
    let alive = w.hears([firing("Alive").until(until, false)])[0].unwrap();
    w.sleeps(Span::hours(3));
    w.pass(minutes(4));
    assert!(w.state.alert(silent).is_some() && w.state.alert(alive).is_some());
    w.hears([firing("Alive").until(w.now + minutes(4), false)]);
    w.pass(minutes(1));
    assert!(w.is_over(silent));
    assert!(w.state.alert(alive).is_some());
}

#[test]
fn nothing_ends_by_itself_because_the_clock_was_set_forward() {
    let mut w = World::new(&book());
    let until = w.clock("10:05");
    let silent = w.hears([firing("Silent").until(until, false)])[0].unwrap();
    let alive = w.hears([firing("Alive").until(until, false)])[0].unwrap();
    w.repeats("Alive");
    w.clock_is_set(Span::hours(3));
    assert_eq!(w.state.alert(alive).unwrap().pulse.count, 2, "what was heard before is not forgotten");
    w.pass(minutes(4));
    assert!(w.state.alert(silent).is_some() && w.state.alert(alive).is_some());
    w.hears([firing("Alive").until(w.now + minutes(4), false)]);
    w.pass(minutes(1));
    assert!(w.is_over(silent));
    assert!(w.state.alert(alive).is_some());
}

#[test]
fn an_orderly_stop_keeps_what_was_only_in_memory() {
    let mut w = World::new(&book());
    let alert = w.fires("HighLatency");
    w.pass(Span::seconds(PULSE_EVERY.0 - 1));
    w.repeats("HighLatency");
    assert_eq!(w.alert(alert).pulse.count, 1);
    w.feed(model::Actor::System, model::Input::Stopping);
    assert_eq!(w.alert(alert).pulse.count, 2);
    w.restarts();
    assert_eq!(w.state.alert(alert).unwrap().pulse.count, 2);
}

#[test]
fn a_repeat_with_other_words_changes_the_alert_and_pages_nobody() {
    let mut w = World::new(&book());
    let alert = w.fires("HighLatency");
    w.expect_letter_to("ana", Email);
    let mut says = firing("HighLatency").label("pod", "a-7");
    says.0.summary = "Latency 3 s".into();
    says.0.starts_at = Some(w.now - minutes(9));
    w.hears([says]);
    assert_eq!(&*w.alert(alert).summary, "Latency 3 s");
    assert_eq!(w.alert(alert).starts_at, w.now - minutes(9), "the earliest beginning is kept");
    w.expect_no_letter();
}

#[test]
fn alerts_of_one_name_and_service_page_once() {
    let mut w = World::new(&book());
    let one = w.hears([firing("Down").of("a"), firing("Down").of("b")]);
    w.expect_letter_to("ana", Email);
    w.expect_no_letter();
    let (a, b) = (one[0].unwrap(), one[1].unwrap());
    assert_eq!(w.alert(a).group, w.alert(b).group);
    w.resolves("Down/a");
    assert!(w.is_over(a) && !w.is_over(b));
    w.expect_state(b, "paging");
    assert_eq!(w.person("ana", Command::ResolveAlert { alert: b }), model::Answer::Done);
    assert_eq!(w.group_of(a).state.name(), "resolved");
    assert_eq!(w.refused("ana", Command::ResolveAlert { alert: a }).code, "not_found");
}

#[test]
fn a_signal_that_fires_and_ends_in_one_breath_calls_nobody() {
    let mut w = World::new(&book());
    let mut end = firing("Blip");
    end.0.action = model::SignalAction::Resolve;
    let answers = w.hears([firing("Blip"), end]);
    assert_eq!(answers[0], answers[1]);
    w.expect_no_letter();
    w.pass(Span::hours(1));
    w.expect_no_letter();
    assert!(w.rebuilt().snapshot() == w.state.snapshot());
}
