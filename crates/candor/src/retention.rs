//! Lets old records go, by `[retention]`: once an hour, from what is stored alone, so that a run that was cut short is simply
//! the next one's work. What was let go is in the log, and how far in `candor doctor`.

use std::time::Duration;

use model::Time;
use store::Records;
use store::records::{Sweep, Swept};

use crate::settings::Retention;

/// The start has more urgent things to do.
const FIRST: Duration = Duration::from_mins(1);
const EVERY: Duration = Duration::from_hours(1);

/// Runs until it is aborted; between two transactions that can be at any time.
pub(crate) async fn run(records: Records, retention: Retention, clock: desk::Clock) {
    if retention == Retention::default() {
        return;
    }
    tokio::time::sleep(FIRST).await;
    loop {
        match sweep(&records, retention, clock()).await {
            Ok(swept) if swept == Swept::default() => {}
            Ok(Swept { alerts, groups, letters, journal_rows }) => {
                tracing::info!(alerts, groups, letters, journal_rows, "old records were let go");
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "old records could not be let go; the next try is in an hour");
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn sweep(records: &Records, retention: Retention, now: Time) -> Result<Swept, store::StoreError> {
    let before = |span| now - span;
    let sweep = Sweep { alerts_before: retention.alerts.map(before), journal_before: retention.journal.map(before) };
    records.sweep(sweep, crate::VERSION, now).await
}

#[cfg(test)]
mod tests {
    use model::playbook::{Integration, Service};
    use model::{Actor, AlertId, Answer, Input, Labels, Playbook, Signal, SignalAction, Span};

    use super::*;

    fn playbook() -> Playbook {
        let service = Service { id: "shop".into(), name: "Shop".into(), policy: None, team: None, declare_at: None };
        let integration = Integration { id: "prom".into(), service: "shop".into() };
        Playbook { services: vec![service], integrations: vec![integration], ..Playbook::default() }
    }

    async fn says(test: &desk::testing::TestDesk, action: SignalAction) -> Option<AlertId> {
        let signal = Signal {
            key: "k".into(),
            action,
            summary: "s".into(),
            severity: None,
            labels: Labels::default(),
            annotations: Labels::default(),
            link: None,
            starts_at: None,
            lease: None,
            ends_at: None,
        };
        let input = Input::Signals { integration: "prom".into(), signals: vec![signal] };
        match test.submit(Actor::Integration("prom".into()), input).await {
            Ok(Answer::Signals(alerts)) => alerts[0],
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_older_than_the_settings_say_goes() {
        let test = desk::testing::desk(playbook()).await;
        let old = says(&test, SignalAction::Trigger).await.expect("an alert");
        says(&test, SignalAction::Resolve).await;
        test.clock.pass(Span::days(3));
        let retention = Retention { alerts: Some(Span::days(2)), journal: None };
        let swept = sweep(&test.records, retention, test.clock.now()).await.expect("it sweeps");
        assert_eq!((swept.alerts, swept.groups), (1, 1));
        assert!(test.records.alert(old).await.expect("it reads").is_none());
        test.stop().await;
    }
}
