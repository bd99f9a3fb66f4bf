//! A real desk on a throw-away store, with a clock moved by hand.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use engine::State;
use model::{Actor, Answer, Command, Effects, Entry, Input, Playbook, Span, Time};
use store::vault::SecretKey;
use store::{Db, Place, Records, StoreError, Vault};
use tempfile::TempDir;

use crate::{Ask, Clock, Desk, DeskError, Outgoing, Running, Settings, Stopper, start};

/// What the program calls itself in tests.
pub const VERSION: &str = "test";

/// A clock that stands still until it is moved.
#[derive(Clone, Debug)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    /// Begins at an RFC 3339 time.
    ///
    /// # Panics
    /// When that is no time.
    pub fn at(time: &str) -> Self {
        let time = Time::parse(time).unwrap_or_else(|| panic!("{time} is no time"));
        Self(Arc::new(AtomicI64::new(time.0)))
    }

    pub fn now(&self) -> Time {
        Time(self.0.load(Ordering::SeqCst))
    }

    /// Lets time pass. The desk notices within a second, or with the next input.
    pub fn pass(&self, span: Span) {
        self.set(self.now() + span);
    }

    pub fn set(&self, time: Time) {
        self.0.store(time.0, Ordering::SeqCst);
    }

    /// As the desk takes it.
    pub fn shared(&self) -> Clock {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

/// A desk at work, with all that stands beside it.
pub struct TestDesk {
    pub desk: Desk,
    pub records: Records,
    pub vault: Vault,
    /// Committed letters, as a courier gets them.
    pub letters: Outgoing,
    pub clock: HandClock,
    stopper: Stopper,
    /// Removed when the test ends; `None` for a store that the test keeps itself.
    folder: Option<TempDir>,
}

/// A desk on a fresh SQLite store in a temporary folder, on Monday, 2026-03-02, at 10:00 UTC, that has taken `playbook`.
///
/// # Panics
/// When the store cannot be opened or the playbook is not taken.
pub async fn desk(playbook: Playbook) -> TestDesk {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no temporary folder: {error}"));
    let place = Place::Folder(folder.path().join("store"));
    let mut test = open(&place, &HandClock::at("2026-03-02T10:00:00Z")).await;
    test.folder = Some(folder);
    let taken = test.submit(Actor::System, Input::Playbook { playbook: Arc::new(playbook) }).await;
    assert_eq!(taken.ok(), Some(Answer::Done), "the playbook is taken");
    test
}

/// A desk on a store that may have been used before.
///
/// # Panics
/// When the store cannot be opened or the desk does not start.
pub async fn open(place: &Place, clock: &HandClock) -> TestDesk {
    let db = Db::open(place).await.unwrap_or_else(|error| panic!("the store does not open: {error}"));
    let records = Records::new(db.clone());
    let vault = Vault::new(db, SecretKey::new([7; 32]));
    let settings = Settings { clock: clock.shared(), version: VERSION.into(), queue: 4_096, on_broken: Arc::new(|_| {}) };
    let running = start(records.clone(), settings).await.unwrap_or_else(|error| panic!("the desk does not start: {error}"));
    TestDesk {
        desk: running.desk,
        records,
        vault,
        letters: running.letters,
        clock: clock.clone(),
        stopper: running.stopper,
        folder: None,
    }
}

/// Like [`start`] with another engine in the place of ours.
///
/// # Errors
/// As [`start`] has them.
pub async fn start_with(
    records: Records,
    settings: Settings,
    step: fn(&mut State, Entry) -> Effects,
) -> Result<Running, StoreError> {
    crate::start::start_with(records, settings, step).await
}

impl TestDesk {
    /// Lets time pass in steps, as it does while the desk is awake. What passes at once is a clock that was set.
    ///
    /// # Panics
    /// When the desk takes no input.
    pub async fn live(&self, span: Span) {
        let until = self.clock.now() + span;
        while self.clock.now() < until {
            self.clock.set((self.clock.now() + Span::seconds(20)).min(until));
            let looked = self.submit(Actor::System, Input::Clock).await;
            assert_eq!(looked.ok(), Some(Answer::Done), "the desk looks at the clock");
        }
    }

    /// Hands an input in without an idempotency key.
    pub async fn submit(&self, actor: Actor, input: Input) -> Result<Answer, DeskError> {
        self.desk.submit(Ask { actor, input, idempotency: None }).await
    }

    /// Hands in what a person asks for.
    pub async fn command(&self, person: &str, command: Command) -> Result<Answer, DeskError> {
        self.submit(Actor::Person(person.into()), Input::Command(command)).await
    }

    /// Where the store is, for tests that look at its files.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(TempDir::path)
    }

    /// Stops the desk in order. A store of [`open`] stays, and is closed when the last of its records is dropped.
    pub async fn stop(self) -> Records {
        self.stopper.stop().await;
        self.records
    }
}
