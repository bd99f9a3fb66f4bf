//! The desk's loop.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use engine::State;
use model::{Actor, Input, Letter, Time};
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
/// A new checkpoint after this many entries.
const CHECKPOINT_EVERY: u64 = 200_000;
/// Answers are remembered this long for a repeated `Idempotency-Key`.
const IDEMPOTENCY_DAYS: i64 = 2;

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
    checkpoint: u64,
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
            checkpoint: 0,
            runtime,
        }
    }

    /// The one path for a start and for a return after trouble: rows, then `Started`, then a checkpoint.
    pub(crate) fn take_up(&mut self) -> Result<(), StoreError> {
        self.state = rebuild(&self.records)?;
        self.last.0 = self.records.last_entry_blocking()?;
        let version = self.settings.version.clone();
        let before = IDEMPOTENCY_DAYS * 86_400_000_000;
        let forget = Time((self.settings.clock)().0 - before);
        self.writer.transact(|tx| Saver::default().forget_idempotency(tx, forget))?;
        self.commit(vec![own(Input::Started { version })]).map_err(|(error, _)| error)?;
        self.keep_checkpoint()?;
        self.desk.playbook.store(self.state.playbook().clone());
        self.desk.ready.store(true, Ordering::Relaxed);
        Ok(())
    }

    pub(crate) fn run(&mut self, mut inbox: mpsc::Receiver<Waiting>, mut stopped: mpsc::Receiver<oneshot::Sender<()>>) {
        let Some(runtime) = self.runtime.take() else { return };
        let mut arrived = Vec::with_capacity(MOST_INPUTS);
        loop {
            let due = self.clock_due();
            if arrived.is_empty() && !due {
                let wait = self.wait_for();
                let (writer, state_wait) = (&mut self.writer, wait);
                let event = runtime.block_on(next(&mut inbox, &mut stopped, &mut arrived, state_wait));
                match event {
                    Event::Stop(done) => {
                        self.stop(&mut inbox);
                        let _ = done.send(());
                        return;
                    }
                    Event::Closed => {
                        self.stop(&mut inbox);
                        return;
                    }
                    Event::Idle => {
                        if let Err(error) = writer.idle() {
                            tracing::warn!(%error, "housekeeping of the store failed");
                        }
                    }
                    Event::Arrived => {}
                }
            }
            self.turn(&mut inbox, &mut arrived);
        }
    }

    /// One commit: what has arrived, and the clock if it is due.
    fn turn(&mut self, inbox: &mut mpsc::Receiver<Waiting>, arrived: &mut Vec<Waiting>) {
        let mut signals: usize = arrived.iter().map(|(ask, _)| weight(ask)).sum();
        while arrived.len() < MOST_INPUTS && signals < MOST_SIGNALS {
            let Ok(waiting) = inbox.try_recv() else { break };
            signals += weight(&waiting.0);
            arrived.push(waiting);
        }
        let mut batch: Vec<Waiting> = std::mem::take(arrived);
        if self.clock_due() {
            // First: what fell due before these inputs came is decided before them.
            batch.insert(0, own(Input::Clock));
        }
        if batch.is_empty() {
            return;
        }
        if let Err((error, waiting)) = self.commit(batch) {
            self.trouble(&error, waiting, inbox);
        } else if self.last.0 - self.checkpoint >= CHECKPOINT_EVERY
            && let Err(error) = self.keep_checkpoint()
        {
            tracing::warn!(%error, "a checkpoint could not be kept; the next one is tried later");
        }
    }

    /// Numbers, steps, writes, answers. On failure gives back everyone who waits.
    pub(crate) fn commit(&mut self, batch: Vec<Waiting>) -> Result<(), (StoreError, Vec<Waiting>)> {
        // Time never runs backwards in the journal, whatever the wall clock does.
        let now = (self.settings.clock)().max(self.last.1);
        let batch = Batch::decide(self, batch, now);
        match batch.write(self) {
            Ok(()) => {
                self.last = (batch.last(), now);
                batch.announce(self);
                Ok(())
            }
            Err(error) => Err((error, batch.give_back())),
        }
    }

    /// A commit failed: nothing was acknowledged. Answer everyone, come back by the same path as a start.
    fn trouble(&mut self, error: &StoreError, waiting: Vec<Waiting>, inbox: &mut mpsc::Receiver<Waiting>) {
        self.desk.ready.store(false, Ordering::Relaxed);
        tracing::error!(?error, "a commit failed; nothing of it was acknowledged");
        let refuse = |waiting: Vec<Waiting>| {
            for (_, answer) in waiting {
                let _ = answer.send(Err(DeskError::Unavailable(error.to_string())));
            }
        };
        refuse(waiting);
        if matches!(error, StoreError::Broken(_)) {
            (self.settings.on_broken)(error);
            // Whatever the hook does, this thread never acknowledges anything again.
            return;
        }
        let mut pause = Duration::from_millis(50);
        loop {
            while let Ok(waiting) = inbox.try_recv() {
                refuse(vec![waiting]);
            }
            match self.take_up() {
                Ok(()) => break,
                Err(StoreError::Broken(source)) => {
                    (self.settings.on_broken)(&StoreError::Broken(source));
                    return;
                }
                Err(_) if inbox.is_closed() => return,
                Err(_) => {}
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_secs(1));
        }
        tracing::info!("the store takes writes again");
    }

    /// Commits what was accepted, then what is only in memory.
    fn stop(&mut self, inbox: &mut mpsc::Receiver<Waiting>) {
        inbox.close();
        self.desk.ready.store(false, Ordering::Relaxed);
        loop {
            let mut batch = Vec::new();
            while batch.len() < MOST_INPUTS {
                let Ok(waiting) = inbox.try_recv() else { break };
                batch.push(waiting);
            }
            if batch.is_empty() {
                break;
            }
            if let Err((error, waiting)) = self.commit(batch) {
                self.trouble(&error, waiting, inbox);
                return;
            }
        }
        if let Err((error, _)) = self.commit(vec![own(Input::Stopping)]) {
            tracing::error!(%error, "the last commit failed; the journal still has everything that was acknowledged");
        }
    }

    fn clock_due(&self) -> bool {
        self.state.next_deadline().is_some_and(|due| due <= (self.settings.clock)())
    }

    /// Until the first deadline; an hour when there is none. Short steps at most, because the wall clock may be set.
    fn wait_for(&self) -> Duration {
        let now = (self.settings.clock)();
        let due = self.state.next_deadline().unwrap_or(Time(i64::MAX));
        let micros = due.0.saturating_sub(now.0).clamp(0, 1_000_000);
        Duration::from_micros(micros.unsigned_abs())
    }

    fn keep_checkpoint(&mut self) -> Result<(), StoreError> {
        let body = serde_json::to_vec(&self.state.snapshot()).map_err(StoreError::internal)?;
        let (number, at) = self.last;
        let (version, saver) = (self.settings.version.clone(), &mut self.saver);
        self.writer.transact(|tx| saver.checkpoint(tx, number, &version, at, &body))?;
        self.checkpoint = number;
        Ok(())
    }
}

enum Event {
    Arrived,
    Idle,
    Stop(oneshot::Sender<()>),
    Closed,
}

async fn next(
    inbox: &mut mpsc::Receiver<Waiting>,
    stopped: &mut mpsc::Receiver<oneshot::Sender<()>>,
    arrived: &mut Vec<Waiting>,
    wait: Duration,
) -> Event {
    tokio::select! {
        biased;
        stop = stopped.recv() => stop.map_or(Event::Closed, Event::Stop),
        count = inbox.recv_many(arrived, MOST_INPUTS) => if count == 0 { Event::Closed } else { Event::Arrived },
        () = tokio::time::sleep(wait) => Event::Idle,
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
