//! The journal and its checkpoints, read.

use super::{Records, int};
use crate::StoreError;
use crate::tables::{journal as texts, read};

/// A whole working set, as of a journal number.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    pub number: u64,
    pub body: Vec<u8>,
}

impl Records {
    /// The number of the newest entry; 0 when there is none.
    pub async fn last_entry(&self) -> Result<u64, StoreError> {
        Ok(self.db.one(&texts::LAST, &[]).await?.map(|row| row.int(0)).transpose()?.map_or(0, i64::unsigned_abs))
    }

    pub fn last_entry_blocking(&self) -> Result<u64, StoreError> {
        Ok(self.db.one_blocking(&texts::LAST, &[])?.map(|row| row.int(0)).transpose()?.map_or(0, i64::unsigned_abs))
    }

    /// The next rows of the journal after entry `after`, at most `limit`, each with several entries in it.
    pub async fn journal_after(&self, after: u64, limit: u32) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut rows = Vec::new();
        self.db
            .each(&texts::AFTER, &[int(after).into(), i64::from(limit).into()], |mut row| {
                rows.push(row.take_bytes(0)?);
                Ok(())
            })
            .await?;
        Ok(rows)
    }

    /// The oldest checkpoint that this version of the program wrote.
    pub async fn first_checkpoint(&self, version: &str) -> Result<Option<Checkpoint>, StoreError> {
        let Some(mut row) = self.db.one(&texts::FIRST_CHECKPOINT, &[version.into()]).await? else { return Ok(None) };
        Ok(Some(Checkpoint { number: row.int(0)?.unsigned_abs(), body: row.take_bytes(1)? }))
    }

    /// The number of the newest checkpoint that this version wrote.
    pub fn newest_checkpoint_blocking(&self, version: &str) -> Result<Option<u64>, StoreError> {
        let row = self.db.one_blocking(&texts::CHECKPOINT_EXISTS, &[version.into()])?;
        Ok(row.map(|row| row.int(0)).transpose()?.map(i64::unsigned_abs))
    }

    pub fn idempotent_answer_blocking(&self, actor: &str, key: &str) -> Result<Option<String>, StoreError> {
        self.db.one_blocking(&read::IDEMPOTENT_ANSWER, &[actor.into(), key.into()])?.map(|mut row| row.take_text(0)).transpose()
    }
}
