//! What is wrong with the settings, and values that are never shown.

use std::fmt;

/// Faults, each with its place. All of them are told at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults(pub(crate) Vec<(String, String)>);

impl Faults {
    /// `place` is a flag, a variable, or file, line and column.
    pub(crate) fn add(&mut self, place: impl Into<String>, text: impl Into<String>) {
        self.0.push((place.into(), text.into()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (place, text)) in self.0.iter().enumerate() {
            let end = if n == 0 { "" } else { "\n" };
            write!(f, "{end}{place}: {text}")?;
        }
        Ok(())
    }
}

impl From<Faults> for anyhow::Error {
    fn from(faults: Faults) -> Self {
        crate::fault::used_wrongly(faults.to_string())
    }
}

/// A secret setting: tokens, addresses with passwords in them. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Hidden(pub(crate) String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}
