//! PostgreSQL stands still: its connections stay open, and nothing comes back on them.

use std::time::{Duration, Instant};

use super::accepted;
use crate::harness::api::Api;
use crate::harness::candor::{Candor, Home};
use crate::harness::playbook::by_webhook;
use crate::harness::postgres::PostgresServer;

/// How long the end may take while nobody answers: silence counts as absence after 20 s, and there is the last commit to try.
const PATIENT_END: Duration = Duration::from_secs(30);

/// Takes 25 s, because silence counts as absence only after 20 s.
#[tokio::test]
async fn a_postgresql_that_stands_still_counts_as_away() {
    let postgres = PostgresServer::start().await;
    let home = home_on(&postgres.url());
    let candor = home.start().await;
    accepted(&candor.api, "before").await;
    postgres.create_database("quiet");
    let quiet_home = home_on(&postgres.url_of("quiet"));
    let quiet = quiet_home.start().await;
    accepted(&quiet.api, "before").await;

    postgres.stand_still();
    tokio::join!(refused_in_time(&candor.api), ends_in_time(quiet));
    let asked = Instant::now();
    let reply = candor.api.raise(&["later".to_owned()]).await.expect("an answer");
    assert_eq!(reply.status, 503, "{reply:?}");
    assert!(asked.elapsed() < Duration::from_millis(500), "a refusal took {:?}", asked.elapsed());
    assert_eq!(candor.api.try_get("/-/ready").await.status, 503, "not ready while nothing can be committed");
    assert!(candor.api.try_get("/-/healthy").await.is_success(), "the process lives");
    candor.kill9();

    postgres.go_on();
    for home in [home, quiet_home] {
        let candor = home.start().await;
        accepted(&candor.api, "after").await;
        let names = candor.api.alert_names().await;
        assert!(names.contains("before") && names.contains("after"), "{names:?}");
        assert!(!names.contains("later"), "what was refused at once is there: {names:?}");
        candor.close(&home).await;
    }
}

/// The desk that has noticed tries to come back, and must let go of that for who wants to stop it.
#[tokio::test]
async fn candor_stops_in_time_while_it_waits_for_a_postgresql_that_stands_still() {
    let postgres = PostgresServer::start().await;
    let home = home_on(&postgres.url());
    let candor = home.start().await;
    accepted(&candor.api, "before").await;

    postgres.stand_still();
    refused_in_time(&candor.api).await;
    ends_in_time(candor).await;
    postgres.go_on();
    home.start().await.close(&home).await;
}

fn home_on(url: &str) -> Home {
    Home::new(&by_webhook("http://127.0.0.1:9/"), None).on_postgres(url)
}

async fn refused_in_time(api: &Api) {
    let asked = Instant::now();
    let reply = api.patient(Duration::from_mins(1)).raise(&["during".to_owned()]).await.expect("an answer");
    eprintln!("answered {} after {:?}", reply.status, asked.elapsed());
    assert_eq!(reply.status, 503, "{reply:?}");
    assert!(reply.header("retry-after").parse::<u32>().is_ok(), "{reply:?}");
    assert!(asked.elapsed() < Duration::from_secs(25), "refused only after {:?}", asked.elapsed());
}

async fn ends_in_time(candor: Candor) {
    let asked = Instant::now();
    let status = candor.term_within(PATIENT_END).await;
    eprintln!("stopped {:?} after SIGTERM, {status}", asked.elapsed());
}
