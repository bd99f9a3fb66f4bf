//! A refusal by the server, told in sentences.

use std::fmt;

use reqwest::{Response, StatusCode};
use serde::Deserialize;

/// What the server's problem document says.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    detail: String,
    /// (field, reason)
    reasons: Vec<(String, String)>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Document {
    detail: String,
    reasons: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    field: String,
    reason: String,
}

impl Refused {
    pub(super) async fn read(answer: Response) -> Self {
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        let document: Document = serde_json::from_str(&text).unwrap_or_default();
        let detail = if document.detail.is_empty() {
            let reason = status.canonical_reason().unwrap_or("no reason given");
            format!("the server answered {}: {reason}", status.as_u16())
        } else {
            document.detail
        };
        let reasons = document.reasons.into_iter().map(|r| (r.field, r.reason)).collect();
        Self { status, detail, reasons }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)?;
        for (field, reason) in &self.reasons {
            // A single fault is often told in the detail already.
            if !self.detail.contains(reason.as_str()) {
                write!(f, "\n  {field}: {reason}")?;
            }
        }
        match self.status {
            StatusCode::UNAUTHORIZED => f.write_str("\n  give a token with CANDOR_TOKEN; `candor token create` makes one"),
            StatusCode::FORBIDDEN => f.write_str("\n  the token's role is too low for this; `candor token list` shows roles"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Refused {}
