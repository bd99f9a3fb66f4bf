//! A webhook's signing secret, as Standard Webhooks writes it: `whsec_` and base64 of 24 to 64 bytes.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use ring::hmac;

const PREFIX: &str = "whsec_";
/// People lose the padding when they copy; the bytes are the same.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A secret that signs. Never shown: its `Debug` hides it.
#[derive(Clone)]
pub struct Secret {
    key: hmac::Key,
    text: String,
}

/// Why a text is no secret. Says nothing of the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("a webhook secret begins with whsec_")]
    Prefix,
    #[error("after whsec_ a webhook secret is base64")]
    Base64,
    #[error("a webhook secret has 24 to 64 bytes, this one {0}")]
    Length(usize),
}

impl Secret {
    /// From bytes drawn by the caller, who owns the source of randomness.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretError> {
        if !(24..=64).contains(&bytes.len()) {
            return Err(SecretError::Length(bytes.len()));
        }
        let text = format!("{PREFIX}{}", STANDARD.encode(bytes));
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, bytes), text })
    }

    /// The secret as `whsec_…`, to be shown once to whoever sets up the receiver, or kept encrypted.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// `v1,` and the signature of the parts one after the other.
    pub(crate) fn sign(&self, parts: &[&[u8]]) -> String {
        let mut context = hmac::Context::with_key(&self.key);
        for part in parts {
            context.update(part);
        }
        format!("v1,{}", STANDARD.encode(context.sign()))
    }
}

impl FromStr for Secret {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(SecretError::Prefix)?;
        let bytes = LENIENT.decode(encoded).map_err(|_| SecretError::Base64)?;
        Self::from_bytes(&bytes)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
