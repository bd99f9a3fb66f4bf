//! The egress guard: the one door through which a request leaves, whatever asked for it.
//!
//! A URL is parsed once, by the same parser the client uses, so that no two readings of it can differ. Addresses are judged at
//! the moment of connecting and the connection goes to what was judged, so a name cannot change its mind in between. Redirects
//! and proxies are off: either would lead somewhere nobody judged.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use rustls::RootCertStore;
use url::{Host, Url};

use crate::names::{Names, Reach, Refusal};
use crate::{CourierError, Limits, tls};

const MAX_URL: usize = 2048;
/// Ports that https is spoken on without anybody having to say so.
const USUAL_PORTS: [u16; 2] = [443, 8443];

/// A URL that was looked at, with what follows from it.
#[derive(Debug, Clone)]
pub struct Target {
    url: Url,
    host: String,
    reach: Reach,
}

impl Target {
    /// The host in its normal form, with the port: what shares a fate, and so a bulkhead.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn url(&self) -> &Url {
        &self.url
    }
}

/// The guard and the clients behind it.
pub struct Guard {
    names: Arc<Names>,
    ports: Vec<u16>,
    anywhere: reqwest::Client,
    listed: reqwest::Client,
}

impl Guard {
    pub(crate) fn new(
        names: Arc<Names>,
        ports: Vec<u16>,
        roots: &Arc<RootCertStore>,
        limits: &Limits,
    ) -> Result<Self, CourierError> {
        // Two clients, since a resolver is told a name and not what for; their pools stay apart, too.
        let anywhere = client(&names, Reach::Anywhere, roots, limits)?;
        let listed = client(&names, Reach::Listed, roots, limits)?;
        Ok(Self { names, ports, anywhere, listed })
    }

    /// Reads a URL and refuses what can be refused without asking a name server: use it when a destination is entered, too.
    pub fn inspect(&self, text: &str) -> Result<Target, Refusal> {
        // The URL standard strips tabs and line ends and turns backslashes around; a URL that has them was not meant well.
        let odd = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
        if text.len() > MAX_URL || text.contains(odd) {
            return Err(Refusal::Url("it is too long, or holds blanks, control characters or backslashes"));
        }
        let mut url = Url::parse(text).map_err(|_| Refusal::Url("it cannot be read"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Url("only https and http are used"));
        }
        if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
            return Err(Refusal::Url("it holds a user name or password"));
        }
        url.set_fragment(None);
        let port = url.port_or_known_default().ok_or(Refusal::Url("it has no port"))?;
        let usual = USUAL_PORTS.contains(&port) || self.ports.contains(&port);
        let reach = if url.scheme() == "https" && usual { Reach::Anywhere } else { Reach::Listed };
        let host = match url.host() {
            // An address never reaches a resolver, so it is judged here or nowhere.
            Some(Host::Ipv4(ip)) => self.names.admit(ip.into(), reach).map(|()| ip.to_string())?,
            Some(Host::Ipv6(ip)) => self.names.admit(ip.into(), reach).map(|()| format!("[{ip}]"))?,
            Some(Host::Domain(name)) => name.trim_end_matches('.').to_owned(),
            None => String::new(),
        };
        if host.is_empty() {
            return Err(Refusal::Url("it has no host"));
        }
        Ok(Target { url, host: format!("{host}:{port}"), reach })
    }

    /// Starts a request to a target that was inspected.
    pub(crate) fn post(&self, target: &Target) -> reqwest::RequestBuilder {
        let client = match target.reach {
            Reach::Anywhere => &self.anywhere,
            Reach::Listed => &self.listed,
        };
        client.post(target.url.clone())
    }
}

/// The part of a URL's text between `//` and the path: the parser drops an empty user name, which is still somebody's trick.
fn authority(text: &str) -> &str {
    let rest = text.split_once("//").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "this is the guarded client that the ban points to")]
fn client(
    names: &Arc<Names>,
    reach: Reach,
    roots: &Arc<RootCertStore>,
    limits: &Limits,
) -> Result<reqwest::Client, CourierError> {
    let mut tls = tls::config(roots)?;
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Checked { names: Arc::clone(names), reach })
        .https_only(reach == Reach::Anywhere)
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .retry(reqwest::retry::never())
        // One request per connection at a time: over HTTP/2 a receiver that stalls one answer would stall all to that host.
        .http1_only()
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(30))
        .pool_max_idle_per_host(limits.per_host)
        // Shorter than what common servers keep idle connections for, so that ours is rarely closed in our face.
        .pool_idle_timeout(Duration::from_secs(45))
        .connect_timeout(limits.connect)
        .user_agent(concat!("Candor/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(CourierError::Client)
}

/// The resolver handed to a client: only admitted addresses come out of it.
struct Checked {
    names: Arc<Names>,
    reach: Reach,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, reach) = (Arc::clone(&self.names), self.reach);
        Box::pin(async move {
            let found = names.resolve(name.as_str(), reach).await;
            let found = found.map_err(|refusal| -> Box<dyn StdError + Send + Sync> { Box::new(refusal) })?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
