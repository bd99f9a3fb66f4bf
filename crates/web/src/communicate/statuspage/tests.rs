use serde_json::Value;

use super::super::samples::{HOSTILE, at, facts, now, view_of};
use super::*;

fn read(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

#[test]
fn the_summary_has_every_field() {
    let view = view_of(&facts(), now());
    let summary = read(&Statuspage::new(&view).summary());
    insta::assert_snapshot!(serde_json::to_string_pretty(&summary).expect("prints"));
}

#[test]
fn each_document_has_its_keys() {
    let view = view_of(&facts(), now());
    let api = Statuspage::new(&view);
    for (body, keys) in [
        (api.summary(), &["components", "incidents", "page", "scheduled_maintenances", "status"][..]),
        (api.status(), &["page", "status"]),
        (api.component_list(), &["components", "page"]),
        (api.all_incidents(), &["incidents", "page"]),
        (api.unresolved(), &["incidents", "page"]),
        (api.maintenances(), &["page", "scheduled_maintenances"]),
    ] {
        let mut found: Vec<String> = read(&body).as_object().expect("object").keys().cloned().collect();
        found.sort();
        assert_eq!(found, keys);
    }
    assert_eq!(read(&api.maintenances())["scheduled_maintenances"], Value::Array(Vec::new()));
}

#[test]
fn leaves_lack_components_and_updates_come_newest_first() {
    let view = view_of(&facts(), now());
    let api = Statuspage::new(&view);
    let list = read(&api.component_list());
    for component in list["components"].as_array().expect("list") {
        let group = component["group"].as_bool().expect("a flag");
        assert_eq!(component.get("components").is_some(), group);
    }
    let incidents = read(&api.all_incidents());
    let past = &incidents["incidents"][1];
    assert_eq!(past["incident_updates"][0]["status"], "resolved");
    assert_eq!(past["incident_updates"][1]["status"], "investigating");
    let affected = &past["incident_updates"][0]["affected_components"][0];
    assert_eq!(affected["old_status"], "degraded_performance");
    assert_eq!(affected["new_status"], "operational");
    assert_eq!(incidents["incidents"][0]["incident_updates"][0]["affected_components"][0]["name"], "Shop - Checkout");
    assert_eq!(incidents["incidents"][0]["next_update_at"], "2026-04-02T10:30:00.000Z");
}

#[test]
fn times_have_milliseconds() {
    assert_eq!(millis(at("2026-04-02T10:30:00Z")), "2026-04-02T10:30:00.000Z");
    assert_eq!(millis(Time(1_234_567)), "1970-01-01T00:00:01.234Z");
}

#[test]
fn hostile_texts_stay_strings() {
    for text in HOSTILE {
        let mut facts = facts();
        let (incident, updates) = &mut facts.incidents[0];
        std::sync::Arc::make_mut(incident).title = text.into();
        std::sync::Arc::make_mut(updates)[0].draft.acknowledge = text.into();
        let view = view_of(&facts, now());
        let summary = read(&Statuspage::new(&view).summary());
        assert_eq!(summary["incidents"][0]["name"], text);
    }
}
