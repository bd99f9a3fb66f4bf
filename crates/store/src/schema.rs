//! The tables, as an ordered list of migrations. A migration that has been released is never edited: its checksum is kept in
//! every database that ran it, and a program that knows another text refuses to start.

use crate::Migration;

/// All migrations this program knows, oldest first, numbered from one without gaps.
pub fn migrations() -> &'static [Migration] {
    MIGRATIONS
}

static MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    name: "journal",
    sql: "CREATE TABLE journal (
        first BIGINT PRIMARY KEY,
        count BIGINT NOT NULL,
        at BIGINT NOT NULL,
        body {BYTES} NOT NULL
    );",
}];
