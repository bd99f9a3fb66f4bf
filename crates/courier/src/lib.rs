//! The way out: one letter, one attempt, one outcome.
//!
//! Whom to tell, over which channel and when to try again was decided and committed by the engine before a parcel comes here,
//! and what becomes of it goes back there as an input. So the courier holds no queue, no schedule and no memory of letters: an
//! attempt that is cut short by a crash is simply made again, with the same key, and receivers can tell a repeat by it.
//!
//! What it does hold are the walls: every request passes the egress [`Guard`], every attempt has one deadline for all it does
//! including waiting, and a receiver that hangs harms only itself ([`Limits`]).

mod address;
mod after;
mod bulkhead;
mod check;
mod cidr;
mod email;
mod guard;
mod mime;
mod names;
mod pace;
mod parcel;
pub mod render;
mod safe;
mod secret;
mod settings;
mod smtp;
mod tls;
mod verdict;
mod webhook;
mod wire;

use std::sync::Arc;
use std::time::Duration;

pub use address::{Standing, judge};
pub use after::retry_after;
pub use check::Fault;
pub use cidr::{Cidr, CidrError};
pub use guard::{Guard, Target};
pub use mime::is_address;
pub use names::{Lookup, Refusal, system_lookup};
pub use parcel::{Destination, Outcome, Parcel};
pub use safe::{safe, safe_lines};
pub use secret::{Secret, SecretError};
pub use settings::{Clock, CourierError, Limits, MailSettings, Settings};
pub use webhook::signature;

use bulkhead::{Bulkheads, Channel, Crowded};
use email::Mailer;
use names::Names;

/// Sends letters; one for the whole process, shared by reference.
pub struct Courier {
    guard: Guard,
    mailer: Option<Mailer>,
    walls: Bulkheads,
    limits: Limits,
    clock: Clock,
    no_authorities: bool,
}

impl Courier {
    /// Reads the settings and opens nothing yet: the first connection is made by the first letter.
    pub fn new(settings: Settings) -> Result<Self, CourierError> {
        let limits = settings.limits.clone().in_order();
        let roots = Arc::new(tls::roots(settings.ca_file.as_deref())?);
        let no_authorities = roots.is_empty();
        let names = Arc::new(Names::new(settings.egress, limits.resolve, settings.lookup));
        let guard = Guard::new(Arc::clone(&names), settings.ports, &roots, &limits)?;
        let mailer = settings.mail.map(|mail| Mailer::new(mail, names, &roots, &limits)).transpose()?;
        let walls = Bulkheads::new(&limits);
        Ok(Self { guard, mailer, walls, limits, clock: settings.clock, no_authorities })
    }

    /// Makes one attempt. It ends within [`Courier::longest_attempt`], whatever the receiver does.
    pub async fn send(&self, parcel: Parcel) -> Outcome {
        let outcome = match &parcel.to {
            Destination::Email { address, name } => self.mail(&parcel, address, name.as_deref()).await,
            Destination::Webhook { url, secrets } => self.webhook(&parcel, url, secrets).await,
        };
        // No address and no text: the log is read by people who may not read letters.
        tracing::debug!(letter = parcel.letter, attempt = parcel.attempt, outcome = outcome.word(), "attempt made");
        outcome
    }

    /// The guard, to judge a URL when it is entered and not only when it is needed.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The longest an attempt can take; a lease on a letter must last longer.
    pub fn longest_attempt(&self) -> Duration {
        self.limits.total.max(self.limits.mail)
    }

    /// Whether mail can be sent at all.
    pub fn has_mail(&self) -> bool {
        self.mailer.is_some()
    }

    async fn mail(&self, parcel: &Parcel, address: &str, name: Option<&str>) -> Outcome {
        let Some(mailer) = &self.mailer else {
            return Outcome::failed("no mail server is set up; set [mail] smtp and from");
        };
        let begun = pace::now();
        let permit = match self.walls.enter(Channel::Mail, None, begun + self.limits.wait).await {
            Ok(permit) => permit,
            Err(crowded) => return waited(crowded, "mail"),
        };
        let outcome = mailer.send(parcel, address, name, begun + self.limits.mail).await;
        drop(permit);
        outcome
    }

    async fn webhook(&self, parcel: &Parcel, url: &str, secrets: &[Secret]) -> Outcome {
        let begun = pace::now();
        let target = match self.guard.inspect(url) {
            Ok(target) => target,
            Err(refusal) => return webhook::refused(&refusal),
        };
        let entry = self.walls.enter(Channel::Webhook, Some(target.host()), begun + self.limits.wait).await;
        let permit = match entry {
            Ok(permit) => permit,
            Err(crowded) => return waited(crowded, "this host"),
        };
        let attempt = webhook::Attempt {
            guard: &self.guard,
            target: &target,
            secrets,
            now: (self.clock)(),
            deadline: begun + self.limits.total,
            body_wait: self.limits.body,
        };
        let (outcome, answered) = attempt.make(parcel).await;
        permit.answered(answered);
        outcome
    }
}

fn waited(crowded: Crowded, whom: &str) -> Outcome {
    let why = match crowded {
        Crowded::Full => "too many attempts are waiting already".to_owned(),
        Crowded::Late => format!("earlier attempts to {whom} are still waiting for an answer"),
    };
    Outcome::Retry { answer: format!("not tried: {why}"), after: None }
}
