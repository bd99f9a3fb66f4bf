//! Storms: few messages, nothing forgotten.

use model::Span;
use model::alert::Joined;
use model::input::Target;

use crate::book::{Book, Email, Webhook, book, minutes};
use crate::world::{World, counted, firing, named};

/// Services enough that no storm group forms: two groups each.
fn wide() -> Book {
    let mut wide = book().person("ana", &[(0, Email)]);
    for i in 0..60 {
        let service = format!("s{i}");
        wide = wide.service(&service, "default").route(("service", &service), &service);
    }
    wide
}

fn wave(groups: usize) -> Vec<crate::world::Says> {
    (0..groups).map(|i| firing(&format!("Alert{i}")).label("service", &format!("s{}", i % 60))).collect()
}

#[test]
fn a_hundred_groups_in_a_minute_make_one_mail_now_and_one_bundle_a_minute_later() {
    let mut w = World::new(&wide());
    let mut alerts = Vec::new();
    for says in wave(100) {
        alerts.push(w.hears([says])[0].unwrap());
        w.pass(Span(0));
    }
    let first = w.reaches("ana", Email);
    assert_eq!(named(&first), ["Alert0 on checkout"]);
    w.expect_no_letter();
    w.expect_trail(alerts[50], "ANA had a page by email less than a minute ago");
    for alert in &alerts[1..11] {
        w.acks_by("ana", Target::Alert(*alert));
    }
    w.pass(Span::seconds(59));
    w.expect_no_letter();
    w.pass(Span::seconds(1));
    let bundle = w.expect_letter_to("ana", Email);
    assert_eq!(counted(&bundle), 89, "those answered meanwhile are left out");
    assert_eq!(named(&bundle).len(), 20);
    assert_eq!(named(&bundle)[0], "Alert11 on checkout");
    w.delivers(&bundle);
    w.pass(minutes(3));
    w.expect_no_letter();
}

#[test]
fn a_bundle_of_nothing_is_not_sent_and_leaves_no_trace() {
    let mut w = World::new(&book());
    w.fires("One");
    w.expect_letter_to("ana", Email);
    let two = w.fires("Two");
    w.acks_by("ana", Target::Alert(two));
    w.resolves("One");
    w.pass(minutes(10));
    w.expect_no_letter();
    assert!(w.rebuilt().snapshot() == w.state.snapshot());
}

#[test]
fn groups_beyond_what_one_contact_can_have_waiting_are_in_the_bundle_all_the_same() {
    let mut wide = book();
    for i in 0..60 {
        let service = format!("s{i}");
        wide = wide.service(&service, "default").route(("service", &service), &service);
    }
    let mut w = World::new(&wide);
    let alerts: Vec<_> = w.hears(wave(1)).into_iter().chain(w.hears(wave(400))).flatten().collect();
    w.expect_letter_to("ana", Email);
    // All that wait by number are answered: what was only counted still needs somebody.
    for alert in &alerts[1..=201] {
        w.acks_by("ana", Target::Alert(*alert));
    }
    w.pass(minutes(1));
    let bundle = w.expect_letter_to("ana", Email);
    assert_eq!(counted(&bundle), 199);
    // The first twenty are named; that they are answered must not stop a retry the others need.
    for item in bundle.content.groups().to_vec() {
        w.acks_by("ana", Target::Group(item.group));
    }
    w.defers(&bundle);
    w.pass(Span::seconds(10));
    assert_eq!(w.expect_letter_to("ana", Email).id, bundle.id);
}

#[test]
fn a_machine_gets_every_page_by_itself() {
    let mut w = World::new(&wide().person("ana", &[(0, Webhook)]));
    w.hears(wave(100));
    for _ in 0..100 {
        assert_eq!(counted(&w.expect_letter_to("ana", Webhook)), 1);
    }
    w.expect_no_letter();
}

#[test]
fn more_than_thirty_groups_of_one_service_in_a_minute_become_one() {
    let mut w = World::new(&book().person("ana", &[(0, Webhook)]));
    let alerts: Vec<_> = (0..100).map(|i| w.fires(&format!("Alert{i}"))).collect();
    assert_eq!(w.outbox.len(), 31, "thirty pages and one for all the rest");
    assert_eq!(w.alert(alerts[29]).joined, Joined::Opened);
    assert!(alerts[30..].iter().all(|id| w.alert(*id).joined == Joined::Storm && w.alert(*id).group.0 == alerts[30].0));
    let storm = w.group_of(alerts[30]);
    assert_eq!((storm.firing, storm.alerts), (70, 70));
    w.outbox.clear();
    w.acks_by("ana", Target::Alert(alerts[30]));
    w.fires("Late");
    w.expect_no_letter();
    w.pass(minutes(2));
    w.outbox.clear();
    let calm = w.fires("Later");
    assert_eq!(w.alert(calm).joined, Joined::Opened);
    w.expect_letter_to("ana", Webhook);
}

#[test]
fn one_entry_never_makes_more_than_it_has_ids_for_and_forgets_nobody() {
    let names: Vec<String> = (0..60).map(|i| format!("bot{i}")).collect();
    let members: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut bots = wide().team("bots", &members).policy("default", &[("team:bots", 5)]);
    for name in &names {
        bots = bots.person(name, &[(0, Webhook)]);
    }
    let mut w = World::new(&bots);
    w.hears(wave(200));
    assert!(w.outbox.len() <= 4_096);
    w.pass(Span(0));
    assert_eq!(w.outbox.len(), 200 * 60, "every machine has every page");
    for letter in std::mem::take(&mut w.outbox) {
        w.delivers(&letter);
    }
    let over = wave(200).into_iter().map(|mut says| {
        says.0.action = model::SignalAction::Resolve;
        says
    });
    w.hears(over);
    assert!(w.outbox.len() <= 4_096);
    w.pass(Span(0));
    assert_eq!(w.outbox.len(), 200 * 60, "every machine hears that it is over");
    assert_eq!(w.state.open_alerts(), 0);
    assert_eq!(w.state.groups().count(), 0);
}

#[test]
fn five_thousand_leases_that_end_together_are_handled_in_bounded_entries() {
    let mut w = World::new(&book());
    let until = w.clock("10:05");
    for batch in 0..10 {
        w.hears((0..500).map(|i| firing("Many").of(&format!("{batch}-{i}")).until(until, true)));
    }
    assert_eq!(w.state.open_alerts(), 5_000);
    w.reaches("ana", Email);
    w.at("10:04");
    let before = w.number;
    w.at("10:05");
    assert_eq!(w.state.open_alerts(), 0);
    assert!(w.number - before <= 5_000 / engine::MOST_DEADLINES as u64 + 4, "{} entries", w.number - before);
}

#[test]
fn more_signals_than_one_entry_can_hold_are_refused_whole() {
    let mut w = World::new(&book());
    let signals = (0..513).map(|i| firing(&format!("A{i}")).0).collect();
    let answer = w.feed(model::Actor::System, model::Input::Signals { integration: "prom".into(), signals });
    assert!(matches!(answer, model::Answer::Refused(_)));
    assert_eq!(w.state.open_alerts(), 0);
}
