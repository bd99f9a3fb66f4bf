//! On a real socket: the fast path, limits, headers, streams, and the end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode};
use http_body_util::Full;
use model::Access;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::house::{House, KEY};
use crate::server::{Listener, PublicPages, serve};

struct Served {
    at: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
}

fn open(house: &House, which: Listener) -> Served {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("an address");
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(serve(listener, house.app.clone(), which, stopped, None));
    Served { at, stop, task }
}

impl Served {
    /// Sends bytes and reads until the server closes.
    async fn say(&self, text: &str) -> String {
        let mut socket = TcpStream::connect(self.at).await.expect("connected");
        socket.write_all(text.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut answer));
        // A reset after the answer is as good as an end.
        let _ = read.await.expect("an answer in time");
        String::from_utf8_lossy(&answer).into_owned()
    }

    async fn post(&self, path: &str, body: &str) -> String {
        let length = body.len();
        self.say(&format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")).await
    }

    async fn get(&self, path: &str) -> String {
        self.say(&format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_fast_path_stores_and_limits_hold() {
    let house = House::with_playbook().await;
    let served = open(&house, Listener::Main);
    let alerts = r#"[{"labels":{"alertname":"a"}}]"#;
    let answer = served.post(&format!("/in/{KEY}/api/v2/alerts"), alerts).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(house.app.records.alert_counts().await.expect("counts").firing, 1);
    let unknown = served.post("/in/not-a-key-that-is-known/api/v2/alerts", alerts).await;
    assert!(unknown.starts_with("HTTP/1.1 403"), "{unknown}");
    let huge = "x".repeat(1024 * 1024 + 1);
    let refused = served.post(&format!("/in/{KEY}/api/v2/alerts"), &huge).await;
    assert!(refused.starts_with("HTTP/1.1 413"), "{refused}");
    let many = "x: y\r\n".repeat(200);
    let flooded = served.say(&format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n")).await;
    assert!(flooded.starts_with("HTTP/1.1 431"), "{flooded}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_locked_down() {
    let house = House::new().await;
    let served = open(&house, Listener::Main);
    let answer = served.get("/sign-in").await.to_lowercase();
    for header in [
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cross-origin-opener-policy: same-origin",
    ] {
        assert!(answer.contains(header), "{header} in {answer}");
    }
    assert!(served.get("/-/ready").await.starts_with("HTTP/1.1 200"));
    assert!(served.get("/metrics").await.contains("candor_ready 1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_public_door_shows_nothing_else() {
    let house = House::with_playbook().await;
    let served = open(&house, Listener::Public);
    for path in ["/", "/sign-in", "/v1/alerts", "/metrics", "/setup/x", "/ack/1/x"] {
        assert!(served.get(path).await.starts_with("HTTP/1.1 404"), "{path}");
    }
    assert!(served.post(&format!("/in/{KEY}/api/v2/alerts"), "[]").await.starts_with("HTTP/1.1 404"));
    assert!(served.get("/-/healthy").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_tell_news_and_end_with_the_server() {
    let house = House::with_playbook().await;
    let token = house.token(Access::Responder).await;
    let served = open(&house, Listener::Main);
    let mut stream = TcpStream::connect(served.at).await.expect("connected");
    let request = format!("GET /events?at=%2F HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut heard = String::new();
    let mut buffer = vec![0; 65_536];
    let n = stream.read(&mut buffer).await.expect("a head");
    heard.push_str(&String::from_utf8_lossy(&buffer[..n]));
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");

    let wish = serde_json::json!({ "title": "Login fails", "severity": "SEV2" });
    let declared = house.api(&token, http::Method::POST, "/v1/incidents", wish).await;
    assert_eq!(declared.status, StatusCode::CREATED);
    while !heard.contains("Login fails") {
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut buffer));
        let n = read.await.expect("news in time").expect("open");
        heard.push_str(&String::from_utf8_lossy(&buffer[..n]));
    }
    assert!(heard.contains("event: patch"), "{heard}");

    served.stop.send_replace(true);
    let ended = tokio::time::timeout(Duration::from_secs(3), served.task).await;
    assert!(ended.expect("a stream does not hold up the end").is_ok());
}

/// Takes eleven seconds of real time: the one test that shows the sweeper at work on a socket.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_never_finishes_a_head_is_cut() {
    let house = House::new().await;
    let served = open(&house, Listener::Main);
    let mut socket = TcpStream::connect(served.at).await.expect("connected");
    socket.write_all(b"GET / HTTP/1.1\r\nhost:").await.expect("sent");
    let mut answer = Vec::new();
    let early = tokio::time::timeout(Duration::from_secs(8), socket.read_to_end(&mut answer)).await;
    assert!(early.is_err(), "it has ten seconds");
    let cut = tokio::time::timeout(Duration::from_secs(6), socket.read_to_end(&mut answer)).await;
    assert!(cut.is_ok(), "and no more");
}

struct Faulty;

impl PublicPages for Faulty {
    fn respond(&self, _: &Method, path: &str, _: &HeaderMap) -> Option<Response<Full<Bytes>>> {
        assert!(!path.ends_with("/fault/"), "a fault in one request");
        Some(Response::new(Full::new(Bytes::from_static(b"fine"))))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_is_one_answer_and_not_the_end() {
    let mut house = House::new().await;
    house.app = house.app.clone().with_pages(Arc::new(Faulty));
    let served = open(&house, Listener::Public);
    let answer = served.get("/status/fault/").await;
    assert!(answer.starts_with("HTTP/1.1 500") && !answer.contains("one request"), "{answer}");
    assert!(served.get("/status/shop/").await.ends_with("fine"));
}
