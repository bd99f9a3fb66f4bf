//! Who is called, when, and what stops it.

use model::group::GroupState;
use model::input::Target;
use model::{Command, Severity, Span};

use crate::book::{Book, Email, Webhook, book, minutes};
use crate::world::{World, firing, is_paging, named};

#[test]
fn an_alert_pages_at_once_then_the_next_person_until_somebody_answers() {
    let mut w = World::new(&book());
    let alert = w.fires("HighLatency");
    let page = w.expect_letter_to("ana", Email);
    assert_eq!(named(&page), ["HighLatency on checkout"]);
    w.delivers(&page);
    w.expect_no_letter();
    w.at("10:04");
    w.expect_no_letter();
    w.at("10:05");
    let page = w.expect_letter_to("ben", Email);
    w.acks_by("ben", Target::Letter(page.id));
    w.expect_state(alert, "acknowledged");
    w.pass(Span::hours(48));
    w.expect_no_letter();
    w.expect_trail(alert, "Step 1: calling ANA.");
    w.expect_trail(alert, "BEN acknowledged; escalation has stopped.");
}

#[test]
fn the_link_in_a_letter_that_was_delivered_long_ago_still_answers() {
    let mut w = World::new(&book().policy("default", &[("person:ana", 5)]).repeat(20));
    let alert = w.fires("HighLatency");
    let page = w.expect_letter_to("ana", Email);
    w.delivers(&page);
    assert!(w.state.letter(page.id).is_none(), "what is done is not kept in memory");
    w.at("10:03");
    w.acks_by("ana", Target::Letter(page.id));
    w.expect_state(alert, "acknowledged");
    assert!(w.state.letter(page.id).is_none());
    w.at("10:30");
    w.expect_no_letter();
}

#[test]
fn an_acknowledgement_that_grows_old_pages_again_from_the_first_step() {
    let mut w = World::new(&book().ack_expires(30));
    let alert = w.fires("HighLatency");
    w.expect_letter_to("ana", Email);
    w.acks_by("ana", Target::Alert(alert));
    w.at("10:29");
    w.expect_no_letter();
    w.at("10:30");
    w.expect_letter_to("ana", Email);
    w.expect_state(alert, "paging");
    w.expect_trail(alert, "has expired and it still fires");
    w.at("10:35");
    w.expect_letter_to("ben", Email);
}

#[test]
fn an_acknowledgement_of_something_that_called_nobody_calls_nobody_when_it_grows_old() {
    let mut w = World::new(&book().ack_expires(30).quiet_at(Severity::Sev5));
    let alert = w.hears([firing("Cosmetic").at(Severity::Sev5)])[0].unwrap();
    w.expect_state(alert, "quiet");
    w.acks_by("ana", Target::Alert(alert));
    w.pass(Span::hours(5));
    w.expect_no_letter();
}

#[test]
fn a_quiet_group_pages_as_soon_as_an_alert_joins_that_may_wake_somebody() {
    let mut w = World::new(&book().quiet_at(Severity::Sev5));
    let quiet = w.hears([firing("Slow").of("a").at(Severity::Sev5)])[0].unwrap();
    w.expect_no_letter();
    let loud = w.hears([firing("Slow").of("b").at(Severity::Sev2)])[0].unwrap();
    assert_eq!(w.alert(quiet).group, w.alert(loud).group);
    w.expect_letter_to("ana", Email);
    w.expect_state(loud, "paging");
    w.at("10:05");
    w.expect_letter_to("ben", Email);
}

#[test]
fn a_service_that_had_no_policy_pages_by_the_one_it_has_when_the_next_alert_comes() {
    let mut bare = book();
    bare.0.services[0].policy = None;
    let mut w = World::new(&bare);
    let alert = w.hears([firing("Slow").of("a")])[0].unwrap();
    w.expect_state(alert, "quiet");
    w.expect_trail(alert, "The service has no escalation policy");
    w.takes(&book());
    w.hears([firing("Slow").of("b")]);
    w.expect_letter_to("ana", Email);
}

#[test]
fn a_step_with_nobody_on_call_is_passed_over_at_once_and_says_so() {
    let book =
        book().weekly("primary", &["ana"], "2026-04-01T09:00").policy("default", &[("schedule:primary", 30), ("person:ben", 5)]);
    let mut w = World::new(&book);
    let alert = w.fires("HighLatency");
    w.expect_letter_to("ben", Email);
    w.expect_trail(alert, "Step 1: nobody to call in schedule:primary; the next step runs at once.");
    w.at("10:05");
    w.expect_state(alert, "unanswered");
}

#[test]
fn a_gap_in_the_rota_is_looked_at_every_minute_until_somebodys_shift_begins() {
    // Nobody between ten and eleven.
    let book = book()
        .rotation("primary", &["ana"], "2026-01-05T09:00", Some("2026-03-02T10:30"))
        .rotation("primary", &["ben"], "2026-03-02T12:00", None)
        .policy("default", &[("schedule:primary", 5)])
        .repeat(3);
    let mut w = World::new(&book);
    let alert = w.fires("HighLatency");
    w.expect_no_letter();
    w.expect_state(alert, "unanswered");
    w.expect_trail(alert, "No step reaches anybody now");
    w.at("10:59");
    w.expect_no_letter();
    w.at("11:01");
    let page = w.expect_letter_to("ben", Email);
    w.expect_state(alert, "paging");
    assert!(w.trail(w.alert(alert).group).lines().count() < 10, "an hour of looking is told in a few lines");
    w.delivers(&page);
    w.at("11:06");
    w.expect_letter_to("ben", Email);
}

#[test]
fn a_gap_is_looked_at_no_more_once_somebody_has_answered_or_it_is_over() {
    let book = book().weekly("primary", &["ana"], "2026-03-02T12:00").policy("default", &[("schedule:primary", 5)]);
    let mut w = World::new(&book);
    let (one, _two) = (w.fires("One"), w.fires("Two"));
    w.acks_by("cleo", Target::Alert(one));
    w.resolves("Two");
    w.at("12:00");
    w.expect_no_letter();
    assert_eq!(w.state.next_deadline(), None);
}

#[test]
fn when_every_step_and_repeat_has_run_it_stays_unanswered_on_the_first_screen() {
    let mut w = World::new(&book().repeat(1));
    let alert = w.fires("HighLatency");
    for (time, whom) in [("10:00", "ana"), ("10:05", "ben"), ("10:10", "ana"), ("10:15", "ben")] {
        w.at(time);
        let page = w.expect_letter_to(whom, Email);
        w.delivers(&page);
        w.expect_no_letter();
    }
    w.at("10:19");
    w.expect_state(alert, "paging");
    w.at("10:20");
    w.expect_state(alert, "unanswered");
    w.expect_trail(alert, "Step 2, repeat 1: calling BEN.");
    w.pass(Span::hours(48));
    w.expect_no_letter();
    w.acks_by("cleo", Target::Alert(alert));
    w.expect_state(alert, "acknowledged");
}

#[test]
fn many_rounds_over_a_large_team_call_everybody_every_time() {
    let names: Vec<String> = (0..30).map(|i| format!("p{i}")).collect();
    let members: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut many = book().team("all", &members).policy("default", &[("team:all", 5)]).repeat(9);
    for name in &names {
        many = many.person(name, &[(0, Email)]);
    }
    let mut w = World::new(&many);
    let alert = w.fires("HighLatency");
    for round in 0..10 {
        for name in &names {
            let page = w.expect_letter_to(name, Email);
            w.delivers(&page);
        }
        w.expect_no_letter();
        assert_eq!(w.group_of(alert).rings.len(), 30, "round {round}");
        w.pass(minutes(5));
    }
    w.expect_state(alert, "unanswered");
}

#[test]
fn each_rule_of_a_person_rings_in_its_time_even_when_the_step_is_repeated_before() {
    let book = book().person("ana", &[(0, Email), (12, Webhook)]).policy("default", &[("person:ana", 5)]).repeat(5);
    let mut w = World::new(&book);
    w.fires("HighLatency");
    for time in ["10:00", "10:05", "10:10"] {
        w.at(time);
        let page = w.expect_letter_to("ana", Email);
        w.delivers(&page);
        w.expect_no_letter();
    }
    w.at("10:12");
    w.expect_letter_to("ana", Webhook);
}

#[test]
fn a_rule_later_than_the_whole_plan_still_rings() {
    let book = book().person("ana", &[(0, Email), (10, Webhook)]).policy("default", &[("person:ana", 5)]);
    let mut w = World::new(&book);
    let alert = w.fires("HighLatency");
    let page = w.expect_letter_to("ana", Email);
    w.delivers(&page);
    w.at("10:05");
    w.expect_state(alert, "unanswered");
    w.at("10:10");
    w.expect_letter_to("ana", Webhook);
}

#[test]
fn the_plan_is_frozen_when_the_group_opens() {
    let mut w = World::new(&book());
    w.fires("HighLatency");
    w.reaches("ana", Email);
    w.takes(&book().policy("default", &[("person:cleo", 1)]));
    w.at("10:05");
    w.reaches("ben", Email);
    w.expect_no_letter();
    w.fires("Other");
    w.expect_letter_to("cleo", Email);
}

#[test]
fn somebody_who_left_the_playbook_is_passed_over() {
    let mut w = World::new(&book());
    let alert = w.fires("HighLatency");
    w.reaches("ana", Email);
    let mut without = book();
    without.0.people.retain(|p| &*p.id != "ben");
    w.takes(&without);
    w.at("10:05");
    w.expect_no_letter();
    w.expect_trail(alert, "nobody to call in person:ben");
}

#[test]
fn an_integration_that_left_the_playbook_is_refused_and_its_alerts_go_on() {
    let mut w = World::new(&book());
    let alert = w.fires("HighLatency");
    w.reaches("ana", Email);
    let mut without = book();
    (without.0.integrations, without.0.services) = (Vec::new(), Vec::new());
    w.takes(&without);
    let input = model::Input::Signals { integration: "prom".into(), signals: vec![firing("HighLatency").0] };
    let answer = w.feed(model::Actor::Integration("prom".into()), input);
    assert!(matches!(answer, model::Answer::Refused(_)), "{answer:?}");
    w.at("10:05");
    w.expect_letter_to("ben", Email);
    assert_eq!(w.person("ana", Command::ResolveAlert { alert }), model::Answer::Done);
    assert!(w.is_over(alert));
}

#[test]
fn a_worse_alert_pages_again_what_was_acknowledged() {
    let mut w = World::new(&book());
    let alert = w.hears([firing("Slow").of("a").at(Severity::Sev3)])[0].unwrap();
    w.expect_letter_to("ana", Email);
    w.acks_by("ana", Target::Alert(alert));
    w.at("10:10");
    w.hears([firing("Slow").of("b").at(Severity::Sev3)]);
    w.expect_no_letter();
    w.hears([firing("Slow").of("c").at(Severity::Sev1)]);
    w.expect_letter_to("ana", Email);
    w.expect_trail(alert, "An alert of SEV1 joined, worse than SEV3");
    assert!(is_paging(w.group_of(alert)));
}

#[test]
fn an_alert_that_its_sender_calls_worse_pages_again_though_nothing_else_of_it_changed() {
    let mut w = World::new(&book());
    let alert = w.hears([firing("Slow").at(Severity::Sev4)])[0].unwrap();
    w.expect_letter_to("ana", Email);
    w.acks_by("ana", Target::Alert(alert));
    w.at("10:10");
    w.hears([firing("Slow").at(Severity::Sev1)]);
    w.expect_letter_to("ana", Email);
    assert_eq!(w.alert(alert).severity, Severity::Sev1);
}

#[test]
fn a_second_acknowledgement_changes_nothing() {
    let mut w = World::new(&book().ack_expires(30));
    let alert = w.fires("HighLatency");
    w.acks_by("ana", Target::Alert(alert));
    let before = w.group_of(alert).clone();
    w.at("10:10");
    w.acks_by("ben", Target::Alert(alert));
    assert_eq!(*w.group_of(alert), before);
    let GroupState::Acknowledged { by, .. } = &before.state else { panic!() };
    assert_eq!(by.to_string(), "ana");
}

#[test]
fn after_the_clock_was_set_back_no_wait_lasts_longer_than_it_was_meant_to() {
    let mut w = World::new(&book().ack_expires(30));
    let (open, acked) = (w.fires("Open"), w.fires("Acked"));
    w.expect_letter_to("ana", Email);
    w.acks_by("ben", Target::Alert(acked));
    w.now = w.now - Span::hours(24);
    w.restarts();
    let page = w.expect_letter_to("ana", Email);
    w.delivers(&page);
    w.pass(minutes(5));
    w.expect_letter_to("ben", Email);
    w.pass(minutes(25));
    w.expect_state(acked, "paging");
    w.expect_letter_to("ana", Email);
    w.fires("New");
    w.pass(minutes(1));
    w.expect_letter_to("ana", Email);
    w.expect_state(open, "unanswered");
}

#[test]
fn a_clock_that_is_set_back_under_way_lengthens_no_wait_and_sends_nothing_twice() {
    let mut w = World::new(&book());
    let open = w.fires("Open");
    let page = w.expect_letter_to("ana", Email);
    w.clock_is_set(Span::hours(-24));
    w.expect_no_letter();
    w.delivers(&page);
    w.pass(minutes(5));
    w.expect_letter_to("ben", Email);
    w.expect_state(open, "paging");
}

#[test]
fn a_letter_that_nobody_reports_is_taken_back_in_time_though_the_clock_was_set_back() {
    let mut w = World::new(&book());
    w.fires("Open");
    let page = w.expect_letter_to("ana", Email);
    w.clock_is_set(Span::hours(-24));
    w.pass(minutes(1));
    assert_eq!(w.expect_letter_to("ana", Email).key(), page.key());
}

#[test]
fn a_policy_whose_steps_wait_for_nothing_does_not_run_through_all_its_rounds_in_one_moment() {
    let book = Book::default()
        .person("ana", &[(0, Email)])
        .policy("default", &[("person:ana", 0)])
        .repeat(3)
        .service("checkout", "default")
        .integration("prom", "checkout");
    let mut w = World::new(&book);
    let alert = w.fires("HighLatency");
    w.expect_letter_to("ana", Email);
    w.expect_state(alert, "paging");
    w.pass(minutes(2));
    w.expect_state(alert, "unanswered");
}
