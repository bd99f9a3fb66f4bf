//! What the rest of the house reads: records as `model` types. Every read sees the last commit.

mod alerts;
mod incidents;
mod journal;
mod paging;
mod save;
mod sweep;
mod whole;

pub use journal::Checkpoint;
pub use save::Saver;
pub use sweep::{Kept, Sweep, Swept};

use model::group::Counts;
use model::{Group, GroupId, IncidentRef, Name};
use serde::de::DeserializeOwned;

use crate::{Db, Query, Row, StoreError, ValueRef};

/// Reads. Cheap to clone.
#[derive(Clone)]
pub struct Records {
    pub(crate) db: Db,
}

/// Which alerts.
#[derive(Clone, Debug, Default)]
pub struct AlertFilter {
    pub state: Option<AlertFilterState>,
    pub service: Option<Name>,
    pub integration: Option<Name>,
    pub incident: Option<IncidentRef>,
    pub group: Option<GroupId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertFilterState {
    /// Firing or acknowledged.
    Open,
    Firing,
    Acknowledged,
    Resolved,
}

/// How many records are wanted, newest first, older than `before`.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    pub before: Option<u64>,
    pub limit: u32,
}

impl Slice {
    fn before(self) -> i64 {
        self.before.map_or(i64::MAX, |b| i64::try_from(b).unwrap_or(i64::MAX))
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlertCounts {
    pub firing: u64,
    pub acknowledged: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PromiseCounts {
    pub kept: u64,
    pub broken: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterFilter {
    Waiting,
    Sending,
    Delivered,
    Failed,
    Cancelled,
}

impl Records {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// The store underneath, for what is no record: backups, checks.
    pub fn db(&self) -> &Db {
        &self.db
    }

    async fn body<T: DeserializeOwned>(&self, query: &'static Query, params: &[ValueRef<'_>]) -> Result<Option<T>, StoreError> {
        self.db.one(query, params).await?.map(|row| read(&row)).transpose()
    }

    async fn bodies<T: DeserializeOwned + Send>(
        &self,
        query: &'static Query,
        params: &[ValueRef<'_>],
    ) -> Result<Vec<T>, StoreError> {
        let mut list = Vec::new();
        self.db
            .each(query, params, |row| {
                list.push(read(&row)?);
                Ok(())
            })
            .await?;
        Ok(list)
    }
}

/// Reads a thing from the first column.
pub(crate) fn read<T: DeserializeOwned>(row: &Row) -> Result<T, StoreError> {
    serde_json::from_str(row.text(0)?).map_err(StoreError::internal)
}

/// A group with the counts of its columns.
pub(crate) fn read_group(row: &Row) -> Result<Group, StoreError> {
    let mut group: Group = read(row)?;
    group.set_counts(Counts { group: group.id, firing: count(row, 1)?, alerts: count(row, 2)? });
    Ok(group)
}

fn count(row: &Row, at: usize) -> Result<u32, StoreError> {
    u32::try_from(row.int(at)?).map_err(StoreError::internal)
}

pub(crate) fn int(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
