//! Senders that write down what they were promised: an answer in the two hundreds is a promise to keep the signal.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::Chance;
use crate::harness::api::Api;
use crate::harness::playbook::KEY;

/// What must be true of an alert afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Firing,
    Resolved,
    /// Its resolution was sent and the answer lost: either is right.
    Either,
}

/// Everything that was answered 2xx, by the name the sender gave it.
#[derive(Default)]
pub(super) struct Ledger {
    fates: Mutex<BTreeMap<String, Fate>>,
    /// Answers that are neither a promise nor "busy": none is expected.
    odd: Mutex<Vec<String>>,
}

impl Ledger {
    pub(super) fn fates(&self) -> BTreeMap<String, Fate> {
        let odd = self.odd.lock().expect("no holder panics");
        assert!(odd.is_empty(), "unexpected answers: {odd:?}");
        self.fates.lock().expect("no holder panics").clone()
    }

    fn set(&self, name: &str, fate: Fate) {
        self.fates.lock().expect("no holder panics").insert(name.to_owned(), fate);
    }
}

/// Four senders, two of each kind, until the server dies.
pub(super) fn start(api: &Api, ledger: &Arc<Ledger>, round: u64, chance: &mut Chance) -> Vec<JoinHandle<()>> {
    (0..4_u64)
        .map(|number| {
            let kind = if number % 2 == 0 { Kind::PagerDuty } else { Kind::Alertmanager };
            let sender = Sender {
                api: api.anonymous(),
                ledger: Arc::clone(ledger),
                kind,
                name: format!("{}-{round}-{number}", kind.prefix()),
            };
            tokio::spawn(sender.run(Chance(chance.next())))
        })
        .collect()
}

pub(super) async fn join(senders: Vec<JoinHandle<()>>) {
    for sender in senders {
        tokio::time::timeout(Duration::from_secs(20), sender)
            .await
            .expect("a sender ends when its server does")
            .expect("a sender does not panic");
    }
}

#[derive(Clone, Copy)]
enum Kind {
    PagerDuty,
    Alertmanager,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::PagerDuty => "pd",
            Self::Alertmanager => "am",
        }
    }
}

struct Sender {
    api: Api,
    ledger: Arc<Ledger>,
    kind: Kind,
    name: String,
}

impl Sender {
    /// At most this many requests in a round, so that thousands of rounds stay small.
    const MOST: u64 = 12;

    async fn run(self, mut chance: Chance) {
        let mut mine: Vec<String> = Vec::new();
        for number in 0..Self::MOST {
            let resolve = !mine.is_empty() && chance.between(0, 2) == 0;
            let names = if resolve {
                vec![mine.swap_remove(chance.between(0, mine.len() as u64 - 1) as usize)]
            } else {
                self.new_names(number, &mut chance)
            };
            if resolve {
                self.ledger.set(&names[0], Fate::Either);
            }
            match self.send(&names, resolve).await {
                Some(true) => {
                    let fate = if resolve { Fate::Resolved } else { Fate::Firing };
                    for name in &names {
                        self.ledger.set(name, fate);
                    }
                    if !resolve {
                        mine.extend(names);
                    }
                }
                Some(false) => {}
                None => return,
            }
            tokio::time::sleep(Duration::from_millis(chance.between(0, 12))).await;
        }
    }

    /// A PagerDuty event is one alert; an Alertmanager batch is a few.
    fn new_names(&self, number: u64, chance: &mut Chance) -> Vec<String> {
        let count = match self.kind {
            Kind::PagerDuty => 1,
            Kind::Alertmanager => chance.between(1, 3),
        };
        (0..count).map(|part| format!("{}-{number}-{part}", self.name)).collect()
    }

    /// Whether the server promised to keep it; `None` when the connection broke.
    async fn send(&self, names: &[String], resolve: bool) -> Option<bool> {
        let (path, body) = match self.kind {
            Kind::PagerDuty => ("/v2/enqueue".to_owned(), event(&names[0], resolve)),
            Kind::Alertmanager => (format!("/in/{KEY}/api/v2/alerts"), batch(names, resolve)),
        };
        let reply = self.api.send("POST", &path, "application/json", body.to_string().into_bytes()).await.ok()?;
        if !reply.is_success() && !matches!(reply.status, 429 | 503) {
            self.ledger.odd.lock().expect("no holder panics").push(format!("{path}: {reply:?}"));
        }
        Some(reply.is_success())
    }
}

fn event(name: &str, resolve: bool) -> Value {
    json!({
        "routing_key": KEY,
        "event_action": if resolve { "resolve" } else { "trigger" },
        "dedup_key": name,
        "payload": { "summary": name, "source": name, "severity": "critical" },
    })
}

/// Each alert has a name of its own, so that each is a page of its own. The end is explicit: a lease that ran out
/// during a long run would resolve what the ledger calls firing.
fn batch(names: &[String], resolve: bool) -> Value {
    let now = Timestamp::now();
    let end = if resolve { now } else { now + SignedDuration::from_hours(24) };
    let start = now - SignedDuration::from_mins(1);
    names
        .iter()
        .map(|name| {
            json!({ "labels": { "alertname": name, "severity": "critical" },
                    "annotations": { "summary": name },
                    "startsAt": start.to_string(), "endsAt": end.to_string() })
        })
        .collect()
}
