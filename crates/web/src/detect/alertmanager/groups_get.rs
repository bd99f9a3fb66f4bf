//! `GET /api/v2/alerts/groups`: the same alerts by receiver and `alertname`, which is how Candor groups unless a route says else.

use std::collections::BTreeMap;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::HeaderMap;
use model::Labels;
use serde::Serialize;

use super::super::reply;
use super::show::{Receiver, Shown};
use super::{Place, show};
use crate::app::App;

pub(super) async fn get(
    State(app): State<App>,
    Path(place): Path<Place>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    reply::boxed(show::list(&app, &place, &headers, &query, print).await)
}

#[derive(Serialize)]
struct Group<'a> {
    alerts: &'a [Shown],
    labels: Labels,
    receiver: &'a Receiver,
}

fn print(shown: Vec<Shown>) -> Result<Vec<u8>, serde_json::Error> {
    let mut groups: BTreeMap<(Labels, Receiver), Vec<Shown>> = BTreeMap::new();
    for alert in shown {
        let name = alert.labels.get("alertname").map(|n| ("alertname", n));
        let key = (Labels::from_pairs(name), alert.receiver().clone());
        groups.entry(key).or_default().push(alert);
    }
    let list: Vec<Group<'_>> =
        groups.iter().map(|((labels, receiver), alerts)| Group { alerts, labels: labels.clone(), receiver }).collect();
    serde_json::to_vec(&list)
}

#[cfg(test)]
mod tests {
    use model::Time;
    use serde_json::Value;

    use super::*;

    #[test]
    fn one_group_a_name_and_receiver() {
        let alerts = [("b", "shop"), ("a", "shop"), ("a", "mail"), ("a", "shop")];
        let shown = alerts.map(|(name, service)| Shown::new(show::tests::alert(name, service), Time(0)));
        let printed = print(shown.into()).expect("prints");
        let groups: Vec<Value> = serde_json::from_slice(&printed).expect("JSON");
        let heads: Vec<_> = groups
            .iter()
            .map(|g| {
                let alerts = g["alerts"].as_array().map_or(0, Vec::len);
                (g["labels"]["alertname"].clone(), g["receiver"]["name"].clone(), alerts)
            })
            .collect();
        assert_eq!(heads, [("a".into(), "mail".into(), 1), ("a".into(), "shop".into(), 2), ("b".into(), "shop".into(), 1)]);
        assert_eq!(print(Vec::new()).expect("prints"), b"[]");
    }
}
