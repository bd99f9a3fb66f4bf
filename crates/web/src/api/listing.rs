//! Lists: `{items, next}`, newest first, fifty at a time unless told, two hundred at most. The cursor says where the page before
//! ended; it is sealed in base64 only so that nobody builds one by hand and then wonders.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use store::records::Slice;

use crate::problem::Problem;

const DEFAULT: u32 = 50;
const MOST: u32 = 200;

/// What every list takes in its query; one list's own parameters stand beside it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    limit: Option<String>,
    cursor: Option<String>,
}

pub(crate) const PARAMETERS: [(&str, &str); 2] =
    [("limit", "how many, 50 unless given, at most 200"), ("cursor", "`next` of the page before")];

impl Wanted {
    pub(crate) fn slice(&self) -> Result<Slice, Problem> {
        let limit = match self.limit.as_deref() {
            None | Some("") => DEFAULT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|n| (1..=MOST).contains(n))
                .ok_or_else(|| Problem::field("limit", "give a whole number from 1 to 200"))?,
        };
        let before = match self.cursor.as_deref() {
            None | Some("") => None,
            Some(text) => {
                Some(open(text).ok_or_else(|| Problem::field("cursor", "give exactly what the page before had as `next`"))?)
            }
        };
        Ok(Slice { before, limit })
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// `found` is what the slice gave; a full one may have more behind it.
    pub(crate) fn of<R>(slice: Slice, found: Vec<R>, number: impl Fn(&R) -> u64, shape: impl FnMut(R) -> T) -> Self {
        let full = found.len() >= slice.limit as usize;
        let next = found.last().filter(|_| full).map(|last| seal(number(last)));
        Self { items: found.into_iter().map(shape).collect(), next }
    }
}

impl<T> From<Vec<T>> for Page<T> {
    /// A list that is never long.
    fn from(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

fn seal(number: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("1:{number}"))
}

fn open(text: &str) -> Option<u64> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    std::str::from_utf8(&bytes).ok()?.strip_prefix("1:")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(limit: &str, cursor: &str) -> Result<Slice, Problem> {
        let some = |text: &str| Some(text.to_owned());
        Wanted { limit: some(limit), cursor: some(cursor) }.slice()
    }

    #[test]
    fn a_page_leads_to_the_next() {
        let slice = wanted("3", "").expect("fine");
        let page = Page::of(slice, vec![9_u64, 8, 7], |n| *n, |n| n);
        let next = page.next.expect("there may be more");
        assert_eq!(wanted("3", &next).expect("fine").before, Some(7));
        let last = Page::of(slice, vec![6_u64], |n| *n, |n| n);
        assert_eq!(last.next, None);
    }

    #[test]
    fn nonsense_names_the_field() {
        for (limit, cursor, field) in
            [("0", "", "limit"), ("201", "", "limit"), ("x", "", "limit"), ("", "7", "cursor"), ("", "ä", "cursor")]
        {
            let problem = wanted(limit, cursor).expect_err("refused");
            assert_eq!(problem.reasons[0].0, field);
        }
        assert_eq!(wanted("", "").expect("fine").limit, 50);
    }
}
