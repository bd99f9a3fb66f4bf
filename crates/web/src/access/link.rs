//! The link in a letter: whoever holds it may acknowledge what that letter is about, and nothing else. It is made from the
//! letter's id and the installation's secret, so that no table of links has to be kept.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::LetterId;
use ring::hmac;
use subtle::ConstantTimeEq as _;

/// 128 bits are enough: a guess costs a request.
const LENGTH: usize = 16;

/// The proof that stands in the link to `letter`.
pub fn mac(secret: &[u8; 32], letter: LetterId) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, format!("candor-ack-link-1:{letter}").as_bytes());
    URL_SAFE_NO_PAD.encode(&tag.as_ref()[..LENGTH])
}

/// Whether `proof` is the one for `letter`, in a time that does not depend on how wrong it is.
pub fn is_valid(secret: &[u8; 32], letter: LetterId, proof: &str) -> bool {
    mac(secret, letter).as_bytes().ct_eq(proof.as_bytes()).into()
}

/// The whole address, for letters.
pub fn url(base_url: &str, secret: &[u8; 32], letter: LetterId) -> String {
    format!("{base_url}/ack/{letter}/{}", mac(secret, letter))
}

/// What webhooks to `person` are signed with where the playbook names no secret of its own.
pub fn webhook_secret(secret: &[u8; 32], person: &str) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, format!("candor-webhook-secret-1:{person}").as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(tag.as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_its_own_letter_only() {
        let (secret, other) = ([7; 32], [8; 32]);
        let proof = mac(&secret, LetterId(4097));
        assert_eq!(proof.len(), 22);
        assert!(is_valid(&secret, LetterId(4097), &proof));
        assert!(!is_valid(&secret, LetterId(4098), &proof));
        assert!(!is_valid(&other, LetterId(4097), &proof));
        assert!(!is_valid(&secret, LetterId(4097), ""));
        assert!(!is_valid(&secret, LetterId(4097), &proof[..21]));
        assert!(!is_valid(&secret, LetterId(4097), &format!("{proof}A")));
    }
}
