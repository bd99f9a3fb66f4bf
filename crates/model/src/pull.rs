//! A pull: one action on the world. The type only, so that the seam is cut; levers come later.

use serde::{Deserialize, Serialize};

use crate::{IncidentRef, Name};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// Made by the journal entry that asked for it.
    pub id: u64,
    pub lever: Name,
    pub action: String,
    pub incident: Option<IncidentRef>,
    /// The same over all attempts.
    pub key: String,
}
