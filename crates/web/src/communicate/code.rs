//! Stable public ids: twelve characters that stay the same over restarts, renderings and a change of address.

use sha2::{Digest as _, Sha256};

/// `kind` keeps a page, a component and an incident apart that are called the same.
pub(super) fn code(kind: &str, parts: &[&str]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut hasher = Sha256::new();
    for part in [kind].iter().chain(parts) {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().take(12).map(|byte| LETTERS[usize::from(byte & 31)] as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stable_and_distinct() {
        assert_eq!(code("page", &["shop"]), code("page", &["shop"]));
        assert_eq!(code("page", &["shop"]).len(), 12);
        assert_ne!(code("page", &["shop"]), code("component", &["shop"]));
        assert_ne!(code("x", &["ab", "c"]), code("x", &["a", "bc"]));
    }
}
