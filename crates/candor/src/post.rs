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

/// Letters under way in this process, and what came of those whose receipt is not written yet. When the desk comes back from
/// trouble it takes letters under way for lost and hands them out again; whoever has had the page, or is just getting it, must not
/// be woken a second time for that.
#[derive(Default)]
pub(crate) struct Unwritten {
    turns: Mutex<HashMap<LetterId, Turn>>,
    delivered: Mutex<HashMap<LetterId, (Time, String)>>,
}

type Turn = Arc<tokio::sync::Mutex<()>>;

impl Unwritten {
    /// One attempt at a letter at a time: a later one waits for what comes of the earlier.
    fn turn(&self, letter: LetterId) -> Turn {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.entry(letter).or_default().clone()
    }

    /// Nobody else waits for it: it is forgotten.
    fn over(&self, letter: LetterId, turn: Turn) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        drop(turn);
        if turns.get(&letter).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            turns.remove(&letter);
        }
    }

    fn keep(&self, letter: LetterId, now: Time, answer: &str) {
        let mut delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        // Seldom: in a long outage there may be very many.
        if delivered.len() >= MANY {
            delivered.retain(|_, (at, _)| now.since(*at) < KEPT);
        }
        delivered.insert(letter, (now, answer.to_owned()));
    }

    /// The answer to an earlier attempt that arrived.
    fn take(&self, letter: LetterId) -> Option<String> {
        let known = self.delivered.lock().unwrap_or_else(PoisonError::into_inner).remove(&letter)?;
        Some(known.1)
    }
}

/// Long enough for the desk to come back and ask.
const KEPT: Span = Span::minutes(10);
/// From so many on it is looked whether some are older than that.
const MANY: usize = 1_024;
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
    let attempt = letter.attempts.last().map_or(0, |a| a.number);
    let turn = post.unwritten.turn(letter.id);
    let guard = turn.lock().await;
    let came = attempt_once(&post, &letter, attempt).await;
    drop(guard);
    post.unwritten.over(letter.id, turn);
    if let Some((outcome, answer)) = came {
        report(&post, letter.id, attempt, outcome, answer).await;
    }
}

/// `None` = too late: the engine takes the letter back at this moment and hands it out again.
async fn attempt_once(post: &Post, letter: &Letter, attempt: u32) -> Option<(Outcome, String)> {
    let (outcome, answer) = match post.unwritten.take(letter.id) {
        Some(answer) => (Outcome::Delivered, answer),
        None if !is_leased(letter, (post.clock)()) => return None,
        None => match destination(post, letter).await {
            Ok(to) => attempt_at(post, letter, attempt, to).await,
            Err(verdict) => verdict,
        },
    };
    if outcome == Outcome::Delivered {
        post.unwritten.keep(letter.id, (post.clock)(), &answer);
    }
    Some((outcome, answer))
}

fn is_leased(letter: &Letter, now: Time) -> bool {
    matches!(letter.state, LetterState::Leased { until } if now < until)
}

async fn report(post: &Post, letter: LetterId, attempt: u32, outcome: Outcome, answer: String) {
    for _ in 0..RECEIPT_TRIES {
        let input = Input::Receipt { letter, attempt, outcome, answer: answer.clone() };
        match post.desk.submit(Ask { actor: Actor::System, input, idempotency: None }).await {
            Ok(_) => {
                post.unwritten.take(letter);
                return;
            }
            Err(DeskError::Stopping) => return,
            Err(DeskError::Fault) => break,
            Err(DeskError::Busy { .. } | DeskError::Unavailable(_)) => tokio::time::sleep(Duration::from_millis(250)).await,
        }
    }
    tracing::warn!(letter = letter.0, "a receipt could not be written; the letter may be sent once more");
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
