//! PostgreSQL going away and coming back.

use std::time::Duration;

use store::testing::PostgresServer;
use store::{Place, StoreError, params, values};

use crate::support::{self, INSERT, LIST, at_the_desk, count};

const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn connections_that_were_cut_are_made_again() {
    // A server of its own: cutting the connections of the shared one would disturb other tests.
    let server = PostgresServer::start();
    runtime().block_on(async {
        let db = support::open(&Place::Postgres(server.fresh().await)).await;
        for round in 0..3_i64 {
            db.write(vec![(&INSERT, values![round * 2, "vault"])]).await.unwrap();
            at_the_desk(&db, move |writer| writer.transact(|tx| tx.exec(&INSERT, &params![round * 2 + 1, "desk"])))
                .await
                .unwrap();
            assert_eq!(count(&db).await, round * 2 + 2);
            server.run(CUT).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
}

/// Commits under fire: whatever was acknowledged is there, what was refused is not, and what is ambiguous is one or the other.
#[test]
fn no_acknowledged_commit_is_lost_when_connections_are_cut() {
    let server = PostgresServer::start();
    runtime().block_on(async {
        let db = support::open(&Place::Postgres(server.fresh().await)).await;
        let desk_db = db.clone();
        let desk = tokio::spawn(async move {
            at_the_desk(&desk_db, |writer| {
                let mut outcomes = Vec::new();
                for batch in 0..300_i64 {
                    let result = writer
                        .transact(|tx| (batch * 10..batch * 10 + 10).try_for_each(|id| tx.exec(&INSERT, &params![id, "row"])));
                    outcomes.push(result);
                }
                outcomes
            })
            .await
        });
        for _ in 0..15 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            server.run(CUT).await;
        }
        let outcomes = desk.await.unwrap();
        let rows: Vec<i64> = db.many(&LIST, &[]).await.unwrap().iter().map(|row| row.int(0).unwrap()).collect();
        for (batch, outcome) in outcomes.iter().enumerate() {
            let there = rows.iter().filter(|id| **id / 10 == batch as i64).count();
            match outcome {
                Ok(()) => assert_eq!(there, 10, "acknowledged batch {batch}"),
                Err(StoreError::Ambiguous(_)) => assert!(there == 0 || there == 10, "batch {batch} is half there"),
                Err(StoreError::Unavailable(_)) => assert_eq!(there, 0, "refused batch {batch}"),
                Err(other) => panic!("batch {batch}: {other:?}"),
            }
        }
        assert!(outcomes.iter().filter(|outcome| outcome.is_ok()).count() > 200);
    });
}

#[test]
fn a_server_that_is_gone_is_reported_within_seconds() {
    let server = PostgresServer::start();
    runtime().block_on(async {
        let db = support::open(&Place::Postgres(server.fresh().await)).await;
        drop(server);
        let written = at_the_desk(&db, |writer| writer.transact(|tx| tx.exec(&INSERT, &params![1_i64, "a"]))).await;
        assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
        let read = db.many(&LIST, &[]).await;
        assert!(matches!(&read, Err(error) if error.is_transient()), "{read:?}");
    });
}
