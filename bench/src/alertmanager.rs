//! A real Alertmanager on loopback, alone: no cluster, nothing left of a run before.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::http;
use crate::server::{Server, command};
use crate::target::{Notify, WATCHED, expect_json};

pub(crate) const PATH: &str = "/api/v2/alerts";

pub(crate) fn start(program: &Path, folder: &Path, hook: SocketAddr, notify: Notify) -> Result<(Server, SocketAddr, Duration)> {
    fs::write(folder.join("alertmanager.yml"), config(hook, notify))?;
    let mut command = command(program, folder);
    command.args(["--config.file=alertmanager.yml", "--storage.path=data"]);
    command.args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="]);
    Server::start("Alertmanager", &mut command, listening)
}

fn config(hook: SocketAddr, notify: Notify) -> String {
    let group_by = match notify {
        Notify::Nobody => {
            return "route:\n  receiver: nobody\nreceivers:\n- name: nobody\n".to_owned();
        }
        Notify::Each => "...",
        Notify::ByName => "alertname",
    };
    format!(
        "route:\n  receiver: nobody\n  routes:\n  - matchers: ['service=\"{WATCHED}\"']\n    receiver: hook\n    group_by: ['{group_by}']\n    \
         group_wait: 0s\nreceivers:\n- name: nobody\n- name: hook\n  webhook_configs:\n  - url: http://{hook}/hook\n    send_resolved: false\n"
    )
}

/// `… level=info component=web msg="Listening on" address=127.0.0.1:43671`
fn listening(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("\"Listening on\" address=")?;
    rest.split_whitespace().next()?.parse().ok()
}

pub(crate) async fn count_open(address: SocketAddr) -> Result<u64> {
    let (status, _, body) = http::get(address, PATH, "").await?;
    let list = expect_json(status, &body)?;
    Ok(list.as_array().map_or(0, |items| items.len() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_line_that_says_it() {
        let line = r#"ts=2026-01-05T09:00:00.000Z caller=tls_config.go:232 level=info component=web msg="Listening on" address=127.0.0.1:43671"#;
        assert_eq!(listening(line), Some(SocketAddr::from(([127, 0, 0, 1], 43671))));
        assert_eq!(listening("level=info msg=\"Loading configuration file\""), None);
    }
}
