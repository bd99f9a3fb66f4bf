//! What must hold after all the kills.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::senders::{Fate, Ledger};
use crate::harness::api::Api;
use crate::harness::hook::Hook;

/// The receiver may note a delivery this much later than it was sent.
const LAG: Duration = Duration::from_millis(300);
/// By then the receipt of a delivery must have been committed, on a busy machine.
const RECEIPT: Duration = Duration::from_secs(1);
/// Leases of letters end after seconds; by then the last kill's letters have been tried again.
const SETTLED: Duration = Duration::from_secs(90);

/// Every signal that was answered 2xx is an alert in the state the sender was promised; answers how many.
pub(super) async fn everything_accepted_is_there(api: &Api, ledger: &Ledger) -> usize {
    let fates = ledger.fates();
    let mut states = BTreeMap::new();
    for alert in api.all("/v1/alerts").await {
        let before = states.insert(name_of(&alert), alert["state"].as_str().unwrap_or_default().to_owned());
        assert_eq!(before, None, "two alerts with one key: {alert}");
    }
    let wrong: Vec<String> = fates
        .iter()
        .filter_map(|(name, fate)| {
            let state = states.get(name).map(String::as_str);
            let right = match fate {
                Fate::Firing => state == Some("firing"),
                Fate::Resolved => state == Some("resolved"),
                Fate::Either => state.is_some(),
            };
            (!right).then(|| format!("{name}: promised {fate:?}, is {state:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} signals are not as promised:\n{}", wrong.len(), fates.len(), wrong.join("\n"));
    fates.len()
}

/// The name its sender gave it: Alertmanager's alerts carry it as a label, PagerDuty's as the key.
fn name_of(alert: &Value) -> String {
    let label = alert["labels"]["alertname"].as_str().filter(|name| name.starts_with("am-"));
    label.or(alert["dedup_key"].as_str()).expect("an alert has a key").to_owned()
}

/// Every letter was tried, and has arrived unless it was called off; answers how many there are.
pub(super) async fn every_due_page_was_attempted(api: &Api, hook: &Hook, ledger: &Ledger) -> usize {
    let letters = api.settled_letters(SETTLED).await;
    let deliveries = hook.deliveries();
    for delivery in &deliveries {
        assert!(!delivery.id.is_empty(), "a webhook without a webhook-id: {delivery:?}");
        assert!(delivery.signature.starts_with("v1,"), "a webhook without a signature: {delivery:?}");
        serde_json::from_str::<Value>(&delivery.body).expect("a webhook's body is JSON");
    }
    for letter in &letters {
        let state = letter["state"].as_str().unwrap_or_default();
        let tried = letter["attempts"].as_array().is_some_and(|attempts| !attempts.is_empty());
        assert!(state == "cancelled" || tried, "never tried: {letter}");
        assert!(matches!(state, "cancelled" | "delivered"), "the receiver takes everything, yet: {letter}");
        let id = letter["id"].as_str().map_or_else(|| letter["id"].to_string(), str::to_owned);
        let arrived = deliveries.iter().any(|delivery| delivery.id.rsplit('-').next() == id.rsplit('-').next());
        assert!(state == "cancelled" || arrived, "said to be delivered, and never came: {letter}");
    }
    every_firing_alert_paged(api, ledger).await;
    letters.len()
}

/// The explanation of an alert names the page it led to. A hundred of them, spread over the run, are asked.
async fn every_firing_alert_paged(api: &Api, ledger: &Ledger) {
    let fates = ledger.fates();
    let firing: Vec<Value> = api
        .all("/v1/alerts?state=open")
        .await
        .into_iter()
        .filter(|alert| fates.get(&name_of(alert)) == Some(&Fate::Firing))
        .collect();
    assert!(!firing.is_empty(), "no alert is left firing");
    for alert in firing.iter().step_by(firing.len().div_ceil(100)) {
        let id = alert["id"].as_str().map_or_else(|| alert["id"].to_string(), str::to_owned);
        let why = api.get(&format!("/v1/alerts/{id}/why")).await.to_string().to_lowercase();
        assert!(why.contains("webhook") && why.contains("ana"), "nobody was paged for {alert}: {why}");
    }
}

/// A letter may come again only when a kill fell between its delivery and the writing of its receipt.
pub(super) fn nothing_came_twice(hook: &Hook, kills: &[Instant]) -> usize {
    let mut times: BTreeMap<String, Vec<Instant>> = BTreeMap::new();
    for delivery in hook.deliveries() {
        times.entry(delivery.id).or_default().push(delivery.at);
    }
    let mut repeats = 0;
    for (id, times) in &times {
        for pair in times.windows(2) {
            let excused = kills.iter().any(|kill| *kill + LAG >= pair[0] && *kill <= pair[1] + LAG && *kill <= pair[0] + RECEIPT);
            assert!(excused, "{id} came again {:?} later, with no kill to excuse it", pair[1] - pair[0]);
            repeats += 1;
        }
    }
    repeats
}
