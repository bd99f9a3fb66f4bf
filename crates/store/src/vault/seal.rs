//! Sealing and opening.

use std::fmt;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::StoreError;

const NONCE: usize = 24;

/// The key that stored secrets are sealed with. Its bytes are never shown.
#[derive(Clone)]
pub struct SecretKey(Arc<XChaCha20Poly1305>);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

impl SecretKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Arc::new(XChaCha20Poly1305::new(&bytes.into())))
    }

    /// 32 bytes nobody can guess, for a key that is to be kept in a file.
    pub fn make() -> Result<[u8; 32], StoreError> {
        random()
    }

    /// `place` names the row; what was sealed for one place does not open in another.
    pub(super) fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).map_err(|_| StoreError::internal("sealing failed"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    pub(super) fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let fault = || {
            StoreError::Unfit(
                "what is sealed in this store was sealed with another key: put its secret.key back, or set CANDOR_SECRET_KEY"
                    .into(),
            )
        };
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(fault)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        self.0.decrypt(&XNonce::from(*nonce), payload).map_err(|_| fault())
    }
}

#[expect(clippy::disallowed_methods, reason = "the vault's keys and nonces: nothing drawn here reaches the journal")]
fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(StoreError::internal)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_the_key_and_in_the_place() {
        let key = SecretKey::new([7; 32]);
        let sealed = key.seal("contact ana email", b"ana@example.org").expect("seals");
        assert_eq!(key.open("contact ana email", &sealed).expect("opens"), b"ana@example.org");
        assert!(key.open("contact ben email", &sealed).is_err());
        assert!(SecretKey::new([8; 32]).open("contact ana email", &sealed).is_err());
        assert!(key.open("contact ana email", b"short").is_err());
        assert!(!sealed.windows(7).any(|w| w == b"example"));
    }
}
