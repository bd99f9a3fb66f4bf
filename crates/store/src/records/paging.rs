//! Groups, their stories, and letters.

use model::group::TrailEntry;
use model::{Group, GroupId, IncidentRef, Letter, LetterId};

use super::{LetterFilter, Records, Slice, int, read_group};
use crate::tables::read as texts;
use crate::{Row, StoreError};

impl Records {
    pub async fn group(&self, id: GroupId) -> Result<Option<Group>, StoreError> {
        self.db.one(&texts::GROUP, &[int(id.0).into()]).await?.map(|row| read_group(&row)).transpose()
    }

    /// Groups that are not resolved, oldest first, at most 1,000.
    pub async fn open_groups(&self) -> Result<Vec<Group>, StoreError> {
        let mut groups = Vec::new();
        let take = |row: Row| {
            groups.push(read_group(&row)?);
            Ok(())
        };
        self.db.each(&texts::OPEN_GROUPS, &[1_000_i64.into()], take).await?;
        Ok(groups)
    }

    pub async fn trail(&self, group: GroupId) -> Result<Vec<TrailEntry>, StoreError> {
        self.bodies(&texts::TRAIL, &[int(group.0).into()]).await
    }

    pub async fn letter(&self, id: LetterId) -> Result<Option<Letter>, StoreError> {
        self.body(&texts::LETTER, &[int(id.0).into()]).await
    }

    pub async fn letters(&self, state: Option<LetterFilter>, slice: Slice) -> Result<Vec<Letter>, StoreError> {
        let (before, limit) = (slice.before(), i64::from(slice.limit));
        let state = match state {
            None => return self.bodies(&texts::LETTERS, &[before.into(), limit.into()]).await,
            Some(LetterFilter::Waiting) => "waiting",
            Some(LetterFilter::Sending) => "sending",
            Some(LetterFilter::Delivered) => "delivered",
            Some(LetterFilter::Failed) => "failed",
            Some(LetterFilter::Cancelled) => "cancelled",
        };
        self.bodies(&texts::LETTERS_IN, &[state.into(), before.into(), limit.into()]).await
    }

    /// Letters that were about this group, oldest first.
    pub async fn letters_of_group(&self, id: GroupId) -> Result<Vec<Letter>, StoreError> {
        self.bodies(&texts::LETTERS_OF_GROUP, &[int(id.0).into()]).await
    }

    pub async fn letters_of_incident(&self, id: IncidentRef) -> Result<Vec<Letter>, StoreError> {
        self.bodies(&texts::LETTERS_OF_INCIDENT, &[i64::from(id.0).into()]).await
    }
}
