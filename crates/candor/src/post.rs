//! The post: takes committed letters, has the courier make one attempt at each, and brings the receipts back as inputs.
//!
//! It decides nothing. Whether a letter is tried again, and who is called instead, is the engine's to say.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use courier::render::{Facts, render};
use courier::{Courier, Destination, Parcel, Secret};
use desk::{Ask, Clock, Desk, DeskError, Outgoing};
use model::letter::Outcome;
use model::{Actor, Channel, Input, Letter, LetterId, LetterState, Span, Time};
use store::Vault;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Everything one delivery needs; shared by all of them.
pub(crate) struct Post {
    pub(crate) courier: Courier,
    pub(crate) desk: Desk,
    pub(crate) vault: Vault,
    pub(crate) clock: Clock,
    pub(crate) base_url: String,
    pub(crate) link_secret: [u8; 32],
    pub(crate) unwritten: Unwritten,
}

/// What came of letters while the desk could write nothing. When it comes back it takes the letters for lost under way and hands
/// them out again; whoever has had the page already must not be woken a second time for that.
#[derive(Default)]
pub(crate) struct Unwritten(Mutex<HashMap<LetterId, (Time, Outcome, String)>>);

impl Unwritten {
    fn keep(&self, letter: LetterId, now: Time, outcome: Outcome, answer: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (at, ..)| now.since(*at) < KEPT);
        known.insert(letter, (now, outcome, answer.to_owned()));
    }

    fn take(&self, letter: LetterId) -> Option<(Outcome, String)> {
        let (_, outcome, answer) = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&letter)?;
        Some((outcome, answer))
    }
}

/// Long enough for the desk to come back and ask.
const KEPT: Span = Span::minutes(10);
/// How long deliveries under way may take once Candor stops; what is not done by then is tried again at the next start.
const LAST_DELIVERIES: Duration = Duration::from_secs(3);
/// How long a receipt is offered to a desk that is busy or away.
const RECEIPT_TRIES: u32 = 120;

/// Runs until `stop` turns true.
pub(crate) async fn run(post: Arc<Post>, mut letters: Outgoing, mut stop: watch::Receiver<bool>) {
    let mut under_way = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            letter = letters.recv() => match letter {
                Some(letter) => { under_way.spawn(deliver(post.clone(), letter)); }
                None => break,
            },
            Some(_) = under_way.join_next(), if !under_way.is_empty() => {}
        }
    }
    let all = async { while under_way.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(LAST_DELIVERIES, all).await;
}

async fn deliver(post: Arc<Post>, letter: Letter) {
    let LetterState::Leased { until } = letter.state else { return };
    if until <= (post.clock)() {
        // Too late: the engine takes the letter back at this moment and hands it out again.
        return;
    }
    let attempt = letter.attempts.last().map_or(0, |a| a.number);
    let (outcome, answer) = match post.unwritten.take(letter.id) {
        Some(known) => known,
        None => match destination(&post, &letter).await {
            Ok(to) => attempt_at(&post, &letter, attempt, to).await,
            Err(verdict) => verdict,
        },
    };
    for _ in 0..RECEIPT_TRIES {
        let input = Input::Receipt { letter: letter.id, attempt, outcome, answer: answer.clone() };
        match post.desk.submit(Ask { actor: Actor::System, input, idempotency: None }).await {
            Ok(_) | Err(DeskError::Stopping) => return,
            Err(DeskError::Fault) => break,
            Err(DeskError::Busy { .. } | DeskError::Unavailable(_)) => {
                if outcome == Outcome::Delivered {
                    post.unwritten.keep(letter.id, (post.clock)(), outcome, &answer);
                }
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
        }
    }
    tracing::warn!(letter = letter.id.0, "a receipt could not be written; the letter may be sent once more");
}

/// The address, from the vault; it goes no further than the courier.
async fn destination(post: &Post, letter: &Letter) -> Result<Destination, (Outcome, String)> {
    let contact = match post.vault.contact(&letter.to, letter.channel).await {
        Ok(Some(contact)) => contact,
        Ok(None) => return Err((Outcome::Failed, format!("no {} contact is known", letter.channel.name()))),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a contact could not be read");
            return Err((Outcome::Retry { after: None }, "the contact could not be read".into()));
        }
    };
    match letter.channel {
        Channel::Email => {
            let name = post.desk.playbook().person(&letter.to).map(|p| p.name.clone());
            Ok(Destination::Email { address: contact, name })
        }
        Channel::Webhook => {
            let mut words = contact.split_whitespace();
            let url = words.next().unwrap_or_default().to_owned();
            let secrets: Result<Vec<Secret>, _> = words.map(str::parse).collect();
            let mut secrets = secrets.map_err(|_| (Outcome::Failed, "the webhook's secret is not a whsec_ secret".to_owned()))?;
            if secrets.is_empty() {
                // Every webhook is signed; who receives it learns the secret from an administrator.
                let bytes = web::access::link::webhook_secret(&post.link_secret, &letter.to);
                secrets.extend(Secret::from_bytes(&bytes));
            }
            Ok(Destination::Webhook { url, secrets })
        }
    }
}

async fn attempt_at(post: &Post, letter: &Letter, attempt: u32, to: Destination) -> (Outcome, String) {
    let ack = web::access::link::url(&post.base_url, &post.link_secret, letter.id);
    let playbook = post.desk.playbook();
    let rendered = render(letter, Facts { playbook: &playbook, base_url: &post.base_url, ack: &ack });
    let parcel = Parcel {
        letter: letter.id.0,
        attempt,
        key: letter.key(),
        at: letter.created_at.seconds(),
        to,
        subject: rendered.subject,
        text: rendered.text,
        html: Some(rendered.html),
        json: rendered.json,
        kind: letter.content.kind().to_owned(),
        thread: rendered.thread,
    };
    match post.courier.send(parcel).await {
        courier::Outcome::Delivered { answer } => (Outcome::Delivered, answer),
        courier::Outcome::Retry { answer, after } => {
            let after = after.map(|wait| Span::seconds(i64::try_from(wait.as_secs()).unwrap_or(3_600)));
            (Outcome::Retry { after }, answer)
        }
        courier::Outcome::Failed { answer } => (Outcome::Failed, answer),
        courier::Outcome::Unknown { answer } => (Outcome::Unknown, answer),
    }
}
