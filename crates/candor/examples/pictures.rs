//! Makes the pictures of the README from the running program: `candor demo`, seen in a real browser.
//!
//! Run by `scripts/pictures`, which builds the program and names it: `pictures CANDOR_BINARY OUTPUT_FOLDER`.

#![expect(clippy::disallowed_methods, reason = "it stands outside the program and waits in real time")]
#![expect(clippy::print_stderr, reason = "a command for the terminal")]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use browser::{Browser, Scheme, Screen};
use thirtyfour::prelude::*;

#[path = "../tests/e2e/harness/browser.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod browser;

/// Name, path, screen, scheme of each picture.
const PICTURES: [(&str, &str, Screen, Scheme); 8] = [
    ("now", "/", Screen::Desktop, Scheme::Light),
    ("now-phone", "/", Screen::Phone, Scheme::Dark),
    ("room", "/incidents/INC-1", Screen::Desktop, Scheme::Light),
    ("room-phone", "/incidents/INC-1", Screen::Phone, Scheme::Dark),
    ("oncall", "/oncall", Screen::Desktop, Scheme::Light),
    ("review", "/incidents/INC-1/review", Screen::Desktop, Scheme::Light),
    ("status", "/status/shop/", Screen::Desktop, Scheme::Light),
    ("status-phone", "/status/shop/", Screen::Phone, Scheme::Dark),
];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(binary), Some(folder)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: pictures CANDOR_BINARY OUTPUT_FOLDER");
        std::process::exit(2);
    };
    let demo = Demo::start(&binary);
    let browser = Browser::start(PathBuf::from(folder)).await;
    demo.sign_in(&browser).await;
    for (name, path, screen, scheme) in PICTURES {
        browser.show_as(screen, scheme).await;
        browser.open(&format!("{}{path}", demo.url)).await;
        let at = browser.driver().current_url().await.expect("an address");
        assert_eq!(at.path(), path, "{name} led elsewhere");
        browser.screenshot(name).await;
        eprintln!("{name}.png");
    }
}

struct Demo {
    child: Child,
    url: String,
    /// A link that signs in or sets up, when the demo prints one.
    door: Option<String>,
}

impl Demo {
    fn start(binary: &str) -> Self {
        let mut child = Command::new(binary)
            .args(["demo", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {binary}: {error}"));
        let (sender, lines) = channel();
        let stdout: Box<dyn BufRead + Send> = Box::new(BufReader::new(child.stdout.take().expect("piped")));
        let stderr: Box<dyn BufRead + Send> = Box::new(BufReader::new(child.stderr.take().expect("piped")));
        for output in [stdout, stderr] {
            let sender = sender.clone();
            // Reads on after nobody listens, so that the demo never stalls on a full pipe.
            std::thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        }
        let mut demo = Self { child, url: String::new(), door: None };
        demo.listen(&lines);
        demo
    }

    /// Reads until the demo has walked its incident: ready, and then silent for a while.
    fn listen(&mut self, lines: &Receiver<String>) {
        let started = Instant::now();
        while started.elapsed() < Duration::from_mins(1) {
            match lines.recv_timeout(Duration::from_secs(3)) {
                Ok(line) => self.note(&line),
                Err(RecvTimeoutError::Timeout) if !self.url.is_empty() => return,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        assert!(!self.url.is_empty(), "candor demo did not get ready");
    }

    fn note(&mut self, line: &str) {
        if let Some((_, url)) = line.split_once("candor ready listen=") {
            url.trim().clone_into(&mut self.url);
        }
        let door = line
            .split_whitespace()
            .find(|word| word.starts_with("http") && (word.contains("/setup/") || word.contains("/sign-in")));
        if let Some(link) = door {
            self.door = Some(link.trim_end_matches(['.', ',']).to_owned());
        }
    }

    /// Through the printed link, if there is one; a form behind it is filled in as its owner would.
    async fn sign_in(&self, browser: &Browser) {
        let Some(door) = &self.door else { return };
        browser.open(door).await;
        let fields = [("email", "ana@example.org"), ("text", "ana"), ("password", "lamps over the quay in winter 7")];
        let mut filled = false;
        for (kind, value) in fields {
            let which = By::Css(format!("main form input[type={kind}]"));
            for field in browser.driver().find_all(which).await.expect("a page") {
                field.clear().await.expect("a field to write in");
                field.send_keys(value).await.expect("a field to write in");
                filled = true;
            }
        }
        if filled || door.contains("/setup/") {
            browser.submit().await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
