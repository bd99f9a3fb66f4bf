//! When a commit fails: nothing was acknowledged, the state is ahead of the store, and the way back is the way of a start.

use std::sync::atomic::Ordering;
use std::time::Duration;

use store::StoreError;
use tokio::sync::mpsc::error::TryRecvError;

use crate::handle::Waiting;
use crate::run::{End, Failure, Inbox, Stopped, Thread, refuse};

/// The longest pause between two tries to take up the work again.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

impl Thread {
    /// Answers everyone, then tries until the store takes writes again. `Err` when the work is over: the store is broken for good,
    /// or somebody wants to stop.
    pub(crate) fn trouble(
        &mut self,
        error: &Failure,
        waiting: Vec<Waiting>,
        inbox: &mut Inbox,
        stopped: &mut Stopped,
    ) -> Result<(), End> {
        self.desk.ready.store(false, Ordering::Relaxed);
        self.desk.blocked.store(true, Ordering::Relaxed);
        let ended = self.come_back(error, waiting, inbox, stopped);
        self.desk.blocked.store(false, Ordering::Relaxed);
        ended
    }

    fn come_back(&mut self, error: &Failure, waiting: Vec<Waiting>, inbox: &mut Inbox, stopped: &mut Stopped) -> Result<(), End> {
        tracing::error!(error = error as &dyn std::error::Error, "a commit failed; nothing of it was acknowledged");
        refuse(error, waiting);
        let mut pause = Duration::from_millis(50);
        let mut broken = matches!(error, Failure::Store(StoreError::Broken(_)));
        loop {
            while let Ok(waiting) = inbox.try_recv() {
                refuse(error, vec![waiting]);
            }
            if broken {
                // Whatever the hook does, this thread never acknowledges anything again.
                match error {
                    Failure::Store(error) => (self.settings.on_broken)(error),
                    Failure::Fault => {
                        (self.settings.on_broken)(&StoreError::internal("the store broke while a fault was seen to"));
                    }
                }
                return Err(None);
            }
            match stopped.try_recv() {
                Ok(done) => return Err(Some(done)),
                Err(TryRecvError::Disconnected) => return Err(None),
                Err(TryRecvError::Empty) => {}
            }
            match self.take_up() {
                Ok(()) => break,
                Err(StoreError::Broken(source)) => {
                    tracing::error!(error = &*source as &dyn std::error::Error, "the store is broken");
                    broken = true;
                }
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the store does not take writes yet");
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
        tracing::info!("the store takes writes again");
        Ok(())
    }
}
