//! Webhooks: what is sent, and what each answer means.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use courier::{Courier, Destination, Outcome, Parcel, Secret, signature};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::help::{NOW, Receiver, courier, hasty, hook, parcel, read_request, run};

const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDYm9zdCBvbGQ=";

fn signed(url: String, secrets: &[&str]) -> Parcel {
    parcel(Destination::Webhook { url, secrets: secrets.iter().map(|s| s.parse().unwrap()).collect() })
}

#[test]
fn the_published_example_is_signed_alike() {
    let secret: Secret = OLD.parse().unwrap();
    let signature = signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#, &[secret]);
    assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[tokio::test]
async fn a_webhook_is_numbered_timed_and_signed_by_every_secret() {
    let receiver = Receiver::answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    let courier = courier();
    let first = signed(receiver.url(), &[OLD, NEW]);
    let again = Parcel { attempt: 2, ..first.clone() };
    assert_eq!(courier.send(first).await, Outcome::Delivered { answer: "204 No Content".to_owned() });
    courier.send(again).await;
    let got = receiver.got.lock().unwrap().clone();
    let [one, two] = got.as_slice() else { panic!("{got:?}") };
    assert!(one.head.starts_with("POST /hooks/receive HTTP/1.1"), "{}", one.head);
    assert_eq!(one.header("content-type").unwrap(), "application/json");
    assert_eq!(one.header("webhook-id").unwrap(), "ltr_01J8Z6");
    assert_eq!(one.header("webhook-timestamp").unwrap(), NOW.to_string());
    assert_eq!(one.header("candor-attempt").unwrap(), "1");
    assert_eq!(two.header("candor-attempt").unwrap(), "2");
    assert_eq!(one.header("webhook-id"), two.header("webhook-id"));
    assert_eq!(one.body, two.body, "a repeat is the same to the byte");
    let body: serde_json::Value = serde_json::from_slice(&one.body).unwrap();
    let wanted = serde_json::json!({"type": "page", "timestamp": "2026-09-21T14:12:20Z", "data": {"summary": "Checkout is failing", "severity": "SEV2"}});
    assert_eq!(body, wanted);
    // Another implementation, in another language, has to come to the same signatures.
    let script = "import sys,hmac,hashlib,base64\nb=sys.stdin.buffer.read()\nm=(sys.argv[1]+'.'+sys.argv[2]+'.').encode()+b\n\
        print(' '.join('v1,'+base64.b64encode(hmac.new(base64.b64decode(s[6:]),m,hashlib.sha256).digest()).decode() for s in sys.argv[3:]))";
    let theirs = run("python3", &["-c", script, "ltr_01J8Z6", &NOW.to_string(), OLD, NEW], &one.body, "python3");
    assert_eq!(one.header("webhook-signature").unwrap(), String::from_utf8(theirs).unwrap().trim());
}

#[tokio::test]
async fn each_status_has_its_meaning() {
    for (answer, wanted, after) in [
        ("200 OK\r\ncontent-length: 0", "delivered", None),
        ("202 Accepted\r\ncontent-length: 0", "delivered", None),
        ("304 Not Modified", "failed", None),
        ("400 Bad Request\r\ncontent-length: 0", "failed", None),
        ("401 Unauthorized\r\ncontent-length: 0", "failed", None),
        ("404 Not Found\r\ncontent-length: 0", "failed", None),
        ("408 Request Timeout\r\ncontent-length: 0", "retry", None),
        ("410 Gone\r\ncontent-length: 0", "failed", None),
        ("413 Content Too Large\r\ncontent-length: 0", "failed", None),
        ("425 Too Early\r\ncontent-length: 0", "retry", None),
        ("429 Too Many Requests\r\nretry-after: 7\r\ncontent-length: 0", "retry", Some(7)),
        ("429 Too Many Requests\r\nretry-after: soon\r\ncontent-length: 0", "retry", None),
        ("500 Oops\r\ncontent-length: 0", "retry", None),
        ("503 Unavailable\r\nretry-after: 999999999\r\ncontent-length: 0", "retry", Some(3600)),
        ("503 Unavailable\r\nretry-after: -3\r\ncontent-length: 0", "retry", None),
        ("599 Odd\r\ncontent-length: 0", "retry", None),
    ] {
        let receiver = Receiver::answering(format!("HTTP/1.1 {answer}\r\n\r\n").leak()).await;
        let outcome = courier().send(hook(receiver.url())).await;
        let (word, wait) = match &outcome {
            Outcome::Delivered { .. } => ("delivered", None),
            Outcome::Retry { after, .. } => ("retry", after.map(|a| a.as_secs())),
            Outcome::Failed { .. } => ("failed", None),
            Outcome::Unknown { .. } => ("unknown", None),
        };
        assert_eq!((word, wait), (wanted, after), "{answer}: {outcome:?}");
        assert!(outcome.answer().starts_with(&answer[..3]), "{outcome:?}");
    }
    let gone = Receiver::answering("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n").await;
    assert!(courier().send(hook(gone.url())).await.answer().contains("disabled"));
}

#[tokio::test]
async fn an_answer_shows_no_token_address_or_control_character() {
    let said = "no hook /hooks/T0KEN-9f8e7d6c5b for ana@example.org\u{202e}\u{1b}[2J at https://x.test/T0KEN-9f8e7d6c5b?key=S3CRETVALUE S3CRETVALUE";
    let answer = format!("HTTP/1.1 400 Bad Request\r\ncontent-length: {}\r\n\r\n{said}", said.len());
    let receiver = Receiver::answering(answer.leak()).await;
    let url = format!("http://{}/hooks/T0KEN-9f8e7d6c5b?key=S3CRETVALUE", receiver.at);
    let outcome = courier().send(hook(url)).await;
    let shown = outcome.answer();
    for hidden in ["T0KEN", "S3CRET", "ana@", "\u{202e}", "\u{1b}"] {
        assert!(!shown.contains(hidden), "{shown:?}");
    }
    assert!(shown.starts_with("400 Bad Request: no hook"), "{shown:?}");
}

#[tokio::test]
async fn a_host_that_is_not_there_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    drop(listener);
    let outcome = courier().send(hook(format!("http://{at}/"))).await;
    assert_eq!(outcome, Outcome::Retry { answer: "not sent: the connection was refused".to_owned(), after: None });
}

#[tokio::test]
async fn silence_after_sending_is_neither_success_nor_failure() {
    let silent = Receiver::start(|mut stream, _| async move {
        read_request(&mut stream).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    })
    .await;
    let continuing = Receiver::start(|mut stream, _| async move {
        read_request(&mut stream).await;
        while stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let trickling_head = Receiver::start(|mut stream, _| async move {
        read_request(&mut stream).await;
        for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if stream.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
    })
    .await;
    let dropping = Receiver::start(|mut stream, _| async move {
        read_request(&mut stream).await;
    })
    .await;
    let begun = Instant::now();
    let mut attempts = tokio::task::JoinSet::new();
    for receiver in [silent, continuing, trickling_head, dropping] {
        attempts.spawn(async move { Courier::new(hasty()).unwrap().send(hook(receiver.url())).await });
    }
    for outcome in attempts.join_all().await {
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    }
    assert!(begun.elapsed() < Duration::from_millis(1200), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_body_without_end_is_cut_and_the_status_counts() {
    let trickling = Receiver::start(|mut stream, _| async move {
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n").await.unwrap();
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let endless = Receiver::start(|mut stream, _| async move {
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n").await.unwrap();
        let block = vec![b'y'; 65536];
        while stream.write_all(&block).await.is_ok() {}
    })
    .await;
    for receiver in [trickling, endless] {
        let begun = Instant::now();
        let outcome = courier().send(hook(receiver.url())).await;
        assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
        assert!(outcome.answer().chars().count() <= 220, "{outcome:?}");
        assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn what_cannot_be_a_webhook_fails_without_being_sent() {
    let receiver = Receiver::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let good = hook(receiver.url());
    for bad in [
        Parcel { key: "a\r\nwebhook-signature: v1,x".to_owned(), ..good.clone() },
        Parcel { key: String::new(), ..good.clone() },
        Parcel { kind: "page\n".to_owned(), ..good.clone() },
        Parcel { json: serde_json::json!("x".repeat(300_000)), ..good.clone() },
        Parcel { at: i64::MAX, ..good.clone() },
    ] {
        assert!(matches!(courier().send(bad).await, Outcome::Failed { .. }));
    }
    assert!(receiver.got.lock().unwrap().is_empty());
}

#[tokio::test]
async fn one_connection_serves_many_letters_quickly() {
    let receiver = Receiver::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    let courier = courier();
    courier.send(hook(receiver.url())).await;
    let mut times = Vec::new();
    for _ in 0..300 {
        let begun = Instant::now();
        assert!(matches!(courier.send(hook(receiver.url())).await, Outcome::Delivered { .. }));
        times.push(begun.elapsed());
    }
    times.sort();
    assert_eq!(receiver.connections.load(Ordering::SeqCst), 1);
    assert!(times[150] < Duration::from_millis(3), "median {:?} of a debug build", times[150]);
}

#[tokio::test]
async fn a_connection_closed_while_idle_costs_nothing() {
    let receiver = Receiver::start(|mut stream, receiver| async move {
        let request = read_request(&mut stream).await.unwrap();
        receiver.got.lock().unwrap().push(request);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    })
    .await;
    let courier = courier();
    for n in 1..=4 {
        assert!(matches!(courier.send(hook(receiver.url())).await, Outcome::Delivered { .. }));
        assert_eq!(receiver.connections.load(Ordering::SeqCst), n);
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}
