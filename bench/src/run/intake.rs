//! Durable intake in alerts a second: ours synced to disk before the answer, theirs held in memory.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Bench, progress};
use crate::load::{self, Until};
use crate::report::{Bar, Row, Section, Table, Unit, grouped};
use crate::sink::Sink;
use crate::stats::median;
use crate::target::{Notify, Target};
use crate::{clock, disk, proc};

/// With more than this share of the machine taken by others, a figure is not to be believed.
const BUSY: f64 = 0.1;

struct Case {
    name: &'static str,
    batch: usize,
    connections: usize,
    /// So many distinct alerts, sent once before and then again and again.
    repeated: Option<u64>,
    bar: f64,
}

const CASES: [Case; 5] = [
    Case { name: "new, 64 a request, 16 connections", batch: 64, connections: 16, repeated: None, bar: 2.0 },
    Case { name: "new, 64 a request, 64 connections", batch: 64, connections: 64, repeated: None, bar: 2.0 },
    Case { name: "new, 1 a request, 64 connections", batch: 1, connections: 64, repeated: None, bar: 1.5 },
    Case {
        name: "repeats of 10,000, 64 a request, 16 connections",
        batch: 64,
        connections: 16,
        repeated: Some(10_000),
        bar: 3.0,
    },
    Case { name: "new, 1 a request, 1 connection", batch: 1, connections: 1, repeated: None, bar: 0.4 },
];

/// One round of one case at one server.
#[derive(Debug)]
struct Figure {
    target: Target,
    rate: f64,
    p50: f64,
    p99: f64,
    /// Of the server, in µs an alert.
    cpu: f64,
    /// Of the load generator, in µs an alert: what the machine spends on asking.
    generator: f64,
    rss: f64,
    refused: u64,
    refusals: String,
    /// Share of the machine that neither server nor generator used.
    others: f64,
}

pub(crate) async fn run(bench: &Bench) -> Result<Section> {
    let mut section = Section::beside_alertmanager(
        "Intake",
        format!(
            "Alerts a second, measured from the sender's side: an alert counts when its request was answered 2xx. Candor has it on disk \
             by then (one sync for all that waited), Alertmanager has it in memory. Rounds alternate between the two servers, each \
             round with a new process on an empty folder; medians of {} round(s) of {} s after a warm-up. Both get the same bytes: 8 labels, 2 \
             annotations, start, end, link. CPU is the server's user and system time. Candor pages a webhook meanwhile; Alertmanager \
             notifies nobody.",
            bench.rounds,
            bench.time.as_secs_f64()
        ),
    );
    let head = vec![
        "case",
        "server",
        "alerts/s",
        "lowest–highest",
        "p50",
        "p99",
        "CPU/alert",
        "generator",
        "RSS",
        "refused",
        "other load",
    ];
    let mut details = Table { head, rows: Vec::new() };
    let mut syncs = Vec::new();
    let only = bench.only.as_deref().unwrap_or_default();
    ensure!(CASES.iter().any(|case| case.name.contains(only)), "no way of sending is called so: {only}");
    for case in CASES.iter().filter(|case| case.name.contains(only)) {
        let mut figures = Vec::new();
        for round in 1..=bench.rounds {
            for target in bench.programs.targets() {
                progress(&format!("intake: {}: round {round}, {target:?}", case.name));
                if case.connections == 1 {
                    syncs.push(disk::sync_rate(&bench.folder, bench.time.min(Duration::from_secs(2)))?);
                }
                figures.push(measure(bench, case, target).await?);
            }
        }
        judge(case, &figures, &mut section, &mut details);
    }
    section.details = Some(details);
    if syncs.is_empty() {
        return Ok(section);
    }
    section.notes.push(format!(
        "The disk's own sync rate (append 4 KiB + fdatasync, same folder), taken before each round with one connection: median {}/s, lowest \
         {}/s, highest {}/s. One connection waits for one sync an alert, so this is its ceiling.",
        grouped(median(syncs.iter().copied())),
        grouped(syncs.iter().copied().fold(f64::INFINITY, f64::min)),
        grouped(syncs.iter().copied().fold(0.0, f64::max)),
    ));
    Ok(section)
}

async fn measure(bench: &Bench, case: &Case, target: Target) -> Result<Figure> {
    let folder = bench.fresh()?;
    let sink = Sink::open().await?;
    let running = bench.programs.start(target, folder.path(), sink.address, Notify::Nobody)?;
    let mut plan = running.plan(case.batch, case.connections, Until::Elapsed(bench.time / 5));
    if let Some(distinct) = case.repeated {
        plan.distinct = Some(distinct);
        plan.until = Until::Sent(distinct);
    }
    let warmed = load::run(plan.clone()).await?;
    plan.until = Until::Elapsed(bench.time);
    if case.repeated.is_none() {
        plan.first = warmed.next;
    }
    let (server, own, machine, started) =
        (running.server.cpu()?, proc::cpu(std::process::id())?, proc::machine_busy(), clock::now());
    let mut outcome = load::run(plan).await?;
    let server = running.server.cpu()?.saturating_sub(server);
    // The bench's own time holds that of its child, the server.
    let own = proc::cpu(std::process::id())?.saturating_sub(own);
    let others = proc::machine_busy().saturating_sub(machine).saturating_sub(own);
    let span = clock::since(started).as_secs_f64() * proc::cores() as f64;
    let figure = Figure {
        target,
        rate: outcome.rate(),
        p50: outcome.percentile(0.5),
        p99: outcome.percentile(0.99),
        cpu: server.as_secs_f64() * 1e6 / outcome.accepted.max(1) as f64,
        generator: own.saturating_sub(server).as_secs_f64() * 1e6 / outcome.accepted.max(1) as f64,
        rss: running.server.rss()?,
        refused: outcome.refused,
        refusals: outcome.refusals(),
        others: others.as_secs_f64() / span,
    };
    running.server.stop()?;
    Ok(figure)
}

fn judge(case: &Case, figures: &[Figure], section: &mut Section, details: &mut Table) {
    let of = |target: Target, what: fn(&Figure) -> f64| {
        let values: Vec<f64> = figures.iter().filter(|figure| figure.target == target).map(what).collect();
        (!values.is_empty()).then(|| median(values))
    };
    let mut row = |what: &str, unit, bar, value: fn(&Figure) -> f64| {
        let (ours, theirs) = (of(Target::Candor, value), of(Target::Alertmanager, value));
        section.rows.push(Row { what: format!("{}: {what}", case.name), unit, bar, ours, theirs });
    };
    row("alerts", Unit::PerSecond, Bar::Times(case.bar), |figure| figure.rate);
    row("CPU an alert", Unit::Micros, Bar::BelowTheirs, |figure| figure.cpu);
    for target in [Target::Candor, Target::Alertmanager] {
        let show = |unit: Unit, what: fn(&Figure) -> f64| of(target, what).map_or_else(String::new, |value| unit.show(value));
        let rates = figures.iter().filter(|figure| figure.target == target).map(|figure| figure.rate);
        let Some(lowest) = rates.clone().reduce(f64::min) else {
            continue;
        };
        let refused: u64 = figures.iter().filter(|figure| figure.target == target).map(|figure| figure.refused).sum();
        details.rows.push(vec![
            case.name.to_owned(),
            format!("{target:?}"),
            grouped(of(target, |figure| figure.rate).unwrap_or(0.0)),
            format!("{}–{}", grouped(lowest), grouped(rates.fold(0.0, f64::max))),
            show(Unit::Millis, |figure| figure.p50),
            show(Unit::Millis, |figure| figure.p99),
            show(Unit::Micros, |figure| figure.cpu),
            show(Unit::Micros, |figure| figure.generator),
            show(Unit::Megabytes, |figure| figure.rss),
            grouped(refused as f64),
            format!("{:.0} %", of(target, |figure| figure.others * 100.0).unwrap_or(0.0)),
        ]);
    }
    remark(case, figures, section);
}

/// Says what spoils a figure.
fn remark(case: &Case, figures: &[Figure], section: &mut Section) {
    let busiest = figures.iter().map(|figure| figure.others).fold(0.0, f64::max);
    if busiest > BUSY {
        section.notes.push(format!(
            "{}: other work took {:.0} % of the machine in one round; run again on a quiet machine before believing these figures.",
            case.name,
            busiest * 100.0
        ));
    }
    for figure in figures.iter().filter(|figure| !figure.refusals.is_empty()) {
        section.notes.push(format!("{}: {:?} refused {} alerts: {}", case.name, figure.target, figure.refused, figure.refusals));
    }
}
