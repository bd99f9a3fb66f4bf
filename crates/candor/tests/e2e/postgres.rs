//! The whole on PostgreSQL: the walk from alert to review with a kill in the middle of it, the commands, two Candors on one
//! database, and what happens when PostgreSQL itself goes away or stands still.

mod crashes;
mod load;
mod outage;
mod rivals;
mod standstill;

use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::api::Api;
use crate::harness::candor::{Candor, Home};
use crate::harness::incident::{TITLE, appoint, declare, update};
use crate::harness::mail::MailServer;
use crate::harness::playbook::by_mail;
use crate::harness::postgres::{PASSWORD, PostgresServer};
use crate::harness::wait_for;

#[tokio::test]
async fn postgresql_carries_the_walk_from_alert_to_review_over_a_kill() {
    let mail = MailServer::start().await;
    let postgres = PostgresServer::start().await;
    let home = Home::new(&by_mail("5m"), Some(mail.port)).on_postgres(&postgres.url());
    let candor = home.start().await;

    accepted(&candor.api, "checkout").await;
    ana_acknowledges(&mail, &candor.api).await;
    declare(&candor.api).await;
    appoint(&candor.api).await;
    candor.api.post("/v1/incidents/INC-1/updates", &update("investigating", 600)).await;
    for name in ["basket", "search", "login"] {
        accepted(&candor.api, name).await;
    }
    let before = standing(&candor.api).await;
    candor.kill9();
    let candor = home.start().await;
    assert_eq!(standing(&candor.api).await, before, "the kill changed what stood");

    candor.api.post("/v1/incidents/INC-1/updates", &update("monitoring", 600)).await;
    for alert in candor.api.open_alerts().await {
        candor.api.post(&format!("/v1/alerts/{}/resolve", id_of(&alert)), &json!({})).await;
    }
    candor.api.post("/v1/incidents/INC-1/resolve", &json!({ "note": "The old version is back." })).await;
    the_review_tells_it(&candor.api).await;
    let said = candor.said();
    assert!(!said.contains(PASSWORD), "the address is in the log with its password:\n{said}");
    candor.close(&home).await;
    the_commands_know_postgresql(&home);
    a_dump_is_a_backup(&postgres, &home);
}

async fn accepted(api: &Api, name: &str) {
    let reply = api.raise(&[name.to_owned()]).await.expect("an answer");
    assert_eq!(reply.status, 200, "{name}: {reply:?}");
}

/// After an outage: by itself, without a restart.
async fn wait_until_ready(candor: &Candor) {
    wait_for("Candor to take up the work again", Duration::from_secs(20), || async {
        candor.api.try_get("/-/ready").await.is_success().then_some(())
    })
    .await;
}

async fn ana_acknowledges(mail: &MailServer, api: &Api) {
    let page = mail.first_to("ana@example.org", Duration::from_secs(10)).await;
    assert!(page.subject.contains("checkout") || page.text.contains("checkout"), "{page:?}");
    let link = page.ack_link().expect("a page's mail has a link to acknowledge by");
    let path = link.strip_prefix(api.base()).expect("the link leads to this server");
    let pressed = api.anonymous().send("POST", path, "application/x-www-form-urlencoded", Vec::new()).await.expect("an answer");
    assert!(pressed.status < 400, "{pressed:?}");
    assert_eq!(api.open_alerts().await[0]["state"], "acknowledged");
}

/// What a kill must not change: the alerts, the promise, what customers read of it.
async fn standing(api: &Api) -> Value {
    let mut alerts: Vec<Value> = api.open_alerts().await;
    alerts.sort_by_key(id_of);
    let alerts: Vec<Value> = alerts.iter().map(|alert| json!([alert["id"], alert["summary"], alert["state"]])).collect();
    assert_eq!(alerts.len(), 4, "{alerts:?}");
    let incident = api.get("/v1/incidents/INC-1").await;
    assert_eq!(incident["promise"]["state"], "open", "{incident}");
    // The page is printed beside the commit, not in it.
    let unresolved = wait_for("the incident on the public page", Duration::from_secs(5), || async {
        let unresolved = api.get("/status/shop/api/v2/incidents/unresolved.json").await;
        let page = api.try_get("/status/shop/").await;
        (page.status == 200 && page.body.contains(TITLE) && unresolved["incidents"][0]["name"] == TITLE).then_some(unresolved)
    })
    .await;
    let public = &unresolved["incidents"][0];
    assert!(public["next_update_at"].is_string(), "{public}");
    json!([alerts, incident["promise"], public["next_update_at"], public["incident_updates"]])
}

fn id_of(alert: &Value) -> String {
    alert["id"].as_str().map_or_else(|| alert["id"].to_string(), str::to_owned)
}

async fn the_review_tells_it(api: &Api) {
    let review = api.get("/v1/incidents/INC-1/review").await;
    let markdown = review["markdown"].as_str().expect("a draft in Markdown").to_lowercase();
    for fact in [TITLE, "INC-1", "SEV2", "Ana Lima", "declared", "resolved", "kept"] {
        assert!(markdown.contains(&fact.to_lowercase()), "the review does not tell \"{fact}\":\n{markdown}");
    }
    let unresolved = api.get("/status/shop/api/v2/incidents/unresolved.json").await;
    assert_eq!(unresolved["incidents"], json!([]), "a resolved incident is still shown as one");
}

/// What a command printed, with its exit code; the address's password must never be in it.
fn told(output: &Output) -> (Option<i32>, String) {
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains(PASSWORD), "the password is shown: {said}");
    (output.status.code(), said)
}

fn the_commands_know_postgresql(home: &Home) {
    // What the folder's own copying cannot do here, they say, and name the program that can.
    let (code, said) = told(&home.run_on_store(&["backup", "copy.db"]));
    assert!(code == Some(1) && said.contains("pg_dump"), "{code:?}: {said}");
    assert!(!home.path().join("copy.db").exists(), "a backup that failed left a file");
    let (code, said) = told(&home.run_on_store(&["restore", "copy.db"]));
    assert!(code == Some(2) && said.contains("pg_restore"), "{code:?}: {said}");

    let (code, said) = told(&home.run_on_store(&["export", "--out", "record"]));
    assert_eq!(code, Some(0), "{said}");
    let lines = |file: &str| std::fs::read_to_string(home.path().join("record").join(file)).expect(file).lines().count();
    assert_eq!((lines("alerts.jsonl"), lines("incidents.jsonl"), lines("updates.jsonl")), (4, 1, 2), "{said}");

    let looked = home.run_on_store(&["doctor", "--json"]);
    let (code, said) = told(&looked);
    assert!(code < Some(2), "{said}");
    let report: Value = serde_json::from_slice(&looked.stdout).expect("doctor prints JSON");
    for (about, words) in [("store", "PostgreSQL"), ("journal", "entries"), ("playbook", "nobody unreachable")] {
        let findings = report["findings"].as_array().expect("findings");
        let fine = |finding: &&Value| finding["about"] == about && finding["level"] == "fine";
        let finding = findings.iter().find(fine).unwrap_or_else(|| panic!("doctor finds no {about} to be fine: {said}"));
        assert!(finding["text"].as_str().is_some_and(|text| text.contains(words)), "{finding}");
    }
}

/// What `backup` and `restore` advise, done.
fn a_dump_is_a_backup(postgres: &PostgresServer, home: &Home) {
    let dump = home.path().join("dump");
    let dump = dump.to_str().expect("a UTF-8 path");
    postgres.tool("pg_dump", &["--format=custom", "--file", dump, &postgres.url()]);
    postgres.create_database("restored");
    postgres.tool("pg_restore", &["--dbname", &postgres.url_of("restored"), dump]);
    let output = home.run(&["verify", "--database", &postgres.url_of("restored")]);
    let (code, said) = told(&output);
    assert_eq!(code, Some(0), "{said}");
}
