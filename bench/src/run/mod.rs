//! The subjects, one file each.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::target::Programs;

pub(crate) mod intake;
pub(crate) mod latency;
pub(crate) mod memory;
pub(crate) mod page;
pub(crate) mod start;
pub(crate) mod storm;

/// What every subject needs to know.
#[derive(Debug, Clone)]
pub(crate) struct Bench {
    pub(crate) programs: Programs,
    pub(crate) nginx: PathBuf,
    /// On a disk; each server gets a new folder in it.
    pub(crate) folder: PathBuf,
    /// Where the folder with a long history stays for the next run; none: it is made anew.
    pub(crate) keep: Option<PathBuf>,
    pub(crate) rounds: usize,
    /// How long one round of one case is measured.
    pub(crate) time: Duration,
    /// Alerts in a history, a storm, a full memory: a tenth when quick.
    pub(crate) scale: u64,
    /// Only the ways of sending whose name holds this.
    pub(crate) only: Option<String>,
}

impl Bench {
    /// A new folder, gone with the value: what one round wrote must not fill the disk or the next round's page cache.
    pub(crate) fn fresh(&self) -> Result<tempfile::TempDir> {
        Ok(tempfile::Builder::new().prefix("round-").tempdir_in(&self.folder)?)
    }
}

/// On standard error, so that standard output holds the tables alone.
#[expect(clippy::print_stderr, reason = "a run takes minutes; its user wants to see where it is")]
pub(crate) fn progress(text: &str) {
    eprintln!("bench: {text}");
}
