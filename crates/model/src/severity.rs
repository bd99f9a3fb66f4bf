//! Severity: what customers feel, `SEV1` (worst) to `SEV5`. Not priority (order of work), not urgency (may we wake someone).

use serde::{Deserialize, Serialize};

/// Ordered so that the worse is the smaller: `Sev1 < Sev5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    #[serde(rename = "SEV1")]
    Sev1,
    #[serde(rename = "SEV2")]
    Sev2,
    #[serde(rename = "SEV3")]
    Sev3,
    #[serde(rename = "SEV4")]
    Sev4,
    #[serde(rename = "SEV5")]
    Sev5,
}

impl Severity {
    pub const ALL: [Self; 5] = [Self::Sev1, Self::Sev2, Self::Sev3, Self::Sev4, Self::Sev5];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Sev1 => "SEV1",
            Self::Sev2 => "SEV2",
            Self::Sev3 => "SEV3",
            Self::Sev4 => "SEV4",
            Self::Sev5 => "SEV5",
        }
    }

    /// Reads `SEV1`, `sev1`, `1` or `P1`.
    pub fn parse(text: &str) -> Option<Self> {
        let digit = text.trim().to_ascii_lowercase();
        let digit =
            digit.strip_prefix("sev").or_else(|| digit.strip_prefix('p')).unwrap_or(&digit).trim_start_matches(['-', ' ']);
        Self::ALL.get(digit.parse::<usize>().ok()?.checked_sub(1)?).copied()
    }

    /// What senders' own words mean; `None` for a word nobody defined.
    pub fn from_word(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "critical" | "page" | "emergency" | "fatal" | "disaster" => Some(Self::Sev2),
            "error" | "high" | "major" | "alert" => Some(Self::Sev3),
            "warning" | "warn" | "average" | "medium" | "minor" => Some(Self::Sev4),
            "info" | "information" | "informational" | "low" | "none" | "debug" => Some(Self::Sev5),
            other => Self::parse(other),
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
