//! Everything at once: the working set at a start, single rows for `candor verify`, all records for `candor export`.

use std::sync::Arc;

use model::effect::RowKey;
use model::{Alert, Incident, IncidentRef, Letter, LetterId, Row as Record, TimelineEntry};
use serde_json::Value as Json;

use super::{Records, int, read, read_group};
use crate::tables::read as texts;
use crate::{Query, Row, StoreError, ValueRef};

/// A kind of record, for the export: file name and text.
const EXPORTS: [(&str, &Query); 7] = [
    ("incidents", &texts::EVERY_INCIDENT),
    ("timeline", &texts::EVERY_TIMELINE),
    ("updates", &texts::EVERY_UPDATE),
    ("alerts", &texts::EVERY_ALERT),
    ("groups", &texts::EVERY_GROUP),
    ("letters", &texts::EVERY_LETTER),
    ("reviews", &texts::EVERY_REVIEW),
];

fn record(kind: &str, row: &Row) -> Result<Json, StoreError> {
    if kind == "groups" {
        return serde_json::to_value(read_group(row)?).map_err(StoreError::internal);
    }
    read(row)
}

impl Records {
    /// What the engine's state is rebuilt from: the rows of the open working set, and the highest incident number ever given.
    pub fn working_set_blocking(&self) -> Result<(Vec<Record>, u32), StoreError> {
        let mut rows = Vec::new();
        self.gather(&texts::PLAYBOOK, &mut rows, |row| Ok(Record::Playbook(read(row)?)))?;
        let all = [ValueRef::Null];
        self.db.each_blocking(&texts::EVERY_OPEN_ALERT, &all, |row| {
            rows.push(Record::Alert(Arc::new(read::<Alert>(&row)?)));
            Ok(())
        })?;
        self.db.each_blocking(&texts::OPEN_GROUPS, &[i64::MAX.into()], |row| {
            rows.push(Record::Group(Box::new(read_group(&row)?)));
            Ok(())
        })?;
        self.gather(&texts::UNFINISHED_LETTERS, &mut rows, |row| Ok(Record::Letter(Box::new(read::<Letter>(row)?))))?;
        self.gather(&texts::PAGERS, &mut rows, |row| Ok(Record::Pager(Box::new(read(row)?))))?;
        self.gather(&texts::OPEN_INCIDENTS, &mut rows, |row| Ok(Record::Incident(Box::new(read::<Incident>(row)?))))?;
        let last = self.db.one_blocking(&texts::LAST_INCIDENT, &[])?.map(|row| row.int(0)).transpose()?.unwrap_or(0);
        Ok((rows, u32::try_from(last).unwrap_or(u32::MAX)))
    }

    fn gather(
        &self,
        query: &'static Query,
        rows: &mut Vec<Record>,
        read: impl Fn(&Row) -> Result<Record, StoreError> + Send + Sync,
    ) -> Result<(), StoreError> {
        self.db.each_blocking(query, &[], |row| {
            rows.push(read(&row)?);
            Ok(())
        })
    }

    pub fn incident_blocking(&self, id: IncidentRef) -> Result<Option<Incident>, StoreError> {
        self.db.one_blocking(&texts::INCIDENT, &[i64::from(id.0).into()])?.map(|row| read(&row)).transpose()
    }

    pub fn letter_blocking(&self, id: LetterId) -> Result<Option<Letter>, StoreError> {
        self.db.one_blocking(&texts::LETTER, &[int(id.0).into()])?.map(|row| read(&row)).transpose()
    }

    /// The text a row is stored as.
    pub async fn body_of(&self, key: &RowKey) -> Result<Option<String>, StoreError> {
        let row = match key {
            RowKey::Playbook => self.db.one(&texts::PLAYBOOK, &[]).await,
            RowKey::Alert(id) => self.db.one(&texts::BODY_ALERT, &[int(*id).into()]).await,
            RowKey::Group(id) => self.db.one(&texts::GROUP, &[int(*id).into()]).await,
            RowKey::GroupCounts(id) => self.db.one(&texts::BODY_COUNTS, &[int(*id).into()]).await,
            RowKey::Trail(group, seq) => self.db.one(&texts::BODY_TRAIL, &[int(*group).into(), i64::from(*seq).into()]).await,
            RowKey::Letter(id) => self.db.one(&texts::LETTER, &[int(*id).into()]).await,
            RowKey::Pager(person, channel) => self.db.one(&texts::BODY_PAGER, &[(&**person).into(), channel.name().into()]).await,
            RowKey::Incident(id) => self.db.one(&texts::INCIDENT, &[i64::from(*id).into()]).await,
            RowKey::Timeline(id, seq) => {
                self.db.one(&texts::BODY_TIMELINE, &[i64::from(*id).into(), i64::from(*seq).into()]).await
            }
            RowKey::Update(id) => self.db.one(&texts::BODY_UPDATE, &[int(*id).into()]).await,
            RowKey::Review(id, revision) => {
                self.db.one(&texts::BODY_REVIEW, &[i64::from(*id).into(), i64::from(*revision).into()]).await
            }
            RowKey::Pull(id) => self.db.one(&texts::BODY_PULL, &[int(*id).into()]).await,
        }?;
        row.map(|mut row| row.take_text(0)).transpose()
    }

    /// Every timeline entry of every incident, each incident's from its first to its last.
    pub async fn each_timeline_entry(&self, visit: &mut (dyn FnMut(TimelineEntry) + Send)) -> Result<(), StoreError> {
        self.db
            .each(&texts::EVERY_TIMELINE, &[], |row| {
                visit(read(&row)?);
                Ok(())
            })
            .await
    }

    /// Every record as JSON, kind by kind: (`incidents`, {…}). Nothing of the vault is among them.
    pub async fn export(
        &self,
        visit: &mut (dyn FnMut(&'static str, Json) -> std::io::Result<()> + Send),
    ) -> Result<(), StoreError> {
        for (kind, query) in EXPORTS {
            let take = |row: Row| visit(kind, record(kind, &row)?).map_err(StoreError::internal);
            self.db.each(query, &[], take).await?;
        }
        Ok(())
    }
}
