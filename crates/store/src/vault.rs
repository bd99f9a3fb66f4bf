//! The vault: contacts, accounts, sessions, tokens and secrets. Encrypted or hashed, erasable, and never in the journal.
//!
//! What must be read again (addresses, the playbook's source, signing secrets) is sealed with XChaCha20-Poly1305 under a key that is
//! not in the database, the row's name being bound in, so that a row cannot be moved to another place. What only has to be
//! recognised (keys, sessions, tokens) is kept as SHA-256 of 256 random bits.

mod accounts;
mod contacts;
mod seal;
mod tokens;

pub use accounts::{Account, Session};
pub use seal::SecretKey;
pub use tokens::Token;

use crate::{Db, Value};

/// Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    db: Db,
    key: SecretKey,
}

impl Vault {
    pub fn new(db: Db, key: SecretKey) -> Self {
        Self { db, key }
    }
}

fn text(text: &str) -> Value {
    text.to_owned().into()
}
