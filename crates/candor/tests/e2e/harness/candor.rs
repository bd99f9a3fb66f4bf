//! The program under test: started as anybody starts it, watched over its standard error, ended by signal.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::api::Api;
use super::disk::SmallDisk;

/// The administrator's token of every test that starts with one.
pub(crate) const TOKEN: &str = "candor-test-token-0123456789abcdef";

/// How long an end may take.
const CONTRACT: Duration = Duration::from_secs(10);

/// Where one Candor lives: data, settings, playbook. It outlives the processes started in it, so a test can kill and
/// restart on the same folder.
pub(crate) struct Home {
    // Before the folder it is mounted in: fields drop in this order.
    disk: Option<SmallDisk>,
    /// PostgreSQL's address, where the store is not in the data folder.
    database: Option<String>,
    token: Option<String>,
    /// Made once: a new client for each of hundreds of starts would take longer than the starts.
    client: Api,
    root: TempDir,
}

impl Home {
    pub(crate) fn new(playbook: &str, smtp_port: Option<u16>) -> Self {
        let root = tempfile::Builder::new().prefix("candor-e2e-").tempdir().expect("a temporary folder");
        let mail = smtp_port.map_or_else(String::new, |port| {
            format!("[mail]\nsmtp = \"smtp://127.0.0.1:{port}\"\nfrom = \"candor@example.org\"\n\n")
        });
        let settings = format!("{mail}[egress]\nallow = [\"127.0.0.0/8\"]\n");
        std::fs::write(root.path().join("candor.toml"), settings).expect("candor.toml");
        std::fs::write(root.path().join("playbook.toml"), playbook).expect("playbook.toml");
        Self { disk: None, database: None, token: Some(TOKEN.to_owned()), client: Api::new(), root }
    }

    /// A first start without a token: the server prints a set-up link instead.
    pub(crate) fn without_token(mut self) -> Self {
        self.token = None;
        self
    }

    /// Puts the data folder on a disk of its own of that size ("24m"), which a test can fill up.
    pub(crate) fn on_small_disk(mut self, size: &str) -> Self {
        self.disk = Some(SmallDisk::mount(&self.data(), size));
        self
    }

    /// Keeps the store in that PostgreSQL database; the key to the vault stays in the data folder.
    pub(crate) fn on_postgres(mut self, url: &str) -> Self {
        self.database = Some(url.to_owned());
        self
    }

    pub(crate) fn disk(&self) -> &SmallDisk {
        self.disk.as_ref().expect("a home made on a small disk")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    /// Runs a subcommand of Candor to its end in this home.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command().args(args).output().expect("the candor binary runs")
    }

    /// Like [`Home::run`], for subcommands that work on the store: it is named by flags.
    pub(crate) fn run_on_store(&self, args: &[&str]) -> Output {
        let mut command = self.command();
        command.args(args).args(self.store_flags()).output().expect("the candor binary runs")
    }

    fn store_flags(&self) -> Vec<OsString> {
        let mut flags = vec!["--data".into(), self.data().into_os_string()];
        flags.extend(self.database.iter().flat_map(|url| ["--database".into(), url.into()]));
        flags
    }

    /// The binary under test, with this home's environment and nothing of the caller's Candor settings.
    pub(crate) fn command(&self) -> Command {
        let binary = Path::new(env!("CARGO_BIN_EXE_candor"));
        let mut command = match &self.disk {
            Some(disk) => disk.command(binary),
            None => Command::new(binary),
        };
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CANDOR_")) {
            command.env_remove(name);
        }
        command.current_dir(self.root.path()).env("NO_COLOR", "1").stdin(Stdio::null());
        command
    }

    /// The journal must replay to what is stored; asked after every test, with the server stopped.
    pub(crate) fn verify(&self) {
        let output = self.run_on_store(&["verify"]);
        assert!(
            output.status.success(),
            "candor verify: {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Starts the server and waits for its ready line.
    pub(crate) async fn start(&self) -> Candor {
        match self.try_start(Duration::from_secs(20)).await {
            Ok(candor) => candor,
            Err(said) => panic!("candor serve did not get ready; it said:\n{said}"),
        }
    }

    /// Starts the server; when it ends or is not ready in time, answers what it wrote to standard error.
    pub(crate) async fn try_start(&self, limit: Duration) -> Result<Candor, String> {
        self.starts(limit).await.map_err(|(_, said)| said)
    }

    /// Starts a server that must end by itself; answers its exit status and what it wrote to standard error.
    pub(crate) async fn refused_start(&self, limit: Duration) -> (ExitStatus, String) {
        match self.starts(limit).await {
            Ok(candor) => panic!("it started at {}", candor.url()),
            Err((None, said)) => panic!("it neither started nor ended within {limit:?}; it said:\n{said}"),
            Err((Some(status), said)) => (status, said),
        }
    }

    async fn starts(&self, limit: Duration) -> Result<Candor, (Option<ExitStatus>, String)> {
        let started = Instant::now();
        let mut child = self.serve_command().spawn().expect("the candor binary starts");
        let said = Arc::new(Mutex::new(Vec::new()));
        let lines = BufReader::new(child.stderr.take().expect("standard error is piped")).lines();
        let sink = Arc::clone(&said);
        // Ends by itself when the process closes its standard error.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                sink.lock().expect("no holder panics").push(line);
            }
        });
        let mut candor = Candor { child, said, api: self.client.clone(), ready_after: Duration::ZERO };
        loop {
            if let Some(url) = candor.find_said("candor ready listen=") {
                candor.ready_after = started.elapsed();
                candor.api = self.client.at(&url, self.token.as_deref());
                return Ok(candor);
            }
            let ended = candor.child.try_wait().expect("the state of a child");
            if ended.is_some() || started.elapsed() > limit {
                // The reader thread may be a line behind the end of the process.
                tokio::time::sleep(Duration::from_millis(100)).await;
                return Err((ended, candor.said()));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    fn serve_command(&self) -> Command {
        let file = |name: &str| self.root.path().join(name);
        let mut command = self.command();
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .arg("--playbook")
            .arg(file("playbook.toml"))
            .arg("--config")
            .arg(file("candor.toml"))
            .args(self.store_flags())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        if let Some(token) = &self.token {
            command.env("CANDOR_BOOTSTRAP_TOKEN", token);
        }
        command
    }
}

/// A running server.
pub(crate) struct Candor {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
    pub(crate) api: Api,
    /// From the start of the process to its ready line.
    pub(crate) ready_after: Duration,
}

impl Candor {
    pub(crate) fn url(&self) -> &str {
        self.api.base()
    }

    /// `host:port`, for programs that want it so.
    pub(crate) fn authority(&self) -> &str {
        self.url().trim_start_matches("http://")
    }

    /// Everything it wrote to standard error so far.
    pub(crate) fn said(&self) -> String {
        self.said.lock().expect("no holder panics").join("\n")
    }

    /// The word that follows `marker` on some line of standard error.
    pub(crate) fn find_said(&self, marker: &str) -> Option<String> {
        let said = self.said.lock().expect("no holder panics");
        let line = said.iter().find(|line| line.contains(marker))?;
        let rest = line.split_once(marker)?.1;
        rest.split_whitespace().next().map(str::to_owned)
    }

    /// SIGKILL, as a power cut would: nothing is flushed, nobody is told.
    pub(crate) fn kill9(mut self) {
        self.child.kill().expect("SIGKILL is delivered");
        self.child.wait().expect("a killed child is reaped");
    }

    /// SIGTERM; answers the exit status.
    pub(crate) async fn term(self) -> ExitStatus {
        self.term_within(CONTRACT).await
    }

    /// SIGTERM where the contract's time is not enough, because the end waits for somebody who does not answer.
    pub(crate) async fn term_within(mut self, limit: Duration) -> ExitStatus {
        let pid = rustix::process::Pid::from_raw(self.child.id().cast_signed()).expect("a process id");
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("SIGTERM is delivered");
        self.ends_within(limit, "SIGTERM").await
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end, which must come within the time that the contract gives after `cause`.
    pub(crate) async fn ends(&mut self, cause: &str) -> ExitStatus {
        self.ends_within(CONTRACT, cause).await
    }

    async fn ends_within(&mut self, limit: Duration, cause: &str) -> ExitStatus {
        let asked = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the state of a child") {
                return status;
            }
            assert!(asked.elapsed() < limit, "no end within {limit:?} of {cause}:\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The end of every test: a clean stop, exit 0, and a journal that replays.
    pub(crate) async fn close(self, home: &Home) {
        let status = self.term().await;
        assert_eq!(status.code(), Some(0), "exit status after SIGTERM");
        home.verify();
    }
}

impl Drop for Candor {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The only trace of why a test failed, shown by the test runner with the failure.
            eprintln!("--- candor said:\n{}\n---", self.said());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
