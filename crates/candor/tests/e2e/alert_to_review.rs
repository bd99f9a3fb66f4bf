//! The whole walk: a real Prometheus alert becomes a page, an incident, a promise kept and one broken, and a review.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::api::Api;
use crate::harness::browser::{Browser, Scheme, Screen};
use crate::harness::candor::{Candor, Home};
use crate::harness::incident::{TITLE, appoint, declare, update};
use crate::harness::mail::MailServer;
use crate::harness::playbook::by_mail;
use crate::harness::prometheus::{Exporter, Prometheus, SUMMARY};
use crate::harness::{target_folder, wait_for};

#[tokio::test]
async fn an_alert_becomes_a_page_an_incident_and_a_review() {
    let mail = MailServer::start().await;
    let browser = Browser::start(target_folder("screens")).await;
    let home = Home::new(&by_mail("5m"), Some(mail.port));
    let candor = home.start().await;
    let exporter = Exporter::start().await;
    exporter.fail(true);
    let _prometheus = Prometheus::start(&exporter, candor.authority()).await;

    let alert = one_alert_opens(&candor.api).await;
    ana_acknowledges(&mail, &browser, &candor, &alert).await;
    declare(&candor.api).await;
    appoint(&candor.api).await;
    promise_and_break_it(&browser, &candor).await;
    promise_and_keep_it(&candor.api).await;

    exporter.fail(false);
    wait_for("Prometheus to resolve the alert", Duration::from_secs(30), || async {
        (state_of(&candor.api, &alert).await == "resolved").then_some(())
    })
    .await;
    candor.api.post("/v1/incidents/INC-1/resolve", &json!({ "note": "The exporter works again." })).await;
    let incident = candor.api.get("/v1/incidents/INC-1").await;
    assert_eq!(incident["phase"], "resolved", "{incident}");
    browser.open(&format!("{}/status/shop/", candor.url())).await;
    browser.screenshot("walk-5-resolved").await;
    assert!(!browser.text().await.to_lowercase().contains("overdue"), "a resolved incident owes no next word");

    the_review_is_complete(&candor.api).await;
    // The repeats that Prometheus goes on sending neither open the alert again nor page anybody.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(candor.api.all("/v1/alerts").await.len(), 1);
    assert!(candor.api.open_alerts().await.is_empty());
    candor.close(&home).await;
}

async fn one_alert_opens(api: &Api) -> Value {
    let alert =
        wait_for("the alert from Prometheus", Duration::from_secs(30), || async { api.open_alerts().await.into_iter().next() })
            .await;
    assert_eq!(alert["state"], "firing", "{alert}");
    assert_eq!(alert["summary"], SUMMARY, "{alert}");
    assert_eq!(alert["service"], "checkout", "{alert}");
    assert_eq!(alert["integration"], "prometheus", "{alert}");
    // Prometheus sends it again every second; that is still one alert.
    wait_for("repeats of the alert", Duration::from_secs(15), || async {
        let open = api.open_alerts().await;
        assert_eq!(open.len(), 1, "{open:?}");
        (open[0]["count"].as_u64() >= Some(3)).then_some(())
    })
    .await;
    alert
}

async fn state_of(api: &Api, alert: &Value) -> String {
    let alerts = api.all("/v1/alerts").await;
    let found = alerts.iter().find(|other| other["id"] == alert["id"]).expect("an alert never vanishes");
    found["state"].as_str().expect("a state").to_owned()
}

async fn ana_acknowledges(mail: &MailServer, browser: &Browser, candor: &Candor, alert: &Value) {
    let page = mail.first_to("ana@example.org", Duration::from_secs(10)).await;
    assert!(page.text.contains(SUMMARY) || page.subject.contains(SUMMARY), "{page:?}");
    let link = page.ack_link().unwrap_or_else(|| panic!("no link to acknowledge by in {page:?}"));

    browser.show_as(Screen::Phone, Scheme::Dark).await;
    browser.open(&link).await;
    browser.screenshot("walk-1-acknowledge").await;
    // Mail scanners open links: looking must not acknowledge.
    assert_eq!(state_of(&candor.api, alert).await, "firing", "opening the link acknowledged it");
    browser.submit().await;
    wait_for("the acknowledgement", Duration::from_secs(10), || async {
        (state_of(&candor.api, alert).await == "acknowledged").then_some(())
    })
    .await;
    browser.screenshot("walk-2-acknowledged").await;
    browser.show_as(Screen::Desktop, Scheme::Light).await;
    assert_eq!(mail.to("ana@example.org").len(), 1, "one alert pages once");

    let id = alert["id"].as_str().map_or_else(|| alert["id"].to_string(), str::to_owned);
    let why = candor.api.get(&format!("/v1/alerts/{id}/why")).await.to_string().to_lowercase();
    assert!(why.contains("ana") && why.contains("email"), "why does not say who was paged over what: {why}");
}

async fn promise_and_break_it(browser: &Browser, candor: &Candor) {
    candor.api.post("/v1/incidents/INC-1/updates", &update("investigating", 10)).await;
    browser.open(&format!("{}/status/shop/", candor.url())).await;
    let text = browser.until_says("next update", Duration::from_secs(5)).await;
    assert!(!text.to_lowercase().contains("overdue"), "{text}");
    browser.screenshot("walk-3-next-update").await;

    let unresolved = candor.api.get("/status/shop/api/v2/incidents/unresolved.json").await;
    assert_eq!(unresolved["incidents"][0]["name"], TITLE, "{unresolved}");
    assert!(unresolved["incidents"][0]["next_update_at"].is_string(), "{unresolved}");
    let summary = candor.api.get("/status/shop/api/v2/summary.json").await;
    assert_eq!(summary["components"][0]["status"], "partial_outage", "{summary}");

    // Nobody reloads: the page itself tells when the promise is broken.
    browser.until_says("overdue", Duration::from_secs(25)).await;
    browser.screenshot("walk-4-overdue").await;
    wait_for("the promise to be marked broken", Duration::from_secs(5), || async {
        let incident = candor.api.get("/v1/incidents/INC-1").await;
        (incident["promise"]["state"] == "broken").then_some(())
    })
    .await;
}

async fn promise_and_keep_it(api: &Api) {
    api.post("/v1/incidents/INC-1/updates", &update("identified", 120)).await;
    api.post("/v1/incidents/INC-1/updates", &update("monitoring", 600)).await;
    let incident = api.get("/v1/incidents/INC-1").await;
    assert_eq!(incident["promise"]["state"], "open", "{incident}");
}

async fn the_review_is_complete(api: &Api) {
    let incident = api.get("/v1/incidents/INC-1").await;
    for mark in ["detected", "declared", "first_public", "resolved"] {
        assert!(incident["marks"][mark]["at"].is_string(), "no mark {mark}: {incident}");
    }
    let review = api.get("/v1/incidents/INC-1/review").await;
    assert!(review["revision"].is_number(), "{review}");
    let markdown = review["markdown"].as_str().expect("a draft in Markdown");
    let lower = markdown.to_lowercase();
    for fact in [TITLE, "INC-1", "SEV2", "Ana Lima", "first signal", "declared", "resolved", "broken", "kept"] {
        assert!(lower.contains(&fact.to_lowercase()), "the review does not tell \"{fact}\":\n{markdown}");
    }
    let kinds: Vec<String> = api
        .all("/v1/incidents/INC-1/timeline")
        .await
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap_or_default().to_owned())
        .collect();
    for kind in ["promise_broken", "promise_kept"] {
        assert!(kinds.iter().any(|other| other == kind), "no {kind} in the timeline: {kinds:?}");
    }
}
