//! A receiver that hangs harms only itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use courier::{Courier, Limits, Outcome, Settings};

use crate::help::{Receiver, hasty, hook, limits, mail, mail_settings, read_request};
use crate::smtp_fake::Smtp;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A receiver that takes requests and never answers; counts how many it holds at once.
async fn hanging() -> (Receiver, Arc<AtomicUsize>) {
    let most = Arc::new(AtomicUsize::new(0));
    let now = Arc::new(AtomicUsize::new(0));
    let shown = Arc::clone(&most);
    let receiver = Receiver::start(move |mut stream, _| {
        let (most, now) = (Arc::clone(&most), Arc::clone(&now));
        async move {
            read_request(&mut stream).await;
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            // Ends when the courier gives up.
            read_request(&mut stream).await;
            now.fetch_sub(1, Ordering::SeqCst);
        }
    })
    .await;
    (receiver, shown)
}

async fn p99(courier: &Courier, url: &str) -> Duration {
    let mut times = Vec::new();
    for _ in 0..100 {
        let begun = Instant::now();
        assert!(matches!(courier.send(hook(url)).await, Outcome::Delivered { .. }));
        times.push(begun.elapsed());
    }
    times.sort();
    times[98]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hanging_host_does_not_delay_another() {
    let (sick, most) = hanging().await;
    let well = Receiver::answering(OK).await;
    let courier = Arc::new(Courier::new(hasty()).unwrap());
    let alone = p99(&courier, &well.url()).await;
    let mut held = tokio::task::JoinSet::new();
    for _ in 0..300 {
        let (courier, url) = (Arc::clone(&courier), sick.url());
        held.spawn(async move { courier.send(hook(url)).await });
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let beside = p99(&courier, &well.url()).await;
    // Being held up would cost 300 ms; the rest is what a busy machine costs.
    assert!(beside < alone + Duration::from_millis(100), "alone {alone:?}, beside {beside:?}");
    let (mut unknown, mut retry) = (0, 0);
    while let Some(outcome) = held.join_next().await {
        match outcome.unwrap() {
            Outcome::Unknown { .. } => unknown += 1,
            Outcome::Retry { .. } => retry += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(most.load(Ordering::SeqCst), 8, "never more than the host's share");
    assert_eq!((unknown, retry), (8, 292), "those that found no place were not sent, and say so");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_hanging_hosts_do_not_fill_the_channel() {
    // Room for ten in all; five hosts hang with eight places each.
    let tight = Limits { webhooks: 10, wait: Duration::from_millis(100), total: Duration::from_millis(400), ..limits() };
    let courier = Arc::new(Courier::new(Settings { limits: tight, ..hasty() }).unwrap());
    let mut sick = Vec::new();
    for _ in 0..5 {
        sick.push(hanging().await);
    }
    // Three unanswered attempts to each, and they are known.
    for _ in 0..3 {
        let mut round = tokio::task::JoinSet::new();
        for (host, _) in &sick {
            let (courier, url) = (Arc::clone(&courier), host.url());
            round.spawn(async move { courier.send(hook(url)).await });
        }
        round.join_all().await;
    }
    let mut flood = tokio::task::JoinSet::new();
    for (host, most) in &sick {
        most.store(0, Ordering::SeqCst);
        for _ in 0..40 {
            let (courier, url) = (Arc::clone(&courier), host.url());
            flood.spawn(async move { courier.send(hook(url)).await });
        }
    }
    tokio::time::sleep(Duration::from_millis(30)).await;
    let well = Receiver::answering(OK).await;
    assert!(matches!(courier.send(hook(well.url())).await, Outcome::Delivered { .. }));
    flood.join_all().await;
    for (_, most) in &sick {
        // Two for the moment in which the receiver has not yet noticed the end of an earlier attempt.
        assert!(most.load(Ordering::SeqCst) <= 2, "one at a time to a host that does not answer");
    }
}

#[tokio::test]
async fn a_sick_host_that_recovers_gets_its_room_back() {
    let silent = Arc::new(AtomicUsize::new(3));
    let left = Arc::clone(&silent);
    let host = Receiver::start(move |mut stream, _| {
        let left = Arc::clone(&left);
        async move {
            while read_request(&mut stream).await.is_some() {
                if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(30)).await;
                tokio::io::AsyncWriteExt::write_all(&mut stream, OK.as_bytes()).await.unwrap();
            }
        }
    })
    .await;
    let courier = Arc::new(Courier::new(hasty()).unwrap());
    for _ in 0..3 {
        assert!(matches!(courier.send(hook(host.url())).await, Outcome::Unknown { .. }));
    }
    assert!(matches!(courier.send(hook(host.url())).await, Outcome::Delivered { .. }));
    let begun = Instant::now();
    let mut round = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (courier, url) = (Arc::clone(&courier), host.url());
        round.spawn(async move { courier.send(hook(url)).await });
    }
    assert!(round.join_all().await.iter().all(|o| matches!(o, Outcome::Delivered { .. })));
    assert!(begun.elapsed() < Duration::from_millis(180), "side by side again: {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hanging_mail_server_does_not_delay_webhooks() {
    let smtp = Smtp::start(&[("greeting", "hang"); 100]).await;
    let well = Receiver::answering(OK).await;
    let courier = Arc::new(Courier::new(Settings { mail: Some(mail_settings(smtp.url())), ..hasty() }).unwrap());
    let mut held = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let courier = Arc::clone(&courier);
        held.spawn(async move { courier.send(mail("ana@example.org")).await });
    }
    tokio::time::sleep(Duration::from_millis(30)).await;
    let begun = Instant::now();
    assert!(matches!(courier.send(hook(well.url())).await, Outcome::Delivered { .. }));
    assert!(begun.elapsed() < Duration::from_millis(100), "{:?}", begun.elapsed());
    assert!(
        held.join_all().await.iter().all(|o| matches!(o, Outcome::Retry { .. })),
        "nothing was sent, so all may be tried again"
    );
}

#[tokio::test]
async fn the_waiting_room_has_an_end_and_is_left_when_cancelled() {
    let (sick, _) = hanging().await;
    let small = Limits { per_host: 1, waiting: 2, ..limits() };
    let courier = Arc::new(Courier::new(Settings { limits: small, ..hasty() }).unwrap());
    let mut held = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let (courier, url) = (Arc::clone(&courier), sick.url());
        held.spawn(async move { courier.send(hook(url)).await });
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let begun = Instant::now();
    let turned_away = courier.send(hook(sick.url())).await;
    assert!(matches!(&turned_away, Outcome::Retry { answer, .. } if answer.contains("waiting already")), "{turned_away:?}");
    assert!(begun.elapsed() < Duration::from_millis(50));
    held.abort_all();
    while held.join_next().await.is_some() {}
    let well = Receiver::answering(OK).await;
    assert!(matches!(courier.send(hook(well.url())).await, Outcome::Delivered { .. }));
}
