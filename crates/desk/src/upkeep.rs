//! What the desk does for its store when it finds the time: checkpoints, and forgetting old answers.

use model::Span;
use store::StoreError;
use store::records::Saver;

use crate::run::Thread;

/// A new checkpoint after this many entries.
const CHECKPOINT_EVERY: u64 = 200_000;
/// And after this long, when nothing waits.
const CHECKPOINT_AFTER: Span = Span::hours(24);
/// Answers are remembered this long for a repeated `Idempotency-Key`.
const ANSWERS_KEPT: Span = Span::hours(48);
/// Older answers are forgotten this often.
const FORGET_EVERY: Span = Span::hours(1);

impl Thread {
    /// Nothing waits: housekeeping. `Err` when the store is broken or away, which must not wait for somebody's alert to be found
    /// out.
    pub(crate) fn idle(&mut self) -> Result<(), StoreError> {
        match self.writer.idle().and_then(|()| self.forget_answers()).and_then(|()| self.checkpoint_of_the_day()) {
            Err(error @ (StoreError::Broken(_) | StoreError::Unavailable(_) | StoreError::Ambiguous(_))) => Err(error),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "housekeeping of the store failed");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// The journal can be let go only up to a checkpoint, so a quiet one has some too.
    pub(crate) fn checkpoint_of_the_day(&mut self) -> Result<(), StoreError> {
        let (number, at) = self.checkpoint;
        if self.last.0 > number && (self.settings.clock)().since(at) >= CHECKPOINT_AFTER {
            self.keep_checkpoint()
        } else {
            Ok(())
        }
    }

    pub(crate) fn forget_answers(&mut self) -> Result<(), StoreError> {
        let now = (self.settings.clock)();
        if now >= self.forgotten && now.since(self.forgotten) < FORGET_EVERY {
            return Ok(());
        }
        self.writer.transact(|tx| Saver::default().forget_idempotency(tx, now - ANSWERS_KEPT))?;
        self.forgotten = now;
        Ok(())
    }

    /// Whether so much has been written since the last one that a replay would take long.
    pub(crate) fn wants_checkpoint(&self) -> bool {
        self.last.0 - self.checkpoint.0 >= CHECKPOINT_EVERY
    }

    pub(crate) fn keep_checkpoint(&mut self) -> Result<(), StoreError> {
        let body = serde_json::to_vec(&self.state.snapshot()).map_err(StoreError::internal)?;
        let (number, at) = self.last;
        let (version, saver) = (self.settings.version.clone(), &mut self.saver);
        self.writer.transact(|tx| saver.checkpoint(tx, number, &version, at, &body))?;
        self.checkpoint = (number, at);
        Ok(())
    }
}
