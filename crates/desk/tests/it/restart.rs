//! Starts: everything that was acknowledged is there, nothing ends by itself, every page is attempted.

use desk::testing::VERSION;
use model::letter::Outcome;
use model::signal::Lease;
use model::{Actor, Answer, Command, LetterState, Severity, Span};
use store::records::{AlertFilter, Slice};
use store::testing::both_places;

use crate::support::{clock, fires, note, open, receipt, sender, signal, signals};

const ALL: Slice = Slice { before: None, limit: 1_000 };

#[test]
fn open_alerts_are_there_again_and_their_leases_have_a_grace() {
    both_places(async |place| {
        let clock = clock();
        let test = open(&place, &clock).await;
        let leased = |key: &str| {
            let mut says = signal(key, Severity::Sev3);
            says.lease = Some(Lease { until: clock.now() + Span::minutes(2), assumed: false });
            says
        };
        test.submit(sender(), signals((0..50).map(|i| leased(&format!("A{i}"))).collect())).await.unwrap();
        let before = test.records.alerts(&AlertFilter::default(), ALL).await.unwrap();
        drop(test.stop().await);

        clock.pass(Span::hours(3));
        let test = open(&place, &clock).await;
        assert_eq!(test.records.alerts(&AlertFilter::default(), ALL).await.unwrap(), before);
        test.live(Span::minutes(4)).await;
        assert_eq!(test.records.alert_counts().await.unwrap().firing, 50);
        test.live(Span::minutes(1)).await;
        assert_eq!(test.records.alert_counts().await.unwrap().firing, 0);
        let records = test.stop().await;
        assert_eq!(desk::verify(&records, VERSION).await.unwrap().faults, [""; 0]);
    });
}

#[test]
fn a_letter_that_was_being_sent_is_sent_again_with_the_same_key() {
    both_places(async |place| {
        let clock = clock();
        let mut test = open(&place, &clock).await;
        fires(&test, "HighLatency").await;
        let page = test.letters.try_recv().unwrap();
        drop(test.stop().await);
        let mut test = open(&place, &clock).await;
        let again = test.letters.try_recv().unwrap();
        assert_eq!((again.key(), again.attempts.len()), (page.key(), 2));
        test.submit(Actor::System, receipt(&again, Outcome::Delivered)).await.unwrap();
        assert!(matches!(test.records.letter(page.id).await.unwrap().unwrap().state, LetterState::Delivered { .. }));
        drop(test.stop().await);
        let mut test = open(&place, &clock).await;
        assert!(test.letters.try_recv().is_err(), "what arrived is not sent again");
        test.stop().await;
    });
}

#[test]
fn a_page_that_fell_due_while_candor_was_down_goes_out_at_the_start() {
    both_places(async |place| {
        let clock = clock();
        let mut test = open(&place, &clock).await;
        fires(&test, "HighLatency").await;
        let page = test.letters.try_recv().unwrap();
        test.submit(Actor::System, receipt(&page, Outcome::Delivered)).await.unwrap();
        drop(test.stop().await);
        clock.pass(Span::minutes(20));
        let mut test = open(&place, &clock).await;
        let late = tokio::time::timeout(std::time::Duration::from_secs(5), test.letters.recv()).await;
        assert_eq!(&*late.unwrap().unwrap().to, "ben");
        test.stop().await;
    });
}

#[test]
fn the_clock_comes_by_itself() {
    both_places(async |place| {
        let clock = clock();
        let mut test = open(&place, &clock).await;
        fires(&test, "HighLatency").await;
        let page = test.letters.try_recv().unwrap();
        test.submit(Actor::System, receipt(&page, Outcome::Delivered)).await.unwrap();
        clock.pass(Span::minutes(5));
        let next = tokio::time::timeout(std::time::Duration::from_secs(5), test.letters.recv()).await;
        assert_eq!(&*next.unwrap().unwrap().to, "ben");
        test.stop().await;
    });
}

#[test]
fn a_clock_that_is_set_back_stops_no_escalation() {
    both_places(async |place| {
        let clock = clock();
        let mut test = open(&place, &clock).await;
        fires(&test, "HighLatency").await;
        let page = test.letters.try_recv().unwrap();
        test.submit(Actor::System, receipt(&page, Outcome::Delivered)).await.unwrap();
        clock.set(clock.now() - Span::hours(24));
        tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
        fires(&test, "Another").await;
        clock.pass(Span::minutes(5));
        let next = tokio::time::timeout(std::time::Duration::from_secs(5), test.letters.recv()).await;
        assert!(next.unwrap().is_some());
        let records = test.stop().await;
        assert_eq!(desk::verify(&records, VERSION).await.unwrap().faults, [""; 0]);
    });
}

#[test]
fn a_clock_that_is_set_forward_resolves_no_alert() {
    both_places(async |place| {
        let clock = clock();
        let test = open(&place, &clock).await;
        let mut says = signal("HighLatency", Severity::Sev3);
        says.lease = Some(Lease { until: clock.now() + Span::minutes(2), assumed: false });
        test.submit(sender(), signals(vec![says])).await.unwrap();
        clock.pass(Span::hours(3));
        test.live(Span::minutes(4)).await;
        assert_eq!(test.records.alert_counts().await.unwrap().firing, 1);
        test.live(Span::minutes(2)).await;
        assert_eq!(test.records.alert_counts().await.unwrap().firing, 0, "silence while somebody listened means what it says");
        let records = test.stop().await;
        assert_eq!(desk::verify(&records, VERSION).await.unwrap().faults, [""; 0]);
    });
}

#[test]
fn incidents_keep_their_numbers_and_closed_ones_can_be_noted_after_a_start() {
    both_places(async |place| {
        let clock = clock();
        let test = open(&place, &clock).await;
        let id = crate::support::declares(&test, "Broken").await;
        test.command("ana", Command::Resolve { incident: id, note: None }).await.unwrap();
        drop(test.stop().await);
        let test = open(&place, &clock).await;
        assert_eq!(test.command("ben", note(id, "It was DNS")).await.unwrap(), Answer::Done);
        assert_eq!(crate::support::declares(&test, "Another").await.0, id.0 + 1);
        let records = test.stop().await;
        let report = desk::verify(&records, VERSION).await.unwrap();
        assert_eq!(report.faults, [""; 0]);
        assert!(report.entries >= 6 && report.timeline >= 5, "{report:?}");
    });
}
