//! A real Chromium, headless, driven over WebDriver: what a person would see, and what a page weighs and complains of.
//!
//! Shared with `examples/pictures.rs`, so it stands on its own: no other module of the harness.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::ChromiumLikeCapabilities;
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Screen {
    Phone,
    Desktop,
    /// The narrowest that must still work.
    Narrow,
}

impl Screen {
    pub(crate) const USUAL: [Self; 2] = [Self::Phone, Self::Desktop];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Desktop => "desktop",
            Self::Narrow => "narrow",
        }
    }

    fn size(self) -> (u32, u32) {
        match self {
            Self::Phone => (390, 844),
            Self::Desktop => (1280, 900),
            Self::Narrow => (320, 640),
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

impl Scheme {
    pub(crate) const ALL: [Self; 2] = [Self::Light, Self::Dark];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Bytes over the wire of the page that is shown, bodies only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weight {
    pub(crate) page: u64,
    pub(crate) script: u64,
}

pub(crate) struct Browser {
    /// Taken out only when the browser is dropped.
    driver: Option<WebDriver>,
    process: Driver,
    _profile: TempDir,
    screens: PathBuf,
}

impl Browser {
    /// Starts chromedriver and one fresh browser; pictures go to the folder `screens`.
    pub(crate) async fn start(screens: PathBuf) -> Self {
        // A second call finds a provider installed, which is what was wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let profile = tempfile::tempdir().expect("a temporary folder");
        let process = Driver::start(profile.path());
        let mut capabilities = DesiredCapabilities::chrome();
        let profile_arg = format!("--user-data-dir={}", profile.path().join("profile").display());
        for arg in ARGUMENTS.into_iter().chain([profile_arg.as_str()]) {
            capabilities.add_arg(arg).expect("a browser argument");
        }
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).expect("a log level");
        let driver = WebDriver::new(format!("http://127.0.0.1:{}", process.port), capabilities)
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}\ninstall it with: apt-get install chromium"));
        std::fs::create_dir_all(&screens).expect("a folder for the screens");
        let browser = Self { driver: Some(driver), process, _profile: profile, screens };
        browser.show_as(Screen::Desktop, Scheme::Light).await;
        browser
    }

    pub(crate) fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("a driver until the browser is dropped")
    }

    /// Device metrics instead of a window size: a headless window cannot be as narrow as a phone.
    pub(crate) async fn show_as(&self, screen: Screen, scheme: Scheme) {
        let (width, height) = screen.size();
        let phone = !matches!(screen, Screen::Desktop);
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        let features = json!({ "media": "", "features": [
            { "name": "prefers-color-scheme", "value": scheme.name() },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]});
        self.cdp("Emulation.setEmulatedMedia", features).await;
    }

    async fn cdp(&self, method: &str, parameters: Value) {
        self.driver().cdp().send_raw(method, parameters).await.unwrap_or_else(|error| panic!("{method}: {error}"));
    }

    pub(crate) async fn open(&self, url: &str) {
        self.driver().goto(url).await.unwrap_or_else(|error| panic!("opening {url}: {error}"));
    }

    /// What the page says, as a reader sees it.
    pub(crate) async fn text(&self) -> String {
        let text = self.script("return document.body.innerText").await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Runs a script in the page and answers its value.
    pub(crate) async fn script(&self, script: &str) -> Value {
        let answer = self.driver().execute(script, Vec::new()).await;
        answer.unwrap_or_else(|error| panic!("script: {error}")).json().clone()
    }

    /// Reads the page every 200 ms, without reloading it, until it holds `words` in any case of letters.
    pub(crate) async fn until_says(&self, words: &str, limit: Duration) -> String {
        let started = Instant::now();
        loop {
            let text = self.text().await;
            if text.to_lowercase().contains(&words.to_lowercase()) {
                return text;
            }
            assert!(started.elapsed() < limit, "the page does not say \"{words}\"; it says:\n{text}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Presses keys where the focus is.
    pub(crate) async fn keys(&self, keys: impl Into<TypingData>) {
        let focused = self.driver().active_element().await.expect("something has the focus");
        focused.send_keys(keys).await.unwrap_or_else(|error| panic!("pressing keys: {error}"));
    }

    /// Keeps a picture of what is shown.
    pub(crate) async fn screenshot(&self, name: &str) {
        let path = self.screens.join(format!("{name}.png"));
        self.driver().screenshot(&path).await.unwrap_or_else(|error| panic!("screenshot {name}: {error}"));
    }

    /// The submit button of the page's main form.
    pub(crate) async fn submit(&self) {
        let button = self
            .driver()
            .find(By::Css("main form button[type=submit], main form button:not([type])"))
            .await
            .unwrap_or_else(|error| panic!("no submit button on the page: {error}"));
        button.click().await.unwrap_or_else(|error| panic!("pressing the button: {error}"));
    }

    /// What the page complained of since the last call: failed loads, script errors, policy violations.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let entries = self.driver().browser_log().await.expect("chromedriver keeps a browser log");
        entries
            .into_iter()
            .filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING"))
            .map(|entry| entry.message)
            .collect()
    }

    /// Bytes of the shown page and of its scripts, as they came over the wire (also when they came from a cache).
    pub(crate) async fn weight(&self) -> Weight {
        let sums = self
            .script(
                r"const bytes = list => list.reduce((sum, entry) => sum + entry.encodedBodySize, 0);
                  const loaded = performance.getEntriesByType('resource');
                  const scripts = loaded.filter(entry => entry.initiatorType === 'script');
                  return [bytes(performance.getEntriesByType('navigation')) + bytes(loaded), bytes(scripts)];",
            )
            .await;
        let number = |at: usize| sums[at].as_u64().expect("a sum of bytes");
        Weight { page: number(0), script: number(1) }
    }

    /// Runs the accessibility rules in the page; one line per violation.
    pub(crate) async fn accessibility(&self, rules: &str) -> Vec<String> {
        self.driver().execute(rules, Vec::new()).await.expect("the accessibility rules load");
        let found = self
            .driver()
            .execute_async(
                r"const done = arguments[0];
                  axe.run(document, { resultTypes: ['violations'] }).then(
                    result => done(result.violations.map(rule =>
                      rule.id + ': ' + rule.help + ' at ' + rule.nodes.map(node => node.target).join(', '))),
                    error => done(['axe failed: ' + error]));",
                Vec::new(),
            )
            .await
            .expect("the accessibility rules run");
        let lines = found.json().as_array().expect("a list of violations").clone();
        lines.iter().map(|line| line.as_str().unwrap_or_default().to_owned()).collect()
    }
}

impl Drop for Browser {
    /// The session must end before its driver, or the browser is left behind. The library's own end of a dropped session
    /// waits for a connection that belongs to the very runtime it blocks, so the farewell goes over a plain socket.
    fn drop(&mut self) {
        let Some(driver) = self.driver.take() else { return };
        let session = driver.session_id().to_string();
        let _ = driver.leak();
        let _ = self.process.end_session(&session);
    }
}

/// Axe-core's source, fetched by `scripts/axe`.
pub(crate) fn accessibility_rules(target: &Path) -> String {
    let path = target.join("axe/axe.min.js");
    std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}\nfetch it with: scripts/axe", path.display());
    })
}

/// Nothing but the page under test may use the network.
const ARGUMENTS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// A running chromedriver.
struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// It chooses a free port itself and says which on standard output.
    /// Whatever it and its browser leave behind goes to `scratch`.
    fn start(scratch: &Path) -> Self {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .env("TMPDIR", scratch)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("cannot start chromedriver: {error}\ninstall it with: apt-get install chromium-driver")
            });
        let mut lines = BufReader::new(child.stdout.take().expect("standard output is piped")).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok())
            .expect("chromedriver says which port it took");
        // Kept read to the end, or the driver would stall on a full pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { child, port }
    }

    fn end_session(&self, session: &str) -> std::io::Result<()> {
        let mut socket = TcpStream::connect(("127.0.0.1", self.port))?;
        socket.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(socket, "DELETE /session/{session} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        // The answer comes when the browser has gone.
        socket.read(&mut [0_u8; 256]).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // By then the session is over, so no browser is left behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
