//! A real PostgreSQL that a test can end at any moment and start again on the same data.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::{Neighbour, free_port};

const PACKAGE: &str = "postgresql";
/// In the address only: the server trusts everybody on loopback, and Candor must show it to nobody.
pub(crate) const PASSWORD: &str = "hunter2-of-the-database";

pub(crate) struct PostgresServer {
    // Before its folder: fields drop in this order.
    server: Neighbour,
    bin: PathBuf,
    port: u16,
    folder: TempDir,
}

impl PostgresServer {
    /// A new cluster with one empty database.
    pub(crate) async fn start() -> Self {
        let bin = find_binaries();
        let folder = tempfile::Builder::new().prefix("candor-e2e-postgres-").tempdir().expect("a temporary folder");
        if rustix::process::geteuid().is_root() {
            run(Command::new("chown").arg("postgres:postgres").arg(folder.path()));
        }
        let init = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "-D"];
        run(unprivileged(&bin.join("initdb")).args(init).arg(folder.path().join("data")));
        let port = free_port();
        let server = launch(&bin, folder.path(), port);
        let mut started = Self { server, bin, port, folder };
        started.accepts_connections().await;
        started
    }

    pub(crate) fn url(&self) -> String {
        self.url_of("postgres")
    }

    pub(crate) fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres:{PASSWORD}@127.0.0.1:{}/{database}", self.port)
    }

    pub(crate) fn create_database(&self, name: &str) {
        self.tool("createdb", &["--maintenance-db", &self.url(), name]);
    }

    /// Runs one of PostgreSQL's own programs (`pg_dump`, `createdb`); it must succeed.
    pub(crate) fn tool(&self, name: &str, args: &[&str]) {
        run(Command::new(self.bin.join(name)).args(args));
    }

    /// Ends it as a crash does: nothing is finished, and the next start goes through recovery.
    pub(crate) fn crash(&mut self) {
        // QUIT has the server end its own processes at once, which KILL would leave holding its memory for a while.
        assert!(self.server.ends_by(Signal::QUIT, Duration::from_secs(10)), "PostgreSQL does not end: {}", self.server.said());
    }

    /// Starts it again, on the same port and data.
    pub(crate) async fn start_again(&mut self) {
        self.server = launch(&self.bin, self.folder.path(), self.port);
        self.accepts_connections().await;
    }

    /// From now on none of its processes does anything, and none of its connections ends: a machine that hangs.
    pub(crate) fn stand_still(&self) {
        // The first one first, so that it starts no others.
        self.signal_all(Signal::STOP);
    }

    /// Ends the standstill; what reached it meanwhile is worked off.
    pub(crate) fn go_on(&self) {
        self.signal_all(Signal::CONT);
    }

    fn signal_all(&self, signal: Signal) {
        let first = self.server.pid();
        let _ = kill_process(first, signal);
        let first = first.as_raw_nonzero();
        let children = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children")).unwrap_or_default();
        for child in children.split_whitespace().filter_map(|pid| Pid::from_raw(pid.parse().ok()?)) {
            let _ = kill_process(child, signal);
        }
    }

    async fn accepts_connections(&mut self) {
        self.server.listening(self.port).await;
        // It listens before it has recovered.
        let asked = Instant::now();
        let mut ask = Command::new(self.bin.join("pg_isready"));
        ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]).stdout(Stdio::null());
        while !ask.status().expect("pg_isready runs").success() {
            assert!(asked.elapsed() < Duration::from_secs(20), "PostgreSQL is not ready:\n{}", self.server.said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // A process that stands still does not end.
        self.go_on();
        // What ends a neighbour otherwise, TERM, has PostgreSQL wait for its clients to leave.
        let _ = self.server.ends_by(Signal::INT, Duration::from_secs(5));
    }
}

fn launch(bin: &Path, folder: &Path, port: u16) -> Neighbour {
    let mut command = unprivileged(&bin.join("postgres"));
    command.arg("-D").arg(folder.join("data")).arg("-k").arg(folder);
    command.args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]).current_dir("/");
    Neighbour::start("postgres", PACKAGE, folder, &mut command)
}

/// PostgreSQL refuses to run as root, so root runs it as the user that the package made.
fn unprivileged(program: &Path) -> Command {
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
    command
}

fn run(command: &mut Command) -> Output {
    let output = command.current_dir("/").stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}\ninstall it with: apt-get install {PACKAGE}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}\nis it installed? apt-get install {PACKAGE}", output.status);
    output
}

fn find_binaries() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut places: Vec<PathBuf> = installed.map(|version| version.path().join("bin")).collect();
    places.sort();
    let found = places.into_iter().rev().find(|place| place.join("initdb").exists());
    found.unwrap_or_else(|| panic!("PostgreSQL is not installed\ninstall it with: apt-get install {PACKAGE}"))
}
