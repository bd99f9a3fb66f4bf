//! The store refuses, goes away, comes back; the desk itself fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use desk::testing::{VERSION, start_with};
use desk::{Ask, DeskError, Settings};
use engine::State;
use model::{Actor, Answer, Effects, Entry, Input, Severity};
use store::testing::PostgresServer;
use store::{Db, Place, Records};

use crate::support::{clock, fires, open, playbook, sender, signal, signals};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn a_full_disk_acknowledges_nothing_and_work_goes_on_without_a_restart_once_there_is_space() {
    // SQLite's own limit on the number of pages gives the same error as a full disk, without the right to mount one.
    store::queries! {
        LIMIT = "PRAGMA max_page_count = 100";
        LIFT = "PRAGMA max_page_count = 100000";
    }
    assert_eq!(ALL.len(), 2);
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let mut test = open(&Place::Folder(folder.path().join("store")), &clock()).await;
        test.records.db().write(vec![(&LIMIT, vec![])]).await.unwrap();
        let mut taken = Vec::new();
        let refused = loop {
            let mut says = signal(&format!("A{}", taken.len()), Severity::Sev3);
            says.summary = "x".repeat(2_000).into();
            match test.submit(sender(), signals(vec![says])).await {
                Ok(Answer::Signals(ids)) => taken.push(ids[0].unwrap()),
                Err(error) => break error,
                Ok(other) => panic!("{other:?}"),
            }
            assert!(taken.len() < 1_000, "the disk never fills");
        };
        assert!(matches!(refused, DeskError::Unavailable(_)), "{refused:?}");
        assert!(!test.desk.is_ready());
        let again = test.submit(sender(), signals(vec![signal("Again", Severity::Sev3)])).await;
        assert!(matches!(again, Err(DeskError::Unavailable(_))), "{again:?}");
        test.records.db().write(vec![(&LIFT, vec![])]).await.unwrap();
        while !test.desk.is_ready() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // What was refused was not half done: its key opens a fresh alert, and everything acknowledged is there.
        let next = fires(&test, "Again").await;
        assert!(next > *taken.last().unwrap());
        assert_eq!(test.records.alert_counts().await.unwrap().firing, taken.len() as u64 + 1);
        let first = test.letters.recv().await.unwrap();
        assert_eq!(first.attempts.len(), 1);
        assert_eq!(test.letters.recv().await.unwrap().key(), first.key(), "what was under way is tried again with its key");
        let records = test.stop().await;
        assert_eq!(desk::verify(&records, VERSION).await.unwrap().faults, [""; 0]);
    });
}

#[test]
fn connections_that_are_cut_lose_nothing_that_was_acknowledged() {
    // A server of its own: cutting the connections of the shared one would disturb other tests.
    let server = PostgresServer::start();
    runtime().block_on(async {
        let test = open(&Place::Postgres(server.fresh().await), &clock()).await;
        let mut taken = 0;
        for i in 0..60 {
            if i % 20 == 10 {
                server
                    .run(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
                    )
                    .await;
            }
            match test.submit(sender(), signals(vec![signal(&format!("A{i}"), Severity::Sev3)])).await {
                Ok(_) => taken += 1,
                Err(DeskError::Unavailable(_)) => tokio::time::sleep(Duration::from_millis(100)).await,
                Err(other) => panic!("{other:?}"),
            }
        }
        assert!(taken >= 40, "{taken}");
        let counts = test.records.alert_counts().await.unwrap();
        assert!(counts.firing >= taken, "{counts:?}");
        let records = test.stop().await;
        assert_eq!(desk::verify(&records, VERSION).await.unwrap().faults, [""; 0]);
    });
}

#[test]
fn a_desk_whose_database_is_gone_refuses_and_can_still_be_stopped() {
    let server = PostgresServer::start();
    runtime().block_on(async {
        let test = open(&Place::Postgres(server.fresh().await), &clock()).await;
        drop(server);
        let refused = test.submit(sender(), signals(vec![signal("A", Severity::Sev3)])).await;
        assert!(matches!(refused, Err(DeskError::Unavailable(_))), "{refused:?}");
        tokio::time::timeout(Duration::from_secs(20), test.stop()).await.expect("it stops while the database is away");
    });
}

/// Senders repeat what was not taken: an input that breaks the program must not take the others down with it every minute.
#[test]
fn an_input_that_the_engine_fails_on_is_refused_and_the_others_are_served() {
    fn fragile(state: &mut State, entry: Entry) -> Effects {
        let poison = matches!(&entry.input, Input::Signals { signals, .. } if signals.iter().any(|s| &*s.key == "Poison"));
        let effects = engine::step(state, entry);
        assert!(!poison, "a fault on purpose, after the state was changed");
        effects
    }
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let records = Records::new(Db::open(&Place::Folder(folder.path().join("store"))).await.unwrap());
        let told = Arc::new(AtomicU32::new(0));
        let hook = told.clone();
        let on_broken = move |_: &_| {
            hook.fetch_add(1, Ordering::SeqCst);
        };
        let clock = clock().shared();
        let settings = Settings { clock, version: VERSION.into(), queue: 64, on_broken: Arc::new(on_broken) };
        let running = start_with(records.clone(), settings, fragile).await.unwrap();
        let desk = running.desk.clone();
        let submit = |actor, input| desk.submit(Ask { actor, input, idempotency: None });
        submit(Actor::System, Input::Playbook { playbook: Arc::new(playbook()) }).await.unwrap();
        let says = |key: &str| signals(vec![signal(key, Severity::Sev3)]);
        submit(sender(), says("Before")).await.unwrap();
        for _ in 0..3 {
            let refused = submit(sender(), says("Poison")).await;
            assert!(matches!(refused, Err(DeskError::Fault)), "{refused:?}");
            while !desk.is_ready() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        submit(sender(), says("After")).await.unwrap();
        running.stopper.stop().await;
        assert_eq!(told.load(Ordering::SeqCst), 0, "the process goes on");
        assert_eq!(records.alert_counts().await.unwrap().firing, 2, "what came before and after, and nothing of the poison");
        assert_eq!(desk::verify(&records, VERSION).await.unwrap().faults, [""; 0]);
    });
}

#[test]
fn a_fault_in_the_desk_itself_is_not_survived_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let db = Db::open(&Place::Folder(folder.path().join("store"))).await.unwrap();
        let (fails, told) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
        let (fault, hook) = (fails.clone(), told.clone());
        let settings = Settings {
            clock: Arc::new(move || {
                assert!(!fault.load(Ordering::SeqCst), "a fault on purpose");
                clock().now()
            }),
            version: VERSION.into(),
            queue: 8,
            on_broken: Arc::new(move |_| {
                hook.fetch_add(1, Ordering::SeqCst);
            }),
        };
        let running = desk::start(Records::new(db), settings).await.unwrap();
        fails.store(true, Ordering::SeqCst);
        let answer = running.desk.submit(Ask { actor: Actor::System, input: Input::Clock, idempotency: None }).await;
        assert!(matches!(answer, Err(DeskError::Stopping)), "{answer:?}");
        running.stopper.stop().await;
        assert_eq!(told.load(Ordering::SeqCst), 1);
        assert!(!running.desk.is_ready());
    });
}
