//! The harness itself: a mailbox that loses mail or a browser that hides errors would make every other test green.

use std::time::Duration;

use axum::Router;
use axum::response::Html;
use axum::routing::{get, post};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::browser::{Browser, Scheme, Screen, accessibility_rules};
use crate::harness::disk::SmallDisk;
use crate::harness::mail::MailServer;
use crate::harness::playbook::KEY;
use crate::harness::prometheus::{Exporter, Prometheus, SUMMARY};
use crate::harness::target_folder;

#[tokio::test]
async fn the_mail_server_keeps_what_it_was_given() {
    let mail = MailServer::start().await;
    let mut socket = tokio::net::TcpStream::connect(("127.0.0.1", mail.port)).await.expect("it listens");
    let message = "Subject: =?utf-8?q?Caf=C3=A9_down?=\r\nContent-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nQWNrOiBodHRwOi8vMTI3LjAuMC4xL2Fjay94Lg==\r\n.\r\n";
    for line in ["HELO x\r\n", "MAIL FROM:<a@example.org>\r\n", "RCPT TO:<ana@example.org>\r\n", "DATA\r\n", message] {
        let mut greeting = [0_u8; 512];
        let read = socket.read(&mut greeting).await.expect("an answer");
        assert!(matches!(greeting[0], b'2' | b'3'), "{:?}", std::str::from_utf8(&greeting[..read]));
        socket.write_all(line.as_bytes()).await.expect("a line goes out");
    }
    let kept = mail.first_to("ana@example.org", Duration::from_secs(5)).await;
    assert_eq!(kept.subject, "Café down");
    assert_eq!(kept.ack_link().as_deref(), Some("http://127.0.0.1/ack/x"));
    assert!(mail.to("ben@example.org").is_empty());
}

#[tokio::test]
async fn the_browser_sees_what_is_wrong_with_a_page() {
    const PAGE: &str = r#"<!doctype html><title>Poor</title><body>
        <p id=size></p><img src=x.png><p style="color:#ddd;background:#fff">hard to read</p>
        <script>size.textContent = innerWidth + (matchMedia('(prefers-color-scheme: dark)').matches ? ' dark' : ' light')</script>"#;
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
    let url = format!("http://{}/", socket.local_addr().expect("an address"));
    let app = Router::new().route("/", get(|| async { Html(PAGE) }));
    let server = tokio::spawn(async move { axum::serve(socket, app).await });

    let browser = Browser::start(target_folder("screens")).await;
    browser.show_as(Screen::Phone, Scheme::Dark).await;
    browser.open(&url).await;
    browser.until_says("dark", Duration::from_secs(5)).await;
    let complaints = browser.complaints().await;
    assert!(complaints.iter().any(|line| line.contains("x.png")), "{complaints:?}");
    let violations = browser.accessibility(&accessibility_rules(&target_folder(""))).await;
    assert!(violations.iter().any(|line| line.starts_with("image-alt")), "{violations:?}");
    assert!(browser.weight().await.page >= PAGE.len() as u64);
    browser.screenshot("selftest").await;
    server.abort();
}

#[tokio::test]
async fn prometheus_sends_an_alert_when_the_exporter_fails_and_its_end_when_it_works_again() {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let keep = move |body: String| async move { sender.send(body).expect("the test listens") };
    let app = Router::new().route(&format!("/in/{KEY}/api/v2/alerts"), post(keep));
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
    let authority = socket.local_addr().expect("an address").to_string();
    let server = tokio::spawn(async move { axum::serve(socket, app).await });

    let exporter = Exporter::start().await;
    exporter.fail(true);
    let _prometheus = Prometheus::start(&exporter, &authority).await;
    let mut next = async || {
        let body = tokio::time::timeout(Duration::from_secs(20), receiver.recv()).await;
        serde_json::from_str::<Value>(&body.expect("in time").expect("an alert")).expect("JSON")
    };
    let firing = next().await;
    assert_eq!(firing[0]["annotations"]["summary"], SUMMARY, "{firing}");
    exporter.fail(false);
    let ended = |batch: &Value| {
        let end: jiff::Timestamp = batch[0]["endsAt"].as_str()?.parse().ok()?;
        (end <= jiff::Timestamp::now()).then_some(())
    };
    for _ in 0..20 {
        if ended(&next().await).is_some() {
            server.abort();
            return;
        }
    }
    panic!("Prometheus never sent the end");
}

#[test]
fn a_small_disk_fills_up_and_frees() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let disk = SmallDisk::mount(folder.path(), "4m");
    let write = |name: &str| {
        let mut command = disk.command("sh".as_ref());
        command.args(["-c", "echo word 2>/dev/null > \"$0\""]).arg(folder.path().join(name));
        command.status().expect("sh runs").success()
    };
    assert!(write("one"));
    disk.fill();
    assert!(!write("two"), "something fits on a full disk");
    disk.free();
    assert!(write("three"));
    assert!(!folder.path().join("one").exists(), "the disk is not to be seen outside");
}
