//! The desk's loop.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use engine::State;
use model::{Actor, Effects, Entry, Input, Letter, Time};
use store::records::Saver;
use store::{Records, StoreError, Writer};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};

use crate::batch::Batch;
use crate::handle::Waiting;
use crate::start::rebuild;
use crate::{Ask, Desk, DeskError, Settings};

/// Inputs in one commit, at most.
const MOST_INPUTS: usize = 1_024;
/// A commit stops taking further inputs when its signals are this many.
const MOST_SIGNALS: usize = 8_192;

/// The engine's `step`; a parameter, so that a test can have one that fails.
pub(crate) type StepFn = fn(&mut State, Entry) -> Effects;

pub(crate) struct Thread {
    pub(crate) records: Records,
    pub(crate) writer: Writer,
    pub(crate) settings: Settings,
    pub(crate) desk: Desk,
    pub(crate) outbox: mpsc::UnboundedSender<Letter>,
    pub(crate) state: State,
    /// Number and time of the last entry.
    pub(crate) last: (u64, Time),
    pub(crate) saver: Saver,
    /// Number and time of the newest checkpoint.
    pub(crate) checkpoint: (u64, Time),
    /// When the loop looked at the clock last; `None` before it does.
    pub(crate) looked: Option<Time>,
    /// When old answers were forgotten last.
    pub(crate) forgotten: Time,
    pub(crate) step: StepFn,
    /// Waits for the inbox with a time limit; everything else here blocks.
    runtime: Option<Runtime>,
}

impl Thread {
    pub(crate) fn new(
        records: Records,
        writer: Writer,
        settings: Settings,
        desk: Desk,
        outbox: mpsc::UnboundedSender<Letter>,
        step: StepFn,
    ) -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().ok();
        Self {
            records,
            writer,
            settings,
            desk,
            outbox,
            state: State::default(),
            last: (0, Time::MIN),
            saver: Saver::default(),
            checkpoint: (0, Time::MIN),
            looked: None,
            forgotten: Time::MIN,
            step,
            runtime,
        }
    }

    /// The one path for a start and for a return after trouble: rows, then `Started`, then a checkpoint.
    pub(crate) fn take_up(&mut self) -> Result<(), StoreError> {
        self.writer.claim()?;
        self.state = rebuild(&self.records)?;
        self.looked = None;
        self.last.0 = self.records.last_entry_blocking()?;
        let version = self.settings.version.clone();
        self.forget_answers()?;
        self.commit(vec![own(Input::Started { version })]).map_err(|(failure, _)| failure.into_store())?;
        self.keep_checkpoint()?;
        self.desk.playbook.store(self.state.playbook().clone());
        self.desk.ready.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Works until it is told to stop, or the store can never be written to again.
    pub(crate) fn run(&mut self, mut inbox: Inbox, mut stopped: Stopped) {
        let Some(runtime) = self.runtime.take() else { return };
        let mut arrived = Vec::new();
        let end = loop {
            if !self.clock_due() {
                let wait = self.wait_for();
                match runtime.block_on(next(&mut inbox, &mut stopped, wait)) {
                    Event::Arrived(waiting) => arrived.push(waiting),
                    Event::Idle => {
                        if let Err(error) = self.idle()
                            && let Err(end) = self.trouble(&error.into(), Vec::new(), &mut inbox, &mut stopped)
                        {
                            break end;
                        }
                    }
                    Event::Stop(done) => {
                        self.stop(&mut inbox);
                        break Some(done);
                    }
                    Event::Closed => {
                        self.stop(&mut inbox);
                        break None;
                    }
                }
            }
            if let Err(end) = self.turn(&mut inbox, &mut stopped, std::mem::take(&mut arrived)) {
                break end;
            }
        };
        self.desk.ready.store(false, Ordering::Relaxed);
        inbox.close();
        while let Ok((_, answer)) = inbox.try_recv() {
            let _ = answer.send(Err(DeskError::Stopping));
        }
        if let Some(done) = end {
            let _ = done.send(());
        }
    }

    /// One commit: what has arrived, and the clock if it is due.
    fn turn(&mut self, inbox: &mut Inbox, stopped: &mut Stopped, mut batch: Vec<Waiting>) -> Result<(), End> {
        let mut signals: usize = batch.iter().map(|(ask, _)| weight(ask)).sum();
        while batch.len() < MOST_INPUTS && signals < MOST_SIGNALS {
            let Ok(waiting) = inbox.try_recv() else { break };
            signals += weight(&waiting.0);
            batch.push(waiting);
        }
        let clock_was_set = self.clock_was_set();
        if self.clock_due() {
            // What fell due before these inputs came is decided before them.
            batch.insert(0, own(Input::Clock));
        }
        if clock_was_set {
            batch.insert(0, own(Input::ClockSet));
        }
        if batch.is_empty() {
            return Ok(());
        }
        if let Err((failure, waiting)) = self.commit(batch) {
            return self.trouble(&failure, waiting, inbox, stopped);
        }
        if self.wants_checkpoint()
            && let Err(error) = self.keep_checkpoint()
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a checkpoint could not be kept; the next one is tried later"
            );
        }
        Ok(())
    }

    /// Numbers, steps, writes, answers. On failure gives back everyone who waits.
    pub(crate) fn commit(&mut self, batch: Vec<Waiting>) -> Result<(), (Failure, Vec<Waiting>)> {
        // Small steps back of the wall clock do not reach the journal.
        let now = (self.settings.clock)().max(self.last.1);
        let batch = match Batch::decide(self, batch, now) {
            Ok(batch) => batch,
            Err(others) => return Err((Failure::Fault, others)),
        };
        match batch.write(self) {
            Ok(()) => {
                self.last = (batch.last(), now);
                batch.announce(self);
                Ok(())
            }
            Err(error) => Err((error.into(), batch.give_back())),
        }
    }

    /// Commits what was accepted, then what is only in memory.
    fn stop(&mut self, inbox: &mut Inbox) {
        inbox.close();
        self.desk.ready.store(false, Ordering::Relaxed);
        loop {
            let mut batch = Vec::new();
            while batch.len() < MOST_INPUTS {
                let Ok(waiting) = inbox.try_recv() else { break };
                batch.push(waiting);
            }
            let last = batch.is_empty();
            if last {
                batch.push(own(Input::Stopping));
            }
            if let Err((error, waiting)) = self.commit(batch) {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the last commit failed; the journal still has everything that was acknowledged"
                );
                if let Failure::Store(error @ StoreError::Broken(_)) = &error {
                    (self.settings.on_broken)(error);
                }
                return refuse(&error, waiting);
            }
            if last {
                return;
            }
        }
    }
}

/// Why a commit failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("something else that came at the same moment failed")]
    Fault,
}

impl Failure {
    fn into_store(self) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Fault => StoreError::internal(self),
        }
    }
}

pub(crate) type Inbox = mpsc::Receiver<Waiting>;
pub(crate) type Stopped = mpsc::Receiver<oneshot::Sender<()>>;
/// The loop is over; whoever asked for that is told.
pub(crate) type End = Option<oneshot::Sender<()>>;

enum Event {
    Arrived(Waiting),
    Idle,
    Stop(oneshot::Sender<()>),
    Closed,
}

async fn next(inbox: &mut Inbox, stopped: &mut Stopped, wait: Duration) -> Event {
    tokio::select! {
        biased;
        stop = stopped.recv() => stop.map_or(Event::Closed, Event::Stop),
        waiting = inbox.recv() => waiting.map_or(Event::Closed, Event::Arrived),
        () = tokio::time::sleep(wait) => Event::Idle,
    }
}

/// Nothing of a failed commit was acknowledged, and everybody is told so.
pub(crate) fn refuse(error: &Failure, waiting: Vec<Waiting>) {
    for (_, answer) in waiting {
        let _ = answer.send(Err(DeskError::Unavailable(error.to_string())));
    }
}

/// An input of Candor's own; nobody waits for its answer.
pub(crate) fn own(input: Input) -> Waiting {
    let (answer, _) = oneshot::channel();
    (Ask { actor: Actor::System, input, idempotency: None }, answer)
}

fn weight(ask: &Ask) -> usize {
    match &ask.input {
        Input::Signals { signals, .. } => signals.len(),
        _ => 1,
    }
}

/// So that whoever holds a handle sees the new playbook as soon as its commit is done.
pub(crate) fn publish_playbook(desk: &Desk, state: &State) {
    desk.playbook.store(Arc::clone(state.playbook()));
}
