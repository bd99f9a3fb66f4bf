//! Everything fails at once: 100,000 distinct alerts.

use std::time::Duration;

use anyhow::Result;

use super::{Bench, progress};
use crate::clock;
use crate::load::{self, Outcome, Until};
use crate::report::{Bar, Row, Section, Table, Unit, grouped};
use crate::sink::Sink;
use crate::target::{Notify, Target};

const ALERTS: u64 = 100_000;
const MINUTE: f64 = 60.0;
const BATCH: usize = 50;
const CONNECTIONS: usize = 16;
/// Pages that come later are another bundle's.
const AFTER: Duration = Duration::from_secs(3);

#[derive(Debug)]
struct Figure {
    target: Target,
    outcome: Outcome,
    /// Milliseconds from the first alert sent to the first page received.
    first: Option<f64>,
    pages: u64,
}

pub(crate) async fn run(bench: &Bench) -> Result<Section> {
    let alerts = ALERTS / bench.scale;
    let mut section = Section::beside_alertmanager(
        "Storm",
        format!(
            "{} distinct alerts of 8 names on one service ({BATCH} a request, {CONNECTIONS} connections), once in {:.0} s and once as fast as \
             answers come. Alertmanager groups by name with no group wait.",
            grouped(alerts as f64),
            MINUTE / bench.scale as f64
        ),
    );
    let head = vec!["server", "pace", "accepted", "refused", "alerts/s", "p99", "first page", "pages"];
    let mut details = Table { head, rows: Vec::new() };
    for (name, pace) in [("in a minute", Some(ALERTS as f64 / MINUTE)), ("at once", None)] {
        let mut figures = Vec::new();
        for target in bench.programs.targets() {
            progress(&format!("storm: {name}, {target:?}"));
            figures.push(measure(bench, target, alerts, pace).await?);
        }
        judge(name, &figures, &mut section);
        for mut figure in figures {
            let outcome = &mut figure.outcome;
            details.rows.push(vec![
                format!("{:?}", figure.target),
                name.to_owned(),
                grouped(outcome.accepted as f64),
                grouped(outcome.refused as f64),
                grouped(outcome.rate()),
                Unit::Millis.show(outcome.percentile(0.99)),
                figure.first.map_or_else(|| "none".to_owned(), |first| Unit::Millis.show(first)),
                figure.pages.to_string(),
            ]);
        }
    }
    section.details = Some(details);
    Ok(section)
}

async fn measure(bench: &Bench, target: Target, alerts: u64, pace: Option<f64>) -> Result<Figure> {
    let folder = bench.fresh()?;
    let sink = Sink::open().await?;
    let running = bench.programs.start(target, folder.path(), sink.address, Notify::ByName)?;
    let mut plan = running.plan(BATCH, CONNECTIONS, Until::Sent(alerts));
    plan.pace = pace;
    let started = clock::now();
    let outcome = load::run(plan).await?;
    tokio::time::sleep(AFTER).await;
    let (pages, first) = sink.pages();
    running.server.stop()?;
    let first = first.map(|at| at.saturating_duration_since(started).as_secs_f64() * 1e3);
    Ok(Figure { target, outcome, first, pages })
}

fn judge(name: &str, figures: &[Figure], section: &mut Section) {
    let of = |target, what: fn(&Figure) -> Option<f64>| figures.iter().find(|figure| figure.target == target).and_then(what);
    let mut row = |what: &str, unit, bar, value: fn(&Figure) -> Option<f64>| {
        let (ours, theirs) = (of(Target::Candor, value), of(Target::Alertmanager, value));
        section.rows.push(Row { what: format!("{name}: {what}"), unit, bar, ours, theirs });
    };
    row("alerts refused", Unit::Count, Bar::Exactly(0.0), |figure| Some(figure.outcome.refused as f64));
    // No page at all must miss the bar, not escape it.
    row("first page", Unit::Millis, Bar::AtMost(1_000.0), |figure| Some(figure.first.unwrap_or(f64::INFINITY)));
    row("pages (bundled)", Unit::Count, Bar::None, |figure| Some(figure.pages as f64));
    for figure in figures.iter().filter(|figure| figure.outcome.refused > 0) {
        section.notes.push(format!("{name}: {:?} refused: {}", figure.target, figure.outcome.refusals()));
    }
}
