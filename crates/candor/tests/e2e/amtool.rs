//! amtool, unmodified, against Candor: what an operator's fingers already know keeps working.

use std::process::Command;

use crate::harness::candor::{Candor, Home};
use crate::harness::playbook::{KEY, by_mail};

/// Runs amtool and answers what it printed.
fn amtool(home: &Home, candor: &Candor, args: &[&str]) -> String {
    let output = Command::new("amtool")
        .arg(format!("--alertmanager.url={}/in/{KEY}", candor.url()))
        .args(args)
        // Its own settings file may name another server.
        .env("HOME", home.path())
        .output()
        .unwrap_or_else(|error| panic!("cannot run amtool: {error}\ninstall it with: apt-get install prometheus-alertmanager"));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "amtool {args:?}: {}\n{printed}{complained}", output.status);
    printed
}

#[tokio::test]
async fn amtool_works_unmodified() {
    let home = Home::new(&by_mail("5m"), None);
    let candor = home.start().await;

    let nothing = amtool(&home, &candor, &["alert", "query", "--output=json"]);
    assert_eq!(nothing.trim(), "[]", "an empty list is [] and not null");

    amtool(
        &home,
        &candor,
        &["alert", "add", "alertname=DiskFull", "instance=db1", "severity=critical", "--annotation=summary=Disk of db1"],
    );
    amtool(&home, &candor, &["alert", "add", "alertname=DiskFull", "instance=db2"]);

    let queried = amtool(&home, &candor, &["alert", "query", "instance=db1", "--output=json"]);
    let queried: serde_json::Value = serde_json::from_str(&queried).expect("amtool prints JSON");
    let alerts = queried.as_array().expect("a list");
    assert_eq!(alerts.len(), 1, "{queried}");
    assert_eq!(alerts[0]["labels"]["alertname"], "DiskFull");
    assert_eq!(alerts[0]["annotations"]["summary"], "Disk of db1");
    assert_eq!(alerts[0]["status"]["state"], "active");
    assert_eq!(alerts[0]["fingerprint"].as_str().map(str::len), Some(16));
    let table = amtool(&home, &candor, &["alert", "query"]);
    assert_eq!(table.matches("DiskFull").count(), 2, "{table}");

    let cluster = amtool(&home, &candor, &["cluster", "show"]);
    assert!(cluster.contains("Cluster Status:"), "{cluster}");
    amtool(&home, &candor, &["config", "show"]);
    amtool(&home, &candor, &["silence", "query"]);

    let open = candor.api.open_alerts().await;
    assert_eq!(open.len(), 2, "{open:?}");
    assert!(open.iter().all(|alert| alert["integration"] == "prometheus"), "{open:?}");
    candor.close(&home).await;
}
