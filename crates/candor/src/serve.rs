//! Start-up and shutdown, in the order that loses nothing.
//!
//! Up: bind (a taken port must fail before anything is written), open the store, start the desk, load keys and playbook, start the
//! post and the press, and only then take connections. Down: stop taking connections and let requests finish, stop the post, and
//! last of all the desk, which commits what was accepted.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use courier::Courier;
use model::Actor;
use store::vault::SecretKey;
use store::{Db, Records, Vault};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use web::app::{About, App};
use web::communicate::press::Press;
use web::server::{Limits, Listener};

use crate::folder::refused;
use crate::post::{self, Post, Unwritten};
use crate::settings::Settings;

/// The name under which the vault keeps what links in letters are made from.
const LINK_SECRET: &str = "link";

/// A server at work.
pub(crate) struct Running {
    pub(crate) url: String,
    /// The one-time set-up link, where nobody has set Candor up yet.
    pub(crate) setup: Option<String>,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<std::io::Result<()>>>,
    post: JoinHandle<()>,
    press: JoinHandle<()>,
    retention: JoinHandle<()>,
    desk: desk::Stopper,
}

/// Serves until SIGTERM or Ctrl-C.
pub(crate) async fn run(settings: Settings) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let running = start(settings).await?;
    if let Some(link) = &running.setup {
        crate::out::say(&format!("candor is not set up yet; open this link within 24 h to make the first account: {link}"));
    }
    crate::out::say(&format!("candor ready listen={}", running.url));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    running.stop().await;
    Ok(())
}

pub(crate) async fn start(settings: Settings) -> Result<Running> {
    let (listener, bound) = bind(settings.listen)?;
    let public = settings.public_listen.map(bind).transpose()?;
    let tls = settings.tls.as_ref().map(|tls| web::server::tls::load(&tls.cert, &tls.key)).transpose()?;
    let clock = crate::clock::system();
    let db = Db::open(&settings.place()).await?;
    let about = about(&settings, db.flavour());
    let records = Records::new(db.clone());
    let vault = Vault::new(db, settings.secret_key.open(&settings.data)?);
    let link_secret = link_secret(&vault).await?;
    let courier = Courier::new(settings.courier(&clock)).context("the channels cannot be set up")?;
    let running = desk::start(
        records.clone(),
        desk::Settings {
            clock: clock.clone(),
            version: crate::VERSION.into(),
            queue: settings.limits.queue,
            on_broken: Arc::new(|error| {
                // A failed sync may have lost what it claims to have: only a new start, through recovery, knows.
                tracing::error!(error = error as &dyn std::error::Error, "the store is broken; stopping");
                std::process::exit(1);
            }),
        },
    )
    .await?;
    let base_url = settings.base_url_at(bound);
    let press = Press::new(running.desk.clone(), records.clone(), base_url.clone());
    let app = App::new(running.desk.clone(), records.clone(), vault.clone(), web_settings(&settings, &base_url, link_secret))
        .with_pages(press.clone())
        .with_proxies(proxies(&settings))
        .with_about(about);
    let setup = set_up(&app, &settings).await?;
    if let Err(error) = press.look().await {
        tracing::warn!(error = &error as &dyn std::error::Error, "the public pages could not be rendered yet");
    }
    let (stop, stopping) = watch::channel(false);
    let post =
        Post { courier, desk: running.desk, vault, clock: clock.clone(), base_url, link_secret, unwritten: Unwritten::default() };
    let post = tokio::spawn(post::run(Arc::new(post), running.letters, stopping.clone()));
    let press = tokio::spawn(press.run());
    let retention = tokio::spawn(crate::retention::run(records.clone(), settings.retention, clock.clone()));
    let mut servers =
        vec![tokio::spawn(web::server::serve(listener, app.clone(), Listener::Main, stopping.clone(), tls.clone()))];
    if let Some((listener, _)) = public {
        servers.push(tokio::spawn(web::server::serve(listener, app, Listener::Public, stopping, tls)));
    }
    Ok(Running { url: settings.listen_url(bound), setup, stop, servers, post, press, retention, desk: running.stopper })
}

fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

fn web_settings(settings: &Settings, base_url: &str, link_secret: [u8; 32]) -> web::app::Settings {
    web::app::Settings {
        base_url: base_url.to_owned(),
        version: crate::VERSION,
        link_secret,
        https: base_url.starts_with("https://"),
        limits: Limits { connections: settings.limits.connections, per_address: settings.limits.per_address },
    }
}

fn proxies(settings: &Settings) -> web::server::Trusted {
    let blocks = settings.proxies.clone();
    Arc::new(move |ip| blocks.iter().any(|block| block.contains(ip)))
}

fn about(settings: &Settings, flavour: String) -> About {
    let place = if settings.database.is_some() { String::new() } else { format!(" in {}", settings.data.display()) };
    About { database: flavour + &place, mail: settings.mail.as_ref().map(|mail| mail.smtp.clone()) }
}

/// Keys into memory, the first token or set-up link, the playbook.
async fn set_up(app: &App, settings: &Settings) -> Result<Option<String>> {
    web::access::playbook::refresh_keys(app).await?;
    let bootstrap = settings.bootstrap_token.as_ref().map(|token| token.0.as_str());
    let setup = web::access::first_start(app, bootstrap).await.map_err(|problem| refused(&problem))?;
    if let Some(file) = &settings.playbook {
        let text = std::fs::read_to_string(file).with_context(|| format!("the playbook {} cannot be read", file.display()))?;
        let applied = web::access::playbook::apply(app, &text, Actor::System).await;
        let applied = applied.map_err(|problem| {
            let line = |field: &str| field.trim_start_matches("line ").to_owned();
            let faults = problem.reasons.iter().map(|(field, why)| format!("\n{}:{}: {why}", file.display(), line(field)));
            anyhow!("{}{}", problem.detail, faults.collect::<String>())
        })?;
        for warning in applied.warnings {
            crate::out::say(&format!("{}: {warning}", file.display()));
        }
    }
    Ok(setup)
}

/// Made at the first start and kept, so that links in mails stay good over restarts.
async fn link_secret(vault: &Vault) -> Result<[u8; 32]> {
    if let Some(kept) = vault.secret(LINK_SECRET).await? {
        return kept.try_into().map_err(|_| anyhow!("the stored link secret has the wrong length"));
    }
    let made = SecretKey::make()?;
    vault.put_secret(LINK_SECRET, &made).await?;
    Ok(made)
}

impl Running {
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(true);
        for server in self.servers {
            let _ = server.await;
        }
        let _ = self.post.await;
        self.press.abort();
        self.retention.abort();
        self.desk.stop().await;
    }
}
