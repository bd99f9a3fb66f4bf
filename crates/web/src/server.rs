//! The HTTP server. Own accept loop on hyper, because deadlines for slow clients, caps on connections and an orderly end have
//! to be set there, and because the two hot paths (public pages, alerts) go past the router.

mod accept;
pub(crate) mod body;
mod front;
mod headers;
pub(crate) mod health;
mod intake;
mod line;
mod metrics;
mod proxy;
mod public;
mod reply;
pub(crate) mod route;
mod shared;
mod table;
pub mod tls;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::watch;

pub use proxy::Trusted;
pub(crate) use public::NoPages;
pub use public::PublicPages;
pub use route::{Route, router};
pub use shared::Shared;
pub use table::table;

use crate::app::App;

/// What a listener is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// Everything.
    Main,
    /// Public pages and what they need, for a door that customers may use.
    Public,
}

/// How many connections a listener takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub connections: u32,
    /// From one address (IPv6: one /64). This machine and the proxies it trusts have no cap of their own, since they
    /// speak for everybody.
    pub per_address: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 8_192, per_address: 512 }
    }
}

/// Who is at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Serves until `stop` turns true, then ends streams, lets requests finish for at most eight seconds, and returns.
pub async fn serve(
    listener: std::net::TcpListener,
    app: App,
    which: Listener,
    stop: watch::Receiver<bool>,
    tls: Option<Arc<rustls::ServerConfig>>,
) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    // Streams never end by themselves, so they hear of it first; draining would wait for them in vain.
    let ending = app.server.clone();
    let stopping = stop.clone();
    let relay = tokio::spawn(async move {
        shared::told(stopping).await;
        ending.end_streams();
    });
    let limits = app.settings.limits;
    let router = router(&app);
    let front = front::Front { app, router, which };
    let acceptor = accept::Acceptor::new(front, tls.map(Into::into), limits);
    acceptor.run(listener, stop).await;
    relay.abort();
    Ok(())
}

#[cfg(test)]
mod tests;
