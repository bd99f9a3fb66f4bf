//! From an alert's first byte sent to its page received, idle and under load.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::{Bench, progress};
use crate::alert::{Batch, Distinct};
use crate::candor::PROBED;
use crate::http::Connection;
use crate::load::{self, LEASE, Outcome, Until};
use crate::report::{Bar, Row, Section, Table, Unit, grouped};
use crate::sink::Sink;
use crate::stats::{median, percentile};
use crate::target::{BACKGROUND, Notify, Running, Target, WATCHED};
use crate::{clock, load::Plan};

const PROBES: u64 = 200;
const PROBES_UNDER_LOAD: u64 = 500;
/// Sent before the counted ones: the first page pays for connections and caches.
const WARM_UP: u64 = 20;
const APART: Duration = Duration::from_millis(20);
const LOAD: f64 = 2_000.0;
/// A page that is later than this counts as missing.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug)]
struct Figure {
    target: Target,
    loaded: bool,
    p50: f64,
    p99: f64,
    /// From sent to answered, p50: what of it is the intake's part.
    answered: f64,
    missing: u64,
    background: Option<Outcome>,
}

pub(crate) async fn run(bench: &Bench) -> Result<Section> {
    let mut section = Section::beside_alertmanager(
        "From alert to page",
        format!(
            "An alert of a new name is posted and the webhook it causes is received in the same process: {PROBES} probes {} ms apart after \
             {WARM_UP} to warm up, then {PROBES_UNDER_LOAD} with {LOAD} other new alerts a second (10 a request, 8 connections) on a service \
             of their own. At Candor the probes go to {PROBED} services in turn, because one service with more than thirty new pages a minute \
             gets them bundled. Candor syncs the alert and the page to disk in between; Alertmanager, with no grouping and no group wait, works \
             from memory, and its other alerts notify nobody. Medians of {} alternating rounds.",
            APART.as_millis(),
            bench.rounds
        ),
    );
    let mut figures = Vec::new();
    for round in 1..=bench.rounds {
        for target in bench.programs.targets() {
            progress(&format!("latency: round {round}, {target:?}"));
            measure(bench, target, &mut figures).await?;
        }
    }
    for (loaded, what, share, bar) in [
        (false, "idle, p50", 0.5, Bar::AtMost(2.0)),
        (false, "idle, p99", 0.99, Bar::AtMost(5.0)),
        (true, "at 2,000 alerts/s, p50", 0.5, Bar::None),
        (true, "at 2,000 alerts/s, p99", 0.99, Bar::AtMost(250.0)),
    ] {
        let of = |target| {
            let chosen = figures.iter().filter(|figure| figure.target == target && figure.loaded == loaded);
            let values: Vec<f64> = chosen.map(|figure| if share < 0.9 { figure.p50 } else { figure.p99 }).collect();
            (!values.is_empty()).then(|| median(values))
        };
        let (ours, theirs) = (of(Target::Candor), of(Target::Alertmanager));
        section.rows.push(Row { what: what.to_owned(), unit: Unit::Millis, bar, ours, theirs });
    }
    section.details = Some(details(&figures));
    Ok(section)
}

fn details(figures: &[Figure]) -> Table {
    let head = vec!["server", "load", "p50", "p99", "answered p50", "missing", "background refused"];
    let rows = figures.iter().map(|figure| {
        let refused = figure.background.as_ref().map_or_else(String::new, |outcome| grouped(outcome.refused as f64));
        let load = if figure.loaded { "2,000/s" } else { "idle" };
        let [p50, p99, answered] = [figure.p50, figure.p99, figure.answered].map(|value| Unit::Millis.show(value));
        vec![format!("{:?}", figure.target), load.to_owned(), p50, p99, answered, figure.missing.to_string(), refused]
    });
    Table { head, rows: rows.collect() }
}

async fn measure(bench: &Bench, target: Target, figures: &mut Vec<Figure>) -> Result<()> {
    let folder = bench.fresh()?;
    let sink = Sink::open().await?;
    let running = bench.programs.start(target, folder.path(), sink.address, Notify::Each)?;
    probe(&running, &sink, 0, WARM_UP, false).await?;
    figures.push(probe(&running, &sink, WARM_UP, PROBES, false).await?);
    let background = background(&running);
    // The load runs a second before the probes and a second after.
    let probes = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        probe(&running, &sink, WARM_UP + PROBES, PROBES_UNDER_LOAD, true).await
    };
    let (outcome, figure) = tokio::join!(load::run(background), probes);
    figures.push(Figure { background: Some(outcome?), ..figure? });
    running.server.stop()
}

fn background(running: &Running) -> Plan {
    let seconds = APART.as_secs_f64() * PROBES_UNDER_LOAD as f64 + 2.0;
    let plan = running.plan(10, 8, Until::Sent((LOAD * seconds) as u64));
    Plan { path: running.path(BACKGROUND), service: BACKGROUND, pace: Some(LOAD), ..plan }
}

async fn probe(running: &Running, sink: &Sink, first: u64, count: u64, loaded: bool) -> Result<Figure> {
    let mut connection = Connection::open(running.address).await?;
    let batch = |path: String| Batch::new(running.address, &path, 1, WATCHED, Distinct::Name);
    let mut batches: Vec<Batch> = running.probed().into_iter().map(batch).collect();
    let turns = batches.len();
    let started = clock::now();
    let mut sent: Vec<Instant> = Vec::new();
    let mut answered = Vec::new();
    for index in 0..count {
        tokio::time::sleep_until((started + APART * index as u32).into()).await;
        let request = batches[index as usize % turns].fill(|_| first + index, &clock::timestamp(LEASE));
        let at = clock::now();
        sent.push(at);
        let status = connection.send(request).await?;
        anyhow::ensure!((200..300).contains(&status), "a probe was answered {status}");
        answered.push(clock::since(at).as_secs_f64() * 1e3);
    }
    let last = clock::now();
    let arrived = |index: usize| sink.arrival(first + index as u64);
    while clock::since(last) < PATIENCE && (0..sent.len()).any(|index| arrived(index).is_none()) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let lags = sent.iter().enumerate().filter_map(|(index, at)| Some(arrived(index)?.saturating_duration_since(*at)));
    let mut lags: Vec<f64> = lags.map(|lag| lag.as_secs_f64() * 1e3).collect();
    let missing = count - lags.len() as u64;
    // A page that never came is the worst of all latencies, not one left out.
    lags.resize(count as usize, PATIENCE.as_secs_f64() * 1e3);
    Ok(Figure {
        target: running.target,
        loaded,
        p50: percentile(&mut lags, 0.5),
        p99: percentile(&mut lags, 0.99),
        answered: percentile(&mut answered, 0.5),
        missing,
        background: None,
    })
}
