//! How connections are made: address, encryption, timeouts, session settings.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::NoTls;
use tokio_postgres::{Client, Config, Connection, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::fault;
use crate::{Query, StoreError};

/// Pauses between attempts: a restart of the server is bridged, an outage is reported within seconds.
const PAUSES_MS: [u64; 4] = [50, 200, 500, 1_000];

/// How long the server may say nothing. Longer than an honest query takes to its first row, shorter than a night is long.
const SILENCE: Duration = Duration::from_secs(20);

/// All tries at a connection together. The system takes connections for a server that stands still.
const CONNECTING: Duration = Duration::from_secs(6);
/// How soon a server answers that is asked for nothing.
const PING: Duration = Duration::from_secs(5);

pub(super) struct Address {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Migrating,
    Writing,
    Reading,
}

pub(super) struct Conn {
    pub(super) client: Client,
    statements: Vec<Option<Statement>>,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        let (plain, asked) = split_tls(url);
        // The driver's error does not repeat the address, which may hold a password.
        let mut config: Config = plain.parse().map_err(|error: tokio_postgres::Error| {
            StoreError::Unfit(format!("the PostgreSQL address cannot be read: {error}"))
        })?;
        config
            .application_name(config.get_application_name().unwrap_or("candor").to_owned())
            .connect_timeout(Duration::from_secs(5))
            .tcp_user_timeout(Duration::from_secs(10))
            .keepalives(true)
            .keepalives_idle(Duration::from_secs(5))
            .keepalives_interval(Duration::from_secs(2))
            .keepalives_retries(3)
            .ssl_mode(if asked.on { SslMode::Require } else { SslMode::Disable });
        let tls = if asked.on { Some(tls(asked.root.as_deref())?) } else { None };
        if tls.is_none() && !is_local(&config) {
            tracing::warn!("the connection to PostgreSQL is not encrypted: add sslmode=require to the address");
        }
        Ok(Self { config, tls })
    }

    /// Tries for about two seconds and then says that the database is away; of one that stands still, a little later.
    pub(super) async fn connect(&self, purpose: Purpose) -> Result<Conn, StoreError> {
        let tries = tokio::time::timeout(CONNECTING, Box::pin(self.try_to_connect(purpose)));
        tries.await.unwrap_or_else(|elapsed| Err(StoreError::Unavailable(elapsed.into())))
    }

    async fn try_to_connect(&self, purpose: Purpose) -> Result<Conn, StoreError> {
        let mut pauses = PAUSES_MS.into_iter();
        loop {
            match self.connect_once(purpose).await {
                Err(StoreError::Unavailable(error)) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(Duration::from_millis(pause)).await,
                    None => return Err(StoreError::Unavailable(error)),
                },
                other => return other,
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one room that opens the database")]
    async fn connect_once(&self, purpose: Purpose) -> Result<Conn, StoreError> {
        let client = match &self.tls {
            Some(tls) => drive(self.config.connect(tls.clone()).await.map_err(fault::sort)?),
            None => drive(self.config.connect(NoTls).await.map_err(fault::sort)?),
        };
        client.batch_execute(settings(purpose)).await.map_err(fault::sort)?;
        Ok(Conn { client, statements: Vec::new() })
    }
}

/// A server that stands still keeps its connections open and says nothing for ever; it counts as away.
pub(super) async fn in_time<T>(answer: impl Future<Output = T>) -> Result<T, StoreError> {
    tokio::time::timeout(SILENCE, answer).await.map_err(|elapsed| StoreError::Unavailable(elapsed.into()))
}

/// The connection's own task ends with the connection; its error reaches whoever waits for an answer.
fn drive<S, T>((client, connection): (Client, Connection<S, T>)) -> Client
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a connection to PostgreSQL ended");
        }
    });
    client
}

/// The server must notice soon that a writer's machine is gone without a word: until then it keeps that writer's lock, and no
/// other can take over. Its own default is two hours.
///
/// A weaker `synchronous_commit` than `on` would acknowledge what a power cut takes back; a stronger one is left alone.
fn settings(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Migrating => "SET lock_timeout = '60s'",
        Purpose::Writing => {
            "SELECT set_config('synchronous_commit', 'on', false)
                WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write');
             SET default_transaction_read_only = on; SET statement_timeout = '15s'; SET lock_timeout = '5s';
             SET idle_in_transaction_session_timeout = '15s'; SET tcp_user_timeout = '10s';
             SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"
        }
        Purpose::Reading => {
            "SET default_transaction_read_only = on; SET statement_timeout = '5min'; SET lock_timeout = '5s';
             SET idle_in_transaction_session_timeout = '15s'"
        }
    }
}

impl Conn {
    /// Takes the lock of this number for as long as the connection lives, if nobody else has it.
    pub(super) async fn try_lock(&self, number: i64) -> Result<bool, StoreError> {
        let row = in_time(self.client.query_one("SELECT pg_try_advisory_lock($1)", &[&number])).await?.map_err(fault::sort)?;
        row.try_get(0).map_err(fault::sort)
    }

    /// Whether anybody is at the other end.
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        let answer = tokio::time::timeout(PING, self.client.batch_execute("")).await;
        answer.map_err(|elapsed| StoreError::Unavailable(elapsed.into()))?.map_err(fault::sort)
    }

    pub(super) fn is_open(&self) -> bool {
        !self.client.is_closed()
    }

    /// The prepared statement of a query, found by its slot after the first time.
    pub(super) async fn statement(&mut self, query: &Query) -> Result<Statement, StoreError> {
        let slot = query.slot();
        if let Some(Some(statement)) = self.statements.get(slot) {
            return Ok(statement.clone());
        }
        let statement = in_time(self.client.prepare(query.postgres())).await?.map_err(fault::sort)?;
        if slot >= self.statements.len() {
            self.statements.resize(slot + 1, None);
        }
        self.statements[slot] = Some(statement.clone());
        Ok(statement)
    }
}

/// Looks at the server once, at the start: refuses what cannot work, warns loudly of what breaks our promise. Gives its version.
pub(super) async fn examine(conn: &Conn) -> Result<String, StoreError> {
    let settings = "SELECT current_setting('server_version'), current_setting('server_encoding'),
        pg_is_in_recovery(), current_setting('fsync'), current_setting('full_page_writes'),
        current_setting('synchronous_commit')";
    let row = conn.client.query_one(settings, &[]).await.map_err(fault::sort)?;
    let text = |at: usize| row.try_get::<_, String>(at).map_err(fault::sort);
    if row.try_get(2).map_err(fault::sort)? {
        return Err(StoreError::Unavailable("the address leads to a standby, which cannot be written".into()));
    }
    if text(1)? != "UTF8" {
        return Err(StoreError::Unfit("the database must have the encoding UTF8".into()));
    }
    for (at, name) in [(3, "fsync"), (4, "full_page_writes"), (5, "synchronous_commit")] {
        if text(at)? == "off" {
            tracing::error!("PostgreSQL runs with {name} = off: an acknowledged alert can be lost in a power cut");
        }
    }
    Ok(text(0)?.split(' ').next().unwrap_or_default().to_owned())
}

struct Asked {
    on: bool,
    root: Option<String>,
}

/// Takes out of the address what the driver does not know: `sslrootcert`, and the `verify-…` modes. Here encryption always
/// verifies the server's certificate; one that does not is asked for by nobody who knows what it is worth.
fn split_tls(url: &str) -> (String, Asked) {
    let mut asked = Asked { on: false, root: None };
    let Some((base, query)) = url.split_once('?') else {
        return (url.to_owned(), asked);
    };
    let rest: Vec<&str> = query
        .split('&')
        .filter(|pair| match pair.split_once('=') {
            Some(("sslmode", mode)) => {
                asked.on = matches!(mode, "require" | "verify-ca" | "verify-full");
                false
            }
            Some(("sslrootcert", file)) => {
                asked.root = Some(file.replace("%2F", "/"));
                false
            }
            _ => true,
        })
        .collect();
    (format!("{base}?{}", rest.join("&")), asked)
}

fn is_local(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name == "::1" || name.starts_with("127."),
    })
}

fn tls(root: Option<&str>) -> Result<MakeRustlsConnect, StoreError> {
    let mut roots = RootCertStore::empty();
    let found = match root {
        Some(file) => CertificateDer::pem_file_iter(file)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| StoreError::Unfit(format!("sslrootcert {file} cannot be read: {error}")))?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    roots.add_parsable_certificates(found);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(StoreError::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encryption_is_taken_from_the_address() {
        let (plain, asked) = split_tls("postgres://u@h/d?sslmode=verify-full&connect_timeout=3&sslrootcert=/a/b.pem");
        assert_eq!(plain, "postgres://u@h/d?connect_timeout=3");
        assert!(asked.on);
        assert_eq!(asked.root.as_deref(), Some("/a/b.pem"));
        assert!(!split_tls("postgres://u@h/d?sslmode=disable").1.on);
        assert!(!split_tls("postgres://u@h/d").1.on);
    }

    #[test]
    fn an_unreadable_address_does_not_show_its_password() {
        let Err(error) = Address::parse("postgres://u:hunter2@h/d?nonsense=1") else { panic!("accepted") };
        assert!(matches!(error, StoreError::Unfit(_)));
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}
