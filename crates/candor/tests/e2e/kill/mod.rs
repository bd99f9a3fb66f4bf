//! SIGKILL at random moments, hundreds of times on one folder, with senders active: nothing accepted is lost, every due
//! page is attempted, and nothing is sent twice but what was on its way when the power went.
//!
//! `CANDOR_KILL_ROUNDS` sets the number of rounds (200), `CANDOR_KILL_SEED` repeats a run's moments.

mod checks;
mod senders;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::harness::candor::Home;
use crate::harness::hook::Hook;
use crate::harness::playbook::by_webhook;

use senders::Ledger;

const ROUNDS: u64 = 200;
/// The contract for a start on a folder with history.
const READY: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_lose_nothing_and_repeat_nothing() {
    let rounds = from_environment("CANDOR_KILL_ROUNDS").unwrap_or(ROUNDS);
    let seed = from_environment("CANDOR_KILL_SEED").unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock after 1970");
        now.as_secs()
    });
    eprintln!("{rounds} rounds; the same moments again with CANDOR_KILL_SEED={seed}");
    let mut chance = Chance(seed);
    let hook = Hook::start().await;
    let home = Home::new(&by_webhook(&hook.url), None);
    let ledger = Arc::new(Ledger::default());
    let mut kills = Vec::new();
    let mut slowest = Duration::ZERO;

    for round in 1..=rounds {
        let candor = home.start().await;
        slowest = slowest.max(candor.ready_after);
        assert!(candor.ready_after <= READY, "round {round}: ready only after {:?}", candor.ready_after);
        let senders = senders::start(&candor.api, &ledger, round, &mut chance);
        // Most lives are short, so that kills meet every stage of a page; some are long enough for all receipts to be
        // written, so that the rule about repeats has something to forbid.
        let life = if round % 20 == 0 { 1_500 } else { chance.between(5, 150) };
        tokio::time::sleep(Duration::from_millis(life)).await;
        candor.kill9();
        kills.push(Instant::now());
        senders::join(senders).await;
        if round % 20 == 0 {
            home.verify();
        }
    }

    let candor = home.start().await;
    let sent = checks::everything_accepted_is_there(&candor.api, &ledger).await;
    let letters = checks::every_due_page_was_attempted(&candor.api, &hook, &ledger).await;
    let repeats = checks::nothing_came_twice(&hook, &kills);
    eprintln!("{sent} signals accepted, {letters} letters, {repeats} sent again after a kill, slowest start {slowest:?}");
    assert!(sent as u64 >= rounds, "only {sent} signals were accepted in {rounds} rounds: the test tests nothing");
    candor.close(&home).await;
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}

/// Seeded chance (splitmix64): a failed run can be run again.
#[derive(Clone, Copy)]
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `low` to `high`, both possible.
    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }
}
