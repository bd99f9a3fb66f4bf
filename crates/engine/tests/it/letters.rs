//! What becomes of letters: bounces, deferrals, silence, lateness.

use model::input::Target;
use model::letter::{Content, Outcome};
use model::{Actor, Channel, Command, Input, LetterState, Span};

use crate::book::{Email, Webhook, book, minutes};
use crate::world::World;

#[test]
fn a_bounce_moves_to_the_next_contact_at_once() {
    let mut w = World::new(&book().person("ana", &[(0, Email), (10, Webhook)]));
    let alert = w.fires("HighLatency");
    let page = w.expect_letter_to("ana", Email);
    w.bounces(&page);
    w.expect_letter_to("ana", Webhook);
    w.expect_no_letter();
    w.expect_trail(alert, "failed for good: 550 no such mailbox");
    w.at("10:05");
    w.expect_letter_to("ben", Email);
}

#[test]
fn when_the_last_contact_bounces_the_next_step_runs_at_once() {
    let mut w = World::new(&book());
    w.fires("HighLatency");
    let page = w.expect_letter_to("ana", Email);
    w.bounces(&page);
    w.expect_letter_to("ben", Email);
}

#[test]
fn a_step_waits_as_long_as_anybody_in_it_may_be_reached() {
    let mut w = World::new(&book().policy("default", &[("person:ana,person:ben", 5), ("person:cleo", 5)]));
    w.fires("HighLatency");
    let (ana, ben) = (w.expect_letter_to("ana", Email), w.expect_letter_to("ben", Email));
    w.bounces(&ana);
    w.expect_no_letter();
    w.bounces(&ben);
    w.expect_letter_to("cleo", Email);
}

#[test]
fn a_bounce_of_somebody_called_long_ago_does_not_hurry_those_called_now() {
    let mut w = World::new(&book().policy("default", &[("person:ana", 5), ("person:ben", 5), ("person:cleo", 5)]));
    w.fires("HighLatency");
    let ana = w.expect_letter_to("ana", Email);
    w.receipt(&ana, Outcome::Retry { after: Some(Span::seconds(55)) }, "421");
    w.at("10:05");
    w.reaches("ben", Email);
    let ana = w.outbox.iter().rev().find(|l| &*l.to == "ana").cloned().unwrap();
    w.outbox.clear();
    w.bounces(&ana);
    w.expect_no_letter();
}

#[test]
fn rounds_are_not_spent_in_seconds_when_every_mail_bounces() {
    let mut w = World::new(&book().repeat(1));
    let alert = w.fires("HighLatency");
    let ana = w.expect_letter_to("ana", Email);
    w.bounces(&ana);
    let ben = w.expect_letter_to("ben", Email);
    w.bounces(&ben);
    w.expect_no_letter();
    w.expect_state(alert, "paging");
    w.at("10:05");
    w.expect_letter_to("ana", Email);
}

#[test]
fn mail_deferred_for_a_minute_moves_on_while_its_retries_go_on_for_hours_until_somebody_answers() {
    let mut w = World::new(&book());
    let alert = w.fires("HighLatency");
    let mut attempts = 0;
    while w.now < w.clock("10:01") {
        let page = w.expect_letter_to("ana", Email);
        w.defers(&page);
        attempts += 1;
        let due = w.state.next_deadline().unwrap();
        if w.outbox.iter().any(|l| &*l.to == "ben") {
            break;
        }
        w.go(due);
    }
    assert!(w.now < w.clock("10:01"), "the attempt that would wait beyond a minute says so before");
    w.expect_letter_to("ben", Email);
    w.expect_trail(alert, "is not through after 4 attempts: moving on while retries go on");
    while w.now < w.clock("14:00") {
        w.pass(minutes(5));
        while let Some(page) = w.outbox.pop_front() {
            if &*page.to == "ana" {
                w.defers(&page);
                attempts += 1;
            } else {
                w.delivers(&page);
            }
        }
    }
    assert!(attempts > 10, "{attempts} attempts in four hours");
    w.expect_state(alert, "unanswered");
    w.acks_by("ben", Target::Alert(alert));
    w.pass(Span::hours(20));
    w.expect_no_letter();
}

#[test]
fn a_letter_is_given_up_after_a_day() {
    let mut w = World::new(&book().policy("default", &[("person:ana", 5)]));
    w.fires("HighLatency");
    let first = w.expect_letter_to("ana", Email);
    w.defers(&first);
    for _ in 0..26 * 12 {
        w.pass(minutes(5));
        while let Some(page) = w.outbox.pop_front() {
            assert_eq!(page.id, first.id, "one letter, one key");
            w.defers(&page);
        }
    }
    let letter = w.letter(first.id);
    assert!(matches!(letter.state, LetterState::Failed { .. }), "{:?}", letter.state);
    assert!(letter.attempts.len() <= model::Letter::MOST_ATTEMPTS);
    assert!(w.state.letter(first.id).is_none());
}

#[test]
fn a_courier_that_never_answers_costs_its_lease_and_the_retry_carries_the_same_key() {
    let mut w = World::new(&book());
    w.fires("HighLatency");
    let page = w.expect_letter_to("ana", Email);
    w.pass(Span::seconds(39));
    w.expect_no_letter();
    w.pass(Span::seconds(10));
    let again = w.expect_letter_to("ana", Email);
    assert_eq!((again.id, again.key()), (page.id, page.key()));
    let numbers: Vec<u32> = again.attempts.iter().map(|a| a.number).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(again.attempts[0].outcome, Some(Outcome::Unknown));
}

#[test]
fn a_receipt_that_comes_late_still_counts_when_it_is_good_and_only_then() {
    let mut w = World::new(&book());
    w.fires("HighLatency");
    let first = w.expect_letter_to("ana", Email);
    w.pass(Span::seconds(50));
    let second = w.expect_letter_to("ana", Email);
    w.bounces(&first);
    assert!(!w.letter(first.id).state.is_done(), "the attempt after it decides");
    w.expect_no_letter();
    w.delivers(&first);
    assert!(matches!(w.letter(first.id).state, LetterState::Delivered { .. }));
    w.bounces(&second);
    assert!(matches!(w.letter(first.id).state, LetterState::Delivered { .. }), "what is done stays done");
    w.expect_no_letter();
}

#[test]
fn a_receipt_of_an_attempt_that_was_never_made_says_nothing() {
    let mut w = World::new(&book());
    w.fires("HighLatency");
    let page = w.expect_letter_to("ana", Email);
    for outcome in [Outcome::Failed, Outcome::Delivered, Outcome::Retry { after: None }] {
        w.feed(Actor::System, Input::Receipt { letter: page.id, attempt: 9, outcome, answer: "?".into() });
    }
    assert!(matches!(w.letter(page.id).state, LetterState::Leased { .. }));
    w.expect_no_letter();
}

#[test]
fn a_receiver_that_asks_for_time_is_given_it_within_an_hour() {
    let mut w = World::new(&book());
    w.fires("HighLatency");
    let page = w.expect_letter_to("ana", Email);
    w.receipt(&page, Outcome::Retry { after: Some(Span::hours(30)) }, "429");
    w.reaches("ben", Email);
    w.at("10:59");
    w.expect_no_letter();
    w.at("11:00");
    w.expect_letter_to("ana", Email);
}

#[test]
fn what_was_being_sent_at_a_crash_is_sent_again_with_its_key() {
    let mut w = World::new(&book());
    w.fires("HighLatency");
    let page = w.expect_letter_to("ana", Email);
    w.sleeps(minutes(1));
    let again = w.expect_letter_to("ana", Email);
    assert_eq!(again.key(), page.key());
    w.expect_no_letter();
}

#[test]
fn a_crash_loop_does_not_send_one_letter_for_ever() {
    let mut w = World::new(&book().policy("default", &[("person:ana", 60)]));
    w.fires("HighLatency");
    for _ in 0..100 {
        w.sleeps(Span::seconds(1));
    }
    let most = w.rows.values().filter_map(|row| if let model::Row::Letter(l) = row { Some(l.attempts.len()) } else { None });
    assert!(most.max().unwrap() <= model::Letter::MOST_ATTEMPTS);
}

#[test]
fn machines_that_were_paged_hear_that_it_is_over_and_people_do_not() {
    let mut w = World::new(&book().person("ana", &[(0, Email), (0, Webhook)]));
    w.fires("HighLatency");
    for channel in [Email, Webhook] {
        let page = w.expect_letter_to("ana", channel);
        w.delivers(&page);
    }
    w.resolves("HighLatency");
    let clear = w.expect_letter_to("ana", Webhook);
    assert!(matches!(clear.content, Content::AllClear { .. }));
    w.expect_no_letter();
}

#[test]
fn a_machine_whose_page_arrived_after_the_end_hears_of_the_end_too() {
    let mut w = World::new(&book().person("ana", &[(0, Webhook)]));
    w.fires("HighLatency");
    let page = w.expect_letter_to("ana", Webhook);
    w.resolves("HighLatency");
    w.expect_no_letter();
    w.delivers(&page);
    let clear = w.expect_letter_to("ana", Webhook);
    assert!(matches!(clear.content, Content::AllClear { .. }));
}

#[test]
fn a_machine_paged_before_an_acknowledgement_hears_of_the_end_whoever_was_paged_after_it() {
    let book = book()
        .person("ana", &[(0, Webhook)])
        .weekly("primary", &["ana", "ben"], "2026-02-23T09:00")
        .policy("default", &[("schedule:primary", 5)])
        .ack_expires(24 * 60 * 6);
    let mut w = World::new(&book);
    // Ben has this week, Ana the next.
    let alert = w.fires("HighLatency");
    w.expect_letter_to("ben", Email);
    w.acks_by("ben", Target::Alert(alert));
    w.pass(Span::hours(24 * 6));
    w.expect_letter_to("ben", Email);
    w.acks_by("ben", Target::Alert(alert));
    w.pass(Span::hours(24 * 6));
    let page = w.expect_letter_to("ana", Webhook);
    w.delivers(&page);
    w.acks_by("ana", Target::Alert(alert));
    w.pass(Span::hours(24 * 6));
    w.outbox.clear();
    w.resolves("HighLatency");
    assert!(matches!(w.expect_letter_to("ana", Webhook).content, Content::AllClear { .. }));
}

#[test]
fn a_test_letter_goes_to_a_contact_that_the_playbook_knows() {
    let mut w = World::new(&book());
    let ask = |channel: Channel| Command::TestLetter { person: "ana".into(), channel };
    assert_eq!(w.person("ana", ask(Email)), model::Answer::Done);
    assert_eq!(w.expect_letter_to("ana", Email).content, Content::Test);
    assert_eq!(w.refused("ana", ask(Webhook)).code, "channel");
}
