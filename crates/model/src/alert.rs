//! An alert: all signals with one (integration, dedup key) from the first firing to the resolution.

use serde::{Deserialize, Serialize};

use crate::signal::Lease;
use crate::{AlertId, GroupId, IncidentRef, Labels, Name, Severity, Time};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    Firing,
    Acknowledged,
    Resolved,
}

impl AlertState {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub id: AlertId,
    pub integration: Name,
    pub service: Name,
    pub key: Box<str>,
    /// The engine writes `Firing` or `Resolved`; `Acknowledged` is its group's, filled in when it is read.
    pub state: AlertState,
    pub severity: Severity,
    pub summary: Box<str>,
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub annotations: Labels,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Box<str>>,
    /// When it began, as the sender says.
    pub starts_at: Time,
    /// When we first heard of it.
    pub first_seen: Time,
    pub group: GroupId,
    /// The route that took it; `None` when the integration's own service did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Name>,
    /// Why this alert did or did not begin a page of its own.
    pub joined: Joined,
    /// Its group's, filled in when it is read: linking a group to an incident must not rewrite a hundred thousand alerts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// What a repeat changes. Live in `State`, written to the row at most every ten seconds.
    pub pulse: Pulse,
}

/// What a repeat of a firing alert changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {
    pub last_seen: Time,
    pub count: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
}

/// How the alert met its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Joined {
    /// It opened the group: somebody is paged for it.
    Opened,
    /// The group was already open: its page covers this alert.
    Open,
    /// Too many groups opened at once: it joined the service's storm group.
    Storm,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Time,
    pub how: HowEnded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HowEnded {
    /// The sender said so.
    Sender,
    /// The sender fell silent for longer than the lease.
    Lease,
    /// A person said so.
    Person,
}
