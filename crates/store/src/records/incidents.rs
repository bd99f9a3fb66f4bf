//! Incidents with their timeline, updates and reviews; the playbook; the count of promises.

use model::review::Review;
use model::{Incident, IncidentRef, Playbook, Time, TimelineEntry, Update};

use super::{PromiseCounts, Records, Slice};
use crate::StoreError;
use crate::tables::read as texts;

impl Records {
    pub async fn playbook(&self) -> Result<Option<Playbook>, StoreError> {
        self.body(&texts::PLAYBOOK, &[]).await
    }

    pub async fn incident(&self, id: IncidentRef) -> Result<Option<Incident>, StoreError> {
        self.body(&texts::INCIDENT, &[i64::from(id.0).into()]).await
    }

    /// `open: None` = both. `slice.before` is the number in the reference.
    pub async fn incidents(&self, open: Option<bool>, slice: Slice) -> Result<Vec<Incident>, StoreError> {
        let (before, limit) = (slice.before(), i64::from(slice.limit));
        match open {
            None => self.bodies(&texts::INCIDENTS, &[before.into(), limit.into()]).await,
            Some(open) => self.bodies(&texts::INCIDENTS_IN, &[open.into(), before.into(), limit.into()]).await,
        }
    }

    /// Oldest first, `after` exclusive.
    pub async fn timeline(&self, id: IncidentRef, after: u32) -> Result<Vec<TimelineEntry>, StoreError> {
        self.bodies(&texts::TIMELINE, &[i64::from(id.0).into(), i64::from(after).into()]).await
    }

    /// Oldest first.
    pub async fn updates(&self, id: IncidentRef) -> Result<Vec<Update>, StoreError> {
        self.bodies(&texts::UPDATES, &[i64::from(id.0).into()]).await
    }

    pub async fn review(&self, id: IncidentRef) -> Result<Option<Review>, StoreError> {
        self.body(&texts::REVIEW, &[i64::from(id.0).into()]).await
    }

    /// Promises kept and broken since `since`, drills left out.
    pub async fn promises(&self, since: Time) -> Result<PromiseCounts, StoreError> {
        let mut counts = PromiseCounts::default();
        self.db
            .each(&texts::PROMISES, &[since.0.into()], |row| {
                let n = row.int(1)?.unsigned_abs();
                if row.text(0)? == "promise_kept" {
                    counts.kept = n;
                } else {
                    counts.broken = n;
                }
                Ok(())
            })
            .await?;
        Ok(counts)
    }
}
