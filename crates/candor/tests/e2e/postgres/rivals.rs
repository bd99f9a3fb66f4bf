//! Two Candors on one database: one works, the other must not.

use std::process::Output;
use std::time::Duration;

use serde_json::Value;

use super::load::Load;
use super::told;
use crate::harness::candor::{Candor, Home, TOKEN};
use crate::harness::playbook::by_mail;
use crate::harness::postgres::{PASSWORD, PostgresServer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_servers_on_one_postgresql_database_only_the_first_works() {
    let postgres = PostgresServer::start().await;
    let home = Home::new(&by_mail("1h"), None).on_postgres(&postgres.url());
    let first = home.start().await;
    let load = Load::start(&first.api);
    load.has_accepted(20).await;

    the_second_is_refused(&home).await;
    the_commands_leave_the_server_alone(&home, &first);
    load.has_accepted(load.accepted().len() + 20).await;
    let (accepted, refused) = load.stop().await;
    assert_eq!(refused, 0, "the first server refused alerts while others looked at its database:\n{}", first.said());
    assert!(first.api.try_get("/-/ready").await.is_success());

    first.kill9();
    let second = home.start().await;
    eprintln!("{} alerts accepted; the second server was ready after {:?}", accepted.len(), second.ready_after);
    assert!(second.ready_after < Duration::from_secs(5), "the start after a kill took {:?}", second.ready_after);
    let there = second.api.alert_names().await;
    let lost: Vec<&String> = accepted.iter().filter(|name| !there.contains(*name)).collect();
    assert!(lost.is_empty(), "{} of {} accepted alerts are gone: {lost:?}", lost.len(), accepted.len());
    second.close(&home).await;
}

async fn the_second_is_refused(home: &Home) {
    let (status, said) = home.refused_start(Duration::from_secs(10)).await;
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("another Candor works on this database"), "{said}");
    assert!(!said.contains(PASSWORD), "the password is shown: {said}");
}

/// Each says that a server is at work, and what to do instead; what it advises is done.
fn the_commands_leave_the_server_alone(home: &Home, server: &Candor) {
    let (code, said) = told(&home.run_on_store(&["verify"]));
    assert!(code == Some(1) && said.contains("a server is using this database") && said.contains("pg_dump"), "{code:?}: {said}");

    let report = the_store_by_doctor(&home.run_on_store(&["doctor", "--json", "--listen", server.authority()]));
    assert!(report.contains("a server is using the database") && report.contains("it answers at"), "{report}");
    let report = the_store_by_doctor(&home.run_on_store(&["doctor", "--json", "--listen", "127.0.0.1:9"]));
    assert!(report.contains("a server is using the database") && report.contains("nothing answers at"), "{report}");

    let create = ["token", "create", "--name", "wall", "--role", "viewer"];
    let (code, said) = told(&home.run_on_store(&create));
    assert!(code == Some(1) && said.contains("the database is in use") && said.contains("CANDOR_URL"), "{code:?}: {said}");
    let mut through = home.command();
    through.args(create).env("CANDOR_URL", server.url()).env("CANDOR_TOKEN", TOKEN);
    let (code, said) = told(&through.output().expect("the candor binary runs"));
    assert_eq!(code, Some(0), "{said}");
}

/// What doctor says about the store, which is never that it is wrong.
fn the_store_by_doctor(output: &Output) -> String {
    let (code, said) = told(output);
    assert_eq!(code, Some(0), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout).expect("doctor prints JSON");
    let store = report["findings"].as_array().into_iter().flatten().find(|finding| finding["about"] == "store");
    store.and_then(|finding| finding["text"].as_str()).expect("doctor tells of the store").to_owned()
}
