//! Everybody's telephone: a webhook receiver on loopback. What would ring somewhere rings here.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use axum::Json;
use axum::extract::{Path, State};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::tell;
use crate::commands::show;

/// Calls that nobody has looked at yet; more are turned away.
const WAITING: usize = 256;
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Receiver {
    address: SocketAddr,
    calls: mpsc::Receiver<Call>,
}

/// Somebody's telephone rang.
pub(crate) struct Call {
    person: String,
    /// `page`, `all_clear`, `promise_reminder`…
    pub(crate) kind: String,
    /// What it is about, in one line.
    pub(crate) about: String,
}

impl Call {
    /// `ana` as people write it.
    pub(crate) fn name(&self) -> String {
        let mut letters = self.person.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}

impl Receiver {
    pub(super) async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("the demonstration's receiver cannot listen")?;
        let address = listener.local_addr()?;
        let (ring, calls) = mpsc::channel(WAITING);
        let routes = axum::Router::new().route("/{person}", post(take)).with_state(ring);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { address, calls })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until `kind` arrives for somebody; other calls that come before it are passed over.
    pub(crate) async fn wait(&mut self, kind: &str) -> Result<Call> {
        let found = tokio::time::timeout(PATIENCE, async {
            while let Some(call) = self.calls.recv().await {
                if call.kind == kind {
                    return Some(call);
                }
            }
            None
        });
        match found.await {
            Ok(Some(call)) => Ok(call),
            _ => bail!("no {kind} arrived within {} s; look at Letters in the application", PATIENCE.as_secs()),
        }
    }

    /// Tells of calls as they come, for ever.
    pub(super) async fn listen(&mut self) {
        while let Some(call) = self.calls.recv().await {
            tell::call(&call);
        }
    }
}

async fn take(
    State(ring): State<mpsc::Sender<Call>>,
    Path(person): Path<String>,
    Json(body): Json<Value>,
) -> axum::http::StatusCode {
    let data = &body["data"];
    let kind = data["kind"].as_str().or(body["type"].as_str()).unwrap_or("message").to_owned();
    let first = &data["groups"][0];
    let about = match first["summary"].as_str() {
        Some(summary) => format!("{} {}: {summary}", show::text(first, "severity"), show::text(first, "service")),
        None => format!("{} {}", show::text(data, "incident"), show::text(data, "title")),
    };
    match ring.try_send(Call { person, kind, about: about.trim().to_owned() }) {
        Ok(()) => axum::http::StatusCode::OK,
        Err(_) => axum::http::StatusCode::SERVICE_UNAVAILABLE,
    }
}
