//! Ready after a start, and what is left after SIGKILL.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

use super::{Bench, progress};
use crate::load::{self, LEASE, Until};
use crate::report::{Bar, Row, Section, Unit, grouped};
use crate::sink::Sink;
use crate::stats::median;
use crate::target::{Notify, Running, Target};

const HISTORY: u64 = 1_000_000;
const OPEN: u64 = 100_000;
const BATCH: usize = 50;
const CONNECTIONS: usize = 16;
/// So many are open at a time while the history is made.
const CHUNK: u64 = 20_000;
/// The open alerts come after every alert of the history.
const FIRST_OPEN: u64 = 5_000_000;
/// No lease runs out between the kill and the count: what is counted is what was kept, not what expired.
const OPEN_LEASE: i64 = 3_600;
const RESTARTS: usize = 3;

pub(crate) async fn run(bench: &Bench) -> Result<Section> {
    let (history, open) = (HISTORY / bench.scale, OPEN / bench.scale);
    let mut section = Section::beside_alertmanager(
        "Start",
        format!(
            "From the start of the process to ready. On an empty folder: median of {} starts. With history: {} alerts were fired and resolved \
             through the intake, then {} more fired and stayed open, then SIGKILL; median of {RESTARTS} restarts, each ended by SIGKILL, and \
             the open alerts counted through the API after the last. Alertmanager keeps no alerts on disk, so it has no history to read.",
            bench.rounds,
            grouped(history as f64),
            grouped(open as f64)
        ),
    );
    let sink = Sink::open().await?;
    let mut empty = [None, None];
    let mut after = [None, None];
    for (index, target) in [Target::Candor, Target::Alertmanager].into_iter().enumerate() {
        if !bench.programs.targets().contains(&target) {
            continue;
        }
        empty[index] = Some(empty_start(bench, target, &sink)?);
        after[index] = Some(full_start(bench, target, &sink, history, open).await?);
    }
    let mut row = |what: &str, unit, bar, values: [Option<f64>; 2]| {
        section.rows.push(Row { what: what.to_owned(), unit, bar, ours: values[0], theirs: values[1] });
    };
    row("ready on an empty folder", Unit::Millis, Bar::AtMost(200.0), empty);
    row(
        "ready with history and open alerts, after SIGKILL",
        Unit::Millis,
        Bar::AtMost(2_000.0),
        after.map(|found| Some(found?.0)),
    );
    row("open alerts before SIGKILL", Unit::Count, Bar::None, after.map(|found| Some(found?.1)));
    row("open alerts still there", Unit::Count, Bar::Exactly(open as f64), after.map(|found| Some(found?.2)));
    Ok(section)
}

fn empty_start(bench: &Bench, target: Target, sink: &Sink) -> Result<f64> {
    let mut times = Vec::new();
    for round in 1..=bench.rounds {
        progress(&format!("start: empty folder, round {round}, {target:?}"));
        let folder = bench.fresh()?;
        let running = bench.programs.start(target, folder.path(), sink.address, Notify::Nobody)?;
        times.push(running.ready_after.as_secs_f64() * 1e3);
        running.server.stop()?;
    }
    Ok(median(times))
}

/// The time to ready in ms, and the open alerts found before the kill and after the last restart.
async fn full_start(bench: &Bench, target: Target, sink: &Sink, history: u64, open: u64) -> Result<(f64, f64, f64)> {
    let temporary = bench.fresh()?;
    let folder = match (&bench.keep, target) {
        (Some(keep), Target::Candor) => keep.join("history"),
        _ => temporary.path().to_owned(),
    };
    let start = || bench.programs.start(target, &folder, sink.address, Notify::Nobody);
    let running = start()?;
    if target == Target::Candor {
        make_history(&running, &folder, history).await?;
    }
    progress(&format!("start: {} open alerts, {target:?}", grouped(open as f64)));
    send(&running, FIRST_OPEN, open, OPEN_LEASE).await?;
    let before = running.count_open().await?;
    running.server.kill()?;
    let mut times = Vec::new();
    let mut found = 0;
    for restart in 1..=RESTARTS {
        progress(&format!("start: restart {restart} after SIGKILL, {target:?}"));
        let running = start()?;
        times.push(running.ready_after.as_secs_f64() * 1e3);
        if restart == RESTARTS {
            found = running.count_open().await?;
        }
        running.server.kill()?;
    }
    Ok((median(times), before as f64, found as f64))
}

/// Fires and resolves, some at a time, unless a run before left such a folder.
async fn make_history(running: &Running, folder: &Path, history: u64) -> Result<()> {
    let mark = folder.join(format!("history-of-{history}"));
    if mark.exists() {
        return Ok(());
    }
    let mut first = 0;
    while first < history {
        if first.is_multiple_of(CHUNK * 5) {
            progress(&format!("start: history, {} of {}", grouped(first as f64), grouped(history as f64)));
        }
        let count = CHUNK.min(history - first);
        send(running, first, count, LEASE).await?;
        send(running, first, count, -1).await?;
        first += count;
    }
    fs::write(mark, "")?;
    Ok(())
}

async fn send(running: &Running, first: u64, count: u64, lease: i64) -> Result<()> {
    let mut plan = running.plan(BATCH, CONNECTIONS, Until::Sent(count));
    plan.first = first;
    plan.lease = lease;
    let outcome = load::run(plan).await?;
    ensure!(outcome.refused == 0, "{:?} refused {} alerts: {}", running.target, outcome.refused, outcome.refusals());
    Ok(())
}
