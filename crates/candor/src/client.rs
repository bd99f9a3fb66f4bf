//! The client of Candor's own API: what the commands of an incident speak through, and the demonstration.
//!
//! Every write carries an `Idempotency-Key`, so a request whose answer got lost can be sent again without doing the thing twice.

mod problem;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, RETRY_AFTER, SET_COOKIE};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use url::{Host, Url};

use crate::fault::used_wrongly;
use crate::out;
pub(crate) use problem::Refused;

const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(30);
/// A download has no overall limit, only one on silence.
const SILENCE: Duration = Duration::from_mins(1);
/// A busy server is asked again this often.
const TRIES: u32 = 4;
const LONGEST_WAIT: u64 = 5;

/// One server, and who speaks to it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    who: Who,
}

#[derive(Clone)]
enum Who {
    Nobody,
    Token(String),
    /// The `Cookie` header of a session.
    Session(String),
}

impl Client {
    /// `base` is the server's address, such as `https://candor.example.org`.
    #[expect(clippy::disallowed_methods, reason = "the command line's own client, which speaks to Candor and nobody else")]
    pub(crate) fn new(base: &str, token: Option<&str>) -> Result<Self> {
        let url = Url::parse(base).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
        let url =
            url.ok_or_else(|| used_wrongly(format!("\"{base}\" is no address of a server; write https://candor.example.org")))?;
        let agent = concat!("candor/", env!("CARGO_PKG_VERSION"));
        let mut http = reqwest::Client::builder().user_agent(agent).connect_timeout(CONNECT).read_timeout(SILENCE);
        if is_this_machine(&url) {
            http = http.no_proxy();
        }
        // A redirect would carry the token to wherever it points.
        let http = http.redirect(reqwest::redirect::Policy::none()).build().context("the HTTP client cannot be set up")?;
        let who = token.map_or(Who::Nobody, |token| Who::Token(token.to_owned()));
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), who })
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The same server, signed in as an account of it.
    pub(crate) async fn signed_in(&self, account: &str, password: &str) -> Result<Self> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("name", account)
            .append_pair("password", password)
            .append_pair("next", "/")
            .finish();
        let request = self.http.post(format!("{}/sign-in", self.base)).header("origin", &self.base);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").timeout(ANSWER).body(form);
        let answer = request.send().await.with_context(|| self.no_answer())?;
        let cookie = answer.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pair = cookie.filter_map(|text| text.split(';').next()).find(|pair| !pair.ends_with('='));
        let Some(pair) = pair else { bail!("{account} could not sign in ({})", answer.status()) };
        Ok(Self { who: Who::Session(pair.to_owned()), ..self.clone() })
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.ask(Method::GET, path, None).await?;
        read(answer).await
    }

    /// A list, with pairs for its query.
    pub(crate) async fn list(&self, path: &str, query: &[(&str, &str)]) -> Result<Value> {
        self.get(&with_query(path, query)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let body = ("application/json", body.to_string());
        let answer = self.ask(Method::POST, path, Some(body)).await?;
        read(answer).await
    }

    pub(crate) async fn put(&self, path: &str, kind: &'static str, text: &str) -> Result<Value> {
        let answer = self.ask(Method::PUT, path, Some((kind, text.to_owned()))).await?;
        read(answer).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<()> {
        self.ask(Method::DELETE, path, None).await.map(drop)
    }

    /// Streams an answer into a new file that only its owner can read; gives its length. A broken stream leaves an error.
    pub(crate) async fn download(&self, path: &str, target: &Path) -> Result<u64> {
        let mut answer = self.ask(Method::GET, path, None).await?;
        let failed = || format!("{} cannot be written", target.display());
        let file = tokio::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(target).await;
        let mut file = file.with_context(failed)?;
        let mut length = 0;
        while let Some(chunk) = answer.chunk().await.with_context(|| format!("{} broke off", self.base))? {
            file.write_all(&chunk).await.with_context(failed)?;
            length += chunk.len() as u64;
        }
        file.sync_all().await.with_context(failed)?;
        Ok(length)
    }

    /// Whether the server answers at all.
    pub(crate) async fn is_up(&self) -> bool {
        let request = self.http.get(format!("{}/-/healthy", self.base)).timeout(CONNECT);
        request.send().await.is_ok_and(|answer| answer.status().is_success())
    }

    /// Sends; a busy or restarting server, and one that cannot be reached at the moment, is asked again.
    async fn ask(&self, method: Method, path: &str, body: Option<(&'static str, String)>) -> Result<Response> {
        let key = if method == Method::GET { None } else { Some(fresh_key()?) };
        let mut tries = 1;
        loop {
            let request = self.request(method.clone(), path, body.as_ref(), key.as_deref());
            let answer = out::patiently("waiting for the server", request.send()).await;
            let wait = match answer {
                Ok(answer) if answer.status() == StatusCode::SERVICE_UNAVAILABLE && tries < TRIES => seconds(&answer),
                Ok(answer) if answer.status().is_success() => return Ok(answer),
                Ok(answer) => return Err(Refused::read(answer).await.into()),
                Err(error) if tries < TRIES && lost(&error, key.is_some()) => 1,
                Err(error) => return Err(error).with_context(|| self.no_answer()),
            };
            tries += 1;
            tokio::time::sleep(Duration::from_secs(wait)).await;
        }
    }

    fn request(&self, method: Method, path: &str, body: Option<&(&'static str, String)>, key: Option<&str>) -> RequestBuilder {
        // Answers to GET may be backups, whose length nobody knows: silence alone ends them.
        let limit = if method == Method::GET { Duration::from_hours(24) } else { ANSWER };
        let mut request =
            self.http.request(method, format!("{}{path}", self.base)).header(ACCEPT, "application/json, */*").timeout(limit);
        request = match &self.who {
            Who::Nobody => request,
            Who::Token(token) => request.bearer_auth(token),
            Who::Session(cookie) => request.header(COOKIE, cookie).header("origin", &self.base),
        };
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        match body {
            Some((kind, text)) => request.header(CONTENT_TYPE, *kind).body(text.clone()),
            None => request,
        }
    }

    fn no_answer(&self) -> String {
        format!("no answer from {}: is the server running, and is this its address?", self.base)
    }
}

/// A path with a query; values are encoded.
pub(crate) fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    if query.is_empty() {
        return path.to_owned();
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    format!("{path}?{query}")
}

/// One segment of a path, encoded.
pub(crate) fn segment(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

async fn read(answer: Response) -> Result<Value> {
    let text = answer.text().await.context("the answer broke off")?;
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&text).context("the answer is not JSON: is this the address of Candor, and not of something before it?")
}

/// Nothing has come back, and asking again can do no harm: either no connection was made, or the key protects.
fn lost(error: &reqwest::Error, keyed: bool) -> bool {
    keyed && error.is_request() && !error.is_connect() && !error.is_timeout()
}

fn seconds(answer: &Response) -> u64 {
    let said = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    said.unwrap_or(1).clamp(1, LONGEST_WAIT)
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn fresh_key() -> Result<String> {
    let bytes = store::vault::SecretKey::make().context("the system gave no random bytes")?;
    Ok(model::timeline::hex(&bytes[..16]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_encoded() {
        assert_eq!(segment("a b/c"), "a%20b%2Fc");
        assert_eq!(
            with_query("/v1/oncall", &[("at", "2026-01-05T09:00:00+01:00")]),
            "/v1/oncall?at=2026-01-05T09%3A00%3A00%2B01%3A00"
        );
        assert_eq!(with_query("/v1/oncall", &[]), "/v1/oncall");
    }

    #[test]
    fn an_address_must_be_one() {
        let Err(error) = Client::new("candor.example.org", None) else { panic!("was taken") };
        assert_eq!(crate::fault::exit_code(&error), 2);
    }
}
