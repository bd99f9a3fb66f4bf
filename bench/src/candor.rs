//! Candor as its users start it: one binary, one folder, one playbook, one token.

use std::collections::HashSet;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::http;
use crate::server::{Server, command};
use crate::target::{BACKGROUND, WATCHED, expect_json};

const TOKEN: &str = "bench-administrator-0123456789abcdef0123";
const WATCHED_KEY: &str = "0123456789abcdef0123456789abcdef";
const BACKGROUND_KEY: &str = "fedcba9876543210fedcba9876543210";
/// More pages of a list than a million alerts fill.
const MAX_PAGES: usize = 6_000;

pub(crate) fn start(program: &Path, folder: &Path, hook: SocketAddr) -> Result<(Server, SocketAddr, Duration)> {
    fs::write(folder.join("candor.toml"), "[egress]\nallow = [\"127.0.0.0/8\"]\n")?;
    fs::write(folder.join("playbook.toml"), playbook(hook))?;
    let program = program.canonicalize().with_context(|| format!("looking for {}", program.display()))?;
    let mut command = command(program, folder);
    command.env("CANDOR_BOOTSTRAP_TOKEN", TOKEN).args(["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    command.args(["--config", "candor.toml", "--playbook", "playbook.toml"]);
    Server::start("Candor", &mut command, listening)
}

/// `candor ready listen=http://127.0.0.1:4180`
fn listening(line: &str) -> Option<SocketAddr> {
    line.strip_prefix("candor ready listen=http://")?.trim().parse().ok()
}

pub(crate) fn path(service: &str) -> String {
    let key = if service == BACKGROUND { BACKGROUND_KEY } else { WATCHED_KEY };
    format!("/in/{key}/api/v2/alerts")
}

/// Services that the probes of a latency run go to in turn. A service that opens more than thirty groups a minute is in a storm,
/// and its further alerts page together; what is measured is one alert's page, so no service gets that many probes.
pub(crate) const PROBED: usize = 40;

/// Where alerts for the `n`-th probed service are sent.
pub(crate) fn probed_path(n: usize) -> String {
    format!("/in/{}/api/v2/alerts", probed_key(n))
}

fn probed_key(n: usize) -> String {
    format!("{n:08}000000000000000000000000")
}

/// A service whose alerts page the same person as the watched one's.
fn probed(n: usize) -> String {
    let key = probed_key(n);
    format!(
        "[[service]]\nid = \"probed-{n}\"\nname = \"Probed {n}\"\npolicy = \"{WATCHED}\"\n\
         [[integration]]\nid = \"prometheus-probed-{n}\"\nservice = \"probed-{n}\"\nkey = \"{key}\"\n"
    )
}

/// Two services, each with people of its own: pages of the one must not be bundled with pages of the other.
fn playbook(hook: SocketAddr) -> String {
    let watched = chain("ana", WATCHED, WATCHED_KEY, hook);
    let background = chain("ben", BACKGROUND, BACKGROUND_KEY, hook);
    let page = format!(
        "[[page]]\nslug = \"shop\"\nname = \"Shop status\"\n[[page.component]]\nid = \"{WATCHED}\"\nname = \"Checkout\"\nservice = \"{WATCHED}\"\n\
         [[page.component]]\nid = \"{BACKGROUND}\"\nname = \"Background work\"\nservice = \"{BACKGROUND}\"\n"
    );
    let probed: String = (0..PROBED).map(probed).collect();
    format!("{watched}\n{background}\n{probed}\n{page}")
}

/// Everything from a person to an integration that it takes to page that person.
fn chain(person: &str, service: &str, key: &str, hook: SocketAddr) -> String {
    format!(
        r#"[[person]]
id = "{person}"
name = "Person {person}"
email = "{person}@example.org"
webhook = "http://{hook}/{person}"
timezone = "Europe/Lisbon"
notify = [{{ after = "0m", by = "webhook" }}]

[[schedule]]
id = "{service}-primary"
timezone = "Europe/Lisbon"
[[schedule.layer]]
people = ["{person}"]
every = "1w"
from = "2026-01-05T09:00"

[[policy]]
id = "{service}"
[[policy.step]]
notify = ["schedule:{service}-primary"]
wait = "5m"

[[service]]
id = "{service}"
name = "Service {service}"
policy = "{service}"

[[integration]]
id = "prometheus-{service}"
service = "{service}"
key = "{key}"
"#
    )
}

/// Walks the whole list and counts distinct ids: an alert that moves while the list is walked must not count twice.
pub(crate) async fn count_open(address: SocketAddr) -> Result<u64> {
    let mut seen = HashSet::new();
    let mut cursor = String::new();
    for _ in 0..MAX_PAGES {
        let path = format!("/v1/alerts?state=open&limit=200{cursor}");
        let (status, _, body) = http::get(address, &path, &format!("Authorization: Bearer {TOKEN}\r\n")).await?;
        let list = expect_json(status, &body)?;
        let items = list["items"].as_array().context("a list without items")?;
        seen.extend(items.iter().map(|item| item["id"].to_string()));
        match list["next"].as_str() {
            Some(next) => cursor = format!("&cursor={}", percent_encode(next)),
            None => return Ok(seen.len() as u64),
        }
    }
    bail!("the list of open alerts did not end after {MAX_PAGES} pages")
}

fn percent_encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_names_the_address() {
        let found = listening("candor ready listen=http://127.0.0.1:4180");
        assert_eq!(found, Some(SocketAddr::from(([127, 0, 0, 1], 4180))));
        assert_eq!(listening("candor: something else"), None);
    }

    #[test]
    fn a_cursor_is_safe_in_a_query() {
        assert_eq!(percent_encode("a+b/c=&~"), "a%2Bb%2Fc%3D%26~");
    }
}
