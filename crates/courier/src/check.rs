//! What is wrong with the way out, for `doctor`: asked for, never on its own.

use crate::{Courier, pace};

/// One fault, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The channel: `mail` or `webhook`.
    pub channel: &'static str,
    pub text: String,
    pub fix: String,
}

impl Courier {
    /// Looks whether letters could leave now. Sends nothing: a conversation with the mail server is opened and ended.
    pub async fn check(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.no_authorities {
            faults.push(Fault {
                channel: "webhook",
                text: "no certificate authorities were found on this machine, so nothing can be reached over TLS".to_owned(),
                fix: "install the package ca-certificates, or name a file of certificates".to_owned(),
            });
        }
        match &self.mailer {
            None => faults.push(Fault {
                channel: "mail",
                text: "no mail server is set up".to_owned(),
                fix: "set [mail] smtp = \"smtp://host:port\" and from = \"candor@example.org\"".to_owned(),
            }),
            Some(mailer) => {
                if let Err(text) = mailer.knock(pace::now() + self.limits.connect * 2).await {
                    let fix = "check [mail] smtp, user and password, and that the server takes connections from here";
                    faults.push(Fault { channel: "mail", text, fix: fix.to_owned() });
                }
            }
        }
        faults
    }
}
