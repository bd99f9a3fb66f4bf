//! A real mail server (aiosmtpd) that keeps every message in a maildir, and a reader of what arrived.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;
use tempfile::TempDir;

use super::{Neighbour, free_port, wait_for};

const PYTHON: &str = "/usr/bin/python3";

pub(crate) struct MailServer {
    _server: Neighbour,
    pub(crate) port: u16,
    maildir: PathBuf,
    _folder: TempDir,
}

/// One message as its receiver would see it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Mail {
    /// From the envelope, which is what decides where a message goes.
    pub(crate) to: String,
    pub(crate) subject: String,
    /// Name and value of every header line, in order.
    pub(crate) headers: Vec<(String, String)>,
    /// The text part, decoded.
    pub(crate) text: String,
}

impl Mail {
    /// The link to acknowledge by; a page's mail has exactly one.
    pub(crate) fn ack_link(&self) -> Option<String> {
        self.text
            .split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
            .find(|word| word.starts_with("http") && word.contains("ack"))
            .map(|link| link.trim_end_matches(['.', ',', ')']).to_owned())
    }
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let maildir = folder.path().join("mail");
        let port = free_port();
        let mut server = Neighbour::start(
            "aiosmtpd",
            "python3-aiosmtpd",
            folder.path(),
            // -n: stay the user we are; aiosmtpd would otherwise want to become `nobody`.
            Command::new(PYTHON)
                .args(["-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}")])
                .args(["-c", "aiosmtpd.handlers.Mailbox"])
                .arg(&maildir),
        );
        server.listening(port).await;
        Self { _server: server, port, maildir, _folder: folder }
    }

    /// Everything that arrived, oldest first.
    pub(crate) fn all(&self) -> Vec<Mail> {
        let output =
            Command::new(PYTHON).args(["-c", include_str!("read_mail.py")]).arg(&self.maildir).output().expect("python3 runs");
        assert!(output.status.success(), "reading mail: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("the reader prints JSON")
    }

    pub(crate) fn to(&self, address: &str) -> Vec<Mail> {
        self.all().into_iter().filter(|mail| mail.to.contains(address)).collect()
    }

    /// The first mail to that address.
    pub(crate) async fn first_to(&self, address: &str, limit: Duration) -> Mail {
        wait_for(&format!("a mail to {address}"), limit, || async { self.to(address).into_iter().next() }).await
    }
}
