//! The store, opened without a server: for commands that work on the data folder itself.

use anyhow::{Context as _, Result, bail};
use store::{Db, Place, Records, StoreError, Vault};

use crate::cli::{Server, Store};
use crate::client::Client;
use crate::fault::used_wrongly;
use crate::settings::{Environment, Settings};

/// The database file in a data folder.
pub(crate) const FILE: &str = "candor.db";

const HINT: &str = "stop the server, or go through it: set CANDOR_URL and CANDOR_TOKEN";

/// Opens the store, and says what to do when a server has it.
pub(crate) async fn open(settings: &Settings) -> Result<Db> {
    match Db::open(&settings.place()).await {
        Ok(db) => Ok(db),
        Err(error @ StoreError::Locked { .. }) => {
            Err(anyhow::Error::new(error).context(format!("the data folder {} is in use; {HINT}", settings.data.display())))
        }
        Err(error) => Err(error).context("the store cannot be opened"),
    }
}

/// Like [`open`], for commands that read: what is not there is not made.
pub(crate) async fn open_existing(settings: &Settings) -> Result<Db> {
    if let Place::Folder(folder) = settings.place()
        && !folder.join(FILE).exists()
    {
        bail!("there is no Candor store in {}; name its folder with --data", folder.display());
    }
    open(settings).await
}

/// The server's own parts on the data folder, without its listeners: changes go through the desk as always, so that the journal
/// knows of them.
pub(crate) struct Workshop {
    pub(crate) app: web::app::App,
    stopper: desk::Stopper,
    // Letters that fall due meanwhile stay in the store; the next start sends them.
    _letters: desk::Outgoing,
}

impl Workshop {
    pub(crate) async fn open(settings: &Settings) -> Result<Self> {
        let db = open(settings).await?;
        let key = settings.secret_key.open(&settings.data)?;
        let (records, vault) = (Records::new(db.clone()), Vault::new(db, key));
        let desk = desk::Settings {
            clock: crate::clock::system(),
            version: crate::VERSION.to_owned(),
            queue: 16,
            on_broken: std::sync::Arc::new(|error| tracing::error!(%error, "the store is broken")),
        };
        let running = desk::start(records.clone(), desk).await.map_err(|error| match error {
            error @ StoreError::Claimed => anyhow::Error::new(error).context(format!("the database is in use; {HINT}")),
            error => anyhow::Error::new(error).context("the desk does not start"),
        })?;
        let web = web::app::Settings {
            base_url: settings.base_url_at(settings.listen),
            version: crate::VERSION,
            // Nobody follows a link while no server runs.
            link_secret: [0; 32],
            https: settings.tls.is_some(),
            limits: web::server::Limits::default(),
        };
        let app = web::app::App::new(running.desk, records, vault, web);
        Ok(Self { app, stopper: running.stopper, _letters: running.letters })
    }

    /// Commits and closes. Must be called, or the last entries wait for the next start.
    pub(crate) async fn close(self) {
        self.stopper.stop().await;
    }
}

/// A refusal of one of the server's parts, as an error with its reasons.
pub(crate) fn refused(problem: &web::problem::Problem) -> anyhow::Error {
    let mut lines = vec![problem.detail.clone()];
    let further = problem.reasons.iter().filter(|(_, reason)| !problem.detail.contains(reason.as_str()));
    lines.extend(further.map(|(field, reason)| format!("  {field}: {reason}")));
    anyhow::Error::msg(lines.join("\n"))
}

/// The server to go through, if one was named: by flags, or by the environment when no store was named by a flag.
pub(crate) fn server(store: &Store, server: &Server, environment: &Environment) -> Result<Option<Client>> {
    let named = server.url.is_some() || server.token.is_some();
    if !named && store.is_named() {
        return Ok(None);
    }
    let url = server.url.clone().or_else(|| environment.get("CANDOR_URL"));
    let token = server.token.clone().or_else(|| environment.get("CANDOR_TOKEN"));
    match (url, token) {
        (Some(url), Some(token)) => Client::new(&url, Some(&token)).map(Some),
        (Some(_), None) if named => Err(used_wrongly("a token is missing: set CANDOR_TOKEN")),
        (None, Some(_)) if named => Err(used_wrongly("a server is missing: give --url or set CANDOR_URL")),
        _ => Ok(None),
    }
}

/// The client of commands that always speak to a server.
pub(crate) fn client(server: &Server, environment: &Environment) -> Result<Client> {
    let url = server.url.clone().or_else(|| environment.get("CANDOR_URL"));
    let url = url.unwrap_or_else(|| format!("http://{}", crate::settings::LISTEN));
    let token = server.token.clone().or_else(|| environment.get("CANDOR_TOKEN"));
    let Some(token) = token else {
        return Err(used_wrongly(
            "a token is missing: set CANDOR_TOKEN; `candor token create --name me --role responder` makes one",
        ));
    };
    Client::new(&url, Some(&token))
}
