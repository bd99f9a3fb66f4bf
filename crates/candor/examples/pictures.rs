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

/// Stands for the room of the incident that the demonstration leaves open.
const ROOM: &str = "the room";

/// Name, path, screen, scheme of each picture.
const PICTURES: [(&str, &str, Screen, Scheme); 5] = [
    ("now", "/", Screen::Desktop, Scheme::Light),
    ("room", ROOM, Screen::Desktop, Scheme::Light),
    ("room-phone", ROOM, Screen::Phone, Scheme::Dark),
    ("alerts", "/alerts", Screen::Desktop, Scheme::Light),
    ("status", "/status/shop/", Screen::Desktop, Scheme::Light),
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
    let room = open_room(&browser).await;
    for (name, path, screen, scheme) in PICTURES {
        let path = if path == ROOM { room.as_str() } else { path };
        browser.show_as(screen, scheme).await;
        browser.open(&format!("{}{path}", demo.url)).await;
        let at = browser.driver().current_url().await.expect("an address");
        assert_eq!(at.path(), path, "{name} led elsewhere");
        browser.screenshot(name).await;
        eprintln!("{name}.png");
    }
}

/// The worst open incident is the first on the screen that sign-in leads to.
async fn open_room(browser: &Browser) -> String {
    let first = browser.script("return document.querySelector('main a[href^=\"/incidents/INC-\"]').getAttribute('href')").await;
    first.as_str().expect("an open incident").to_owned()
}

struct Demo {
    child: Child,
    url: String,
    /// Who signs in, and the password that the demonstration made up.
    account: Option<(String, String)>,
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
        let mut demo = Self { child, url: String::new(), account: None };
        demo.listen(&lines);
        demo
    }

    /// Reads until the demo has walked its incident: then it says how to sign in.
    fn listen(&mut self, lines: &Receiver<String>) {
        let started = Instant::now();
        while self.account.is_none() && started.elapsed() < Duration::from_mins(2) {
            match lines.recv_timeout(Duration::from_secs(1)) {
                Ok(line) => self.note(&line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        assert!(!self.url.is_empty() && self.account.is_some(), "candor demo did not say how to sign in");
    }

    /// `candor ready listen=URL`, and at the end `sign in at URL/sign-in as NAME with password PASSWORD`.
    fn note(&mut self, line: &str) {
        if let Some((_, url)) = line.split_once("candor ready listen=") {
            url.trim().clone_into(&mut self.url);
        }
        let told = line.split_once("/sign-in as ").and_then(|(_, rest)| rest.split_once(" with password "));
        if let Some((name, password)) = told {
            self.account = Some((name.to_owned(), password.trim().to_owned()));
        }
    }

    async fn sign_in(&self, browser: &Browser) {
        let (name, password) = self.account.as_ref().expect("checked when it was read");
        browser.open(&format!("{}/sign-in", self.url)).await;
        for (field, value) in [("#name", name), ("#password", password)] {
            let field = browser.driver().find(By::Css(field)).await.expect("a field to write in");
            field.send_keys(value).await.expect("a field to write in");
        }
        browser.submit().await;
        let limit = Duration::from_secs(10);
        browser.until_says("Needs you", limit).await;
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
