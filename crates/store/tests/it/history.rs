//! Who may open a store, and what becomes of one that may not be opened.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use store::testing::both_places;
use store::{Db, Migration, Place, StoreError, values};

use crate::support::{self, INSERT, TABLES, count};

store::queries! {
    FUTURE = "INSERT INTO candor_migration (number, name, checksum, program) VALUES (99, 'future', 'x', '9.9.9')";
    TAMPER = "UPDATE candor_migration SET checksum = 'edited' WHERE number = 2";
}

#[test]
fn an_upgrade_keeps_the_rows() {
    both_places(async |place| {
        let db = Db::open_with(&place, &TABLES[..1]).await.unwrap();
        db.write(vec![(&INSERT, values![1_i64, "old"])]).await.unwrap();
        drop(db);
        let db = support::open(&place).await;
        assert_eq!(count(&db).await, 1);
        drop(db);
        let older = Db::open_with(&place, &TABLES[..1]).await;
        assert!(matches!(older, Err(StoreError::NewerVersion { found: 2, known: 1 })));
    });
}

/// A data folder from before groups had columns for their counts.
#[test]
fn groups_of_an_older_folder_are_counted() {
    store::queries! {
        OLD_GROUP = "INSERT INTO alert_group (id, is_open, acknowledged, body) VALUES ($1, TRUE, FALSE, '{}')";
        OLD_ALERT = "INSERT INTO alert (id, is_open, service, integration, alert_group, body) VALUES ($1, $2, 's', 'i', $3, '{}')";
        COUNTS = "SELECT firing, alerts FROM alert_group ORDER BY id";
    }
    assert_eq!(ALL.len(), 3);
    both_places(async |place| {
        let db = Db::open_with(&place, &store::migrations()[..3]).await.unwrap();
        let mut rows = vec![(&OLD_GROUP, values![1_i64]), (&OLD_GROUP, values![2_i64])];
        rows.extend([(1_i64, true), (2, true), (3, false)].map(|(id, open)| (&OLD_ALERT, values![id, open, 1_i64])));
        db.write(rows).await.unwrap();
        drop(db);
        let db = Db::open(&place).await.unwrap();
        let groups = db.many(&COUNTS, &[]).await.unwrap();
        let counts: Vec<_> = groups.iter().map(|row| (row.int(0).unwrap(), row.int(1).unwrap())).collect();
        assert_eq!(counts, [(2, 3), (0, 0)]);
    });
}

#[test]
fn a_failed_migration_leaves_the_version_before() {
    both_places(async |place| {
        let broken = Migration { number: 3, name: "broken", sql: "CREATE TABLE half (a BIGINT); SELECT nonsense FROM nowhere" };
        let mut list = TABLES.to_vec();
        list.push(broken);
        assert!(Db::open_with(&place, &list).await.is_err());
        let db = support::open(&place).await;
        store::queries! { HALF = "SELECT a FROM half"; }
        assert_eq!(ALL.len(), 1);
        assert!(db.prepare(&HALF).await.is_err(), "half a migration was kept");
    });
}

#[test]
fn a_newer_or_edited_history_is_refused_untouched() {
    assert_eq!(ALL.len(), 2);
    both_places(async |place| {
        let db = support::open(&place).await;
        db.write(vec![(&TAMPER, values![])]).await.unwrap();
        drop(db);
        let before = bytes_of(&place);
        let edited = Db::open_with(&place, TABLES).await;
        assert!(matches!(edited, Err(StoreError::UnknownMigration { number: 2 })));
        assert_eq!(before, bytes_of(&place));
    });
    both_places(async |place| {
        let db = support::open(&place).await;
        db.write(vec![(&FUTURE, values![])]).await.unwrap();
        // As after a crash of the newer program: what it wrote is still in the log only.
        let crashed = crashed_copy(&place);
        drop(db);
        for place in [Some(place), crashed.as_ref().map(|folder| Place::Folder(folder.path().to_owned()))].into_iter().flatten() {
            let before = bytes_of(&place);
            let newer = Db::open_with(&place, TABLES).await;
            assert!(matches!(newer, Err(StoreError::NewerVersion { found: 99, known: 2 })));
            assert_eq!(before, bytes_of(&place), "a refused database was changed");
        }
    });
}

fn crashed_copy(place: &Place) -> Option<tempfile::TempDir> {
    let Place::Folder(folder) = place else { return None };
    let copy = tempfile::tempdir().unwrap();
    for name in ["candor.db", "candor.db-wal"] {
        std::fs::copy(folder.join(name), copy.path().join(name)).unwrap();
    }
    assert!(copy.path().join("candor.db-wal").metadata().unwrap().len() > 0);
    Some(copy)
}

/// The file and its log; of a PostgreSQL database nothing can be compared this way.
fn bytes_of(place: &Place) -> Vec<Option<Vec<u8>>> {
    let Place::Folder(folder) = place else { return Vec::new() };
    ["candor.db", "candor.db-wal"].iter().map(|name| std::fs::read(folder.join(name)).ok().filter(|b| !b.is_empty())).collect()
}

fn sqlite(folder: &Path) -> Result<Db, StoreError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(Db::open(&Place::Folder(folder.to_owned())))
}

#[test]
fn a_second_process_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let db = sqlite(folder.path()).unwrap();
    let second = sqlite(folder.path());
    assert!(matches!(&second, Err(StoreError::Locked { folder: named }) if named == folder.path()));
    assert!(second.is_err_and(|error| error.to_string().contains(&folder.path().display().to_string())));
    assert!(!in_another_process(folder.path()), "another process opened the folder");
    drop(db);
    assert!(in_another_process(folder.path()), "the folder is free again");
}

/// Runs the test below in a process of its own.
fn in_another_process(folder: &Path) -> bool {
    let program = std::env::current_exe().unwrap();
    let mut child = Command::new(program);
    child.args(["--exact", "history::open_as_told", "--ignored"]).env("CANDOR_TEST_FOLDER", folder);
    child.output().unwrap().status.success()
}

#[test]
#[ignore = "run by the test above in a process of its own"]
fn open_as_told() {
    let folder = std::env::var_os("CANDOR_TEST_FOLDER").unwrap();
    drop(sqlite(Path::new(&folder)).unwrap());
}

#[test]
fn folder_and_files_are_private() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("a/b");
    let db = sqlite(&inner).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&inner), 0o700);
    for entry in std::fs::read_dir(&inner).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    assert!(db.flavour().starts_with("SQLite 3."));
}

#[test]
fn what_is_not_ours_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("candor.db");
    std::fs::write(&file, b"this is a letter to the editor, long enough to be mistaken for a page").unwrap();
    let before = std::fs::read(&file).unwrap();
    assert!(matches!(sqlite(folder.path()), Err(StoreError::Broken(_))));
    assert_eq!(before, std::fs::read(&file).unwrap());

    let other = rusqlite::Connection::open(folder.path().join("other.db")).unwrap();
    other.execute_batch("CREATE TABLE somebody_elses (a)").unwrap();
    drop(other);
    std::fs::rename(folder.path().join("other.db"), &file).unwrap();
    let before = std::fs::read(&file).unwrap();
    assert!(matches!(sqlite(folder.path()), Err(StoreError::Unfit(_))));
    assert_eq!(before, std::fs::read(&file).unwrap());
}
