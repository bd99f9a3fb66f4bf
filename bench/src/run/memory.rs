//! Resident memory, idle and with 100,000 open alerts.

use std::time::Duration;

use anyhow::Result;

use super::{Bench, progress};
use crate::load::{self, Until};
use crate::report::{Bar, Row, Section, Unit, grouped};
use crate::sink::Sink;
use crate::stats::median;
use crate::target::{Notify, Target};

const ALERTS: u64 = 100_000;
/// Long enough for a server to write out and give back what the start or the filling took.
const SETTLE: Duration = Duration::from_secs(5);
/// No lease runs out while it is measured.
const LEASE: i64 = 3_600;

pub(crate) async fn run(bench: &Bench) -> Result<Section> {
    let alerts = ALERTS / bench.scale;
    let mut section = Section::beside_alertmanager(
        "Memory",
        format!(
            "Resident memory {} s after the start on an empty folder, and {0} s after {} distinct alerts (50 a request, 16 connections) that \
             are all still open. Medians of {} rounds.",
            SETTLE.as_secs(),
            grouped(alerts as f64),
            bench.rounds
        ),
    );
    let mut figures = Vec::new();
    for round in 1..=bench.rounds {
        for target in bench.programs.targets() {
            progress(&format!("memory: round {round}, {target:?}"));
            figures.push((target, measure(bench, target, alerts).await?));
        }
    }
    let of = |target, full: bool| {
        let chosen = figures.iter().filter(|(of, _)| *of == target);
        let values: Vec<f64> = chosen.map(|(_, (idle, filled))| if full { *filled } else { *idle }).collect();
        (!values.is_empty()).then(|| median(values))
    };
    for (what, full, limit) in
        [("idle".to_owned(), false, 40.0), (format!("with {} open alerts", grouped(alerts as f64)), true, 250.0)]
    {
        let (ours, theirs) = (of(Target::Candor, full), of(Target::Alertmanager, full));
        section.rows.push(Row { what, unit: Unit::Megabytes, bar: Bar::AtMost(limit), ours, theirs });
    }
    Ok(section)
}

async fn measure(bench: &Bench, target: Target, alerts: u64) -> Result<(f64, f64)> {
    let folder = bench.fresh()?;
    let sink = Sink::open().await?;
    let running = bench.programs.start(target, folder.path(), sink.address, Notify::Nobody)?;
    tokio::time::sleep(SETTLE).await;
    let idle = running.server.rss()?;
    let mut plan = running.plan(50, 16, Until::Sent(alerts));
    plan.lease = LEASE;
    let outcome = load::run(plan).await?;
    anyhow::ensure!(outcome.refused == 0, "{target:?} refused {} alerts: {}", outcome.refused, outcome.refusals());
    tokio::time::sleep(SETTLE).await;
    let filled = running.server.rss()?;
    running.server.stop()?;
    Ok((idle, filled))
}
