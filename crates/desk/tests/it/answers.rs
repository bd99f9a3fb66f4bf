//! Asking the desk: answered after the commit, once, or told to come again.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use desk::testing::VERSION;
use desk::{Ask, DeskError, Settings};
use model::{Actor, Answer, Command, Input, LetterState, Severity, Time};
use store::testing::both_places;
use store::{Db, Records};

use crate::support::{clock, declare, declares, fires, note, open, sender, signal, signals};

#[test]
fn whoever_has_an_answer_finds_it_on_disk_and_the_page_is_on_its_way() {
    both_places(async |place| {
        let mut test = open(&place, &clock()).await;
        for i in 0..20 {
            let alert = fires(&test, &format!("Alert{i}")).await;
            assert!(test.records.alert(alert).await.unwrap().is_some(), "answered before the commit");
        }
        let letter = test.letters.try_recv().unwrap();
        assert_eq!((&*letter.to, letter.content.groups().len()), ("ana", 1));
        assert!(matches!(letter.state, LetterState::Leased { .. }));
        let stored = test.records.letter(letter.id).await.unwrap().unwrap();
        assert_eq!(stored, letter, "committed before it was handed out");
        assert!(test.letters.try_recv().is_err(), "the rest comes bundled");
        test.stop().await;
    });
}

#[test]
fn many_at_once_are_all_answered_and_numbered_without_a_gap() {
    both_places(async |place| {
        let test = open(&place, &clock()).await;
        let mut asks = tokio::task::JoinSet::new();
        for i in 0..300 {
            let desk = test.desk.clone();
            let input = signals(vec![signal(&format!("A{}", i % 100), Severity::Sev3)]);
            asks.spawn(async move { desk.submit(Ask { actor: sender(), input, idempotency: None }).await });
        }
        let mut alerts = std::collections::BTreeSet::new();
        while let Some(answer) = asks.join_next().await {
            let Ok(Ok(Answer::Signals(ids))) = answer else { panic!("{answer:?}") };
            alerts.insert(ids[0].unwrap());
        }
        assert_eq!(alerts.len(), 100);
        // A start, the playbook, and these.
        assert_eq!(test.records.last_entry().await.unwrap(), 302);
        let counts = test.records.alert_counts().await.unwrap();
        assert_eq!(counts.firing, 100);
        let records = test.stop().await;
        assert_eq!(desk::verify(&records, VERSION).await.unwrap().faults, [""; 0]);
    });
}

#[test]
fn the_same_idempotency_key_gets_the_same_answer_and_changes_nothing_more() {
    both_places(async |place| {
        let clock = clock();
        let test = open(&place, &clock).await;
        let ask = |actor: &str, key: &str, title: &str| Ask {
            actor: Actor::Person(actor.into()),
            input: Input::Command(declare(title)),
            idempotency: Some(key.into()),
        };
        let first = test.desk.submit(ask("ana", "k", "One")).await.unwrap();
        assert_eq!(test.desk.submit(ask("ana", "k", "One again")).await.unwrap(), first);
        let (a, b) = tokio::join!(test.desk.submit(ask("ana", "both", "Two")), test.desk.submit(ask("ana", "both", "Two")));
        assert_eq!(a.unwrap(), b.unwrap(), "in one commit too");
        assert_ne!(test.desk.submit(ask("ben", "k", "Ben's own")).await.unwrap(), first, "another's key is another key");
        let refused = test.desk.submit(ask("ana", "later", "")).await.unwrap();
        assert!(matches!(refused, Answer::Refused(_)));
        assert!(matches!(test.desk.submit(ask("ana", "later", "Now with a title")).await.unwrap(), Answer::Declared(_)));
        drop(test.stop().await);
        let test = open(&place, &clock).await;
        assert_eq!(test.desk.submit(ask("ana", "k", "After a restart")).await.unwrap(), first);
        assert_eq!(test.records.incidents(None, store::records::Slice { before: None, limit: 10 }).await.unwrap().len(), 4);
        test.stop().await;
    });
}

#[test]
fn what_is_over_can_be_noted_even_in_the_commit_that_ends_it() {
    both_places(async |place| {
        let test = open(&place, &clock()).await;
        let id = declares(&test, "Broken").await;
        // Handed in together, behind something that keeps the desk busy, they share a commit: what the second one needs is not
        // in the store yet.
        let much = (0..500).map(|i| signal(&format!("A{i}"), Severity::Sev5)).collect();
        let (_, ended, noted, again) = tokio::join!(
            test.submit(sender(), signals(much)),
            test.command("ana", Command::Resolve { incident: id, note: None }),
            test.command("ben", note(id, "It was DNS")),
            test.command("ben", note(id, "It always is")),
        );
        assert_eq!((ended.unwrap(), noted.unwrap(), again.unwrap()), (Answer::Done, Answer::Done, Answer::Done));
        assert_eq!(test.command("ana", note(id, "Told everybody")).await.unwrap(), Answer::Done);
        let notes: Vec<String> = test.records.timeline(id, 0).await.unwrap().into_iter().map(|entry| entry.text).collect();
        for text in ["It was DNS", "It always is", "Told everybody"] {
            assert!(notes.iter().any(|note| note == text), "{notes:?}");
        }
        assert!(!test.records.incident(id).await.unwrap().unwrap().phase.is_open());
        let records = test.stop().await;
        assert_eq!(desk::verify(&records, VERSION).await.unwrap().faults, [""; 0]);
    });
}

/// A clock that makes the desk wait for as long as a test wants.
#[derive(Default)]
struct Gate {
    /// Closed, and somebody waits before it.
    state: Mutex<(bool, bool)>,
    changed: Condvar,
}

impl Gate {
    fn set(&self, closed: bool) {
        *self.state.lock().unwrap() = (closed, false);
        self.changed.notify_all();
    }

    fn time(&self) -> Time {
        let mut state = self.state.lock().unwrap();
        while state.0 {
            state.1 = true;
            self.changed.notify_all();
            state = self.changed.wait(state).unwrap();
        }
        clock().now()
    }

    fn wait_until_somebody_waits(&self) {
        drop(self.changed.wait_while(self.state.lock().unwrap(), |(_, waits)| !*waits).unwrap());
    }
}

#[test]
fn a_full_queue_says_so_at_once_and_what_was_taken_is_answered_after_its_commit() {
    both_places(async |place| {
        let gate = Arc::new(Gate::default());
        let shared = gate.clone();
        let db = Db::open(&place).await.unwrap();
        let settings =
            Settings { clock: Arc::new(move || shared.time()), version: VERSION.into(), queue: 8, on_broken: Arc::new(|_| {}) };
        let running = desk::start(Records::new(db), settings).await.unwrap();
        let ask = || {
            let desk = running.desk.clone();
            let input = Input::Vault { what: "tested".into() };
            async move { desk.submit(Ask { actor: Actor::System, input, idempotency: None }).await }
        };
        gate.set(true);
        let mut asks = tokio::task::JoinSet::new();
        asks.spawn(ask());
        gate.wait_until_somebody_waits();
        for _ in 0..50 {
            asks.spawn(ask());
        }
        let mut busy = 0;
        // Nobody who was taken is answered while the desk cannot commit.
        while let Ok(Some(answer)) = tokio::time::timeout(Duration::from_millis(500), asks.join_next()).await {
            let answer = answer.unwrap();
            assert!(matches!(answer, Err(DeskError::Busy { retry_after: 1 })), "{answer:?}");
            busy += 1;
        }
        // Eight wait in the queue, and the first one in the desk's hand or with them.
        assert!(busy == 42 || busy == 43, "{busy}");
        gate.set(false);
        while let Some(answer) = asks.join_next().await {
            assert!(matches!(answer.unwrap(), Ok(Answer::Done)));
        }
        running.stopper.stop().await;
    });
}

#[test]
fn a_stop_commits_what_was_taken_and_takes_no_more() {
    both_places(async |place| {
        let test = open(&place, &clock()).await;
        let desk = test.desk.clone();
        let mut asks = tokio::task::JoinSet::new();
        for i in 0..100 {
            let desk = desk.clone();
            let input = signals(vec![signal(&format!("A{i}"), Severity::Sev3)]);
            asks.spawn(async move { desk.submit(Ask { actor: sender(), input, idempotency: None }).await });
        }
        tokio::task::yield_now().await;
        let records = test.stop().await;
        let mut taken = 0;
        while let Some(answer) = asks.join_next().await {
            match answer.unwrap() {
                Ok(_) => taken += 1,
                Err(DeskError::Stopping) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(records.alert_counts().await.unwrap().firing, taken);
        let late = desk.submit(Ask { actor: Actor::System, input: Input::Clock, idempotency: None }).await;
        assert!(matches!(late, Err(DeskError::Stopping)));
        assert!(!desk.is_ready());
    });
}

#[test]
fn views_are_told_what_a_commit_changed() {
    both_places(async |place| {
        let test = open(&place, &clock()).await;
        let mut news = test.desk.news();
        let alert = fires(&test, "HighLatency").await;
        // Answers come before news: what is told first may still be the playbook.
        let mut told = news.recv().await.unwrap();
        while told.playbook {
            told = news.recv().await.unwrap();
        }
        assert_eq!((&told.alerts[..], told.groups.len(), told.letters.len(), told.public), (&[alert][..], 1, 1, false));
        assert_eq!(told.number, test.records.last_entry().await.unwrap());
        test.stop().await;
    });
}
