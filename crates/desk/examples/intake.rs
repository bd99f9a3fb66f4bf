//! How many new alerts a second the desk commits, without HTTP: `cargo run --release -p desk --example intake`.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a measuring tool, not part of the product")]

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use desk::{Ask, Settings};
use model::playbook::{Integration, Playbook, Service};
use model::signal::Lease;
use model::{Actor, Input, Labels, Signal, SignalAction, Time};
use store::{Db, Place, Records};

const BATCHES: usize = 4_000;

fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(since.as_micros() as i64)
}

fn signals(first: usize) -> Vec<Signal> {
    (first..first + 64)
        .map(|n| Signal {
            key: format!("{n:016x}").into(),
            action: SignalAction::Trigger,
            summary: "Latency is above the objective".into(),
            severity: None,
            labels: Labels::from_pairs([
                ("alertname", "HighLatency"),
                ("instance", &format!("10.0.{}.{}:9100", n / 250 % 250, n % 250)),
                ("job", "node"),
                ("severity", "warning"),
                ("cluster", "eu-1"),
                ("namespace", "shop"),
                ("pod", &format!("checkout-{n}")),
                ("team", "web"),
            ]),
            annotations: Labels::from_pairs([
                ("summary", "Latency is above the objective"),
                ("runbook", "https://example.org/r"),
            ]),
            link: Some("http://prometheus.example.org/graph?g0.expr=up".into()),
            starts_at: Some(now()),
            lease: Some(Lease { until: Time(now().0 + 240_000_000), assumed: false }),
            ends_at: None,
        })
        .collect()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/intake".into());
    let _ = std::fs::remove_dir_all(&folder);
    let records = Records::new(Db::open(&Place::Folder(folder.into())).await?);
    let settings = Settings { clock: Arc::new(now), version: "bench".into(), queue: 4_096, on_broken: Arc::new(|_| ()) };
    let running = desk::start(records, settings).await?;
    let service = Service { id: "checkout".into(), name: "Checkout".into(), policy: None, team: None, declare_at: None };
    let playbook = Playbook {
        services: vec![service],
        integrations: vec![Integration { id: "prometheus".into(), service: "checkout".into() }],
        ..Playbook::default()
    };
    let ask = |input| Ask { actor: Actor::System, input, idempotency: None };
    running.desk.submit(ask(Input::Playbook { playbook: Arc::new(playbook) })).await?;
    for (name, repeat) in [("new", false), ("repeats", true)] {
        let inputs: Vec<Input> = (0..BATCHES)
            .map(|b| Input::Signals {
                integration: "prometheus".into(),
                signals: signals(if repeat { b * 64 % 10_240 } else { b * 64 }),
            })
            .collect();
        let started = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for input in inputs {
            while tasks.len() >= 16 {
                tasks.join_next().await;
            }
            let desk = running.desk.clone();
            tasks.spawn(async move { desk.submit(Ask { actor: Actor::System, input, idempotency: None }).await.map(drop) });
        }
        while tasks.join_next().await.is_some() {}
        let seconds = started.elapsed().as_secs_f64();
        println!("{name}: {:.0} alerts/s", BATCHES as f64 * 64.0 / seconds);
    }
    let (count, started) = (20_000, Instant::now());
    for n in 0..count {
        let mut one = signals(10_000_000 + n);
        one.truncate(1);
        running.desk.submit(ask(Input::Signals { integration: "prometheus".into(), signals: one })).await?;
    }
    println!("one at a time: {:.0} commits/s", f64::from(count as u32) / started.elapsed().as_secs_f64());
    running.stopper.stop().await;
    Ok(())
}
