//! A deduplication key for a trigger that brings none: every such trigger opens an alert of its own. The key is made before the
//! event becomes an input, so the journal holds it and a replay needs no randomness.

use model::timeline::hex;

#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes")]
pub(super) struct NoRandomness;

/// 128 random bits in hexadecimal.
#[expect(clippy::disallowed_methods, reason = "outside the engine, and the result is part of the input")]
pub(super) fn fresh_key() -> Result<String, NoRandomness> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(hex(&bytes))
}
