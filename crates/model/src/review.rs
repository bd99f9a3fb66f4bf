//! A review: what the incident taught. Until somebody edits it, the draft is worked out from the timeline each time it is read.

use serde::{Deserialize, Serialize};

use crate::{Actor, IncidentRef, Time};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub incident: IncidentRef,
    /// 1 for the first edit. An edit names the revision it started from, so that no one overwrites another unseen.
    pub revision: u32,
    pub markdown: String,
    pub edited_at: Time,
    pub edited_by: Actor,
}
