//! How long a connection has been in what state, so that one that idles, dawdles or does not read is cut.
//!
//! A timer for every request would cost an allocation and a lock each. Instead a connection notes its state in a few atomics,
//! and one sweeper looks at all connections once a second.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use http::Version;
use tokio::task::AbortHandle;

/// From the first byte of a request's head, or from the connection's start, to the head's end.
const HEAD: u32 = 10;
/// Between requests.
const IDLE: u32 = 60;
/// Without taking a byte of our answer.
const STALLED: u32 = 30;

const IN_HEAD: u8 = 0;
const AT_WORK: u8 = 1;
const AT_REST: u8 = 2;

/// Seconds since the sweeper began, counted by it.
#[derive(Debug, Default)]
pub(super) struct Ticks(AtomicU32);

impl Ticks {
    fn now(&self) -> u32 {
        self.0.load(Relaxed)
    }
}

/// One connection's state. A little wrong for a moment is good enough, so nothing here is ordered with anything.
#[derive(Debug)]
pub(super) struct Line {
    ticks: Arc<Ticks>,
    phase: AtomicU8,
    since: AtomicU32,
    requests: AtomicU32,
    /// Requests share the connection: what comes in between them is not the beginning of one.
    shared: AtomicBool,
    /// The tick since which the other side takes nothing, plus one; 0 = it does.
    stalled: AtomicU32,
}

impl Line {
    pub(super) fn new(ticks: Arc<Ticks>) -> Arc<Self> {
        let since = AtomicU32::new(ticks.now());
        Arc::new(Self {
            ticks,
            phase: AtomicU8::new(IN_HEAD),
            since,
            requests: AtomicU32::new(0),
            shared: AtomicBool::new(false),
            stalled: AtomicU32::new(0),
        })
    }

    fn turn(&self, phase: u8) {
        self.since.store(self.ticks.now(), Relaxed);
        self.phase.store(phase, Relaxed);
    }

    pub(super) fn read_some(&self) {
        if self.phase.load(Relaxed) == AT_REST && !self.shared.load(Relaxed) {
            self.turn(IN_HEAD);
        }
    }

    pub(super) fn wrote(&self, blocked: bool) {
        let stalled = self.stalled.load(Relaxed);
        if blocked && stalled == 0 {
            self.stalled.store(self.ticks.now() + 1, Relaxed);
        } else if !blocked && stalled != 0 {
            self.stalled.store(0, Relaxed);
        }
    }

    /// A request's head is complete. The ticket is dropped when its answer is out of our hands.
    pub(super) fn request(self: &Arc<Self>, version: Version) -> Ticket {
        if version == Version::HTTP_2 {
            self.shared.store(true, Relaxed);
        }
        self.requests.fetch_add(1, Relaxed);
        self.phase.store(AT_WORK, Relaxed);
        Ticket(Arc::clone(self))
    }

    fn is_overdue(&self) -> bool {
        let now = self.ticks.now();
        let lasted = now.saturating_sub(self.since.load(Relaxed));
        let stalled = self.stalled.load(Relaxed);
        let too_long = match self.phase.load(Relaxed) {
            IN_HEAD => lasted > HEAD,
            AT_REST => lasted > IDLE,
            _ => false,
        };
        too_long || (stalled > 0 && (now + 1).saturating_sub(stalled) > STALLED)
    }
}

#[derive(Debug)]
pub(super) struct Ticket(Arc<Line>);

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.0.requests.fetch_sub(1, Relaxed) == 1 {
            self.0.turn(AT_REST);
        }
    }
}

/// All connections of a listener.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) ticks: Arc<Ticks>,
    all: Mutex<Vec<(Arc<Line>, AbortHandle)>>,
}

impl Lines {
    pub(super) fn add(&self, line: Arc<Line>, task: AbortHandle) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).push((line, task));
    }

    /// One second has passed. Returns how many connections were cut.
    pub(super) fn sweep(&self) -> u64 {
        self.ticks.0.fetch_add(1, Relaxed);
        let mut cut = 0;
        self.all.lock().unwrap_or_else(PoisonError::into_inner).retain(|(line, task)| {
            let overdue = line.is_overdue();
            if overdue && !task.is_finished() {
                task.abort();
                cut += 1;
            }
            !overdue && !task.is_finished()
        });
        cut
    }

    pub(super) fn cut_all(&self) {
        for (_, task) in self.all.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: u32, lines: &Lines) -> u64 {
        (0..seconds).map(|_| lines.sweep()).sum()
    }

    fn open(lines: &Lines) -> Arc<Line> {
        let line = Line::new(lines.ticks.clone());
        let task = tokio::spawn(std::future::pending::<()>());
        lines.add(line.clone(), task.abort_handle());
        line
    }

    #[tokio::test]
    async fn a_head_has_ten_seconds() {
        let lines = Lines::default();
        let _silent = open(&lines);
        assert_eq!(after(10, &lines), 0);
        assert_eq!(after(1, &lines), 1);
    }

    #[tokio::test]
    async fn work_may_take_its_time_and_rest_a_minute() {
        let lines = Lines::default();
        let line = open(&lines);
        let ticket = line.request(Version::HTTP_11);
        assert_eq!(after(500, &lines), 0);
        drop(ticket);
        assert_eq!(after(60, &lines), 0);
        line.read_some();
        // A byte does not buy a minute: from now on it is a head.
        line.read_some();
        assert_eq!(after(10, &lines), 0);
        line.read_some();
        assert_eq!(after(1, &lines), 1);
    }

    #[tokio::test]
    async fn a_ping_between_requests_begins_none() {
        let lines = Lines::default();
        let line = open(&lines);
        drop(line.request(Version::HTTP_2));
        line.read_some();
        assert_eq!(after(60, &lines), 0);
        assert_eq!(after(1, &lines), 1);
    }

    #[tokio::test]
    async fn who_does_not_read_is_cut() {
        let lines = Lines::default();
        let line = open(&lines);
        let _ticket = line.request(Version::HTTP_11);
        line.wrote(true);
        after(20, &lines);
        line.wrote(true);
        line.wrote(false);
        line.wrote(true);
        assert_eq!(after(30, &lines), 0);
        assert_eq!(after(1, &lines), 1);
    }
}
