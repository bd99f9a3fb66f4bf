//! A backup taken while the store is being written is a whole store.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::testing::both_places;
use store::{Place, StoreError, params};

use crate::support::{self, INSERT, LIST, at_the_desk, count};

/// Rows are always written in pairs, so an odd number would be half a transaction.
#[test]
fn a_backup_while_writing_opens_and_is_whole() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("copy.db");
    runtime.block_on(async {
        let db = support::open(&Place::Folder(folder.path().join("store"))).await;
        let stop = Arc::new(AtomicBool::new(false));
        let (desk_db, desk_stop) = (db.clone(), Arc::clone(&stop));
        let desk = tokio::spawn(async move {
            at_the_desk(&desk_db, move |writer| {
                let mut id = 0_i64;
                while !desk_stop.load(Ordering::Relaxed) {
                    let result = writer.transact(|tx| {
                        for next in id..id + 200 {
                            tx.exec(&INSERT, &params![next, "a name of some length to fill the pages"])?;
                        }
                        Ok(())
                    });
                    result.unwrap();
                    id += 200;
                }
                id
            })
            .await
        });
        while count(&db).await < 20_000 {
            tokio::task::yield_now().await;
        }
        for _ in 0..3 {
            db.backup(&target).await.unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        let written = desk.await.unwrap();
        assert_eq!(count(&db).await, written);

        let restored_folder = folder.path().join("restored");
        std::fs::create_dir(&restored_folder).unwrap();
        std::fs::copy(&target, restored_folder.join("candor.db")).unwrap();
        let restored = support::open(&Place::Folder(restored_folder)).await;
        let rows = count(&restored).await;
        assert!(rows >= 20_000 && rows <= written && rows % 200 == 0, "{rows} of {written}");
        assert!(restored.integrity().await.unwrap().is_empty());
        let last = restored.many(&LIST, &[]).await.unwrap().last().unwrap().int(0).unwrap();
        assert_eq!(last, rows - 1, "a gap in the backup");

        let nowhere = db.backup(&folder.path().join("missing/copy.db")).await;
        assert!(nowhere.is_err());
        let itself = db.backup(&folder.path().join("store/../store/candor.db")).await;
        assert!(matches!(itself, Err(StoreError::Unfit(_))));
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(!left.iter().any(|name| name.to_string_lossy().contains("part")), "{left:?}");
    });
}

#[test]
fn integrity_is_checked_on_both() {
    both_places(async |place| {
        let db = support::open(&place).await;
        assert_eq!(db.integrity().await.unwrap(), Vec::<String>::new());
        if let Place::Postgres(_) = place {
            let refused = db.backup(std::path::Path::new("nowhere")).await;
            assert!(matches!(refused, Err(StoreError::Unfit(_))));
        }
    });
}

#[test]
fn a_damaged_file_is_found() {
    use std::os::unix::fs::FileExt;

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().to_owned());
    runtime.block_on(async {
        let db = support::open(&place).await;
        let rows = (0..2_000_i64).map(|id| (&INSERT, store::values![id, format!("name {id}")])).collect();
        db.write(rows).await.unwrap();
        drop(db);
        let file = std::fs::OpenOptions::new().write(true).open(folder.path().join("candor.db")).unwrap();
        file.write_all_at(&[0x5a; 4096], 4096 * 8).unwrap();
        let found = match support_open(&place).await {
            Ok(db) => !db.integrity().await.is_ok_and(|faults| faults.is_empty()),
            Err(error) => matches!(error, StoreError::Broken(_)),
        };
        assert!(found, "damage went unnoticed");
    });
}

async fn support_open(place: &Place) -> Result<store::Db, StoreError> {
    store::Db::open_with(place, support::TABLES).await
}
