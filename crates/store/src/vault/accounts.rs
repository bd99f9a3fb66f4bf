//! Accounts, their sessions, and the one-time set-up link.

use model::{Access, Name, Time};

use super::{Vault, text};
use crate::tables::vault as texts;
use crate::{Row, StoreError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: Name,
    /// The person of the playbook it belongs to.
    pub person: Option<Name>,
    pub access: Access,
    /// A PHC string.
    pub password: String,
    pub created_at: Time,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub account: Name,
    pub created_at: Time,
    pub seen_at: Time,
    pub expires_at: Time,
    pub agent: String,
}

impl Vault {
    pub async fn account(&self, id: &str) -> Result<Option<Account>, StoreError> {
        self.db.one(&texts::ACCOUNT, &[id.into()]).await?.map(|row| account(&row)).transpose()
    }

    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.db.many(&texts::ACCOUNTS, &[]).await?.iter().map(account).collect()
    }

    /// Every account, how many open sessions it has, and when it was last seen in any that is still kept: who signed out
    /// everywhere leaves no trace of that.
    pub async fn accounts_seen(&self, now: Time) -> Result<Vec<(Account, u32, Option<Time>)>, StoreError> {
        let seen = |row: &Row| {
            let sessions = u32::try_from(row.int(5)?).unwrap_or(u32::MAX);
            Ok((account(row)?, sessions, row.opt_int(6)?.map(Time)))
        };
        self.db.many(&texts::ACCOUNTS_SEEN, &[now.0.into()]).await?.iter().map(seen).collect()
    }

    /// False when there is one of this name already.
    pub async fn add_account(&self, account: &Account) -> Result<bool, StoreError> {
        let values = vec![
            text(&account.id),
            account.person.as_deref().map(str::to_owned).into(),
            account.access.name().into(),
            text(&account.password),
            account.created_at.0.into(),
        ];
        Ok(self.db.write(vec![(&texts::ADD_ACCOUNT, values)]).await? > 0)
    }

    /// Its sessions end with the old password. False when there is no such account any more.
    pub async fn set_password(&self, id: &str, password: &str) -> Result<bool, StoreError> {
        let statements = vec![(&texts::END_SESSIONS, vec![text(id)]), (&texts::SET_PASSWORD, vec![text(password), text(id)])];
        Ok(self.db.write(statements).await? > 0)
    }

    /// Its sessions stay: each request reads the level anew. False when there is no such account, or when it is the last
    /// administrator and would be none any more.
    pub async fn set_access(&self, id: &str, access: Access) -> Result<bool, StoreError> {
        let change = (&texts::SET_ACCESS, vec![access.name().into(), text(id)]);
        Ok(self.db.write(vec![(&texts::HOLD_ADMINISTRATORS, Vec::new()), change]).await? > 0)
    }

    /// With its sessions. False when there is no such account, or when it is the last administrator.
    pub async fn delete_account(&self, id: &str) -> Result<bool, StoreError> {
        let change = (&texts::DELETE_ACCOUNT, vec![text(id)]);
        Ok(self.db.write(vec![(&texts::HOLD_ADMINISTRATORS, Vec::new()), change]).await? > 0)
    }

    /// Sessions, tokens and one-time links are kept by the SHA-256 of their 256-bit secret. `password` is the hash of the one that
    /// was shown: false when it is not the account's any more. The oldest end where there are too many.
    pub async fn put_session(&self, hash: &[u8; 32], session: &Session, password: &str) -> Result<bool, StoreError> {
        let values = vec![
            hash.to_vec().into(),
            session.created_at.0.into(),
            session.seen_at.0.into(),
            session.expires_at.0.into(),
            text(&session.agent),
            text(&session.account),
            text(password),
        ];
        let clear = vec![text(&session.account), session.created_at.0.into()];
        Ok(self.db.write(vec![(&texts::CLEAR_SESSIONS, clear), (&texts::PUT_SESSION, values)]).await? > 0)
    }

    pub async fn session(&self, hash: &[u8; 32]) -> Result<Option<(Session, Account)>, StoreError> {
        let Some(row) = self.db.one(&texts::SESSION, &[hash.into()]).await? else { return Ok(None) };
        let session = session(&row)?;
        let account = Account {
            id: session.account.clone(),
            person: row.opt_text(5)?.map(Into::into),
            access: access(row.text(6)?)?,
            password: row.text(7)?.into(),
            created_at: Time(row.int(8)?),
        };
        Ok(Some((session, account)))
    }

    pub async fn touch_session(&self, hash: &[u8; 32], seen_at: Time, expires_at: Time) -> Result<(), StoreError> {
        let values = vec![seen_at.0.into(), expires_at.0.into(), hash.to_vec().into()];
        self.db.write(vec![(&texts::TOUCH_SESSION, values)]).await.map(drop)
    }

    pub async fn end_session(&self, hash: &[u8; 32]) -> Result<(), StoreError> {
        self.db.write(vec![(&texts::END_SESSION, vec![hash.to_vec().into()])]).await.map(drop)
    }

    pub async fn end_sessions(&self, account: &str) -> Result<(), StoreError> {
        self.db.write(vec![(&texts::END_SESSIONS, vec![text(account)])]).await.map(drop)
    }

    pub async fn end_other_sessions(&self, account: &str, kept: &[u8; 32]) -> Result<(), StoreError> {
        self.db.write(vec![(&texts::END_OTHER_SESSIONS, vec![text(account), kept.to_vec().into()])]).await.map(drop)
    }

    /// The open ones with the hash each is kept by, the last seen first.
    pub async fn sessions(&self, account: &str, now: Time) -> Result<Vec<([u8; 32], Session)>, StoreError> {
        let read = |row: &Row| Ok((row.bytes(5)?.try_into().map_err(StoreError::internal)?, session(row)?));
        self.db.many(&texts::SESSIONS, &[account.into(), now.0.into()]).await?.iter().map(read).collect()
    }

    /// The one-time set-up link; putting one replaces any other.
    pub async fn put_setup(&self, hash: &[u8; 32], expires_at: Time) -> Result<(), StoreError> {
        self.db.write(vec![(&texts::PUT_SETUP, vec![hash.to_vec().into(), expires_at.0.into()])]).await.map(drop)
    }

    pub async fn setup_is_open(&self, hash: &[u8; 32], now: Time) -> Result<bool, StoreError> {
        Ok(self.db.one(&texts::SETUP, &[hash.into(), now.0.into()]).await?.is_some())
    }

    /// True once only.
    pub async fn take_setup(&self, hash: &[u8; 32], now: Time) -> Result<bool, StoreError> {
        Ok(self.db.write(vec![(&texts::TAKE_SETUP, vec![hash.to_vec().into(), now.0.into()])]).await? > 0)
    }
}

fn account(row: &Row) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.text(0)?.into(),
        person: row.opt_text(1)?.map(Into::into),
        access: access(row.text(2)?)?,
        password: row.text(3)?.into(),
        created_at: Time(row.int(4)?),
    })
}

fn session(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        account: row.text(0)?.into(),
        created_at: Time(row.int(1)?),
        seen_at: Time(row.int(2)?),
        expires_at: Time(row.int(3)?),
        agent: row.text(4)?.into(),
    })
}

pub(super) fn access(text: &str) -> Result<Access, StoreError> {
    Access::parse(text).ok_or_else(|| StoreError::internal("an access level that this program does not know"))
}

#[cfg(test)]
mod tests;
