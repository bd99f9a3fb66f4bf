//! Contacts, integration keys and named secrets.

use model::{Channel, Name};
use sha2::{Digest as _, Sha256};

use super::{Vault, text};
use crate::StoreError;
use crate::tables::vault as texts;

impl Vault {
    /// Replaces all of the playbook's contacts and integration keys at once: (person or team, channel, address), (integration, key).
    pub async fn replace_contacts(
        &self,
        contacts: Vec<(Name, Channel, String)>,
        keys: Vec<(Name, String)>,
    ) -> Result<(), StoreError> {
        let mut statements = vec![(&texts::CLEAR_CONTACTS, Vec::new()), (&texts::CLEAR_KEYS, Vec::new())];
        for (owner, channel, address) in contacts {
            let sealed = self.key.seal(&place(&owner, channel), address.as_bytes())?;
            statements.push((&texts::PUT_CONTACT, vec![text(&owner), channel.name().into(), sealed.into()]));
        }
        for (integration, key) in keys {
            let hash = Sha256::digest(key.as_bytes()).to_vec();
            statements.push((&texts::PUT_KEY, vec![hash.into(), text(&integration)]));
        }
        self.db.write(statements).await.map(drop)
    }

    pub async fn contact(&self, owner: &Name, channel: Channel) -> Result<Option<String>, StoreError> {
        let row = self.db.one(&texts::CONTACT, &[(&**owner).into(), channel.name().into()]).await?;
        let Some(mut row) = row else { return Ok(None) };
        let plain = self.key.open(&place(owner, channel), &row.take_bytes(0)?)?;
        String::from_utf8(plain).map(Some).map_err(StoreError::internal)
    }

    /// (SHA-256 of the key, integration) of every integration, by hash: the web keeps them in memory.
    pub async fn integration_keys(&self) -> Result<Vec<([u8; 32], Name)>, StoreError> {
        let mut keys = Vec::new();
        self.db
            .each(&texts::KEYS, &[], |row| {
                let hash = row.bytes(0)?.try_into().map_err(StoreError::internal)?;
                keys.push((hash, row.text(1)?.into()));
                Ok(())
            })
            .await?;
        Ok(keys)
    }

    /// A named secret: the playbook's source text, a signing key.
    pub async fn secret(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(mut row) = self.db.one(&texts::SECRET, &[name.into()]).await? else { return Ok(None) };
        self.key.open(&format!("secret {name}"), &row.take_bytes(0)?).map(Some)
    }

    pub async fn put_secret(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let sealed = self.key.seal(&format!("secret {name}"), value)?;
        self.db.write(vec![(&texts::PUT_SECRET, vec![text(name), sealed.into()])]).await.map(drop)
    }
}

fn place(owner: &str, channel: Channel) -> String {
    format!("contact {owner} {}", channel.name())
}
