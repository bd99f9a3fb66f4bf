//! PostgreSQL goes away and comes back while Candor runs.

use std::time::{Duration, Instant};

use super::{accepted, id_of, wait_until_ready};
use crate::harness::api::Api;
use crate::harness::candor::Home;
use crate::harness::hook::Hook;
use crate::harness::incident::{TITLE, declare, update};
use crate::harness::playbook::by_webhook;
use crate::harness::postgres::{PASSWORD, PostgresServer};
use crate::harness::wait_for;

#[tokio::test]
async fn an_outage_of_postgresql_refuses_and_recovers_without_a_restart() {
    // Not by mail: people get one page a minute at most, and this test is not that long.
    let hook = Hook::start().await;
    let mut postgres = PostgresServer::start().await;
    let home = Home::new(&by_webhook(&hook.url), None).on_postgres(&postgres.url());
    let candor = home.start().await;
    accepted(&candor.api, "before").await;
    the_page_comes(&hook, "before").await;
    declare(&candor.api).await;
    candor.api.post("/v1/incidents/INC-1/updates", &update("investigating", 600)).await;
    standing_on_the_page(&candor.api).await;
    // A page whose receipt is not written yet may come again.
    candor.api.settled_letters(Duration::from_secs(10)).await;

    postgres.crash();
    the_outage_is_noticed(&candor.api).await;
    refused_at_once(&candor.api).await;
    assert!(candor.api.try_get("/-/healthy").await.is_success(), "the process lives");
    standing_on_the_page(&candor.api).await;
    let reply = candor.api.try_get("/v1/alerts").await;
    assert_eq!(reply.status, 503, "{reply:?}");

    postgres.start_again().await;
    let back = Instant::now();
    wait_until_ready(&candor).await;
    eprintln!("ready {:?} after PostgreSQL was", back.elapsed());
    let said = candor.said();
    assert!(!said.contains(PASSWORD), "the address is in the log with its password:\n{said}");
    accepted(&candor.api, "after").await;
    the_page_comes(&hook, "after").await;
    let names: Vec<String> = candor.api.alert_names().await.into_iter().collect();
    assert_eq!(names, ["after", "before"], "what was accepted, and nothing that was refused");
    let repeats = hook.deliveries().iter().filter(|page| page.body.contains("before does not answer")).count();
    assert_eq!(repeats, 1, "whoever had the page before the outage gets it again after it");
    candor.close(&home).await;
}

#[tokio::test]
async fn on_postgresql_a_page_that_came_just_before_an_outage_does_not_come_again_after_it() {
    a_page_over_an_outage_comes_once(false).await;
}

#[tokio::test]
async fn on_postgresql_a_page_that_is_under_way_over_a_whole_outage_does_not_come_again_after_it() {
    a_page_over_an_outage_comes_once(true).await;
}

/// The receiver takes the page and is slow to say so: it answers in the outage, or only when that is over.
async fn a_page_over_an_outage_comes_once(answers_late: bool) {
    let hook = Hook::start_silent().await;
    let mut postgres = PostgresServer::start().await;
    let home = Home::new(&by_webhook(&hook.url), None).on_postgres(&postgres.url());
    let candor = home.start().await;
    accepted(&candor.api, "before").await;
    the_page_comes(&hook, "before").await;

    postgres.crash();
    the_outage_is_noticed(&candor.api).await;
    if !answers_late {
        hook.answer();
    }
    // The receipt finds nobody who could write it.
    tokio::time::sleep(Duration::from_secs(1)).await;
    postgres.start_again().await;
    wait_until_ready(&candor).await;
    if answers_late {
        // The desk has handed the letter out again by now.
        tokio::time::sleep(Duration::from_secs(1)).await;
        hook.answer();
    }

    let letters = candor.api.settled_letters(Duration::from_secs(10)).await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0]["state"], "delivered", "{letters:?}");
    let alert = id_of(&candor.api.open_alerts().await[0]);
    let why = candor.api.get(&format!("/v1/alerts/{alert}/why")).await;
    let told =
        why["steps"].as_array().into_iter().flatten().find(|step| step["about"] == "letter").expect("a step on the letter");
    assert!(told["outcome"] == "did" && told["text"].as_str().is_some_and(|text| text.ends_with("delivered")), "{why}");
    // As long as a second delivery could still be on its way.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let deliveries = hook.deliveries();
    assert_eq!(deliveries.len(), 1, "who had the page before the outage got it again after it: {deliveries:?}\n{why}");
    candor.close(&home).await;
}

#[tokio::test]
async fn without_postgresql_candor_stops_in_time_and_does_not_start() {
    let mut postgres = PostgresServer::start().await;
    let home = Home::new(&by_webhook("http://127.0.0.1:9/"), None).on_postgres(&postgres.url());
    let candor = home.start().await;
    accepted(&candor.api, "before").await;

    postgres.crash();
    let reply = candor.api.raise(&["during".to_owned()]).await.expect("an answer");
    assert_eq!(reply.status, 503, "{reply:?}");
    let asked = Instant::now();
    let status = candor.term().await;
    eprintln!("stopped {:?} after SIGTERM, {status}", asked.elapsed());
    let Err(said) = home.try_start(Duration::from_secs(10)).await else { panic!("it started without its database") };
    assert!(said.contains("database is not available"), "{said}");
    assert!(!said.contains(PASSWORD), "the password is shown: {said}");

    postgres.start_again().await;
    let candor = home.start().await;
    assert_eq!(candor.api.open_alerts().await.len(), 1);
    candor.close(&home).await;
}

/// By itself, before anybody has sent an input.
async fn the_outage_is_noticed(api: &Api) {
    let gone = Instant::now();
    wait_for("Candor to notice that PostgreSQL went away", Duration::from_secs(3), || async {
        (api.try_get("/-/ready").await.status == 503).then_some(())
    })
    .await;
    eprintln!("not ready {:?} after PostgreSQL went away", gone.elapsed());
}

/// For three seconds, because the desk waits in more than one place while it tries to come back.
async fn refused_at_once(api: &Api) {
    let began = Instant::now();
    let mut slowest = Duration::ZERO;
    for number in 0.. {
        let asked = Instant::now();
        let reply = api.raise(&[format!("during-{number}")]).await.expect("an answer");
        slowest = slowest.max(asked.elapsed());
        assert!(slowest < Duration::from_millis(500), "a refusal took {slowest:?}");
        assert_eq!(reply.status, 503, "{reply:?}");
        assert!(reply.header("retry-after").parse::<u32>().is_ok(), "{reply:?}");
        assert_eq!(api.try_get("/-/ready").await.status, 503, "not ready while nothing can be committed");
        if began.elapsed() > Duration::from_secs(3) {
            return eprintln!("{number} alerts refused, the slowest within {slowest:?}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn the_page_comes(hook: &Hook, name: &str) {
    let words = format!("{name} does not answer");
    wait_for(&format!("the page \"{words}\""), Duration::from_secs(10), || async {
        hook.deliveries().into_iter().find(|delivery| delivery.body.contains(&words))
    })
    .await;
}

/// Served without the database, so it must be as before.
async fn standing_on_the_page(api: &Api) {
    wait_for("the incident on the public page", Duration::from_secs(5), || async {
        let page = api.try_get("/status/shop/").await;
        assert_eq!(page.status, 200, "{page:?}");
        let unresolved = api.get("/status/shop/api/v2/incidents/unresolved.json").await;
        (page.body.contains(TITLE) && unresolved["incidents"][0]["next_update_at"].is_string()).then_some(())
    })
    .await;
}
