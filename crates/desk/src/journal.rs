//! The text of one journal row: entries as JSON lines, then a line with their sum.
//!
//! Not every byte of the journal decides a row (who sent a repeat, say), so a replay alone would pass over some damage. The sum
//! finds any changed byte. It guards against disks, not against people: those the timeline's hash chain is for.

use model::Entry;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Begins the last line.
const SUM: u8 = b'#';

/// Adds one entry. False when it cannot be written, which entries of plain types never are.
pub(crate) fn add(body: &mut Vec<u8>, entry: &Entry) -> bool {
    let before = body.len();
    if serde_json::to_writer(&mut *body, entry).is_err() {
        body.truncate(before);
        return false;
    }
    body.push(b'\n');
    true
}

/// Adds the sum of what is there, bound to the number of the first entry.
pub(crate) fn seal(body: &mut Vec<u8>, first: u64) {
    let sum = xxh3_64_with_seed(body, first);
    body.extend_from_slice(format!("#{sum:016x}\n").as_bytes());
}

/// The entries of a row that begins with entry `first`, or what is wrong with it.
pub(crate) fn entries(body: &[u8], first: u64) -> Result<Vec<Entry>, String> {
    let end = body.len().saturating_sub(1 + 16 + 1);
    let (entries, sum) = body.split_at(end);
    if sum != format!("#{:016x}\n", xxh3_64_with_seed(entries, first)).as_bytes() || sum.first() != Some(&SUM) {
        return Err("does not fit its sum: a byte of it was changed".into());
    }
    let lines = entries.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).map_err(|error| format!("cannot be read: {error}"))).collect()
}

#[cfg(test)]
mod tests {
    use model::{Actor, Input, Time};

    use super::*;

    #[test]
    fn any_changed_byte_is_found() {
        let mut body = Vec::new();
        for number in 7..9 {
            let entry = Entry { number, at: Time(number as i64), actor: Actor::System, input: Input::Clock, loaded: Vec::new() };
            assert!(add(&mut body, &entry));
        }
        seal(&mut body, 7);
        assert_eq!(entries(&body, 7).map(|list| list.len()), Ok(2));
        assert!(entries(&body, 8).is_err(), "a row moved to another place");
        for at in 0..body.len() {
            let mut other = body.clone();
            other[at] ^= 1;
            assert!(entries(&other, 7).is_err(), "byte {at}");
            assert!(entries(&body[..at], 7).is_err(), "cut at {at}");
        }
    }
}
