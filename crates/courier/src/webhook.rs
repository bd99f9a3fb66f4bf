//! Webhooks after Standard Webhooks 1.0: signed, numbered by the letter's key, and judged by their status.
//!
//! The id and the body are the same over all attempts, only the time and so the signature are new: a receiver that took the
//! first attempt and was too slow to say so can drop the second.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::Serialize;
use tokio::time::{Instant, timeout};

use crate::after::retry_after;
use crate::guard::{Guard, Target};
use crate::names::Refusal;
use crate::parcel::{Outcome, Parcel};
use crate::safe::answer;
use crate::secret::Secret;
use crate::{pace, tls};

/// The specification asks for less than 20 KB; this is where we stop rather than where we should be.
const MAX_BODY: usize = 256 * 1024;
const MAX_ANSWER: usize = 64 * 1024;
/// Secrets that sign at once: the old one, the new one, and somebody's mistake in between.
const MAX_SECRETS: usize = 4;

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    timestamp: String,
    data: &'a serde_json::Value,
}

/// The `webhook-signature` header: one signature per secret, of `id.timestamp.body`.
pub fn signature(id: &str, timestamp: i64, body: &[u8], secrets: &[Secret]) -> String {
    let stamp = timestamp.to_string();
    let parts = [id.as_bytes(), b".", stamp.as_bytes(), b".", body];
    let signed: Vec<String> = secrets.iter().take(MAX_SECRETS).map(|s| s.sign(&parts)).collect();
    signed.join(" ")
}

/// One attempt, with everything it needs.
pub(crate) struct Attempt<'a> {
    pub(crate) guard: &'a Guard,
    pub(crate) target: &'a Target,
    pub(crate) secrets: &'a [Secret],
    pub(crate) now: i64,
    pub(crate) deadline: Instant,
    pub(crate) body_wait: Duration,
}

impl Attempt<'_> {
    /// The outcome, and whether the host answered at all.
    pub(crate) async fn make(&self, parcel: &Parcel) -> (Outcome, bool) {
        let body = match body(parcel) {
            Ok(body) => body,
            Err(why) => return (Outcome::failed(why), true),
        };
        let mut request = self
            .guard
            .post(self.target)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &parcel.key)
            .header("webhook-timestamp", self.now)
            .header("candor-attempt", parcel.attempt)
            .timeout(self.deadline.saturating_duration_since(pace::now()));
        if !self.secrets.is_empty() {
            request = request.header("webhook-signature", signature(&parcel.key, self.now, &body, self.secrets));
        }
        match request.body(body).send().await {
            Ok(response) => (self.judge(response).await, true),
            Err(error) => {
                let outcome = broken(&error);
                // A refusal is ours, not the host's silence.
                let answered = matches!(outcome, Outcome::Failed { .. });
                (outcome, answered)
            }
        }
    }

    async fn judge(&self, response: Response) -> Outcome {
        let status = response.status();
        let after = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok());
        let after = after.and_then(|v| retry_after(v, self.now));
        let said = read(response, self.body_wait).await;
        let answer = self.answer(status, &said);
        match status.as_u16() {
            200..=299 => Outcome::Delivered { answer },
            408 | 425 | 429 | 500..=599 => Outcome::Retry { answer, after },
            _ => Outcome::Failed { answer },
        }
    }

    fn answer(&self, status: StatusCode, said: &str) -> String {
        let head = match status.as_u16() {
            300..=399 => format!("{} (redirects are not followed; set the final address)", status.as_u16()),
            410 => "410 Gone (the receiver asks for no more: this webhook should be disabled)".to_owned(),
            code => match status.canonical_reason() {
                Some(reason) => format!("{code} {reason}"),
                None => code.to_string(),
            },
        };
        // A receiver may echo the address it was called at, and an address often holds a token. Short parts are words like
        // `hooks`, which would tear holes into an honest answer.
        let url = self.target.url();
        let pairs: Vec<String> = url.query_pairs().map(|(_, value)| value.into_owned()).collect();
        let parts = url.path_segments().into_iter().flatten().chain(url.query()).chain(pairs.iter().map(String::as_str));
        let parts = parts.chain([url.path(), url.host_str().unwrap_or_default()]).filter(|part| part.len() >= 8);
        let mut hidden: Vec<&str> = parts.chain(self.secrets.iter().map(Secret::reveal)).collect();
        // The longest first, or a part of it would be gone and the rest would stay.
        hidden.sort_by_key(|part| std::cmp::Reverse(part.len()));
        answer(&head, said, &hidden)
    }
}

/// The body of every attempt of this letter, to the byte.
fn body(parcel: &Parcel) -> Result<Vec<u8>, &'static str> {
    let visible = |s: &str, max| !s.is_empty() && s.len() <= max && s.bytes().all(|b| b.is_ascii_graphic());
    if !visible(&parcel.key, 200) || !visible(&parcel.kind, 100) {
        return Err("the letter's key or kind cannot stand in a header");
    }
    let at = jiff::Timestamp::from_second(parcel.at).map_err(|_| "the letter's time is out of range")?;
    let body = Body { r#type: &parcel.kind, timestamp: at.to_string(), data: &parcel.json };
    match serde_json::to_vec(&body) {
        Ok(body) if body.len() <= MAX_BODY => Ok(body),
        Ok(_) => Err("the letter is too large for a webhook"),
        Err(_) => Err("the letter cannot be written as JSON"),
    }
}

/// What the receiver said, as far as it is worth waiting for: the status has decided already.
async fn read(mut response: Response, wait: Duration) -> String {
    let mut said = Vec::new();
    let reading = async {
        while said.len() < MAX_ANSWER {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    said.extend_from_slice(&chunk[..chunk.len().min(MAX_ANSWER - said.len())]);
                }
                Ok(None) | Err(_) => break,
            }
        }
    };
    // Read to its end the connection can be used again; cut short it is closed.
    let _cut_short = timeout(wait, reading).await;
    said.truncate(4096);
    String::from_utf8_lossy(&said).into_owned()
}

/// The outcome when there is no response.
fn broken(error: &reqwest::Error) -> Outcome {
    if let Some(refusal) = tls::find::<Refusal>(error) {
        return refused(refusal);
    }
    if error.is_builder() {
        return Outcome::failed("the request could not be built from this address");
    }
    if error.is_connect() {
        return Outcome::retry(unreachable(error));
    }
    let answer = if error.is_timeout() {
        "sent, but no answer came in time"
    } else {
        "sent, but the connection broke before an answer came"
    };
    Outcome::Unknown { answer: answer.to_owned() }
}

pub(crate) fn refused(refusal: &Refusal) -> Outcome {
    if refusal.is_final() {
        Outcome::failed(format!("not sent: {refusal}"))
    } else {
        Outcome::retry(format!("not sent: {refusal}"))
    }
}

fn unreachable(error: &reqwest::Error) -> String {
    if let Some(tls) = tls::find::<rustls::Error>(error) {
        return format!("not sent: {}", tls::reason(tls));
    }
    let why = match tls::find::<std::io::Error>(error).map(std::io::Error::kind) {
        Some(std::io::ErrorKind::ConnectionRefused) => "the connection was refused",
        Some(std::io::ErrorKind::TimedOut) => "the host did not take the connection in time",
        Some(std::io::ErrorKind::HostUnreachable | std::io::ErrorKind::NetworkUnreachable) => "there is no route to the host",
        _ if error.is_timeout() => "the host did not take the connection in time",
        _ => "the connection could not be made",
    };
    format!("not sent: {why}")
}
