//! What goes in and what comes out: plain types, so that the caller's own need not be known here.

use std::fmt;
use std::time::Duration;

use crate::secret::Secret;

/// Everything needed for one attempt.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub letter: u64,
    /// Counts from 1; shown to the receiver, so that a repeat is known as one.
    pub attempt: u32,
    /// The idempotency key, the same over all attempts: visible ASCII, at most 200 characters.
    pub key: String,
    /// When the letter was decided, in unix seconds. Not the time of the attempt: a repeat carries the same body.
    pub at: i64,
    pub to: Destination,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    /// The `data` of a webhook.
    pub json: serde_json::Value,
    /// The `type` of a webhook, such as `page` or `promise.reminder`.
    pub kind: String,
    /// Mails with the same thread stand together at the reader's.
    pub thread: Option<String>,
}

/// Where a parcel goes.
#[derive(Clone)]
pub enum Destination {
    Email {
        address: String,
        name: Option<String>,
    },
    /// More than one secret while they are being rotated: each signs.
    Webhook {
        url: String,
        secrets: Vec<Secret>,
    },
}

/// Shows the channel only: addresses are personal, and a URL often holds a token.
impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email { .. } => "Email(…)",
            Self::Webhook { .. } => "Webhook(…)",
        })
    }
}

/// How an attempt ended. `answer` is a short sentence fit for the timeline: no address, token or secret is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Delivered { answer: String },
    /// It may work later; `after` when the receiver said how much later.
    Retry { answer: String, after: Option<Duration> },
    /// It will not work however often it is tried.
    Failed { answer: String },
    /// It was sent and may have arrived, but no answer came: try again with the same key and say so.
    Unknown { answer: String },
}

impl Outcome {
    pub fn answer(&self) -> &str {
        match self {
            Self::Delivered { answer } | Self::Retry { answer, .. } | Self::Failed { answer } | Self::Unknown { answer } => {
                answer
            }
        }
    }

    pub(crate) fn failed(answer: impl Into<String>) -> Self {
        Self::Failed { answer: answer.into() }
    }

    pub(crate) fn retry(answer: impl Into<String>) -> Self {
        Self::Retry { answer: answer.into(), after: None }
    }

    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Delivered { .. } => "delivered",
            Self::Retry { .. } => "retry",
            Self::Failed { .. } => "failed",
            Self::Unknown { .. } => "unknown",
        }
    }
}
