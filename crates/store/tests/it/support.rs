//! What several tests use: a few tables and their texts, and a thread like the desk's.

use store::{Db, Migration, Place, StoreError, Writer};

pub(crate) static TABLES: &[Migration] = &[
    Migration {
        number: 1,
        name: "things",
        sql: "CREATE TABLE thing (
            id BIGINT PRIMARY KEY,
            name TEXT,
            flag BOOLEAN,
            share DOUBLE PRECISION,
            body {BYTES},
            small INTEGER,
            tiny SMALLINT
        );
        CREATE TABLE part (id BIGINT PRIMARY KEY, thing BIGINT NOT NULL REFERENCES thing (id));",
    },
    Migration { number: 2, name: "index", sql: "CREATE INDEX thing_name ON thing (name, id)" },
];

store::queries! {
    INSERT = "INSERT INTO thing (id, name) VALUES ($1, $2)";
    INSERT_ALL = "INSERT INTO thing (id, name, flag, share, body, small, tiny) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPSERT = "INSERT INTO thing (id, name, flag) VALUES ($1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, flag = excluded.flag RETURNING id";
    RENAME = "UPDATE thing SET name = $1 WHERE id = $2";
    DELETE_FROM = "DELETE FROM thing WHERE id >= $1";
    SELECT = "SELECT id, name, flag, share, body, small, tiny FROM thing WHERE id = $1";
    LIST = "SELECT id, name FROM thing ORDER BY id";
    COUNT = "SELECT count(*) FROM thing";
    FLAGGED = "SELECT id FROM thing WHERE flag = TRUE ORDER BY id";
    BETWEEN = "SELECT id FROM thing WHERE (id >= $1 AND id <= $2) OR id = $1 OR name = '$3' ORDER BY id";
    INSERT_PART = "INSERT INTO part (id, thing) VALUES ($1, $2)";
}

pub(crate) async fn open(place: &Place) -> Db {
    Db::open_with(place, TABLES).await.unwrap()
}

/// Runs work with the writer on an OS thread outside the runtime's workers, as the desk does.
pub(crate) async fn at_the_desk<R: Send + 'static>(db: &Db, work: impl FnOnce(&mut Writer) -> R + Send + 'static) -> R {
    let mut writer = db.writer().unwrap();
    let (answer, waiting) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let result = work(&mut writer);
        drop(writer);
        let _ = answer.send(result);
    });
    waiting.await.unwrap()
}

pub(crate) async fn count(db: &Db) -> i64 {
    db.one(&COUNT, &[]).await.unwrap().unwrap().int(0).unwrap()
}

pub(crate) fn internal(text: &'static str) -> StoreError {
    StoreError::Internal(text.into())
}
