//! Inputs: all that can change what Candor knows. There is no second way to write.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::incident::{Impact, Phase, Role};
use crate::letter::Outcome;
use crate::mark::MarkKind;
use crate::signal::Lease;
use crate::update::Draft;
use crate::{Actor, AlertId, Audience, GroupId, IncidentRef, LetterId, Name, Playbook, Severity, Signal, Time};

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub number: u64,
    pub at: Time,
    pub actor: Actor,
    pub input: Input,
    /// Documents that were not in the working set and that the desk read for this input; kept, so that a replay needs no database.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loaded: Vec<Loaded>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loaded {
    Incident(Box<crate::Incident>),
    Letter(Box<crate::Letter>),
}

/// What an input needs that may not be in the working set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    Incident(IncidentRef),
    Letter(LetterId),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// What one sender said, in the order it said it; at most [`Input::MOST_SIGNALS`].
    Signals {
        integration: Name,
        signals: Vec<Signal>,
    },
    /// Signals that repeat what is known: only their alerts and leases. The desk writes this instead of `Signals` where it can,
    /// so that a repeat costs a few bytes of journal.
    Repeats {
        integration: Name,
        alerts: Vec<Repeat>,
    },
    Command(Command),
    /// What came of one attempt at a letter.
    Receipt {
        letter: LetterId,
        attempt: u32,
        outcome: Outcome,
        answer: String,
    },
    /// Deadlines up to the entry's time have passed.
    Clock,
    /// A playbook without its contacts and keys, which are in the vault.
    Playbook {
        playbook: Arc<Playbook>,
    },
    /// The vault changed: what and about whom, never the content.
    Vault {
        what: String,
    },
    /// This process took up the work. Live figures fall back to what the rows say, leases get a grace.
    Started {
        version: String,
    },
    /// The wall clock was set, or this process stood still for a while (a suspended machine, a disk that hung). No sender was heard
    /// meanwhile, so silence means nothing; and no wait may last longer than it was meant to.
    ClockSet,
    /// This process is about to stop: write what is only in memory.
    Stopping,
}

impl Input {
    /// Kept well below [`crate::id::PER_ENTRY`]: each signal may make several things.
    pub const MOST_SIGNALS: usize = 512;

    /// Nobody asked for it from outside, so nobody can be told that it failed.
    pub fn is_own(&self) -> bool {
        matches!(self, Self::Clock | Self::Started { .. } | Self::ClockSet | Self::Stopping)
    }
}

/// A repeat of one firing alert.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Repeat(pub AlertId, pub Option<Lease>);

/// What a person asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    Declare {
        title: String,
        severity: Severity,
        services: Vec<Name>,
        #[serde(default)]
        impact: Impact,
        #[serde(default)]
        drill: bool,
        /// The alert it is declared from.
        #[serde(default)]
        alert: Option<AlertId>,
    },
    Note {
        incident: IncidentRef,
        text: String,
        happened_at: Option<Time>,
        audience: Audience,
    },
    Assign {
        incident: IncidentRef,
        role: Role,
        person: Option<Name>,
    },
    SetPhase {
        incident: IncidentRef,
        phase: Phase,
        reason: String,
    },
    SetSeverity {
        incident: IncidentRef,
        severity: Severity,
        reason: String,
    },
    SetImpact {
        incident: IncidentRef,
        impact: Impact,
    },
    SetMark {
        incident: IncidentRef,
        mark: MarkKind,
        at: Time,
    },
    Link {
        incident: IncidentRef,
        alert: AlertId,
    },
    Merge {
        incident: IncidentRef,
        into: IncidentRef,
    },
    Acknowledge {
        target: Target,
    },
    ResolveAlert {
        alert: AlertId,
    },
    Resolve {
        incident: IncidentRef,
        note: Option<String>,
    },
    Publish {
        incident: IncidentRef,
        draft: Box<Draft>,
    },
    EditReview {
        incident: IncidentRef,
        from: u32,
        markdown: String,
    },
    /// Send a test letter to a person over one channel.
    TestLetter {
        person: Name,
        channel: crate::Channel,
    },
}

/// What an acknowledgement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Alert(AlertId),
    Group(GroupId),
    Incident(IncidentRef),
    Letter(LetterId),
}
