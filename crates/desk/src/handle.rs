//! The desk as others see it: ask, and be told what changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arc_swap::ArcSwap;
use model::{Actor, AlertId, Answer, GroupId, IncidentRef, Input, LetterId, Playbook, Time};
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// Where the time comes from: the binary passes the system clock, tests pass their own.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// One input on its way in.
#[derive(Debug)]
pub struct Ask {
    pub actor: Actor,
    pub input: Input,
    /// From `Idempotency-Key`: the same key of the same actor gets the first answer again and changes nothing.
    pub idempotency: Option<String>,
}

#[derive(Debug, Clone, thiserror::Error)]
pub enum DeskError {
    #[error("too much is waiting to be written; try again in {retry_after} s")]
    Busy { retry_after: u32 },
    #[error("nothing can be written now: {0}")]
    Unavailable(String),
    /// Working on it panicked. It was not kept, and the others that came with it were told to come again.
    #[error("this cannot be worked on: there is a fault in Candor itself, and its log says where")]
    Fault,
    #[error("Candor is stopping")]
    Stopping,
}

/// What a commit changed, for views. Sent after the commit.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// The number of the last journal entry of the commit.
    pub number: u64,
    pub playbook: bool,
    pub alerts: Vec<AlertId>,
    pub groups: Vec<GroupId>,
    pub incidents: Vec<IncidentRef>,
    pub letters: Vec<LetterId>,
    /// A public page may look different.
    pub public: bool,
}

/// An ask, and whoever waits for its answer.
pub(crate) type Waiting = (Ask, oneshot::Sender<Result<Answer, DeskError>>);

/// A handle on the desk; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub(crate) asks: mpsc::Sender<Waiting>,
    pub(crate) news: broadcast::Sender<Arc<News>>,
    /// The commit that changed a public page last.
    pub(crate) public: watch::Sender<u64>,
    /// The number of the last entry that is on disk.
    pub(crate) last: Arc<AtomicU64>,
    pub(crate) playbook: Arc<ArcSwap<Playbook>>,
    pub(crate) ready: Arc<AtomicBool>,
    /// The store takes no writes: everybody is told so at once, whatever the desk is waiting for.
    pub(crate) blocked: Arc<AtomicBool>,
    pub(crate) clock: Clock,
}

impl Desk {
    /// Hands an input in and waits until it is on disk. A full queue answers [`DeskError::Busy`] at once.
    pub async fn submit(&self, ask: Ask) -> Result<Answer, DeskError> {
        if self.blocked.load(Ordering::Relaxed) {
            return Err(DeskError::Unavailable("the store takes no writes".into()));
        }
        let (answer, wait) = oneshot::channel();
        self.asks.try_send((ask, answer)).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => DeskError::Busy { retry_after: 1 },
            mpsc::error::TrySendError::Closed(_) => DeskError::Stopping,
        })?;
        wait.await.map_err(|_| DeskError::Stopping)?
    }

    /// As it is now.
    pub fn playbook(&self) -> Arc<Playbook> {
        self.playbook.load_full()
    }

    /// What changes from now on. A reader that lags is told so and reads everything again.
    pub fn news(&self) -> broadcast::Receiver<Arc<News>> {
        self.news.subscribe()
    }

    /// Says when a public page may look different, and nothing else: a storm of alerts wakes nobody who waits here.
    pub fn public_changes(&self) -> watch::Receiver<u64> {
        self.public.subscribe()
    }

    /// The number of the newest journal entry.
    pub fn last_entry(&self) -> u64 {
        self.last.load(Ordering::Relaxed)
    }

    /// Inputs can be committed now.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    /// The time, for answers that show it.
    pub fn now(&self) -> Time {
        (self.clock)()
    }
}
