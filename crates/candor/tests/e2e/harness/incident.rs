//! The incident of the tests: payments in the shop fail, and its customers are told.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::api::Api;

pub(crate) const TITLE: &str = "Payments fail for some customers";

/// INC-1, with a first note.
pub(crate) async fn declare(api: &Api) {
    let incident = api
        .post(
            "/v1/incidents",
            &json!({ "title": TITLE, "severity": "SEV2", "services": ["checkout"],
                     "impact": { "summary": "About 15 of 100 payments fail." } }),
        )
        .await;
    assert_eq!(incident["ref"], "INC-1", "{incident}");
    api.post("/v1/incidents/INC-1/notes", &json!({ "text": "Errors began after the 10:00 deploy." })).await;
}

/// Ana commands, and Ben speaks to customers.
pub(crate) async fn appoint(api: &Api) {
    for (role, person) in [("commander", "ana"), ("communications", "ben")] {
        api.post("/v1/incidents/INC-1/roles", &json!({ "role": role, "person": person })).await;
    }
}

/// An update in three A's whose next word is due in that many seconds.
pub(crate) fn update(phase: &str, seconds: i64) -> Value {
    let due = Timestamp::now() + SignedDuration::from_secs(seconds);
    json!({
        "page": "shop", "audience": "public", "phase": phase,
        "acknowledge": "About 15 of 100 payments in the shop have been failing since this morning.",
        "apologize": "We are sorry: you tried to pay and could not, and that is our fault.",
        "act": "We are taking back this morning's change to the payment service and watching the result.",
        "next_update_at": due.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "components": { "checkout": "partial_outage" },
    })
}
