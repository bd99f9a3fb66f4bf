//! The one room where the web crate draws lots: secrets that nobody may guess. Nothing drawn here reaches the journal.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// The system has no randomness to give. Nothing can be kept secret then, so whoever asked must give up.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoRandomness;

/// 256 bits nobody can guess, as 43 characters for cookies, links and tokens.
pub fn secret() -> Result<String, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<32>()?))
}

#[expect(clippy::disallowed_methods, reason = "the room for it: secrets of sessions, tokens and links")]
pub(super) fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// What the vault keeps instead of a secret. A plain hash is enough: the secrets have 256 bits, there is nothing to guess.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let many: std::collections::BTreeSet<String> = (0..100).map(|_| secret().expect("random")).collect();
        assert_eq!(many.len(), 100);
        assert!(many.iter().all(|s| s.len() == 43));
    }
}
