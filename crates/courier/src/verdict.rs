//! What a mail server's answers, and its silences, mean for the letter.
//!
//! What goes wrong before the mail itself is under discussion (greeting, TLS, log-in) is about us and not about the letter, so
//! even a final code there means "later": a wrong password must not lose the letters of the hour until somebody mends it.

use std::io;

use crate::parcel::Outcome;
use crate::safe::answer;
use crate::tls;
use crate::wire::{Reply, Trouble};

/// Where an attempt ended without delivery.
pub(crate) enum Ended {
    /// Before the mail was under discussion.
    Opening(Trouble),
    /// The server judged this mail, or broke off before it could have taken it.
    Mail(Trouble),
    /// After the final dot, without an answer.
    Dotted,
    /// The deadline came first; whether after the final dot.
    Late(bool),
}

impl Ended {
    /// The outcome, with what is `hidden` taken out of the server's words.
    pub(crate) fn outcome(&self, hidden: &[&str]) -> Outcome {
        match self {
            Self::Late(true) => unknown("sent, but the mail server did not answer in time"),
            Self::Dotted => unknown("sent, but the connection broke before the mail server answered"),
            Self::Late(false) => Outcome::retry("not sent: the mail server was too slow"),
            Self::Opening(Trouble::Reply(reply)) => {
                Outcome::retry(format!("not sent: the mail server turned us away: {}", said(reply, hidden)))
            }
            Self::Mail(Trouble::Reply(reply)) => {
                // 530 and 538: it wants a log-in or TLS first, which is again about us.
                if reply.code < 500 || matches!(reply.code, 530 | 538) {
                    Outcome::retry(said(reply, hidden))
                } else {
                    Outcome::failed(said(reply, hidden))
                }
            }
            Self::Opening(Trouble::Lost(error)) | Self::Mail(Trouble::Lost(error)) => {
                Outcome::retry(format!("not sent: {}", lost(error)))
            }
            Self::Opening(Trouble::Unfit(why)) | Self::Mail(Trouble::Unfit(why)) => Outcome::retry(format!("not sent: {why}")),
        }
    }

    pub(crate) fn answer(&self, hidden: &[&str]) -> String {
        self.outcome(hidden).answer().to_owned()
    }
}

/// The server took the mail.
pub(crate) fn taken(reply: &Reply, hidden: &[&str]) -> Outcome {
    Outcome::Delivered { answer: said(reply, hidden) }
}

/// The server ended the conversation, rather than saying something about the mail.
pub(crate) fn hung_up(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Lost(_) => true,
        Trouble::Reply(reply) => reply.code == 421,
        Trouble::Unfit(_) => false,
    }
}

fn unknown(answer: &str) -> Outcome {
    Outcome::Unknown { answer: answer.to_owned() }
}

fn said(reply: &Reply, hidden: &[&str]) -> String {
    answer(&reply.code.to_string(), &reply.text(), hidden)
}

fn lost(error: &io::Error) -> &'static str {
    if let Some(error) = tls::find::<rustls::Error>(error) {
        return tls::reason(error);
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "the mail server refused the connection",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "there is no route to the mail server",
        _ => "the connection to the mail server broke",
    }
}
