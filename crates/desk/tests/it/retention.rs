//! What is over for long is let go; what is needed stays, and the record still proves itself.

use desk::testing::{TestDesk, VERSION};
use model::input::Target;
use model::letter::Outcome;
use model::{Actor, AlertId, Answer, Command, Severity, SignalAction, Span};
use store::Records;
use store::records::{Sweep, Swept};
use store::testing::both_places;

use crate::support::{clock, declare, fires, note, open, receipt, sender, signal, signals};

async fn resolves(test: &TestDesk, key: &str) {
    let mut says = signal(key, Severity::Sev3);
    says.action = SignalAction::Resolve;
    test.submit(sender(), signals(vec![says])).await.unwrap();
}

/// Fires, pages, and is over.
async fn comes_and_goes(test: &mut TestDesk, key: &str) -> AlertId {
    let alert = fires(test, key).await;
    while let Ok(page) = test.letters.try_recv() {
        test.submit(Actor::System, receipt(&page, Outcome::Delivered)).await.unwrap();
    }
    resolves(test, key).await;
    alert
}

async fn is_there(records: &Records, alert: AlertId) -> bool {
    records.alert(alert).await.unwrap().is_some()
}

#[test]
fn what_is_over_for_long_is_let_go_and_what_an_incident_leans_on_stays() {
    both_places(async |place| {
        let clock = clock();
        let mut test = open(&place, &clock).await;
        let old = comes_and_goes(&mut test, "Old").await;
        let group = test.records.alert(old).await.unwrap().unwrap().group;
        let letters = test.records.letters_of_group(group).await.unwrap().len();
        clock.pass(Span::minutes(2));
        let firing = fires(&test, "Firing").await;
        test.command("ana", Command::Acknowledge { target: Target::Alert(firing) }).await.unwrap();
        clock.pass(Span::minutes(2));
        let evidence = fires(&test, "Evidence").await;
        let Command::Declare { title, severity, services, impact, drill, .. } = declare("Broken") else { unreachable!() };
        let command = Command::Declare { title, severity, services, impact, drill, alert: Some(evidence) };
        assert!(matches!(test.command("ana", command).await.unwrap(), Answer::Declared(_)));
        resolves(&test, "Evidence").await;
        clock.pass(Span::days(100));
        let young = comes_and_goes(&mut test, "Young").await;

        let sweep = Sweep { alerts_before: Some(clock.now() - Span::days(90)), journal_before: None };
        let swept = test.records.sweep(sweep, VERSION, clock.now()).await.unwrap();
        assert_eq!((swept.alerts, swept.groups, swept.letters as usize), (1, 1, letters));
        assert!(letters > 0, "it was paged for");
        assert!(!is_there(&test.records, old).await);
        assert!(test.records.group(group).await.unwrap().is_none());
        assert_eq!(test.records.trail(group).await.unwrap(), []);
        for kept in [firing, evidence, young] {
            let alert = test.records.alert(kept).await.unwrap().expect("it stays");
            assert!(!test.records.trail(alert.group).await.unwrap().is_empty());
            assert!(!test.records.letters_of_group(alert.group).await.unwrap().is_empty());
        }
        assert_eq!(test.records.kept().await.unwrap().swept_at, Some(clock.now()));
        assert_eq!(test.records.sweep(sweep, VERSION, clock.now()).await.unwrap(), Swept::default());

        assert!(fires(&test, "Old").await > young, "the same again is a new alert");
        let records = test.stop().await;
        assert_eq!(desk::verify(&records, VERSION).await.unwrap().faults, [""; 0]);
    });
}

/// Rows that nobody let go are missed as before.
#[test]
fn a_row_that_is_lost_is_still_found_after_others_were_let_go() {
    store::queries! {
        LOSE = "DELETE FROM alert WHERE id = $1";
    }
    assert_eq!(ALL.len(), 1);
    both_places(async |place| {
        let clock = clock();
        let mut test = open(&place, &clock).await;
        comes_and_goes(&mut test, "Old").await;
        clock.pass(Span::days(100));
        let young = comes_and_goes(&mut test, "Young").await;
        let sweep = Sweep { alerts_before: Some(clock.now() - Span::days(90)), journal_before: None };
        test.records.sweep(sweep, VERSION, clock.now()).await.unwrap();
        test.records.db().write(vec![(&LOSE, store::values![i64::try_from(young.0).unwrap()])]).await.unwrap();
        let records = test.stop().await;
        assert!(!desk::verify(&records, VERSION).await.unwrap().faults.is_empty());
    });
}

#[test]
fn of_the_journal_one_to_two_spans_are_kept_and_numbers_go_on() {
    both_places(async |place| {
        let clock = clock();
        let sweep = || Sweep { alerts_before: None, journal_before: Some(clock.now() - Span::days(30)) };
        let mut lengths = Vec::new();
        let mut last = 0;
        // A start makes a checkpoint; one every ten days, for a year.
        for day in 0..36 {
            let mut test = open(&place, &clock).await;
            comes_and_goes(&mut test, &format!("A{day}")).await;
            let incident = crate::support::declares(&test, "Broken").await;
            test.command("ana", note(incident, "looked")).await.unwrap();
            test.records.sweep(sweep(), VERSION, clock.now()).await.unwrap();
            let records = test.stop().await;
            let entry = records.last_entry().await.unwrap();
            assert!(entry > last, "a number was given twice");
            last = entry;
            lengths.push(records.journal_after(0, u32::MAX).await.unwrap().len());
            assert_eq!(desk::verify(&records, VERSION).await.unwrap().faults, [""; 0], "on day {}", day * 10);
            clock.pass(Span::days(10));
        }
        let (early, late) = (lengths[..8].iter().max().unwrap(), lengths[8..].iter().max().unwrap());
        assert!(late <= early, "the journal grows on: {lengths:?}");
        let a_month = lengths[3];
        assert!(lengths[8..].iter().all(|length| *length >= a_month), "less than a month is left: {lengths:?}");
    });
}

#[test]
fn a_journal_that_is_old_as_a_whole_keeps_its_newest_row() {
    both_places(async |place| {
        let clock = clock();
        let test = open(&place, &clock).await;
        fires(&test, "HighLatency").await;
        drop(test.stop().await);
        for _ in 0..3 {
            clock.pass(Span::days(400));
            let test = open(&place, &clock).await;
            let before = test.records.last_entry().await.unwrap();
            let sweep = Sweep { alerts_before: None, journal_before: Some(clock.now() + Span::days(1)) };
            test.records.sweep(sweep, VERSION, clock.now()).await.unwrap();
            test.records.sweep(sweep, VERSION, clock.now()).await.unwrap();
            assert!(test.records.last_entry().await.unwrap() >= before);
            let records = test.stop().await;
            assert_eq!(desk::verify(&records, VERSION).await.unwrap().faults, [""; 0]);
        }
    });
}
