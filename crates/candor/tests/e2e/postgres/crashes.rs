//! PostgreSQL crashes while alerts come in.

use super::load::Load;
use super::wait_until_ready;
use crate::harness::candor::Home;
use crate::harness::playbook::by_mail;
use crate::harness::postgres::PostgresServer;

/// Two crashes of PostgreSQL with senders at work, so that commits are cut at every stage, also between the sending of
/// `COMMIT` and its answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crashes_of_postgresql_under_load_lose_nothing_that_was_accepted() {
    let mut postgres = PostgresServer::start().await;
    let home = Home::new(&by_mail("1h"), None).on_postgres(&postgres.url());
    let candor = home.start().await;
    let load = Load::start(&candor.api);
    let mut accepted = 0;
    for _ in 0..2 {
        load.has_accepted(accepted + 20).await;
        postgres.crash();
        load.is_refused().await;
        postgres.start_again().await;
        wait_until_ready(&candor).await;
        accepted = load.accepted().len();
    }
    load.has_accepted(accepted + 20).await;
    let (accepted, refused) = load.stop().await;
    let there = candor.api.alert_names().await;
    let lost: Vec<&String> = accepted.iter().filter(|name| !there.contains(*name)).collect();
    assert!(lost.is_empty(), "{} of {} accepted alerts are gone: {lost:?}", lost.len(), accepted.len());
    eprintln!("{} alerts accepted, {refused} requests refused, {} alerts there", accepted.len(), there.len());
    candor.close(&home).await;
}
