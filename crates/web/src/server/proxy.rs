//! Who speaks, where a proxy stands in front.
//!
//! Behind a proxy everybody comes from its address: one person who guesses passwords would close the door to all. A proxy that
//! the administrator has named (`[proxy] trust`) is believed about who came to it, and nobody else is, since anybody can write an
//! `X-Forwarded-For`.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use http::HeaderMap;

/// Whether this address is a proxy of ours.
pub type Trusted = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// The client's address: the last one named that is no proxy of ours. Each proxy adds whom it heard, so what stands further left
/// is the word of a stranger.
pub(super) fn client(peer: SocketAddr, headers: &HeaderMap, trusted: &Trusted) -> SocketAddr {
    if !trusted(peer.ip().to_canonical()) {
        return peer;
    }
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let mut client = peer;
    for named in lines.iter().flat_map(|line| line.split(',')).rev() {
        let Some(ip) = address(named.trim()) else { break };
        client = SocketAddr::new(ip, 0);
        if !trusted(ip) {
            break;
        }
    }
    client
}

/// `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::7`, `[2001:db8::7]:4711`; some proxies add the port.
fn address(text: &str) -> Option<IpAddr> {
    let ip = text.parse().or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
    let ip = ip.or_else(|_| text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>());
    ip.ok().map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, lines: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", http::HeaderValue::from_static(line));
        }
        let proxies: [IpAddr; 2] = [IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2])];
        let trusted: Trusted = Arc::new(move |ip| proxies.contains(&ip));
        client(SocketAddr::new(peer.parse().expect("an address"), 4_711), &headers, &trusted).ip().to_string()
    }

    #[test]
    fn a_proxy_of_ours_says_who_came() {
        assert_eq!(seen("10.0.0.1", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(seen("10.0.0.1", &["192.0.2.7:81"]), "192.0.2.7");
        assert_eq!(seen("::ffff:10.0.0.1", &["[2001:db8::7]:81"]), "2001:db8::7");
        assert_eq!(seen("10.0.0.1", &["192.0.2.7, 10.0.0.2"]), "192.0.2.7", "through two of ours");
        assert_eq!(seen("10.0.0.1", &["192.0.2.7", "10.0.0.2"]), "192.0.2.7", "on two lines");
    }

    #[test]
    fn nobody_else_is_believed() {
        assert_eq!(seen("192.0.2.9", &["10.0.0.1"]), "192.0.2.9");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1, 192.0.2.7"]), "192.0.2.7", "what a client wrote stands on the left");
        assert_eq!(seen("10.0.0.1", &["192.0.2.7, unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }
}
