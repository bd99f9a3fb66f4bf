//! The vault: contacts, accounts, sessions, tokens and secrets. Encrypted or hashed, erasable, and never in the journal.

use model::{Access, Channel, Name, Time};

use crate::StoreError;

#[derive(Clone)]
pub struct Vault { /* db: Arc<Db>, key */ }

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account { pub id: Name, pub person: Option<Name>, pub access: Access, /** PHC string */ pub password: String, pub created_at: Time }
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session { pub account: Name, pub created_at: Time, pub seen_at: Time, pub expires_at: Time, pub agent: String }
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token { pub name: Name, pub access: Access, pub created_at: Time, pub last_used: Option<Time>, pub expires_at: Option<Time> }

impl Vault {
    /// Replaces all playbook contacts and integration keys at once: (person or team, channel, address), (integration, key).
    pub async fn replace_contacts(&self, contacts: Vec<(Name, Channel, String)>, keys: Vec<(Name, String)>) -> Result<(), StoreError> { unimplemented!() }
    pub async fn contact(&self, owner: &Name, channel: Channel) -> Result<Option<String>, StoreError> { unimplemented!() }
    /// (SHA-256 of the key, integration) of every integration: the web keeps them in memory.
    pub async fn integration_keys(&self) -> Result<Vec<([u8; 32], Name)>, StoreError> { unimplemented!() }
    /// Named secrets, encrypted: the playbook's source text, signing secrets.
    pub async fn secret(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> { unimplemented!() }
    pub async fn put_secret(&self, name: &str, value: &[u8]) -> Result<(), StoreError> { unimplemented!() }
    pub async fn account(&self, id: &str) -> Result<Option<Account>, StoreError> { unimplemented!() }
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> { unimplemented!() }
    /// Inserts or replaces; a changed password or access ends all its sessions.
    pub async fn put_account(&self, account: &Account) -> Result<(), StoreError> { unimplemented!() }
    pub async fn delete_account(&self, id: &str) -> Result<(), StoreError> { unimplemented!() }
    /// Sessions, tokens and one-time links are kept by the SHA-256 of the 256-bit secret.
    pub async fn put_session(&self, hash: &[u8; 32], session: &Session) -> Result<(), StoreError> { unimplemented!() }
    pub async fn session(&self, hash: &[u8; 32]) -> Result<Option<(Session, Account)>, StoreError> { unimplemented!() }
    pub async fn touch_session(&self, hash: &[u8; 32], seen_at: Time, expires_at: Time) -> Result<(), StoreError> { unimplemented!() }
    pub async fn end_session(&self, hash: &[u8; 32]) -> Result<(), StoreError> { unimplemented!() }
    pub async fn end_sessions(&self, account: &str) -> Result<(), StoreError> { unimplemented!() }
    pub async fn sessions(&self, account: &str) -> Result<Vec<Session>, StoreError> { unimplemented!() }
    pub async fn put_token(&self, hash: &[u8; 32], token: &Token) -> Result<(), StoreError> { unimplemented!() }
    pub async fn token(&self, hash: &[u8; 32]) -> Result<Option<Token>, StoreError> { unimplemented!() }
    pub async fn touch_token(&self, hash: &[u8; 32], used: Time) -> Result<(), StoreError> { unimplemented!() }
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> { unimplemented!() }
    /// True when there was one.
    pub async fn revoke_token(&self, name: &str) -> Result<bool, StoreError> { unimplemented!() }
    /// The one-time set-up link: put replaces any other; take is true once only, before `now > expires_at`.
    pub async fn put_setup(&self, hash: &[u8; 32], expires_at: Time) -> Result<(), StoreError> { unimplemented!() }
    pub async fn setup_is_open(&self, hash: &[u8; 32], now: Time) -> Result<bool, StoreError> { unimplemented!() }
    pub async fn take_setup(&self, hash: &[u8; 32], now: Time) -> Result<bool, StoreError> { unimplemented!() }
}
