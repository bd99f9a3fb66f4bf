//! Who is sending: the key in the path, the header or the body, compared by hash only.

use http::{HeaderMap, header};
use model::Name;
use sha2::{Digest as _, Sha256};

use crate::app::{App, Keys};

/// The integration this key belongs to.
pub(super) fn integration(app: &App, key: &str) -> Option<Name> {
    find(&app.keys.load(), key)
}

fn find(keys: &Keys, key: &str) -> Option<Name> {
    // Comparing hashes tells whoever measures the time nothing about the key.
    let hash: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    let at = keys.0.binary_search_by(|(known, _)| known.cmp(&hash)).ok()?;
    Some(keys.0[at].1.clone())
}

/// The key in `Authorization: Bearer …`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim()).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_key_is_known() {
        let mut keys: Vec<([u8; 32], Name)> = ["one", "two", "three"].map(|k| (Sha256::digest(k).into(), Name::from(k))).to_vec();
        keys.sort();
        let keys = Keys(keys);
        assert_eq!(find(&keys, "two").as_deref(), Some("two"));
        for wrong in ["", "tw", "two ", "TWO", "four"] {
            assert_eq!(find(&keys, wrong), None, "{wrong}");
        }
        assert_eq!(find(&Keys::default(), "one"), None);
    }

    #[test]
    fn bearer_in_any_case() {
        let mut headers = HeaderMap::new();
        assert_eq!(bearer(&headers), None);
        for (value, expected) in
            [("Bearer abc", Some("abc")), ("bearer  abc ", Some("abc")), ("Basic abc", None), ("Bearer ", None)]
        {
            headers.insert(header::AUTHORIZATION, value.parse().expect("valid"));
            assert_eq!(bearer(&headers), expected, "{value}");
        }
    }
}
