//! Senders at work.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::harness::api::{Api, Reply};
use crate::harness::wait_for;

/// Four senders that never give up.
pub(super) struct Load {
    ledger: Arc<Ledger>,
    senders: Vec<tokio::task::JoinHandle<()>>,
}

#[derive(Default)]
struct Ledger {
    accepted: Mutex<Vec<String>>,
    refused: Mutex<Vec<Reply>>,
    stop: AtomicBool,
}

impl Load {
    pub(super) fn start(api: &Api) -> Self {
        let ledger = Arc::new(Ledger::default());
        let sender = |sender: u32| tokio::spawn(send(api.clone(), Arc::clone(&ledger), sender));
        let senders = (0..4).map(sender).collect();
        Self { ledger, senders }
    }

    pub(super) fn accepted(&self) -> Vec<String> {
        self.ledger.accepted.lock().expect("no holder panics").clone()
    }

    pub(super) async fn has_accepted(&self, count: usize) {
        wait_for("the senders to be heard", Duration::from_secs(20), || async { (self.accepted().len() >= count).then_some(()) })
            .await;
    }

    /// Waits for the refusals of the outage that has just begun.
    pub(super) async fn is_refused(&self) {
        let refused = || self.ledger.refused.lock().expect("no holder panics").len();
        let before = refused();
        wait_for("refusals", Duration::from_secs(20), || async { (refused() > before).then_some(()) }).await;
    }

    /// What was accepted, and how many requests were refused, each as the contract says.
    pub(super) async fn stop(self) -> (Vec<String>, usize) {
        self.ledger.stop.store(true, Ordering::Relaxed);
        for sender in self.senders {
            sender.await.expect("a sender does not panic");
        }
        let refused = self.ledger.refused.lock().expect("no holder panics");
        let odd = refused.iter().find(|reply| reply.status != 503 || reply.header("retry-after").is_empty());
        assert!(odd.is_none(), "an outage is answered 503 with Retry-After, and not {odd:?}");
        (self.ledger.accepted.lock().expect("no holder panics").clone(), refused.len())
    }
}

async fn send(api: Api, ledger: Arc<Ledger>, sender: u32) {
    let mut number = 0;
    while !ledger.stop.load(Ordering::Relaxed) {
        number += 1;
        let name = format!("load-{sender}-{number}");
        let reply = api.raise(std::slice::from_ref(&name)).await.expect("Candor answers while PostgreSQL is away");
        if reply.is_success() {
            ledger.accepted.lock().expect("no holder panics").push(name);
        } else {
            ledger.refused.lock().expect("no holder panics").push(reply);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
