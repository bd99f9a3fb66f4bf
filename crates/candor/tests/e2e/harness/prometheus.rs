//! A real Prometheus, scraping a tiny exporter every second and sending its alerts to Candor.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use tempfile::TempDir;

use super::playbook::KEY;
use super::{Neighbour, free_port};

/// What the rule's alert is called and says; the tests look for it in mails and pages.
pub(crate) const SUMMARY: &str = "Checkout errors above 5 percent";

/// A service that either works or fails, as its metric tells.
pub(crate) struct Exporter {
    failing: Arc<AtomicBool>,
    authority: String,
    server: tokio::task::JoinHandle<()>,
}

impl Exporter {
    pub(crate) async fn start() -> Self {
        let failing = Arc::new(AtomicBool::new(false));
        let app = Router::new().route("/metrics", get(metrics)).with_state(Arc::clone(&failing));
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
        let authority = socket.local_addr().expect("a bound socket has an address").to_string();
        let server = tokio::spawn(async move {
            axum::serve(socket, app).await.expect("the exporter serves");
        });
        Self { failing, authority, server }
    }

    pub(crate) fn fail(&self, failing: bool) {
        self.failing.store(failing, Ordering::Relaxed);
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn metrics(State(failing): State<Arc<AtomicBool>>) -> String {
    let share = if failing.load(Ordering::Relaxed) { "0.15" } else { "0.0" };
    format!("# TYPE checkout_error_share gauge\ncheckout_error_share {share}\n")
}

pub(crate) struct Prometheus {
    _server: Neighbour,
    _folder: TempDir,
}

impl Prometheus {
    /// `candor` is the `host:port` that gets the alerts.
    pub(crate) async fn start(exporter: &Exporter, candor: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, text: String| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file of Prometheus");
            path
        };
        write("rules.yml", rules());
        let config = write("prometheus.yml", config(&exporter.authority, candor));
        let port = free_port();
        let mut server = Neighbour::start(
            "prometheus",
            "prometheus",
            folder.path(),
            Command::new("prometheus")
                .arg(format!("--config.file={}", config.display()))
                .arg(format!("--storage.tsdb.path={}", folder.path().join("tsdb").display()))
                .arg(format!("--web.listen-address=127.0.0.1:{port}"))
                .arg("--rules.alert.resend-delay=1s")
                .arg("--log.level=warn"),
        );
        server.listening(port).await;
        Self { _server: server, _folder: folder }
    }
}

fn rules() -> String {
    format!(
        r#"groups:
  - name: checkout
    rules:
      - alert: CheckoutErrors
        expr: checkout_error_share > 0.05
        labels:
          severity: critical
        annotations:
          summary: "{SUMMARY}"
"#
    )
}

fn config(exporter: &str, candor: &str) -> String {
    format!(
        r#"global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files: ["rules.yml"]
alerting:
  alertmanagers:
    - path_prefix: /in/{KEY}
      timeout: 5s
      static_configs:
        - targets: ["{candor}"]
scrape_configs:
  - job_name: checkout
    static_configs:
      - targets: ["{exporter}"]
"#
    )
}
