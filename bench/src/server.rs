//! A server process of our own: started, waited for, ended by its own process id.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::clock;
use crate::proc;

/// How long a server may take to be ready: one with a million alerts of history is allowed to fail its bar, not to hang the run.
const READY_PATIENCE: Duration = Duration::from_mins(2);
const STOP_PATIENCE: Duration = Duration::from_secs(20);
const KEPT_LINES: usize = 30;
/// Where Debian puts the neighbours; nginx is not on every user's path.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The last lines it wrote to standard error, kept to say why it failed.
type Lines = Arc<Mutex<VecDeque<String>>>;

#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    name: &'static str,
    lines: Lines,
}

/// A command with nothing of the caller's environment in it: no setting from outside may bend a figure.
pub(crate) fn command(program: impl AsRef<Path>, folder: &Path) -> Command {
    let mut command = Command::new(program.as_ref());
    command.env_clear().env("PATH", PATH).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

impl Server {
    /// Starts it and waits for the line that names its address. Returns also how long that took from the start.
    pub(crate) fn start(
        name: &'static str,
        command: &mut Command,
        ready: fn(&str) -> Option<SocketAddr>,
    ) -> Result<(Self, SocketAddr, Duration)> {
        let started = clock::now();
        let (server, stderr) = Self::spawn(name, command)?;
        let (sender, receiver) = channel();
        let lines = Arc::clone(&server.lines);
        // The pipe is read to its end for as long as the server lives: a full pipe would stop the server.
        std::thread::spawn(move || watch(stderr, &lines, ready, &sender));
        match receiver.recv_timeout(READY_PATIENCE) {
            Ok((address, at)) => Ok((server, address, at.saturating_duration_since(started))),
            Err(_) => bail!("{name} did not get ready; its last lines:\n{}", server.last_lines()),
        }
    }

    /// Starts a server that says nothing and waits until it takes connections on `address`.
    pub(crate) fn start_silent(name: &'static str, command: &mut Command, address: SocketAddr) -> Result<Self> {
        let started = clock::now();
        let (mut server, stderr) = Self::spawn(name, command)?;
        let (sender, _receiver) = channel();
        let lines = Arc::clone(&server.lines);
        std::thread::spawn(move || watch(stderr, &lines, |_| None, &sender));
        while clock::since(started) < READY_PATIENCE {
            if TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            if server.child.try_wait()?.is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        bail!("{name} does not listen on {address}; its last lines:\n{}", server.last_lines())
    }

    fn spawn(name: &'static str, command: &mut Command) -> Result<(Self, ChildStderr)> {
        let program = command.get_program().to_owned();
        let mut child = command.spawn().with_context(|| format!("starting {name} ({})", program.display()))?;
        let stderr = child.stderr.take().context("standard error is piped")?;
        Ok((Self { child, name, lines: Lines::default() }, stderr))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn cpu(&self) -> Result<Duration> {
        proc::cpu(self.pid())
    }

    pub(crate) fn rss(&self) -> Result<f64> {
        proc::rss(self.pid())
    }

    /// SIGKILL: what a power cut looks like to the process.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGTERM and a wait; says so when it had to be killed.
    pub(crate) fn stop(mut self) -> Result<()> {
        if self.end() { Ok(()) } else { bail!("{} did not stop within {STOP_PATIENCE:?}", self.name) }
    }

    fn end(&mut self) -> bool {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return true;
        }
        if let Some(pid) = Pid::from_raw(self.pid() as i32) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let asked = clock::now();
        while clock::since(asked) < STOP_PATIENCE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        false
    }

    fn last_lines(&self) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().cloned().collect::<Vec<_>>().join("\n")
    }
}

/// No server outlives the bench, whichever way a run ends.
impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn watch(stderr: ChildStderr, lines: &Lines, ready: fn(&str) -> Option<SocketAddr>, sender: &Sender<(SocketAddr, Instant)>) {
    let mut told = false;
    for line in BufReader::new(stderr).lines().map_while(std::result::Result::ok) {
        if !told && let Some(address) = ready(&line) {
            told = sender.send((address, clock::now())).is_ok();
        }
        let mut kept = lines.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT_LINES {
            kept.pop_front();
        }
        kept.push_back(line);
    }
}

/// A port that was free a moment ago, for servers that cannot pick one themselves.
pub(crate) fn free_port() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}
