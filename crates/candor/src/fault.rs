//! Ends of a command: done, failed, or used wrongly, and the exit codes that scripts read.

use std::fmt;

/// How a command ended that printed its own facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    /// Something that was asked about is not as it should be; the facts say what.
    Failed,
}

/// The caller can mend it by calling otherwise: exit code 2.
#[derive(Debug)]
pub(crate) struct UsedWrongly(pub(crate) String);

impl fmt::Display for UsedWrongly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsedWrongly {}

/// An error that ends with exit code 2.
pub(crate) fn used_wrongly(text: impl Into<String>) -> anyhow::Error {
    UsedWrongly(text.into()).into()
}

/// 1 failed, 2 used wrongly.
pub(crate) fn exit_code(error: &anyhow::Error) -> u8 {
    if error.is::<UsedWrongly>() { 2 } else { 1 }
}

/// The sentence first, then what lies underneath, one a line.
pub(crate) fn sentence(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Some errors repeat their source in their own text.
        if !text.contains(&cause) {
            text.push_str("\n  because: ");
            text.push_str(&cause);
        }
    }
    text
}
