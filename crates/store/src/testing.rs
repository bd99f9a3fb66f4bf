//! Throw-away databases, so that every behaviour is tested on both.
//!
//! PostgreSQL is the real one from the installed binaries. A machine without it fails the test and says what to install: a
//! test that is skipped in silence proves nothing.

use std::fmt::Display;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use crate::{Db, Place};

/// A PostgreSQL server of our own, in a temporary folder, on a free loopback port.
pub struct PostgresServer {
    supervisor: Child,
    port: u16,
    databases: AtomicU32,
}

/// The server is stopped and its folder removed when the shell's input ends. That happens when this process ends in whatever
/// way, even killed, which no destructor can promise.
const SUPERVISE: &str = r#"
    folder=$1; shift
    "$@" >"$folder/log" 2>&1 </dev/null &
    server=$!
    read -r _
    kill -INT "$server" 2>/dev/null
    wait "$server"
    rm -rf "$folder"
"#;

impl PostgresServer {
    /// Starts a server with its usual durability.
    ///
    /// # Panics
    /// When PostgreSQL is missing or does not start, with what to do about it.
    pub fn start() -> Self {
        let bin = find_binaries();
        let folder = tempfile::Builder::new().prefix("candor-postgres-").tempdir().unwrap_or_else(|e| failed("folder", &e));
        let root = rustix::process::geteuid().is_root();
        if root {
            give_to_postgres(folder.path());
        }
        let data = folder.path().join("data");
        let mut init = command(root, &bin.join("initdb"));
        init.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "-D"]).arg(&data);
        let output = init.current_dir("/").output().unwrap_or_else(|e| failed("initdb", &e));
        assert!(output.status.success(), "initdb failed: {}", String::from_utf8_lossy(&output.stderr));

        let port = free_port();
        let server = command(root, &bin.join("postgres"));
        let supervisor = Command::new("sh")
            .args(["-c", SUPERVISE, "sh"])
            .arg(folder.path())
            .arg(server.get_program())
            .args(server.get_args())
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|e| failed("sh", &e));
        let server = Self { supervisor, port, databases: AtomicU32::new(0) };
        // From here on the shell removes the folder.
        server.wait_until_ready(&bin, folder);
        server
    }

    /// The server shared by the tests of this process.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PostgresServer> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// The address of a new, empty database.
    pub async fn fresh(&self) -> String {
        let name = format!("fresh_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run(&format!("CREATE DATABASE {name}")).await;
        self.url(&name)
    }

    /// Runs a statement as the superuser, for instance to end connections or to change a setting.
    #[expect(clippy::disallowed_methods, reason = "a test's own connection, beside the store")]
    pub async fn run(&self, sql: &str) {
        let connected = tokio_postgres::connect(&self.url("postgres"), tokio_postgres::NoTls).await;
        let (client, connection) = connected.unwrap_or_else(|e| failed("the server", &e));
        let driver = tokio::spawn(connection);
        client.batch_execute(sql).await.unwrap_or_else(|e| failed(sql, &e));
        drop(client);
        let _ = driver.await;
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    fn wait_until_ready(&self, bin: &Path, folder: TempDir) {
        let folder = folder.keep();
        let port = self.port.to_string();
        // Thirty seconds in small steps.
        for _ in 0..600 {
            let mut ask = Command::new(bin.join("pg_isready"));
            ask.args(["-q", "-h", "127.0.0.1", "-p", &port]).stdout(Stdio::null()).stderr(Stdio::null());
            if ask.status().is_ok_and(|status| status.success()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        failed("PostgreSQL", &format!("it did not start: {log}"));
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        let _ = self.supervisor.wait();
    }
}

/// Runs a behaviour test twice: on SQLite in a temporary folder, and on a fresh PostgreSQL database.
pub fn both(test: impl AsyncFn(Db)) {
    both_places(async |place| {
        let db = Db::open(&place).await.unwrap_or_else(|e| failed("opening the store", &e));
        test(db).await;
    });
}

/// Like [`both`], for tests that open the store themselves.
pub fn both_places(test: impl AsyncFn(Place)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.unwrap_or_else(|e| failed("the runtime", &e));
    let folder = tempfile::tempdir().unwrap_or_else(|e| failed("folder", &e));
    runtime.block_on(async {
        let _name = Named("SQLite");
        test(Place::Folder(folder.path().join("store"))).await;
    });
    runtime.block_on(async {
        let _name = Named("PostgreSQL");
        test(Place::Postgres(PostgresServer::shared().fresh().await)).await;
    });
}

/// Says on which database a test failed.
struct Named(&'static str);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = writeln!(std::io::stderr(), "the failure was on {}", self.0);
        }
    }
}

fn find_binaries() -> PathBuf {
    let mut places: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    places.sort();
    places.reverse();
    places.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    let found = places.into_iter().find(|place| place.join("initdb").exists() && place.join("postgres").exists());
    found.unwrap_or_else(|| failed("PostgreSQL", &"it is not installed: run `apt-get install postgresql`"))
}

/// PostgreSQL refuses to run as root, so root runs it as the user that the package made.
fn command(root: bool, program: &Path) -> Command {
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
    command
}

fn give_to_postgres(folder: &Path) {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let entry = users.lines().find(|line| line.starts_with("postgres:"));
    let id = |at: usize| entry.and_then(|line| line.split(':').nth(at)).and_then(|id| id.parse().ok());
    let (Some(user), Some(group)) = (id(2), id(3)) else {
        failed("PostgreSQL", &"there is no user `postgres`: run `apt-get install postgresql`")
    };
    let owned = chown(folder, Some(user), Some(group));
    let private = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700));
    owned.and(private).unwrap_or_else(|e| failed("folder", &e));
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.unwrap_or_else(|e| failed("a free port", &e)).port()
}

fn failed(what: &str, error: &dyn Display) -> ! {
    panic!("the test database cannot be had: {what}: {error}")
}
