//! A small HTTP client of Candor's own API: JSON in, JSON out, failures told with what was asked and answered.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::playbook::KEY;

#[derive(Clone)]
pub(crate) struct Api {
    client: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {self:?}"))
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Api {
    pub(crate) fn new() -> Self {
        Self { client: client(Duration::from_secs(15)), base: String::new(), token: None }
    }

    /// The same server, asked by somebody who waits that long for an answer.
    pub(crate) fn patient(&self, limit: Duration) -> Self {
        Self { client: client(limit), ..self.clone() }
    }

    /// The same client for a server that listens there.
    pub(crate) fn at(&self, base: &str, token: Option<&str>) -> Self {
        Self { client: self.client.clone(), base: base.trim_end_matches('/').to_owned(), token: token.map(str::to_owned) }
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn with_token(&self, token: &str) -> Self {
        self.at(&self.base, Some(token))
    }

    /// As senders come: with no token of Candor's own.
    pub(crate) fn anonymous(&self) -> Self {
        self.at(&self.base, None)
    }

    /// Any request; an error is a connection that failed, which only the kill test expects.
    pub(crate) async fn send(&self, method: &str, path: &str, content_type: &str, body: Vec<u8>) -> reqwest::Result<Reply> {
        let method = method.parse().expect("an HTTP method");
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if !content_type.is_empty() {
            request = request.header("content-type", content_type).body(body);
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        Ok(Reply { status, headers, body: answer.text().await? })
    }

    pub(crate) async fn try_get(&self, path: &str) -> Reply {
        self.send("GET", path, "", Vec::new()).await.unwrap_or_else(|error| panic!("GET {path}: {error:?}"))
    }

    pub(crate) async fn try_post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, "application/json", body.to_string().into_bytes())
            .await
            .unwrap_or_else(|error| panic!("POST {path}: {error:?}"))
    }

    /// GET that must succeed.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let reply = self.try_get(path).await;
        assert_eq!(reply.status, 200, "GET {path}: {reply:?}");
        reply.json()
    }

    /// POST that must succeed; `null` when the answer has no body.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        let reply = self.try_post(path, body).await;
        assert!(reply.is_success(), "POST {path} {body}: {reply:?}");
        if reply.body.is_empty() { Value::Null } else { reply.json() }
    }

    /// Every item of a list, following its cursor to the end.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let join = if path.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("{path}{join}limit=200{cursor}")).await;
            items.extend(page["items"].as_array().expect("a list has items").iter().cloned());
            match page["next"].as_str() {
                Some(next) => {
                    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                    cursor = format!("&cursor={next}");
                }
                None => return items,
            }
        }
    }

    /// The open alerts of the shop's one service.
    pub(crate) async fn open_alerts(&self) -> Vec<Value> {
        self.all("/v1/alerts?state=open&service=checkout").await
    }
    /// Sends new alerts of those names in one batch, as Alertmanager's clients do; an error is a connection that failed.
    pub(crate) async fn raise(&self, names: &[String]) -> reqwest::Result<Reply> {
        let alert = |name: &String| {
            json!({ "labels": { "alertname": name, "severity": "critical" },
                    "annotations": { "summary": format!("{name} does not answer"), "text": "x".repeat(1_000) } })
        };
        let batch: Value = names.iter().map(alert).collect();
        let path = format!("/in/{KEY}/api/v2/alerts");
        self.anonymous().send("POST", &path, "application/json", batch.to_string().into_bytes()).await
    }

    /// All letters, once none of them is under way any more: delivered, given up or called off, and known to be so.
    pub(crate) async fn settled_letters(&self, limit: Duration) -> Vec<Value> {
        let started = Instant::now();
        loop {
            let letters = self.all("/v1/letters").await;
            let open = letters.iter().filter(|letter| matches!(letter["state"].as_str(), Some("waiting" | "sending"))).count();
            if open == 0 {
                return letters;
            }
            assert!(started.elapsed() < limit, "{open} letters are still open after {limit:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The names of all alerts there are.
    pub(crate) async fn alert_names(&self) -> BTreeSet<String> {
        let alerts = self.all("/v1/alerts").await;
        alerts.iter().filter_map(|alert| alert["labels"]["alertname"].as_str().map(str::to_owned)).collect()
    }
}

fn client(limit: Duration) -> reqwest::Client {
    super::tls_provider();
    reqwest::Client::builder()
        .timeout(limit)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("an HTTP client")
}
