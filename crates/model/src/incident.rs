//! An incident: what people run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::mark::{Mark, MarkKind};
use crate::page::ComponentStatus;
use crate::update::Draft;
use crate::{Actor, AlertId, GroupId, IncidentRef, Name, Severity, Time, UpdateId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Triage,
    Investigating,
    Identified,
    Mitigated,
    Monitoring,
    Resolved,
    Reviewed,
    Closed,
    Declined,
    Merged,
}

impl Phase {
    pub const ALL: [Self; 10] = [
        Self::Triage,
        Self::Investigating,
        Self::Identified,
        Self::Mitigated,
        Self::Monitoring,
        Self::Resolved,
        Self::Reviewed,
        Self::Closed,
        Self::Declined,
        Self::Merged,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Triage => "triage",
            Self::Investigating => "investigating",
            Self::Identified => "identified",
            Self::Mitigated => "mitigated",
            Self::Monitoring => "monitoring",
            Self::Resolved => "resolved",
            Self::Reviewed => "reviewed",
            Self::Closed => "closed",
            Self::Declined => "declined",
            Self::Merged => "merged",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == text)
    }

    /// People still work on it: it is kept in the engine's working set, and its promises run.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Triage | Self::Investigating | Self::Identified | Self::Mitigated | Self::Monitoring)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Commander,
    Communications,
    Scribe,
    Operations,
    Observer,
}

impl Role {
    pub const ALL: [Self; 5] = [Self::Commander, Self::Communications, Self::Scribe, Self::Operations, Self::Observer];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Commander => "commander",
            Self::Communications => "communications",
            Self::Scribe => "scribe",
            Self::Operations => "operations",
            Self::Observer => "observer",
        }
    }

    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Commander => "commander",
            Self::Communications => "communications lead",
            Self::Scribe => "scribe",
            Self::Operations => "operations",
            Self::Observer => "observer",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name() == text || r.words() == text)
    }
}

/// Who holds a role, and from when. Handing over ends one and begins the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleHolder {
    pub role: Role,
    pub person: Name,
    pub since: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impact {
    #[serde(default)]
    pub summary: String,
    /// Of requests or users, in parts of a million (15 % = 150,000): a whole number, so that replays cannot differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_ppm: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customers: Option<u64>,
}

/// The promise of the next word to customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub made_at: Time,
    pub due: Time,
    /// The update that made it.
    pub by: UpdateId,
    pub state: PromiseState,
    /// When the reminder is to go out; `None` once it has.
    pub remind_at: Option<Time>,
    /// How many people have been called since it broke, and when the next one is.
    pub calls: u32,
    pub call_again: Option<Time>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseState {
    Open,
    Broken,
}

impl PromiseState {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Broken => "broken",
        }
    }
}

/// A severity or phase the incident had, from when, set by whom and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change<T> {
    pub to: T,
    pub at: Time,
    pub by: Actor,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    #[serde(rename = "ref")]
    pub id: IncidentRef,
    pub title: String,
    pub severity: Severity,
    pub severities: Vec<Change<Severity>>,
    pub phase: Phase,
    pub phases: Vec<Change<Phase>>,
    pub services: Vec<Name>,
    pub impact: Impact,
    /// An exercise: shown as one everywhere, and in no figure.
    #[serde(default)]
    pub drill: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<IncidentRef>,
    pub declared_at: Time,
    pub declared_by: Actor,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Time>,
    pub roles: Vec<RoleHolder>,
    pub marks: BTreeMap<MarkKind, Mark>,
    #[serde(default)]
    pub promise: Option<Promise>,
    pub promises_kept: u32,
    pub promises_broken: u32,
    pub updates: u32,
    /// What customers were last told, so that a reminder can come with a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_word: Option<Box<Draft>>,
    /// Statuses this incident holds components in, on public pages.
    pub components: BTreeMap<Name, ComponentStatus>,
    pub groups: Vec<GroupId>,
    pub alerts: Vec<AlertId>,
    /// The newest timeline entry's number and hash.
    pub timeline: TimelineHead,
    /// The review's revision; 0 while the draft still writes itself from the timeline.
    pub review: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineHead {
    pub seq: u32,
    pub hash: String,
}

impl Incident {
    pub const MOST_ALERTS: usize = 1_000;

    /// Who holds `role` now.
    pub fn holder(&self, role: Role) -> Option<&Name> {
        self.roles.iter().rev().find(|h| h.role == role && h.until.is_none()).map(|h| &h.person)
    }
}
