//! What the server counts and what its streams listen to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Whole copies of the record made and sent at a time. Each reads everything there is and takes as much room on the disk.
const MOST_COPIES: usize = 2;
/// Open event streams. Each costs a connection and, at every change, the rendering of a screen.
const MOST_STREAMS: usize = 512;

pub struct Shared {
    pub(super) accepted: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) cut: AtomicU64,
    /// By first digit of the status, 1 to 5.
    pub(super) responses: [AtomicU64; 6],
    places: Arc<Semaphore>,
    copies: Arc<Semaphore>,
    ending: watch::Sender<bool>,
}

impl Shared {
    #[expect(clippy::new_without_default, reason = "there is one, made at the start")]
    pub fn new() -> Self {
        Self {
            accepted: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            cut: AtomicU64::new(0),
            responses: Default::default(),
            places: Arc::new(Semaphore::new(MOST_STREAMS)),
            copies: Arc::new(Semaphore::new(MOST_COPIES)),
            ending: watch::Sender::new(false),
        }
    }

    pub(super) fn accepted(&self) {
        self.accepted.fetch_add(1, Relaxed);
    }

    pub(super) fn refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    pub(super) fn cut(&self, n: u64) {
        self.cut.fetch_add(n, Relaxed);
    }

    pub(super) fn count_response(&self, status: StatusCode) {
        if let Some(count) = self.responses.get(usize::from(status.as_u16() / 100)) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// A place for one event stream; `None` = all are taken.
    pub(crate) fn stream_place(&self) -> Option<OwnedSemaphorePermit> {
        self.places.clone().try_acquire_owned().ok()
    }

    /// A place for one backup or export; `None` = others are being made.
    pub(crate) fn copy_place(&self) -> Option<OwnedSemaphorePermit> {
        self.copies.clone().try_acquire_owned().ok()
    }

    pub(super) fn open_streams(&self) -> usize {
        MOST_STREAMS - self.places.available_permits()
    }

    pub(crate) fn ending(&self) -> watch::Receiver<bool> {
        self.ending.subscribe()
    }

    pub(super) fn end_streams(&self) {
        self.ending.send_replace(true);
    }
}

/// Returns when the channel says true, or when nobody is left who could.
pub(crate) async fn told(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
