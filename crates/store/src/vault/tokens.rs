//! API tokens.

use model::{Access, Name, Time};

use super::accounts::access;
use super::{Vault, text};
use crate::tables::vault as texts;
use crate::{Row, StoreError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub name: Name,
    pub access: Access,
    pub created_at: Time,
    pub last_used: Option<Time>,
    pub expires_at: Option<Time>,
}

impl Vault {
    pub async fn put_token(&self, hash: &[u8; 32], token: &Token) -> Result<(), StoreError> {
        let values = vec![
            hash.to_vec().into(),
            text(&token.name),
            token.access.name().into(),
            token.created_at.0.into(),
            token.last_used.map(|t| t.0).into(),
            token.expires_at.map(|t| t.0).into(),
        ];
        self.db.write(vec![(&texts::PUT_TOKEN, values)]).await.map(drop)
    }

    pub async fn token(&self, hash: &[u8; 32]) -> Result<Option<Token>, StoreError> {
        self.db.one(&texts::TOKEN, &[hash.into()]).await?.map(|row| token(&row)).transpose()
    }

    pub async fn touch_token(&self, hash: &[u8; 32], used: Time) -> Result<(), StoreError> {
        self.db.write(vec![(&texts::TOUCH_TOKEN, vec![used.0.into(), hash.to_vec().into()])]).await.map(drop)
    }

    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        self.db.many(&texts::TOKENS, &[]).await?.iter().map(token).collect()
    }

    /// True when there was one.
    pub async fn revoke_token(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.db.write(vec![(&texts::REVOKE_TOKEN, vec![text(name)])]).await? > 0)
    }
}

fn token(row: &Row) -> Result<Token, StoreError> {
    Ok(Token {
        name: row.text(0)?.into(),
        access: access(row.text(1)?)?,
        created_at: Time(row.int(2)?),
        last_used: row.opt_int(3)?.map(Time),
        expires_at: row.opt_int(4)?.map(Time),
    })
}
