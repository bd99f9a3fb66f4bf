//! What stands in the way of a start or of going on: a faulty playbook, a folder of a newer program, a full disk.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::api::Reply;
use crate::harness::candor::{Candor, Home, TOKEN};
use crate::harness::playbook::{KEY, by_mail};
use crate::harness::wait_for;

/// A fault, put into a good playbook by replacing a text, and a word of the remedy that must be named.
const FAULTS: [(&str, &str, &str); 6] = [
    ("wait = \"5m\"", "wiat = \"5m\"", "wait"),
    ("wait = \"5m\"", "wait = \"5 minutes\"", "5m"),
    ("schedule:primary", "schedule:primery", "primary"),
    ("person:ben", "ben", "person:"),
    ("timezone = \"Europe/Lisbon\"", "timezone = \"Lisbon\"", "Europe/Lisbon"),
    ("service = \"checkout\"", "service = \"Check out\"", "checkout"),
];

#[tokio::test]
async fn a_faulty_playbook_names_file_line_and_remedy_and_loads_nothing() {
    let good = by_mail("5m");
    let home = Home::new(&good, None);
    let candor = home.start().await;
    let before = candor.api.get("/v1/oncall").await;
    for (right, wrong, remedy) in FAULTS {
        let text = good.replacen(right, wrong, 1);
        let line = 1 + good[..good.find(right).expect("the entry is in the text")].matches('\n').count();
        let file = home.path().join("faulty.toml");
        std::fs::write(&file, &text).expect("a playbook");
        let path = file.to_str().expect("a UTF-8 path");

        let checked = home.run(&["apply", path, "--dry-run"]);
        let said = format!("{}{}", String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&checked.stderr));
        assert_eq!(checked.status.code(), Some(2), "{wrong}: {said}");
        assert!(said.contains("faulty.toml"), "{wrong}: the file is not named: {said}");
        let numbers: Vec<&str> = said.split(|c: char| !c.is_ascii_digit()).collect();
        assert!(numbers.contains(&line.to_string().as_str()), "{wrong}: line {line} is not named: {said}");
        assert!(said.contains(remedy), "{wrong}: the remedy \"{remedy}\" is not named: {said}");

        let mut apply = home.command();
        apply.args(["apply", path]).env("CANDOR_URL", candor.url()).env("CANDOR_TOKEN", TOKEN);
        let applied = apply.output().expect("the candor binary runs");
        assert!(!applied.status.success(), "{wrong}: was applied");
    }
    assert_eq!(people(&candor.api.get("/v1/oncall").await), people(&before), "a faulty playbook changed who is on call");
    candor.close(&home).await;
}

/// Who is on call, without the times that go on.
fn people(oncall: &Value) -> Vec<String> {
    let text = oncall.to_string();
    ["ana", "ben", "cleo"].iter().filter(|id| text.contains(**id)).map(|id| (*id).to_owned()).collect()
}

#[tokio::test]
async fn a_server_does_not_start_on_a_faulty_playbook() {
    let home = Home::new(&by_mail("5m").replacen("wait =", "wiat =", 1), None);
    let Err(said) = home.try_start(Duration::from_secs(10)).await else {
        panic!("the server started on a playbook with a fault");
    };
    assert!(said.contains("playbook.toml") && said.contains("wait"), "{said}");
}

#[tokio::test]
async fn a_folder_of_a_newer_program_is_refused_untouched() {
    let home = Home::new(&by_mail("5m"), None);
    let candor = home.start().await;
    candor.api.anonymous().post(&format!("/in/{KEY}/api/v2/alerts"), &json!([{ "labels": { "alertname": "A" } }])).await;
    candor.close(&home).await;

    let database = home.data().join("candor.db");
    run_sql(&database, "INSERT INTO candor_migration VALUES (999999, 'from the future', 'x', '99.0.0')");
    let before = std::fs::read(&database).expect("the database");
    let Err(said) = home.try_start(Duration::from_secs(10)).await else {
        panic!("the server started on the folder of a newer program");
    };
    assert!(said.to_lowercase().contains("newer"), "{said}");
    assert!(before == std::fs::read(&database).expect("the database"), "the refused database was changed");

    run_sql(&database, "DELETE FROM candor_migration WHERE number = 999999");
    let candor = home.start().await;
    assert_eq!(candor.api.open_alerts().await.len(), 1);
    candor.close(&home).await;
}

fn run_sql(database: &std::path::Path, statement: &str) {
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit(); \
                  c.execute('PRAGMA wal_checkpoint(TRUNCATE)'); c.close()";
    let status = std::process::Command::new("/usr/bin/python3")
        .args(["-c", script])
        .arg(database)
        .arg(statement)
        .status()
        .expect("python3 runs");
    assert!(status.success(), "{statement}");
}

#[tokio::test]
async fn a_full_disk_refuses_and_recovers_without_a_restart() {
    let home = Home::new(&by_mail("5m"), None).on_small_disk("32m");
    let candor = home.start().await;
    let mut accepted = Vec::new();
    assert!(send(&candor, "before", &mut accepted).await.is_success());

    home.disk().fill();
    // What SQLite has set aside already may hold some more; what is accepted must be there afterwards all the same.
    let mut refused = None;
    for number in 0..5_000 {
        let reply = send(&candor, &format!("full-{number}"), &mut accepted).await;
        if !reply.is_success() {
            refused = Some(reply);
            break;
        }
    }
    let refused = refused.expect("a full disk refuses sooner or later");
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(!refused.header("retry-after").is_empty(), "{refused:?}");
    assert_eq!(candor.api.try_get("/-/ready").await.status, 503, "not ready while nothing can be committed");
    assert!(candor.api.try_get("/-/healthy").await.is_success(), "the process lives");
    let page = candor.api.try_get("/status/shop/").await;
    assert_eq!(page.status, 200, "the public page needs no disk: {page:?}");

    home.disk().free();
    wait_for("recovery after space came back", Duration::from_secs(20), || async {
        candor.api.try_get("/-/ready").await.is_success().then_some(())
    })
    .await;
    assert!(send(&candor, "after", &mut accepted).await.is_success());

    let alerts = candor.api.all("/v1/alerts").await;
    for name in &accepted {
        assert!(alerts.iter().any(|alert| alert["labels"]["alertname"] == name.as_str()), "{name} was accepted and is gone");
    }
    candor.close(&home).await;
}

/// Sends one new alert; remembers it when it was accepted.
async fn send(candor: &Candor, name: &str, accepted: &mut Vec<String>) -> Reply {
    let body = json!([{ "labels": { "alertname": name }, "annotations": { "text": "x".repeat(1_000) } }]);
    let reply = candor.api.anonymous().try_post(&format!("/in/{KEY}/api/v2/alerts"), &body).await;
    if reply.is_success() {
        accepted.push(name.to_owned());
    }
    reply
}
