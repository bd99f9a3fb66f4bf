//! Every query text is understood by both databases.

use std::path::PathBuf;

use store::testing::{both, both_places};
use store::{Query, all_texts, marks_in_order};

use crate::support;

#[test]
fn every_text_of_the_crate_is_prepared_on_both() {
    both(async |db| {
        for query in all_texts() {
            check(&db, query).await;
        }
    });
}

#[test]
fn every_text_of_these_tests_is_prepared_on_both() {
    both_places(async |place| {
        let db = support::open(&place).await;
        for query in support::ALL {
            check(&db, query).await;
        }
    });
}

async fn check(db: &store::Db, query: &'static Query) {
    assert!(marks_in_order(query.postgres()), "{}: marks must be $1…$n in order of first use", query.name);
    if let Err(error) = db.prepare(query).await {
        panic!("{} on {}: {error:?}", query.name, db.flavour());
    }
}

/// A family of texts that is declared but not in the list would never be prepared by the test above.
#[test]
fn no_declaration_is_forgotten() {
    let listed: Vec<_> = all_texts().iter().map(|query| query.name).collect();
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("text.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for name in declared(&text) {
                    assert!(listed.contains(&name), "{name} of {} is not in tables::ALL", path.display());
                }
            }
        }
    }
}

/// The names in a file's `queries! { … }`: a line that begins with `NAME = `.
fn declared(text: &str) -> Vec<&str> {
    let body = text.split_once("queries! {").map_or("", |(_, body)| body);
    let names = body.lines().filter_map(|line| line.trim_start().split_once(" =").map(|(name, _)| name));
    let upper = |name: &&str| name.starts_with(|first: char| first.is_ascii_uppercase());
    let whole = |name: &&str| name.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_');
    names.filter(upper).filter(whole).collect()
}

#[test]
fn declarations_are_recognised() {
    let text = "store::queries! {\n    /// Why = so.\n    ONE_2 = \"SELECT a = b\";\n    TWO =\n        \"x\";\n}\nlet a = 1;";
    assert_eq!(declared(text), ["ONE_2", "TWO"]);
}

#[test]
fn a_type_that_cannot_be_read_is_found_when_preparing() {
    store::queries! {
        SUM = "SELECT sum(id) FROM thing";
        CAST_SUM = "SELECT CAST(sum(id) AS BIGINT) FROM thing";
        NONSENSE = "SELECT nothing FROM thing";
    }
    assert_eq!(ALL.len(), 3);
    both_places(async |place| {
        let db = support::open(&place).await;
        db.prepare(&CAST_SUM).await.unwrap();
        assert!(db.prepare(&NONSENSE).await.is_err());
        assert_eq!(db.prepare(&SUM).await.is_err(), db.flavour().starts_with("PostgreSQL"));
    });
}
