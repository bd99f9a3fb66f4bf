//! An alert group: alerts of one service that belong together. It pages once, by a plan frozen when it opened.

use serde::{Deserialize, Serialize};

use crate::playbook::{Channel, Target};
use crate::{Actor, GroupId, IncidentRef, LetterId, Name, Severity, Span, Time};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupState {
    /// Somebody is being called.
    Paging,
    /// Somebody answered; escalation stands still, until the acknowledgement expires if the policy says so.
    Acknowledged {
        by: Actor,
        at: Time,
        expires: Option<Time>,
    },
    /// Every step and repeat of the plan has run and nobody answered.
    Exhausted {
        at: Time,
    },
    /// Nobody is to be called for this: the severity or the route says so.
    Quiet,
    Resolved {
        at: Time,
    },
}

impl GroupState {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Paging => "paging",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Exhausted { .. } => "unanswered",
            Self::Quiet => "quiet",
            Self::Resolved { .. } => "resolved",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: GroupId,
    pub service: Name,
    /// Decides which alerts of the service belong to it.
    pub key: Box<str>,
    pub summary: Box<str>,
    /// The worst of its alerts so far.
    pub severity: Severity,
    pub opened_at: Time,
    pub state: GroupState,
    /// Alerts now firing, and all that ever joined. Their columns of the row are newer than its text: see [`Counts`].
    pub firing: u32,
    pub alerts: u32,
    pub plan: Plan,
    /// Which step runs next, and when. `None` when no further step is to run.
    pub next: Option<NextStep>,
    /// People being rung, in the order they were asked.
    pub rings: Vec<Ring>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentRef>,
    /// How many trail entries it has; the next one's number.
    pub trail: u32,
}

/// How many alerts a group has. A thousand alerts a second may join one group and nothing else of it changes, so these two
/// figures are written without the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub group: GroupId,
    pub firing: u32,
    pub alerts: u32,
}

impl Group {
    pub fn counts(&self) -> Counts {
        Counts { group: self.id, firing: self.firing, alerts: self.alerts }
    }

    pub fn set_counts(&mut self, counts: Counts) {
        (self.firing, self.alerts) = (counts.firing, counts.alerts);
    }
}

/// The escalation policy as it was when the group opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub policy: Option<Name>,
    pub steps: Vec<PlanStep>,
    /// How many times the steps run again after the first time.
    pub repeat: u32,
    pub ack_expires: Option<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    pub notify: Vec<Target>,
    /// How long to wait for an answer before the next step.
    pub wait: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    pub step: u32,
    /// 0 the first time through the steps.
    pub round: u32,
    pub due: Time,
}

/// One person being rung for a group: their notification rules, one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    pub person: Name,
    pub step: u32,
    pub round: u32,
    pub since: Time,
    /// Rules still to come, soonest first.
    pub rules: Vec<RingRule>,
    /// The letters written so far.
    pub letters: Vec<LetterId>,
    /// Channels over which a page has arrived.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reached: Vec<Channel>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingRule {
    pub due: Time,
    pub channel: Channel,
}

/// One step of what happened to a group, for `why`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailEntry {
    pub group: GroupId,
    pub seq: u32,
    pub at: Time,
    pub kind: TrailKind,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrailKind {
    Opened,
    Quiet,
    Step,
    Nobody,
    Paged,
    Bundled,
    Failed,
    Delivered,
    Acknowledged,
    AckExpired,
    Cancelled,
    Exhausted,
    Linked,
    Resolved,
}
