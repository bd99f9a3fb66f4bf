//! An update: what customers read. Three A's, and the time of the next word.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::page::ComponentStatus;
use crate::{Actor, Audience, IncidentRef, Name, Time, UpdateId};

/// The states customers see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicPhase {
    Investigating,
    Identified,
    Monitoring,
    Resolved,
    Postmortem,
}

impl PublicPhase {
    pub const ALL: [Self; 5] = [Self::Investigating, Self::Identified, Self::Monitoring, Self::Resolved, Self::Postmortem];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Investigating => "investigating",
            Self::Identified => "identified",
            Self::Monitoring => "monitoring",
            Self::Resolved => "resolved",
            Self::Postmortem => "postmortem",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == text)
    }
}

/// What a person asks to publish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The public page it goes to; `None` = every page that shows one of the incident's services.
    #[serde(default)]
    pub page: Option<Name>,
    pub audience: Audience,
    pub phase: PublicPhase,
    /// What is hit, for whom, since when.
    pub acknowledge: String,
    /// Specific, with responsibility.
    pub apologize: String,
    /// What is being done.
    pub act: String,
    /// When the next word comes. Required until resolved.
    pub next_update_at: Option<Time>,
    #[serde(default)]
    pub components: BTreeMap<Name, ComponentStatus>,
    /// Why it goes out although the lint refuses it.
    #[serde(default, rename = "override")]
    pub lint_override: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    pub id: UpdateId,
    pub incident: IncidentRef,
    pub published_at: Time,
    pub by: Actor,
    #[serde(flatten)]
    pub draft: Draft,
    /// The statuses before, of the components it changed.
    #[serde(default)]
    pub before: BTreeMap<Name, ComponentStatus>,
}

impl Update {
    /// The three A's as the one text that Statuspage clients and feeds show.
    pub fn body(&self) -> String {
        [&self.draft.acknowledge, &self.draft.apologize, &self.draft.act]
            .into_iter()
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n")
    }
}
