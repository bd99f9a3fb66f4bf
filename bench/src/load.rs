//! The load generator: some connections, each with one request in flight, all on one thread.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::task::JoinSet;

use crate::alert::{Batch, Distinct};
use crate::clock;
use crate::http::Connection;
use crate::stats;

/// A firing alert's lease, as Prometheus gives it: four times its resend delay.
pub(crate) const LEASE: i64 = 240;
/// How often the lease in the prepared bytes is renewed: a later repeat carries a later end, as from a real sender.
const RENEW: Duration = Duration::from_millis(250);
/// A connection that breaks this often is not going to work.
const MAX_BROKEN: u64 = 100;
/// How long answers may take beyond the planned end.
const PATIENCE: Duration = Duration::from_mins(2);

/// When the sending ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    Elapsed(Duration),
    /// So many alerts, rounded up to whole requests.
    Sent(u64),
}

/// What to send.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) to: SocketAddr,
    pub(crate) path: String,
    pub(crate) service: &'static str,
    /// Alerts in one request.
    pub(crate) batch: usize,
    pub(crate) connections: usize,
    /// The first alert's serial number.
    pub(crate) first: u64,
    /// After so many distinct alerts the same ones come again.
    pub(crate) distinct: Option<u64>,
    pub(crate) until: Until,
    /// Alerts a second, or as fast as answers come.
    pub(crate) pace: Option<f64>,
    /// Seconds from now to `endsAt`; in the past means resolved.
    pub(crate) lease: i64,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Alerts in requests answered 2xx.
    pub(crate) accepted: u64,
    /// Alerts in requests answered otherwise, or not at all.
    pub(crate) refused: u64,
    pub(crate) statuses: BTreeMap<u16, u64>,
    pub(crate) broken: u64,
    pub(crate) elapsed: Duration,
    /// Of each answered request, in milliseconds.
    pub(crate) latencies: Vec<f64>,
    /// The serial number to go on with.
    pub(crate) next: u64,
}

impl Outcome {
    pub(crate) fn rate(&self) -> f64 {
        self.accepted as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }

    pub(crate) fn percentile(&mut self, share: f64) -> f64 {
        stats::percentile(&mut self.latencies, share)
    }

    /// Says which answers were not 2xx; empty when all were.
    pub(crate) fn refusals(&self) -> String {
        let mut parts: Vec<String> =
            self.statuses.iter().filter(|(status, _)| !accepted(**status)).map(|(status, n)| format!("{n} × {status}")).collect();
        if self.broken > 0 {
            parts.push(format!("{} connections broken", self.broken));
        }
        parts.join(", ")
    }

    fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.broken += other.broken;
        self.latencies.extend(other.latencies);
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
    }
}

fn accepted(status: u16) -> bool {
    (200..300).contains(&status)
}

/// Sends as planned and waits for every answer.
pub(crate) async fn run(plan: Plan) -> Result<Outcome> {
    let taken = Arc::new(AtomicU64::new(0));
    let plan = Arc::new(plan);
    let started = clock::now();
    let mut workers = JoinSet::new();
    for _ in 0..plan.connections {
        workers.spawn(worker(Arc::clone(&plan), Arc::clone(&taken), started));
    }
    let mut outcome = Outcome::default();
    let collect = async {
        while let Some(done) = workers.join_next().await {
            outcome.add(done??);
        }
        anyhow::Ok(())
    };
    let limit = match (plan.until, plan.pace) {
        (Until::Elapsed(time), _) => time,
        (Until::Sent(alerts), Some(pace)) => Duration::from_secs_f64(alerts as f64 / pace),
        (Until::Sent(alerts), None) => Duration::from_secs(alerts / 1000),
    };
    tokio::time::timeout(limit + PATIENCE, collect).await.context("the server stopped answering")??;
    outcome.elapsed = clock::since(started);
    outcome.next = plan.first + taken.load(Ordering::Relaxed);
    Ok(outcome)
}

async fn worker(plan: Arc<Plan>, taken: Arc<AtomicU64>, started: Instant) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut connection = Connection::open(plan.to).await.with_context(|| format!("connecting to {}", plan.to))?;
    let mut batch = Batch::new(plan.to, &plan.path, plan.batch, plan.service, Distinct::Pod);
    let mut ends_at = clock::timestamp(plan.lease);
    let mut renewed = started;
    let size = plan.batch as u64;
    while let Some(from) = next_batch(&plan, &taken, started) {
        if let Some(pace) = plan.pace {
            let due = started + Duration::from_secs_f64(from as f64 / pace);
            tokio::time::sleep_until(due.into()).await;
        }
        let sent = clock::now();
        if sent.saturating_duration_since(renewed) > RENEW {
            ends_at = clock::timestamp(plan.lease);
            renewed = sent;
        }
        let serial = |n: u64| plan.first + plan.distinct.map_or(from + n, |distinct| (from + n) % distinct);
        match connection.send(batch.fill(serial, &ends_at)).await {
            Ok(status) => {
                outcome.latencies.push(clock::since(sent).as_secs_f64() * 1e3);
                *outcome.statuses.entry(status).or_default() += 1;
                if accepted(status) {
                    outcome.accepted += size;
                } else {
                    outcome.refused += size;
                }
            }
            Err(error) => {
                outcome.refused += size;
                outcome.broken += 1;
                if outcome.broken > MAX_BROKEN {
                    bail!("{} connections broke one after the other, the last with: {error}", outcome.broken);
                }
                connection = Connection::open(plan.to).await.with_context(|| format!("connecting to {} again", plan.to))?;
            }
        }
    }
    Ok(outcome)
}

/// Takes the next request's alerts, or `None` when the plan is done.
fn next_batch(plan: &Plan, taken: &AtomicU64, started: Instant) -> Option<u64> {
    match plan.until {
        Until::Elapsed(time) if clock::since(started) >= time => None,
        Until::Sent(total) if taken.load(Ordering::Relaxed) >= total => None,
        _ => Some(taken.fetch_add(plan.batch as u64, Ordering::Relaxed)),
    }
}
