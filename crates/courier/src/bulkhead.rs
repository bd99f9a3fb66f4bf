//! Bulkheads: how many attempts may be under way in all, over one channel, and to one host.
//!
//! A receiver that hangs holds every attempt made to it for the whole deadline. Without walls it would soon hold all of them.
//! So an attempt first waits at its host's own gate, holding nothing anybody else needs, and a host that has lately not
//! answered is let through one at a time: enough to see that it is back, too little to fill the channel with many such hosts.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::Limits;

/// Attempts without an answer, one after the other, that make a host sick.
const SICK_AFTER: u32 = 3;
/// Hosts remembered; more than that and the idle ones are forgotten.
const MAX_HOSTS: usize = 4096;

/// The roads out, each with room of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Mail,
    Webhook,
}

/// Why no permit came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crowded {
    /// Too many are waiting already.
    Full,
    /// The wait used up the time set aside for it.
    Late,
}

pub(crate) struct Bulkheads {
    all: Arc<Semaphore>,
    mail: Arc<Semaphore>,
    webhook: Arc<Semaphore>,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    per_host: u32,
    waiting: AtomicUsize,
    max_waiting: usize,
}

struct Host {
    gate: Arc<Semaphore>,
    silent: AtomicU32,
}

/// The right to make one attempt; given back when dropped.
pub(crate) struct Permit {
    host: Option<Arc<Host>>,
    _held: [Option<OwnedSemaphorePermit>; 3],
}

impl Permit {
    /// Tells whether the host answered at all, so that a silent one gets narrower.
    pub(crate) fn answered(&self, yes: bool) {
        let Some(host) = &self.host else { return };
        if yes {
            host.silent.store(0, Ordering::Relaxed);
        } else {
            host.silent.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Bulkheads {
    pub(crate) fn new(limits: &Limits) -> Self {
        let room = |n: usize| Arc::new(Semaphore::new(n.max(1)));
        Self {
            all: room(limits.in_all),
            mail: room(limits.mails),
            webhook: room(limits.webhooks),
            hosts: Mutex::default(),
            per_host: u32::try_from(limits.per_host.max(1)).unwrap_or(u32::MAX),
            waiting: AtomicUsize::new(0),
            max_waiting: limits.waiting,
        }
    }

    /// Waits, until `deadline` at the latest, for the right to make an attempt.
    pub(crate) async fn enter(&self, channel: Channel, host: Option<&str>, deadline: Instant) -> Result<Permit, Crowded> {
        let _counted = self.count()?;
        let host = host.map(|name| self.host(name));
        let at_host = match &host {
            None => None,
            Some(host) => {
                let sick = host.silent.load(Ordering::Relaxed) >= SICK_AFTER;
                Some(take(&host.gate, if sick { self.per_host } else { 1 }, deadline).await?)
            }
        };
        let room = match channel {
            Channel::Mail => &self.mail,
            Channel::Webhook => &self.webhook,
        };
        let in_channel = take(room, 1, deadline).await?;
        let in_all = take(&self.all, 1, deadline).await?;
        Ok(Permit { host, _held: [at_host, Some(in_channel), Some(in_all)] })
    }

    /// Counts the caller as waiting until the guard is dropped, even when the caller is cancelled.
    fn count(&self) -> Result<Counted<'_>, Crowded> {
        let counted = Counted(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.max_waiting {
            return Err(Crowded::Full);
        }
        Ok(counted)
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = hosts.get(name) {
            return Arc::clone(host);
        }
        if hosts.len() >= MAX_HOSTS {
            // One that is in use is held by its permits as well.
            hosts.retain(|_, host| Arc::strong_count(host) > 1);
        }
        let gate = Arc::new(Semaphore::new(self.per_host as usize));
        let host = Arc::new(Host { gate, silent: AtomicU32::new(0) });
        hosts.insert(name.to_owned(), Arc::clone(&host));
        host
    }
}

async fn take(gate: &Arc<Semaphore>, n: u32, deadline: Instant) -> Result<OwnedSemaphorePermit, Crowded> {
    match timeout_at(deadline, Arc::clone(gate).acquire_many_owned(n)).await {
        Ok(Ok(permit)) => Ok(permit),
        // A gate is never closed; if one were, "later" would be the right answer as well.
        Ok(Err(_)) | Err(_) => Err(Crowded::Late),
    }
}

struct Counted<'a>(&'a AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
