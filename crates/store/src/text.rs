//! Query texts: written once, understood by both databases.
//!
//! Marks are `$1…$n` in order of first use. PostgreSQL takes them as they are; for SQLite `$` becomes `?`, because there `$7`
//! is a *name* that is searched for in a list, which makes many marks quadratic.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// One query: a name for people and one text for both databases. Declared only through [`queries!`](crate::queries), so that
/// each lives at one address and is in a list.
#[derive(Debug)]
pub struct Query {
    pub name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
    /// The text for SQLite with its marks translated, made at the first use.
    translated: OnceLock<Box<str>>,
    /// A small number given at the first use (zero: none yet), by which connections find the prepared statement in an array.
    slot: AtomicU32,
}

impl Query {
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self::two(name, sql, sql)
    }

    /// For the three places where one text cannot serve both: search, claiming work, notification.
    pub const fn two(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self { name, sqlite, postgres, translated: OnceLock::new(), slot: AtomicU32::new(0) }
    }

    /// The text as written, marks as `$n`.
    pub fn postgres(&self) -> &'static str {
        self.postgres
    }

    /// The text with SQLite's marks.
    pub fn sqlite(&self) -> &str {
        self.translated.get_or_init(|| question_marks(self.sqlite).into())
    }

    pub(crate) fn slot(&self) -> usize {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let known = self.slot.load(Ordering::Relaxed);
        if known != 0 {
            return known as usize - 1;
        }
        let fresh = NEXT.fetch_add(1, Ordering::Relaxed);
        // Whoever comes second takes the number of the first; a lost number only leaves a hole in the arrays.
        match self.slot.compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => fresh as usize - 1,
            Err(first) => first as usize - 1,
        }
    }
}

/// Declares query texts and the list `ALL` of them. A second text after a comma is for PostgreSQL.
///
/// ```
/// mod things {
///     store::queries! {
///         /// The names, newest first.
///         NAMES = "SELECT name FROM thing WHERE kind = $1 ORDER BY at DESC LIMIT $2";
///     }
/// }
/// assert_eq!(things::ALL[0].name, "NAMES");
/// ```
#[macro_export]
macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident = $sql:expr $(, $postgres:expr)?;)*) => {
        $($(#[$doc])* pub(crate) static $name: $crate::Query = $crate::queries!(@one $name, $sql $(, $postgres)?);)*
        /// Every text declared here.
        pub(crate) static ALL: &[&$crate::Query] = &[$(&$name),*];
    };
    (@one $name:ident, $sql:expr) => { $crate::Query::new(stringify!($name), $sql) };
    (@one $name:ident, $sqlite:expr, $postgres:expr) => { $crate::Query::two(stringify!($name), $sqlite, $postgres) };
}

/// Whether the marks are `$1…$n` in order of first use, without a gap.
pub fn marks_in_order(sql: &str) -> bool {
    let mut highest = 0;
    marks(sql).into_iter().all(|(_, number)| {
        let fits = number >= 1 && number <= highest + 1;
        highest = highest.max(number);
        fits
    })
}

fn question_marks(sql: &str) -> String {
    let mut bytes = sql.as_bytes().to_vec();
    for (at, _) in marks(sql) {
        bytes[at] = b'?';
    }
    // One ASCII byte was put in the place of another, so the text is still UTF-8.
    String::from_utf8(bytes).unwrap_or_else(|_| sql.to_owned())
}

/// Where the marks are and which number each has; what is quoted or in a comment is no mark.
fn marks(sql: &str) -> Vec<(usize, u32)> {
    let bytes = sql.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'\'' | b'"') => at = end_after(bytes, at + 1, &[quote]),
            b'-' if bytes[at..].starts_with(b"--") => at = end_after(bytes, at, b"\n"),
            b'/' if bytes[at..].starts_with(b"/*") => at = end_after(bytes, at + 2, b"*/"),
            b'$' => {
                let digits = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                if let Ok(number) = sql[at + 1..=at + digits].parse() {
                    found.push((at, number));
                }
                at += 1 + digits;
            }
            _ => at += 1,
        }
    }
    found
}

/// The position after the next `end`, or the end of the text.
fn end_after(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    let rest = &bytes[from.min(bytes.len())..];
    rest.windows(end.len()).position(|window| window == end).map_or(bytes.len(), |at| from + at + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_translated_and_quotes_left_alone() {
        let sql = "SELECT '$1 it''s $2', \"$3\" -- $4\n, $1 /* $9 */ WHERE é = $12";
        assert_eq!(question_marks(sql), "SELECT '$1 it''s $2', \"$3\" -- $4\n, ?1 /* $9 */ WHERE é = ?12");
        assert_eq!(question_marks("a $ b $"), "a $ b $");
        assert_eq!(question_marks("'open $1"), "'open $1");
    }

    #[test]
    fn order_of_first_use_is_checked() {
        assert!(marks_in_order("$1 $2 $1 $3 $2"));
        assert!(marks_in_order("none"));
        assert!(!marks_in_order("$2 $1"));
        assert!(!marks_in_order("$1 $3"));
    }

    #[test]
    fn each_query_has_its_own_slot() {
        static ONE: Query = Query::new("one", "SELECT 1");
        static TWO: Query = Query::two("two", "SELECT 2", "SELECT 3");
        assert_ne!(ONE.slot(), TWO.slot());
        assert_eq!(ONE.slot(), ONE.slot());
        assert_eq!((TWO.sqlite(), TWO.postgres()), ("SELECT 2", "SELECT 3"));
    }
}
