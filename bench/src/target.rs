//! The two servers behind one face, so that the same code drives both.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::load::{LEASE, Plan, Until};
use crate::server::Server;
use crate::{alertmanager, candor};

/// The service whose alerts are watched; its pages reach the bench's own receiver.
pub(crate) const WATCHED: &str = "checkout";
/// The service that is only there to keep the server busy.
pub(crate) const BACKGROUND: &str = "background";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Candor,
    Alertmanager,
}

/// When Alertmanager notifies. Candor's playbook is the same in every case: it decides by itself what to bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notify {
    /// Nobody: intake alone, Alertmanager's best case.
    Nobody,
    /// Each alert by itself and at once: no grouping, no group wait.
    Each,
    /// By name, at once.
    ByName,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) target: Target,
    pub(crate) server: Server,
    pub(crate) address: SocketAddr,
    /// From the start of the process to ready.
    pub(crate) ready_after: Duration,
}

/// Where the programs are.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    pub(crate) candor: Option<PathBuf>,
    pub(crate) alertmanager: PathBuf,
}

impl Programs {
    /// Both, Candor first; without a Candor the other alone.
    pub(crate) fn targets(&self) -> Vec<Target> {
        if self.candor.is_some() { vec![Target::Candor, Target::Alertmanager] } else { vec![Target::Alertmanager] }
    }

    pub(crate) fn candor(&self) -> Result<&Path> {
        self.candor.as_deref().context("no candor to start")
    }

    pub(crate) fn start(&self, target: Target, folder: &Path, hook: SocketAddr, notify: Notify) -> Result<Running> {
        std::fs::create_dir_all(folder)?;
        let (server, address, ready_after) = match target {
            Target::Candor => candor::start(self.candor()?, folder, hook)?,
            Target::Alertmanager => alertmanager::start(&self.alertmanager, folder, hook, notify)?,
        };
        Ok(Running { target, server, address, ready_after })
    }

    /// The version each program gives of itself.
    pub(crate) fn versions(&self) -> Vec<(&'static str, String)> {
        let mut found = vec![("Alertmanager", version(&self.alertmanager))];
        if let Some(candor) = &self.candor {
            found.insert(0, ("Candor", version(candor)));
        }
        found
    }
}

fn version(program: &Path) -> String {
    let Ok(output) = Command::new(program).arg("--version").output() else {
        return "unknown".to_owned();
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    text.lines().next().unwrap_or("unknown").to_owned()
}

impl Running {
    pub(crate) fn path(&self, service: &str) -> String {
        match self.target {
            Target::Candor => candor::path(service),
            Target::Alertmanager => alertmanager::PATH.to_owned(),
        }
    }

    /// Where the probes of a latency run go, in turn.
    pub(crate) fn probed(&self) -> Vec<String> {
        match self.target {
            Target::Candor => (0..candor::PROBED).map(candor::probed_path).collect(),
            Target::Alertmanager => vec![alertmanager::PATH.to_owned()],
        }
    }

    /// A plan for the watched service; the caller changes what its case needs.
    pub(crate) fn plan(&self, batch: usize, connections: usize, until: Until) -> Plan {
        Plan {
            to: self.address,
            path: self.path(WATCHED),
            service: WATCHED,
            batch,
            connections,
            first: 0,
            distinct: None,
            until,
            pace: None,
            lease: LEASE,
        }
    }

    /// How many alerts are open, counted by asking for them.
    pub(crate) async fn count_open(&self) -> Result<u64> {
        match self.target {
            Target::Candor => candor::count_open(self.address).await,
            Target::Alertmanager => alertmanager::count_open(self.address).await,
        }
    }
}

/// Counts the items of a JSON list, refusing anything but a 200.
pub(crate) fn expect_json(status: u16, body: &[u8]) -> Result<serde_json::Value> {
    if status != 200 {
        bail!("asked for alerts, was answered {status}: {}", String::from_utf8_lossy(&body[..body.len().min(300)]));
    }
    serde_json::from_slice(body).context("an answer that is not JSON")
}
