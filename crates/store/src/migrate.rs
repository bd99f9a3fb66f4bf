//! Migrations: an ordered list, each run once, each with a checksum that is kept in the database.
//!
//! The judgement is the same for both databases and made before anything is changed: a database of a newer program, or one
//! whose history is not the one this program knows, is refused untouched. A program that guesses would write rows that the
//! newer one then misreads.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::StoreError;

/// One step of the schema. The text is the same for both databases except for two words: `{BYTES}`, and `{ID}` for a number that
/// is the whole primary key (SQLite keeps such a table in one tree instead of two, if it is called `INTEGER`).
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    pub number: i64,
    pub name: &'static str,
    pub sql: &'static str,
}

impl Migration {
    pub(crate) fn sql_with(&self, bytes: &str, id: &str) -> String {
        self.sql.replace("{BYTES}", bytes).replace("{ID}", id)
    }

    pub(crate) fn checksum(&self) -> String {
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(self.sql.as_bytes()) {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

/// A migration as the database remembers it.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) number: i64,
    pub(crate) checksum: String,
}

/// No time is kept, because this crate reads no clock; the program's version says enough.
pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS candor_migration (
    number BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    program TEXT NOT NULL
)";
pub(crate) const KEPT: &str = "SELECT number, checksum FROM candor_migration ORDER BY number";
pub(crate) const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// Which of the known migrations are still to be run on a database that has run `kept`.
pub(crate) fn pending<'a>(kept: &[Kept], known: &'a [Migration]) -> Result<&'a [Migration], StoreError> {
    let newest = known.last().map_or(0, |migration| migration.number);
    if let Some(found) = kept.iter().map(|kept| kept.number).max().filter(|found| *found > newest) {
        return Err(StoreError::NewerVersion { found, known: newest });
    }
    for (at, kept) in kept.iter().enumerate() {
        let same = known.get(at).is_some_and(|known| known.number == kept.number && known.checksum() == kept.checksum);
        if !same {
            return Err(StoreError::UnknownMigration { number: kept.number });
        }
    }
    Ok(&known[kept.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Migration = Migration { number: 1, name: "one", sql: "CREATE TABLE a (b {BYTES}, c {ID})" };
    const TWO: Migration = Migration { number: 2, name: "two", sql: "CREATE TABLE c (d BIGINT)" };

    fn kept(migration: &Migration) -> Kept {
        Kept { number: migration.number, checksum: migration.checksum() }
    }

    #[test]
    fn only_what_is_missing_is_pending() {
        assert_eq!(pending(&[], &[ONE, TWO]).map(<[_]>::len).ok(), Some(2));
        assert_eq!(pending(&[kept(&ONE)], &[ONE, TWO]).map(|list| list[0].number).ok(), Some(2));
        assert_eq!(pending(&[kept(&ONE), kept(&TWO)], &[ONE, TWO]).map(<[_]>::len).ok(), Some(0));
    }

    #[test]
    fn a_newer_or_foreign_history_is_refused() {
        let newer = pending(&[kept(&ONE), kept(&TWO)], &[ONE]);
        assert!(matches!(newer, Err(StoreError::NewerVersion { found: 2, known: 1 })));
        let edited = Migration { sql: "CREATE TABLE a (b TEXT)", ..ONE };
        assert!(matches!(pending(&[kept(&ONE)], &[edited]), Err(StoreError::UnknownMigration { number: 1 })));
        assert!(matches!(pending(&[kept(&TWO)], &[ONE, TWO]), Err(StoreError::UnknownMigration { number: 2 })));
    }

    #[test]
    fn one_word_is_substituted() {
        assert_eq!(ONE.sql_with("BLOB", "INTEGER"), "CREATE TABLE a (b BLOB, c INTEGER)");
        assert_eq!(ONE.checksum().len(), 64);
    }
}
