//! What an account or token may do.

use serde::{Deserialize, Serialize};

/// Each level may do all that the one before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    Viewer,
    Responder,
    Administrator,
}

impl Access {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Responder => "responder",
            Self::Administrator => "administrator",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Viewer, Self::Responder, Self::Administrator].into_iter().find(|a| a.name() == text)
    }
}
