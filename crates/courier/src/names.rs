//! Names to addresses, bounded in time and number, and checked before anybody connects.
//!
//! Whoever controls a name's DNS controls what it answers, and may answer differently to the check than to the connection. So
//! there is one look-up per connection: what it returns is judged here, every address of it, and the connection goes to these
//! very addresses. A look-up that fails or hangs falls back to the last good answer for an hour, because a name server that is
//! down is no reason to miss a page; the old answer is judged again like a new one.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::address::{Standing, judge};
use crate::cidr::Cidr;
use crate::pace;

/// Why the guard let nothing out. Final reasons are final for this URL; the others pass by themselves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the address is not a URL that can be used: {0}")]
    Url(&'static str),
    #[error(
        "plain http, and ports other than 443, 8443 and those under [egress] ports, go only to addresses listed under [egress] allow"
    )]
    Unlisted,
    #[error("the host is on a private network; an administrator can list it under [egress] allow")]
    Private,
    #[error("the host is a cloud's metadata service, which is never called")]
    Metadata,
    #[error("the host's name could not be resolved")]
    Unresolved,
    #[error("the name server did not answer in time")]
    ResolveTimeout,
}

impl Refusal {
    /// Whether trying again later is of no use.
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Unresolved | Self::ResolveTimeout)
    }
}

/// Asks for a name's addresses and may block: the system's resolver, or a test's.
pub type Lookup = Arc<dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync>;

/// The system's resolver.
pub fn system_lookup() -> Lookup {
    Arc::new(|host| Ok((host, 0).to_socket_addrs()?.map(|address| address.ip()).collect()))
}

/// Which standings a connection may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Public or listed: https on a usual port.
    Anywhere,
    /// Listed only: plain http, or an unusual port.
    Listed,
}

const MAX_NAMES: usize = 512;
const MAX_ADDRESSES: usize = 16;
const REMEMBER: Duration = Duration::from_hours(1);
/// A hung look-up keeps its thread after we stopped waiting, so their number is bounded.
const MAX_LOOKUPS: usize = 48;

/// The resolver, shared by all channels.
pub(crate) struct Names {
    allow: Vec<Cidr>,
    limit: Duration,
    ask: Lookup,
    lookups: Arc<Semaphore>,
    good: Mutex<HashMap<String, (Instant, Vec<IpAddr>)>>,
}

impl Names {
    pub(crate) fn new(allow: Vec<Cidr>, limit: Duration, ask: Lookup) -> Self {
        Self { allow, limit, ask, lookups: Arc::new(Semaphore::new(MAX_LOOKUPS)), good: Mutex::default() }
    }

    /// Judges one address for a connection of the given reach.
    pub(crate) fn admit(&self, ip: IpAddr, reach: Reach) -> Result<(), Refusal> {
        match (judge(ip, &self.allow), reach) {
            (Standing::Listed, _) | (Standing::Public, Reach::Anywhere) => Ok(()),
            (Standing::Metadata, _) => Err(Refusal::Metadata),
            (Standing::Public, Reach::Listed) => Err(Refusal::Unlisted),
            (Standing::Private, _) => Err(Refusal::Private),
        }
    }

    /// Whether an address is this machine itself or listed, so that a plain connection harms nobody.
    pub(crate) fn is_near(&self, ip: IpAddr) -> bool {
        ip.to_canonical().is_loopback() || judge(ip, &self.allow) == Standing::Listed
    }

    /// The addresses of `host`, all of them admitted.
    pub(crate) async fn resolve(&self, host: &str, reach: Reach) -> Result<Vec<SocketAddr>, Refusal> {
        let found = self.look_up(host).await?;
        // Every one, not the first one: a name with one public and one private answer is somebody trying.
        for ip in &found {
            self.admit(*ip, reach)?;
        }
        Ok(found.into_iter().take(MAX_ADDRESSES).map(|ip| SocketAddr::new(ip, 0)).collect())
    }

    /// The addresses of `host` as DNS has them, unjudged.
    pub(crate) async fn look_up(&self, host: &str) -> Result<Vec<IpAddr>, Refusal> {
        if let Ok(ip) = host.parse::<IpAddr>() {
            return Ok(vec![ip]);
        }
        let fresh = match tokio::time::timeout(self.limit, self.ask(host.to_owned())).await {
            Ok(Some(found)) if !found.is_empty() => Ok(found),
            Ok(_) => Err(Refusal::Unresolved),
            Err(_) => Err(Refusal::ResolveTimeout),
        };
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        match fresh {
            Ok(found) => {
                if good.len() >= MAX_NAMES && !good.contains_key(host) {
                    good.retain(|_, (at, _)| pace::since(*at) < REMEMBER / 4);
                    if good.len() >= MAX_NAMES {
                        good.clear();
                    }
                }
                let kept = found.iter().copied().take(MAX_ADDRESSES).collect();
                good.insert(host.to_owned(), (pace::now(), kept));
                Ok(found)
            }
            Err(refusal) => match good.get(host) {
                Some((at, found)) if pace::since(*at) < REMEMBER => Ok(found.clone()),
                _ => Err(refusal),
            },
        }
    }

    async fn ask(&self, host: String) -> Option<Vec<IpAddr>> {
        let permit = Arc::clone(&self.lookups).acquire_owned().await.ok()?;
        let ask = Arc::clone(&self.ask);
        let lookup = tokio::task::spawn_blocking(move || {
            let _held_until_done = permit;
            ask(&host)
        });
        lookup.await.ok()?.ok()
    }
}
