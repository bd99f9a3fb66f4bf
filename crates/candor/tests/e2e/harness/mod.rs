//! The world around Candor, as real as it gets on one machine: a mail server, Prometheus, a browser, receivers.
//!
//! Rules of the house: every neighbour listens on loopback on a free port, lives in a temporary folder, and is ended
//! by the value that started it. A neighbour that is not installed fails the test with the command that installs it.

pub(crate) mod api;
pub(crate) mod browser;
pub(crate) mod candor;
pub(crate) mod disk;
pub(crate) mod hook;
pub(crate) mod incident;
pub(crate) mod mail;
pub(crate) mod playbook;
pub(crate) mod postgres;
pub(crate) mod prometheus;
pub(crate) mod raw;
pub(crate) mod signin;
pub(crate) mod syncs;

use std::fs::File;
use std::future::Future;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// A started program; dropping it ends it and waits, so that no test leaves one behind.
pub(crate) struct Neighbour {
    child: Child,
    log: PathBuf,
    name: &'static str,
}

impl Neighbour {
    /// Starts `program` with its output in `folder/NAME.log`; `package` is what to install when it is missing.
    pub(crate) fn start(name: &'static str, package: &str, folder: &Path, command: &mut Command) -> Self {
        let log = folder.join(format!("{name}.log"));
        let out = File::create(&log).expect("a log file in the test's folder");
        let err = out.try_clone().expect("a second handle of the log file");
        let child = command
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {name}: {error}\ninstall it with: apt-get install {package}"));
        Self { child, log, name }
    }

    /// Waits until the program accepts connections; fails with its log when it ends or takes over 20 s.
    pub(crate) async fn listening(&mut self, port: u16) {
        let started = Instant::now();
        loop {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return;
            }
            let ended = self.child.try_wait().expect("the state of a child");
            assert!(
                ended.is_none() && started.elapsed() < Duration::from_secs(20),
                "{} does not listen on port {port} ({ended:?}); its log:\n{}",
                self.name,
                self.said()
            );
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// What the program wrote so far.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed()).expect("a process id")
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Whether the program has ended `limit` after it got that signal, or had ended before.
    pub(crate) fn ends_by(&mut self, signal: Signal, limit: Duration) -> bool {
        let started = Instant::now();
        if !self.has_ended() {
            let _ = kill_process(self.pid(), signal);
        }
        while !self.has_ended() {
            if started.elapsed() >= limit {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        true
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        // A polite end first: chromedriver closes its browsers, the mail server its files.
        if !self.ends_by(Signal::TERM, Duration::from_secs(3)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// A port that was free a moment ago, for programs that cannot choose and tell one themselves.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr()).expect("a free loopback port").port()
}

/// Asks `probe` every 100 ms until it has an answer; fails with `what` was waited for when `limit` passes.
pub(crate) async fn wait_for<T, F, Fut>(what: &str, limit: Duration, mut probe: F) -> T
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let started = Instant::now();
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(started.elapsed() < limit, "waited {limit:?} in vain for {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A folder under `target/` that outlives the run: screens for people to look at.
pub(crate) fn target_folder(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("target/tmp has a parent");
    target.join(name)
}

/// `reqwest` is built without a TLS provider of its own choice, so whoever makes a client names one first.
pub(crate) fn tls_provider() {
    // A second call finds one installed, which is what was wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
