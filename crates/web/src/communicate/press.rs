//! The press: prints every public page when something on it changes, and keeps the last edition whatever happens to the store.
//!
//! It is a reconciler: woken by a commit and by a period, it takes nothing from either but the wish to look. It reads all that
//! is to be shown, prints the pages that differ, and swaps them in. The first run and a promise that broke by the clock are the
//! same work.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use desk::Desk;
use model::{Name, Playbook, Time};
use store::{Records, StoreError};
use tokio::sync::Mutex;

use super::assemble::assemble;
use super::edition::Edition;
use super::facts::{Facts, Reader};

const PERIOD: Duration = Duration::from_secs(30);
/// Changes come in bursts: one rendering for all of them.
const DEBOUNCE: Duration = Duration::from_millis(5);

/// Every page by its slug.
pub(super) type Editions = HashMap<Name, Arc<Edition>>;

#[derive(Debug, thiserror::Error)]
pub enum PressError {
    #[error("the public pages stay as they were: the store cannot be read")]
    Store(#[from] StoreError),
    #[error("the public pages stay as they were: printing them failed")]
    Printing(#[source] tokio::task::JoinError),
}

/// How the press is doing, for the page that shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PressStatus {
    /// When it last looked with success.
    pub looked_at: Option<Time>,
    /// Editions printed since the start.
    pub printed: u64,
    /// Why it cannot look now.
    pub trouble: Option<String>,
}

pub struct Press {
    /// `None` before the first look.
    editions: ArcSwap<Option<Editions>>,
    status: ArcSwap<PressStatus>,
    desk: Desk,
    records: Records,
    base_url: String,
    born: Time,
    /// What only the one that renders touches.
    reader: Mutex<Reader>,
}

impl Press {
    /// Nothing is read or printed yet: see [`Press::look`].
    pub fn new(desk: Desk, records: Records, base_url: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            editions: ArcSwap::default(),
            status: ArcSwap::default(),
            born: desk.now(),
            desk,
            records,
            base_url: base_url.into(),
            reader: Mutex::default(),
        })
    }

    pub fn status(&self) -> Arc<PressStatus> {
        self.status.load_full()
    }

    /// Runs until it is dropped.
    pub async fn run(self: Arc<Self>) {
        let mut changes = self.desk.public_changes();
        loop {
            if let Err(error) = self.look().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "public pages");
            }
            // It cannot close: the handle that it hangs on is ours.
            let _ = tokio::time::timeout(PERIOD, changes.changed()).await;
            tokio::time::sleep(DEBOUNCE).await;
            changes.mark_unchanged();
        }
    }

    /// Reads everything once and prints what differs. At the start the binary awaits it before it says that it is ready.
    pub async fn look(&self) -> Result<(), PressError> {
        let outcome = self.try_look().await;
        let mut status = PressStatus::clone(&self.status.load());
        match &outcome {
            Ok((now, printed)) => {
                status.looked_at = Some(*now);
                status.printed += printed;
                status.trouble = None;
            }
            Err(error) => status.trouble = Some(error.to_string()),
        }
        self.status.store(Arc::new(status));
        outcome.map(drop)
    }

    async fn try_look(&self) -> Result<(Time, u64), PressError> {
        let mut reader = self.reader.lock().await;
        let playbook = self.desk.playbook();
        let now = self.desk.now();
        let facts = reader.read(&self.records, now).await?;
        let before = self.editions.load_full();
        let (base_url, born) = (self.base_url.clone(), self.born);
        // Compressing takes milliseconds: not where requests are answered.
        let task = move || print_all(&playbook, &base_url, &facts, born, now, before.as_ref().as_ref());
        let (editions, printed) = tokio::task::spawn_blocking(task).await.map_err(PressError::Printing)?;
        self.editions.store(Arc::new(Some(editions)));
        Ok((now, printed))
    }

    /// The edition of one page. `Err` = nothing has been printed yet.
    pub(super) fn edition(&self, slug: &str) -> Result<Option<Arc<Edition>>, NotYet> {
        let editions = self.editions.load();
        let editions = Option::as_ref(&editions).ok_or(NotYet)?;
        Ok(editions.get(slug).cloned())
    }
}

/// No page has been printed since the start.
#[derive(Debug)]
pub(super) struct NotYet;

/// All pages of the playbook, and how many had to be printed anew.
pub(super) fn print_all(
    playbook: &Playbook,
    base_url: &str,
    facts: &Facts,
    born: Time,
    now: Time,
    before: Option<&Editions>,
) -> (Editions, u64) {
    let mut printed = 0;
    let editions = playbook.pages.iter().map(|page| {
        let view = assemble(page, base_url, facts, born, now);
        let old = before.and_then(|editions| editions.get(&page.slug));
        let edition = match old {
            Some(old) if old.shows(&view) => Arc::clone(old),
            _ => {
                printed += 1;
                Arc::new(Edition::print(view, old.map(Arc::as_ref)))
            }
        };
        (page.slug.clone(), edition)
    });
    (editions.collect(), printed)
}

#[cfg(test)]
mod tests;
