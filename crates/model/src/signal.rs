//! A signal: what one sender said about one thing at one moment. Signals with one key are one alert.

use serde::{Deserialize, Serialize};

use crate::{Labels, Severity, Time};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalAction {
    Trigger,
    Acknowledge,
    Resolve,
}

/// One signal, already read from whatever format it came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Identity together with the integration; at most 512 bytes.
    pub key: Box<str>,
    pub action: SignalAction,
    pub summary: Box<str>,
    /// What the sender called it, already translated; `None` when it said nothing that means a severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub annotations: Labels,
    /// Where the sender's own page about it is; shown only as http or https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Box<str>>,
    /// When it began, as the sender says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Time>,
    /// For a firing signal: how long it may be believed without a repeat. `None` = until resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
    /// For a resolve: when it ended, as the sender says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Time>,
}

/// Until when a firing alert is believed without another word from its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    pub until: Time,
    /// We set it, because the sender named no end. An end that the sender named goes before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub assumed: bool,
}
