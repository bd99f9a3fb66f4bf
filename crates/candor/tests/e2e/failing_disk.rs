//! A disk that fails in the middle of the work. A sync that was refused may not be tried again: the system has marked the
//! pages it could not write as written, so the second sync would succeed and prove nothing.

use std::time::Duration;

use crate::harness::api::Api;
use crate::harness::candor::{Candor, Home};
use crate::harness::hook::Hook;
use crate::harness::playbook::by_webhook;
use crate::harness::syncs::FailingSyncs;
use crate::harness::wait_for;

#[tokio::test]
async fn a_commit_whose_sync_fails_is_not_acknowledged_and_ends_the_process() {
    let hook = Hook::start().await;
    let home = Home::new(&by_webhook(&hook.url), None);
    let candor = home.start().await;
    let mut accepted = Vec::new();
    for number in 0..5 {
        let name = format!("before-{number}");
        assert!(was_accepted(&candor.api, &name).await, "{name}");
        accepted.push(name);
    }
    // Their receipts are commits too: without this, one of those might meet the failing disk first.
    assert!(!candor.api.settled_letters(Duration::from_secs(20)).await.is_empty());

    let disk = FailingSyncs::of(&candor).await;
    // At once, so that several wait for the commit that fails.
    let asked: Vec<_> = (0..8)
        .map(|number| {
            let api = candor.api.clone();
            tokio::spawn(async move { was_accepted(&api, &format!("during-{number}")).await })
        })
        .collect();
    for (number, asked) in asked.into_iter().enumerate() {
        let accepted = asked.await.expect("a sender does not panic");
        assert!(!accepted, "during-{number} was acknowledged though its commit never reached the disk");
    }
    it_has_ended_over_its_disk(candor, &disk).await;

    everything_accepted_is_there(&home, &accepted).await;
}

#[tokio::test]
async fn a_log_that_cannot_be_carried_over_ends_the_process_though_nobody_asks_for_anything() {
    let hook = Hook::start().await;
    let home = Home::new(&by_webhook(&hook.url), None);
    let candor = home.start().await;
    let disk = FailingSyncs::of_thread(&candor, "carry").await;
    // Enough for the log to be carried over as soon as nothing waits. That is not part of any commit: those before it stand.
    let mut accepted = Vec::new();
    for batch in 0..15 {
        let names: Vec<String> = (0..200).map(|number| format!("storm-{batch}-{number}")).collect();
        match candor.api.raise(&names).await {
            Ok(reply) if reply.is_success() => accepted.extend(names),
            // Nothing waited for a moment, and the failure is known already.
            _ => break,
        }
    }
    assert!(!accepted.is_empty(), "no alert was accepted before the log was carried over");
    wait_for("the log to be carried over", Duration::from_secs(20), || async { (!disk.seen().is_empty()).then_some(()) }).await;
    // No request: one that stands ready on a broken disk would refuse the alert that matters.
    it_has_ended_over_its_disk(candor, &disk).await;

    everything_accepted_is_there(&home, &accepted).await;
}

/// Whether the server promised to keep it. No answer at all is no promise.
async fn was_accepted(api: &Api, name: &str) -> bool {
    let Ok(reply) = api.raise(&[name.to_owned()]).await else { return false };
    assert!(reply.is_success() || reply.status >= 500, "the sender would give up: {reply:?}");
    reply.is_success()
}

async fn it_has_ended_over_its_disk(mut candor: Candor, disk: &FailingSyncs) {
    let status = candor.ends("a sync that failed").await;
    // The reader of its last words may be a line behind.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let said = candor.said();
    assert_eq!(status.code(), Some(1), "{status}; it said:\n{said}");
    assert!(said.contains("disk I/O error") && said.contains("stopping"), "the disk is not named:\n{said}");
    assert_eq!(disk.seen(), [true], "one sync failed and there must not be another");
}

/// The disk works again, as after a move to another or a passing fault of a cable.
async fn everything_accepted_is_there(home: &Home, accepted: &[String]) {
    let candor = home.start().await;
    assert_eq!(candor.api.try_get("/-/ready").await.status, 200);
    let there = candor.api.alert_names().await;
    let lost: Vec<&String> = accepted.iter().filter(|name| !there.contains(*name)).collect();
    assert!(lost.is_empty(), "{} of {} accepted alerts are gone: {lost:?}", lost.len(), accepted.len());
    assert!(was_accepted(&candor.api, "after").await);
    eprintln!("{} alerts accepted, {} there", accepted.len() + 1, candor.api.alert_names().await.len());
    candor.close(home).await;
}
