//! Starting and stopping the desk's thread.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

use arc_swap::ArcSwap;
use engine::State;
use model::{Letter, Playbook};
use store::{Records, StoreError, Writer};
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use crate::run::{StepFn, Thread};
use crate::{Clock, Desk};

/// Letters to send now, in the order they were decided. They are committed, and leased to this node.
pub type Outgoing = mpsc::UnboundedReceiver<Letter>;

#[derive(Clone)]
pub struct Settings {
    pub clock: Clock,
    /// Of the program: checkpoints are only read by the version that wrote them.
    pub version: String,
    /// Inputs that may wait; beyond it the answer is "busy" at once.
    pub queue: usize,
    /// Called when the store can never be written to again, or the desk itself has failed; it should end the process.
    pub on_broken: Arc<dyn Fn(&StoreError) + Send + Sync>,
}

/// The desk at work. It stops when the stopper is told to, or dropped.
pub struct Running {
    pub desk: Desk,
    pub letters: Outgoing,
    pub stopper: Stopper,
}

/// Rebuilds the state from the rows and starts the thread. Returns when the first inputs can be taken.
pub async fn start(records: Records, settings: Settings) -> Result<Running, StoreError> {
    start_with(records, settings, engine::step).await
}

/// Like [`start`] with another engine, for tests of what becomes of one that fails.
pub(crate) async fn start_with(records: Records, settings: Settings, step: StepFn) -> Result<Running, StoreError> {
    let writer = records.db().writer()?;
    let (asks, inbox) = mpsc::channel(settings.queue);
    let (stop, stopped) = mpsc::channel(1);
    let (news, _) = broadcast::channel(1024);
    let (outbox, letters) = mpsc::unbounded_channel();
    let playbook = Arc::new(ArcSwap::from_pointee(Playbook::default()));
    let ready = Arc::new(AtomicBool::new(false));
    let (public, last) = (watch::Sender::new(0), Arc::new(AtomicU64::new(0)));
    let blocked = Arc::new(AtomicBool::new(false));
    let desk = Desk { asks, news, public, last, playbook, ready, blocked, clock: settings.clock.clone() };
    let (up, is_up) = oneshot::channel();
    let handle = desk.clone();
    let spawned = std::thread::Builder::new().name("desk".into()).spawn(move || {
        work(records, writer, settings, handle, Channels { inbox, stopped, outbox, up }, step);
    });
    let thread = spawned.map_err(StoreError::internal)?;
    is_up.await.map_err(StoreError::internal)??;
    Ok(Running { desk, letters, stopper: Stopper { stop, thread } })
}

pub(crate) struct Channels {
    pub(crate) inbox: mpsc::Receiver<crate::handle::Waiting>,
    pub(crate) stopped: mpsc::Receiver<oneshot::Sender<()>>,
    pub(crate) outbox: mpsc::UnboundedSender<Letter>,
    up: oneshot::Sender<Result<(), StoreError>>,
}

fn work(records: Records, writer: Writer, settings: Settings, desk: Desk, channels: Channels, step: StepFn) {
    let Channels { inbox, stopped, outbox, up } = channels;
    let (ready, on_broken) = (desk.ready.clone(), settings.on_broken.clone());
    let worked = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let mut thread = Thread::new(records, writer, settings, desk, outbox, step);
        let taken_up = thread.take_up();
        let works = taken_up.is_ok();
        let _ = up.send(taken_up);
        if works {
            thread.run(inbox, stopped);
        }
    }));
    if worked.is_err() {
        // A process whose desk is gone would look alive and page nobody.
        ready.store(false, Ordering::Relaxed);
        on_broken(&StoreError::internal("the desk's thread ended by a fault in the program"));
    }
}

/// Stops the desk.
pub struct Stopper {
    stop: mpsc::Sender<oneshot::Sender<()>>,
    thread: JoinHandle<()>,
}

impl Stopper {
    /// Commits what was accepted, writes what is only in memory, and ends the thread.
    pub async fn stop(self) {
        let (done, wait) = oneshot::channel();
        if self.stop.send(done).await.is_ok() {
            let _ = wait.await;
        }
        let thread = self.thread;
        let _ = tokio::task::spawn_blocking(move || thread.join()).await;
    }
}

/// A state as the rows tell it.
pub(crate) fn rebuild(records: &Records) -> Result<State, StoreError> {
    let (rows, last_incident) = records.working_set_blocking()?;
    Ok(State::rebuild(rows, last_incident))
}
