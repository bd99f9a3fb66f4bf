//! What the rest of the house reads from the store: records as `model` types. Signatures first; see the files of this module.

use model::group::TrailEntry;
use model::review::Review;
use model::{Alert, AlertId, Group, GroupId, Incident, IncidentRef, Letter, LetterId, Name, Playbook, Time, TimelineEntry, Update};

use crate::StoreError;

/// Reads. Cheap to clone; every method sees the last commit.
#[derive(Clone)]
pub struct Records { /* db: Arc<Db> */ }

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
pub enum AlertFilterState { Open, Firing, Acknowledged, Resolved }

/// How many records are wanted, newest first, older than `before`.
#[derive(Clone, Copy, Debug)]
pub struct Slice { pub before: Option<u64>, pub limit: u32 }

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlertCounts { pub firing: u64, pub acknowledged: u64 }

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PromiseCounts { pub kept: u64, pub broken: u64 }

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterFilter { Waiting, Sending, Delivered, Failed, Cancelled }

impl Records {
    pub async fn playbook(&self) -> Result<Option<Playbook>, StoreError> { unimplemented!() }
    pub async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError> { unimplemented!() }
    pub async fn alerts(&self, filter: &AlertFilter, slice: Slice) -> Result<Vec<Alert>, StoreError> { unimplemented!() }
    /// Every open alert, by id, one at a time: there may be a hundred thousand.
    pub async fn each_open_alert(&self, integration: Option<&Name>, visit: &mut (dyn FnMut(Alert) + Send)) -> Result<(), StoreError> { unimplemented!() }
    pub async fn alert_counts(&self) -> Result<AlertCounts, StoreError> { unimplemented!() }
    pub async fn group(&self, id: GroupId) -> Result<Option<Group>, StoreError> { unimplemented!() }
    /// Groups that are not resolved, oldest first, at most 1,000.
    pub async fn open_groups(&self) -> Result<Vec<Group>, StoreError> { unimplemented!() }
    pub async fn trail(&self, group: GroupId) -> Result<Vec<TrailEntry>, StoreError> { unimplemented!() }
    pub async fn letter(&self, id: LetterId) -> Result<Option<Letter>, StoreError> { unimplemented!() }
    pub async fn letters(&self, state: Option<LetterFilter>, slice: Slice) -> Result<Vec<Letter>, StoreError> { unimplemented!() }
    /// Letters that were about this group, oldest first.
    pub async fn letters_of_group(&self, id: GroupId) -> Result<Vec<Letter>, StoreError> { unimplemented!() }
    pub async fn letters_of_incident(&self, id: IncidentRef) -> Result<Vec<Letter>, StoreError> { unimplemented!() }
    pub async fn incident(&self, id: IncidentRef) -> Result<Option<Incident>, StoreError> { unimplemented!() }
    /// `open: None` = both. `slice.before` is the number in the reference.
    pub async fn incidents(&self, open: Option<bool>, slice: Slice) -> Result<Vec<Incident>, StoreError> { unimplemented!() }
    /// Oldest first, `after` exclusive.
    pub async fn timeline(&self, id: IncidentRef, after: u32) -> Result<Vec<TimelineEntry>, StoreError> { unimplemented!() }
    /// Oldest first.
    pub async fn updates(&self, id: IncidentRef) -> Result<Vec<Update>, StoreError> { unimplemented!() }
    pub async fn review(&self, id: IncidentRef) -> Result<Option<Review>, StoreError> { unimplemented!() }
    /// Promises kept and broken since `since`, drills left out.
    pub async fn promises(&self, since: Time) -> Result<PromiseCounts, StoreError> { unimplemented!() }
}
