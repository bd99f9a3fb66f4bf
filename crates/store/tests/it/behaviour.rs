//! Values and reads.

use store::testing::both_places;
use store::{FromRow, Row, StoreError, params, values};

use crate::support::{self, BETWEEN, COUNT, FLAGGED, INSERT, INSERT_ALL, LIST, SELECT, UPSERT, count, internal};

#[test]
fn every_kind_of_value_comes_back_as_it_went_in() {
    both_places(async |place| {
        let db = support::open(&place).await;
        let body: Vec<u8> = (0..=255).collect();
        let name = "Zoë 👩‍🚒 \u{feff}\u{202e} '; DROP TABLE thing; -- \n\t\\";
        let all = values![i64::MAX, name.to_owned(), true, 0.1_f64, body.clone(), i32::MIN, -7_i32];
        let empty = values![i64::MIN, "", false, f64::MIN_POSITIVE, Vec::<u8>::new(), 0_i32, 0_i32];
        let nothing = values![0_i64, None::<String>, None::<bool>, None::<f64>, None::<Vec<u8>>, None::<i64>, None::<i64>];
        db.write(vec![(&INSERT_ALL, all), (&INSERT_ALL, empty), (&INSERT_ALL, nothing)]).await.unwrap();

        let row = db.one(&SELECT, &params![i64::MAX]).await.unwrap().unwrap();
        assert_eq!(row.int(0).unwrap(), i64::MAX);
        assert_eq!(row.text(1).unwrap(), name);
        assert!(row.bool(2).unwrap());
        assert_eq!(row.float(3).unwrap().to_bits(), 0.1_f64.to_bits());
        assert_eq!(row.bytes(4).unwrap(), body);
        assert_eq!((row.int(5).unwrap(), row.int(6).unwrap()), (i64::from(i32::MIN), -7));

        let row = db.one(&SELECT, &params![i64::MIN]).await.unwrap().unwrap();
        assert_eq!((row.opt_text(1).unwrap(), row.opt_bool(2).unwrap()), (Some(""), Some(false)));
        assert_eq!(row.opt_bytes(4).unwrap(), Some(&[][..]));

        let row = db.one(&SELECT, &params![0_i64]).await.unwrap().unwrap();
        assert_eq!((row.opt_text(1).unwrap(), row.opt_bool(2).unwrap(), row.opt_float(3).unwrap()), (None, None, None));
        assert_eq!((row.opt_bytes(4).unwrap(), row.opt_int(5).unwrap()), (None, None));
        assert!(row.text(1).is_err(), "NULL is not a text");
        assert!(row.int(99).is_err(), "no such column");

        assert!(db.one(&SELECT, &params![12_345_i64]).await.unwrap().is_none());
    });
}

#[test]
fn texts_and_bytes_are_moved_out_of_a_row() {
    both_places(async |place| {
        let db = support::open(&place).await;
        let row = values![1_i64, "name", true, 1.5_f64, vec![1_u8, 2], 3_i32, 4_i32];
        db.write(vec![(&INSERT_ALL, row)]).await.unwrap();
        let mut row = db.one(&SELECT, &params![1_i64]).await.unwrap().unwrap();
        assert!(row.take_text(0).is_err());
        assert_eq!(row.int(0).unwrap(), 1, "what is not a text stays");
        assert_eq!((row.take_text(1).unwrap(), row.take_bytes(4).unwrap()), ("name".to_owned(), vec![1, 2]));
        assert_eq!(row.opt_text(1).unwrap(), None);
    });
}

#[test]
fn what_one_database_cannot_keep_is_refused_on_both() {
    both_places(async |place| {
        let db = support::open(&place).await;
        let zero = db.write(vec![(&INSERT, values![1_i64, "a"]), (&INSERT, values![2_i64, "a\0b"])]).await;
        assert!(matches!(zero, Err(StoreError::Unfit(_))), "{zero:?}");
        let wrong_count = db.write(vec![(&INSERT, values![1_i64, "a"]), (&INSERT, values![2_i64])]).await;
        assert!(matches!(wrong_count, Err(StoreError::Internal(_))), "{wrong_count:?}");
        assert!(db.one(&SELECT, &params![]).await.is_err());
        assert_eq!(count(&db).await, 0, "nothing of a refused transaction is kept");
    });
}

#[test]
fn an_upsert_changes_what_is_there() {
    both_places(async |place| {
        let db = support::open(&place).await;
        assert_eq!(db.write(vec![(&UPSERT, values![1_i64, "a", false])]).await.unwrap(), 1);
        assert_eq!(db.write(vec![(&UPSERT, values![1_i64, "b", true])]).await.unwrap(), 1);
        assert_eq!(count(&db).await, 1);
        assert_eq!(db.many(&FLAGGED, &[]).await.unwrap().len(), 1);
        assert_eq!(db.write(vec![(&support::RENAME, values!["c", 2_i64])]).await.unwrap(), 0);
        assert_eq!(db.write(vec![(&support::RENAME, values!["c", 1_i64])]).await.unwrap(), 1);
        assert_eq!(db.write(Vec::new()).await.unwrap(), 0);
    });
}

#[test]
fn a_mark_may_be_used_twice_and_quoted_ones_are_text() {
    both_places(async |place| {
        let db = support::open(&place).await;
        let rows = (1..=9_i64).map(|id| (&INSERT, values![id, "$3"])).collect();
        db.write(rows).await.unwrap();
        assert_eq!(db.many(&BETWEEN, &params![4_i64, 5_i64]).await.unwrap().len(), 9);
    });
}

struct Thing {
    id: i64,
    name: String,
}

impl FromRow for Thing {
    fn from_row(mut row: Row) -> Result<Self, StoreError> {
        Ok(Self { id: row.int(0)?, name: row.take_text(1)? })
    }
}

#[test]
fn many_rows_are_streamed_listed_and_cut_short() {
    both_places(async |place| {
        let db = support::open(&place).await;
        let rows = (0..5_000_i64).map(|id| (&INSERT, values![id, format!("thing {id}")])).collect();
        db.write(rows).await.unwrap();
        let things: Vec<Thing> = db.list(&LIST, &[]).await.unwrap();
        assert_eq!(things.len(), 5_000);
        assert!(things.iter().enumerate().all(|(at, thing)| thing.id == at as i64 && thing.name == format!("thing {at}")));
        assert_eq!(db.find::<Thing>(&LIST, &[]).await.unwrap().unwrap().id, 0);

        let mut seen = 0;
        let cut = db.each(&LIST, &[], |_| {
            seen += 1;
            if seen == 10 { Err(internal("enough")) } else { Ok(()) }
        });
        assert!(cut.await.is_err());
        assert_eq!(seen, 10);
        assert_eq!(count(&db).await, 5_000, "the connection is usable afterwards");

        let inside = db.clone();
        let from_a_thread = std::thread::spawn(move || {
            let mut sum = 0;
            inside.each_blocking(&LIST, &[], |row| {
                sum += row.int(0)?;
                Ok(())
            })?;
            let one = inside.one_blocking(&COUNT, &[])?.unwrap().int(0)?;
            Ok::<_, StoreError>((sum, one, inside.many_blocking(&LIST, &[])?.len()))
        });
        let sums = tokio::task::spawn_blocking(|| from_a_thread.join().unwrap()).await.unwrap().unwrap();
        assert_eq!(sums, (4_999 * 2_500, 5_000, 5_000));
    });
}

#[test]
fn a_read_cannot_write() {
    both_places(async |place| {
        let db = support::open(&place).await;
        assert!(db.one(&UPSERT, &params![1_i64, "a", true]).await.is_err());
        assert_eq!(count(&db).await, 0);
    });
}

/// On PostgreSQL whatever the server's default is: a commit of ours waits for the disk.
#[test]
fn a_weak_default_of_the_server_is_not_taken() {
    store::queries! {
        PROBE = "INSERT INTO thing (id, name) VALUES ($1, current_setting('synchronous_commit'))";
    }
    assert_eq!(ALL.len(), 1);
    let server = store::testing::PostgresServer::shared();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = server.fresh().await;
        let name = url.rsplit('/').next().unwrap();
        server.run(&format!("ALTER DATABASE {name} SET synchronous_commit = off")).await;
        let db = support::open(&store::Place::Postgres(url)).await;
        db.write(vec![(&PROBE, values![1_i64])]).await.unwrap();
        support::at_the_desk(&db, |writer| writer.transact(|tx| tx.exec(&PROBE, &params![2_i64]))).await.unwrap();
        for row in db.many(&LIST, &[]).await.unwrap() {
            assert_eq!(row.text(1).unwrap(), "on");
        }
    });
}

#[test]
fn readers_wait_for_their_turn() {
    both_places(async |place| {
        let db = support::open(&place).await;
        db.write(vec![(&INSERT, values![1_i64, "a"])]).await.unwrap();
        let reads: Vec<_> = (0..200)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move { count(&db).await })
            })
            .collect();
        for read in reads {
            assert_eq!(read.await.unwrap(), 1);
        }
    });
}

/// Reads must work wherever they are called from; on SQLite there may be no runtime at all.
#[test]
fn sqlite_reads_from_any_kind_of_thread() {
    let folder = tempfile::tempdir().unwrap();
    let place = store::Place::Folder(folder.path().to_owned());
    let current = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let db = current.block_on(support::open(&place));
    current.block_on(async {
        db.write(vec![(&INSERT, values![1_i64, "a"])]).await.unwrap();
        assert_eq!(count(&db).await, 1);
        assert!(db.integrity().await.unwrap().is_empty());
    });
    assert_eq!(db.many_blocking(&LIST, &[]).unwrap().len(), 1);
}
