//! The writer: all or nothing, one at a time, seen at once.

use store::testing::both_places;
use store::{Batch, StoreError, params, values};

use crate::support::{self, INSERT, INSERT_PART, RENAME, at_the_desk, count, internal};

#[test]
fn a_commit_is_seen_at_once() {
    both_places(async |place| {
        let db = support::open(&place).await;
        at_the_desk(&db, |writer| {
            writer.transact(|tx| {
                let name = String::from("borrowed");
                tx.exec(&INSERT, &params![1_i64, &name])?;
                tx.exec(&INSERT, &params![2_i64, None::<&str>])
            })
        })
        .await
        .unwrap();
        assert_eq!(count(&db).await, 2);

        let mut batch = Batch::default();
        batch.push(&INSERT, values![3_i64, "owned"]);
        batch.push(&RENAME, values!["other", 3_i64]);
        assert_eq!((batch.len(), batch.is_empty()), (2, false));
        at_the_desk(&db, |writer| writer.commit_blocking(batch).and_then(|()| writer.idle())).await.unwrap();
        assert_eq!(count(&db).await, 3);
    });
}

#[test]
fn an_error_rolls_everything_back_and_the_writer_goes_on() {
    both_places(async |place| {
        let db = support::open(&place).await;
        at_the_desk(&db, |writer| {
            let twice = writer.transact(|tx| {
                tx.exec(&INSERT, &params![1_i64, "a"])?;
                tx.exec(&INSERT, &params![1_i64, "again"])?;
                tx.exec(&INSERT, &params![2_i64, "b"])
            });
            assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");

            let orphan = writer.transact(|tx| tx.exec(&INSERT_PART, &params![1_i64, 99_i64]));
            assert!(matches!(orphan, Err(StoreError::Conflict(_))), "{orphan:?}");

            let given_up = writer.transact(|tx| {
                tx.exec(&INSERT, &params![3_i64, "c"])?;
                Err::<(), _>(internal("no"))
            });
            assert!(matches!(given_up, Err(StoreError::Internal(_))));

            let zero = writer.transact(|tx| {
                tx.exec(&INSERT, &params![4_i64, "d"])?;
                let _ = tx.exec(&INSERT, &params![5_i64, "\0"]);
                Ok(())
            });
            assert!(zero.is_err(), "an error that is overlooked still prevents the commit");

            writer.transact(|tx| tx.exec(&INSERT, &params![6_i64, "e"])).unwrap();
        })
        .await;
        assert_eq!(count(&db).await, 1);
    });
}

#[test]
fn a_guarded_statement_stops_the_whole_transaction() {
    both_places(async |place| {
        let db = support::open(&place).await;
        at_the_desk(&db, |writer| {
            writer.transact(|tx| tx.exec(&INSERT, &params![1_i64, "lease"])).unwrap();
            let late = writer.transact(|tx| {
                tx.must(&RENAME, &params!["mine", 2_i64])?;
                tx.exec(&INSERT, &params![3_i64, "late write"])
            });
            assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
            let after = writer.transact(|tx| {
                tx.exec(&INSERT, &params![4_i64, "first"])?;
                tx.must(&RENAME, &params!["mine", 1_i64])?;
                tx.exec(&INSERT, &params![5_i64, "in time"])
            });
            after.unwrap();
        })
        .await;
        assert_eq!(count(&db).await, 3);
    });
}

#[test]
fn a_panic_at_the_desk_leaves_nothing_half_written() {
    both_places(async |place| {
        let db = support::open(&place).await;
        let panicked = at_the_desk(&db, |writer| {
            let work = std::panic::AssertUnwindSafe(|| {
                writer.transact(|tx| {
                    tx.exec(&INSERT, &params![1_i64, "a"])?;
                    std::panic::resume_unwind(Box::new("planned"));
                    #[expect(unreachable_code, reason = "gives the closure its type")]
                    Ok(())
                })
            });
            let result = std::panic::catch_unwind(work).is_err();
            writer.transact(|tx| tx.exec(&INSERT, &params![2_i64, "b"])).unwrap();
            result
        })
        .await;
        assert!(panicked);
        assert_eq!(count(&db).await, 1);
    });
}

#[test]
fn there_is_one_writer_and_others_take_turns_with_it() {
    both_places(async |place| {
        let db = support::open(&place).await;
        let first = db.writer().unwrap();
        assert!(db.writer().is_err());
        drop(first);

        let vault = db.clone();
        let writes = tokio::spawn(async move {
            for id in 0..200_i64 {
                vault.write(vec![(&INSERT, values![-id - 1, "vault"])]).await.unwrap();
            }
        });
        at_the_desk(&db, |writer| {
            for id in 0..200_i64 {
                writer.transact(|tx| tx.exec(&INSERT, &params![id, "desk"])).unwrap();
            }
        })
        .await;
        writes.await.unwrap();
        assert_eq!(count(&db).await, 400);
    });
}
