//! The store refuses, goes away, comes back; the desk itself fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use desk::testing::VERSION;
use desk::{Ask, DeskError, Settings};
use model::{Actor, Answer, Input, Severity};
use store::testing::PostgresServer;
use store::{Db, Place, Records};

use crate::support::{clock, fires, open, sender, signal, signals};

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
