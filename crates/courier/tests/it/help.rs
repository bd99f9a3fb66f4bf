//! What every test needs: settings with short times, a parcel, and a hand-written HTTP receiver.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use courier::{Courier, Destination, Limits, MailSettings, Parcel, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const NOW: i64 = 1_790_000_000;

/// Times that a busy machine keeps: for tests in which nothing is meant to be late.
pub(crate) fn patient() -> Limits {
    let body = Duration::from_millis(150);
    Limits { body, ..Limits::default() }
}

/// Short times, for tests that wait for them to pass.
pub(crate) fn limits() -> Limits {
    Limits {
        total: Duration::from_millis(600),
        mail: Duration::from_millis(600),
        connect: Duration::from_millis(250),
        resolve: Duration::from_millis(120),
        body: Duration::from_millis(150),
        wait: Duration::from_millis(300),
        ..Limits::default()
    }
}

/// Loopback allowed, usual times, a clock that stands still.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings::new(Arc::new(|| NOW));
    settings.egress = vec!["127.0.0.0/8".parse().unwrap()];
    settings.limits = patient();
    settings
}

pub(crate) fn courier() -> Courier {
    Courier::new(settings()).unwrap()
}

pub(crate) fn hasty() -> Settings {
    Settings { limits: limits(), ..settings() }
}

pub(crate) fn mail_settings(smtp: String) -> MailSettings {
    MailSettings { smtp, from: "Candor <candor@example.org>".to_owned(), ..MailSettings::default() }
}

pub(crate) fn mail_courier(smtp: String) -> Courier {
    Courier::new(Settings { mail: Some(mail_settings(smtp)), ..settings() }).unwrap()
}

pub(crate) fn parcel(to: Destination) -> Parcel {
    Parcel {
        letter: 42,
        attempt: 1,
        key: "ltr_01J8Z6".to_owned(),
        at: NOW - 60,
        to,
        subject: "Checkout is failing".to_owned(),
        text: "SEV2: 40 % of payments fail.\n.\nAcknowledge within 5 minutes.\n".to_owned(),
        html: None,
        json: serde_json::json!({"summary": "Checkout is failing", "severity": "SEV2"}),
        kind: "page".to_owned(),
        thread: None,
    }
}

pub(crate) fn hook(url: impl Into<String>) -> Parcel {
    parcel(Destination::Webhook { url: url.into(), secrets: Vec::new() })
}

pub(crate) fn mail(address: &str) -> Parcel {
    parcel(Destination::Email { address: address.to_owned(), name: Some("Ana Lima".to_owned()) })
}

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let line = self.head.lines().find(|l| l.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    }
}

/// A receiver of webhooks.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) at: SocketAddr,
    pub(crate) got: Arc<Mutex<Vec<Request>>>,
    pub(crate) connections: Arc<AtomicUsize>,
}

impl Receiver {
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hooks/receive", self.at)
    }

    /// One that answers every request with these bytes.
    pub(crate) async fn answering(answer: &'static str) -> Self {
        Self::start(move |mut stream, receiver| async move {
            while let Some(request) = read_request(&mut stream).await {
                receiver.got.lock().unwrap().push(request);
                if stream.write_all(answer.as_bytes()).await.is_err() {
                    break;
                }
            }
        })
        .await
    }

    /// One that does with each connection what it is told.
    pub(crate) async fn start<F, W>(serve: F) -> Self
    where
        F: Fn(TcpStream, Self) -> W + Send + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let receiver = Self { at, got: Arc::default(), connections: Arc::default() };
        let ours = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                ours.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, ours.clone()));
            }
        });
        receiver
    }
}

pub(crate) async fn read_request<S: tokio::io::AsyncRead + Unpin>(stream: &mut S) -> Option<Request> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let mut request = Request { head, body: bytes[end + 4..].to_vec() };
            let length: usize = request.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
            while request.body.len() < length {
                let n = stream.read(&mut chunk).await.ok().filter(|n| *n > 0)?;
                request.body.extend_from_slice(&chunk[..n]);
            }
            return Some(request);
        }
        let n = stream.read(&mut chunk).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&chunk[..n]);
    }
}

/// Runs a program that the machine must have.
pub(crate) fn run(program: &str, args: &[&str], input: &[u8], package: &str) -> Vec<u8> {
    use std::io::Write;
    let child = std::process::Command::new(program)
        .args(args)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn();
    let mut child = child.unwrap_or_else(|e| panic!("{program} is missing ({e}): apt-get install {package}"));
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
