//! A full disk: nothing half-written, and the writer goes on once there is space.

use std::path::Path;
use std::process::Command;

use store::{Place, StoreError, Writer, params};

use crate::support::{self, DELETE_FROM, INSERT, LIST, at_the_desk, count};

const PER_BATCH: i64 = 100;

fn write_batch(writer: &mut Writer, first: i64) -> Result<(), StoreError> {
    let name = "x".repeat(500);
    writer.transact(|tx| (first..first + PER_BATCH).try_for_each(|id| tx.exec(&INSERT, &params![id, &name])))
}

/// Writes until there is no space and gives how many rows were acknowledged.
fn fill(writer: &mut Writer) -> i64 {
    let mut acknowledged = 0;
    loop {
        match write_batch(writer, acknowledged) {
            Ok(()) => acknowledged += PER_BATCH,
            Err(StoreError::Full(_)) => return acknowledged,
            Err(other) => panic!("{other:?}"),
        }
        assert!(acknowledged < 1_000_000, "the disk never fills");
    }
}

#[test]
fn a_full_database_refuses_whole_transactions_and_recovers() {
    // SQLite's own limit on the number of pages gives the same error as a full disk, without the right to mount one.
    store::queries! {
        LIMIT = "PRAGMA max_page_count = 100";
        LIFT = "PRAGMA max_page_count = 100000";
    }
    assert_eq!(ALL.len(), 2);
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = support::open(&Place::Folder(folder.path().to_owned())).await;
        db.write(vec![(&LIMIT, vec![])]).await.unwrap();
        let acknowledged = at_the_desk(&db, fill).await;
        assert_eq!(count(&db).await, acknowledged);
        let again = at_the_desk(&db, move |writer| write_batch(writer, acknowledged)).await;
        assert!(again.is_err_and(|error| error.is_transient()));
        db.write(vec![(&LIFT, vec![])]).await.unwrap();
        at_the_desk(&db, move |writer| write_batch(writer, acknowledged)).await.unwrap();
        assert_eq!(count(&db).await, acknowledged + PER_BATCH);
        assert!(db.integrity().await.unwrap().is_empty());
    });
}

/// A small file system in memory; unmounted when the test ends.
struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    fn mount(at: &'a Path, size: &str) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", size, "candor-test"]).arg(at);
        mount.output().is_ok_and(|output| output.status.success()).then_some(Self(at))
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).output();
    }
}

#[test]
fn a_full_disk_refuses_whole_transactions_and_recovers() {
    let folder = tempfile::tempdir().unwrap();
    // Only root may mount; for others the test above stands in, and the one of the whole program on a small disk of its own.
    let Some(_small) = Small::mount(folder.path(), "size=16m") else {
        assert!(!rustix::process::geteuid().is_root(), "root may mount, and this mount failed");
        return;
    };
    let ballast = folder.path().join("ballast");
    // More than what is left to the store: carrying the log over needs its size once more.
    std::fs::write(&ballast, vec![0; 10 << 20]).unwrap();
    let place = Place::Folder(folder.path().join("store"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = support::open(&place).await;
        let acknowledged = at_the_desk(&db, fill).await;
        assert!(acknowledged > 0);
        let check = async |db: &store::Db, rows: i64| {
            let ids: Vec<i64> = db.many(&LIST, &[]).await.unwrap().iter().map(|row| row.int(0).unwrap()).collect();
            assert_eq!(ids, (0..rows).collect::<Vec<_>>(), "acknowledged rows are lost or others half-written");
        };
        check(&db, acknowledged).await;

        std::fs::remove_file(&ballast).unwrap();
        at_the_desk(&db, move |writer| write_batch(writer, acknowledged)).await.unwrap();
        check(&db, acknowledged + PER_BATCH).await;
        assert!(db.integrity().await.unwrap().is_empty());
        drop(db);

        let db = support::open(&place).await;
        check(&db, acknowledged + PER_BATCH).await;
        db.write(vec![(&DELETE_FROM, store::values![acknowledged])]).await.unwrap();
        assert_eq!(count(&db).await, acknowledged);
    });
}
