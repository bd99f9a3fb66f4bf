//! Marks: the moments of an incident that figures are computed from, each with where it came from and how sure we are.

use serde::{Deserialize, Serialize};

use crate::Time;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    ChangeShipped,
    ImpactStart,
    Detected,
    FirstHuman,
    Declared,
    FirstPublic,
    CauseUnderstood,
    Mitigated,
    Resolved,
    ReviewPublished,
    LastActionClosed,
}

impl MarkKind {
    pub const ALL: [Self; 11] = [
        Self::ChangeShipped,
        Self::ImpactStart,
        Self::Detected,
        Self::FirstHuman,
        Self::Declared,
        Self::FirstPublic,
        Self::CauseUnderstood,
        Self::Mitigated,
        Self::Resolved,
        Self::ReviewPublished,
        Self::LastActionClosed,
    ];

    /// As the API writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChangeShipped => "change_shipped",
            Self::ImpactStart => "impact_start",
            Self::Detected => "detected",
            Self::FirstHuman => "first_human",
            Self::Declared => "declared",
            Self::FirstPublic => "first_public",
            Self::CauseUnderstood => "cause_understood",
            Self::Mitigated => "mitigated",
            Self::Resolved => "resolved",
            Self::ReviewPublished => "review_published",
            Self::LastActionClosed => "last_action_closed",
        }
    }

    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::ChangeShipped => "change shipped",
            Self::ImpactStart => "impact started",
            Self::Detected => "first signal",
            Self::FirstHuman => "first human",
            Self::Declared => "declared",
            Self::FirstPublic => "first public word",
            Self::CauseUnderstood => "cause understood",
            Self::Mitigated => "mitigated",
            Self::Resolved => "resolved",
            Self::ReviewPublished => "review published",
            Self::LastActionClosed => "last action closed",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Seen by Candor itself.
    Certain,
    /// Said by a sender or a person.
    Stated,
    /// Taken over from something near it.
    Estimated,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub at: Time,
    /// Where it came from, e.g. `alert 4097`, `ana`, `update 8193`.
    pub source: String,
    pub confidence: Confidence,
}
