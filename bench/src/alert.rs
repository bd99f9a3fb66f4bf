//! Requests as Prometheus would send them, built once and patched in place.
//!
//! The generator shares its cores with the server it measures, so building JSON for every request would show up in the server's
//! figures. All that changes between two requests is a serial number and the lease (`endsAt`), both of a fixed width.

use std::fmt::Write as _;
use std::net::SocketAddr;

use crate::clock;

/// How many digits a serial number takes.
pub(crate) const SERIAL_LEN: usize = 10;
const SERIAL_MARK: &[u8] = b"@@@@@@@@@@";
const ENDS_MARK: &[u8] = b"~~~~~~~~~~~~~~~~~~~~~~~~";
/// What comes before the serial number wherever a probe's id stands.
pub(crate) const PROBE: &str = "Probe";

/// Which label tells two alerts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distinct {
    /// The pod: many alerts of a few names, as in a real storm.
    Pod,
    /// The alert's name: each one is a new group for every sensible way of grouping.
    Name,
}

/// One request's bytes with the places to patch.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    /// For each alert, where its serial number stands.
    serials: Vec<Vec<usize>>,
    ends: Vec<usize>,
}

impl Batch {
    pub(crate) fn new(to: SocketAddr, path: &str, size: usize, service: &str, distinct: Distinct) -> Self {
        let starts = clock::timestamp(-300);
        let mut body = String::from("[");
        let mut bounds = Vec::with_capacity(size);
        for index in 0..size {
            if index > 0 {
                body.push(',');
            }
            let from = body.len();
            push_alert(&mut body, index, service, distinct, &starts);
            bounds.push(from..body.len());
        }
        body.push(']');
        let mut request = format!("POST {path} HTTP/1.1\r\nHost: {to}\r\nUser-Agent: bench\r\n");
        let _ = write!(request, "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        let head = request.len();
        request.push_str(&body);
        let bytes = request.into_bytes();
        let serials = bounds.iter().map(|alert| find_all(&bytes, SERIAL_MARK, head + alert.start, head + alert.end)).collect();
        let ends = find_all(&bytes, ENDS_MARK, head, bytes.len());
        Self { bytes, serials, ends }
    }

    /// Gives alert `n` of the request the serial number `serial(n)` and every alert the same end.
    pub(crate) fn fill(&mut self, serial: impl Fn(u64) -> u64, ends_at: &str) -> &[u8] {
        for (index, places) in self.serials.iter().enumerate() {
            let digits = digits(serial(index as u64));
            for &at in places {
                self.bytes[at..at + SERIAL_LEN].copy_from_slice(&digits);
            }
        }
        for &at in &self.ends {
            self.bytes[at..at + clock::TIMESTAMP_LEN].copy_from_slice(ends_at.as_bytes());
        }
        &self.bytes
    }
}

fn push_alert(body: &mut String, index: usize, service: &str, distinct: Distinct, starts: &str) {
    const NAMES: [&str; 8] = [
        "HighErrorRate",
        "HighLatency",
        "PodCrashLooping",
        "QueueBacklog",
        "DiskWillFill",
        "TargetDown",
        "CertificateExpires",
        "ReplicasMissing",
    ];
    let (name, pod) = match distinct {
        Distinct::Pod => (NAMES[index % NAMES.len()].to_owned(), "checkout-7d9f8c6b5d-@@@@@@@@@@"),
        Distinct::Name => (format!("{PROBE}@@@@@@@@@@"), "checkout-7d9f8c6b5d-x2x7q"),
    };
    let _ = write!(
        body,
        concat!(
            r#"{{"labels":{{"alertname":"{name}","cluster":"eu-west-1","instance":"10.12.7.41:9100","job":"checkout-api","#,
            r#""namespace":"shop","pod":"{pod}","service":"{service}","severity":"critical"}},"#,
            r#""annotations":{{"summary":"{name}: 7.3% of requests to checkout-api failed in the last five minutes","#,
            r#""runbook_url":"https://runbooks.example.org/checkout/errors"}},"#,
            r#""startsAt":"{starts}","endsAt":"~~~~~~~~~~~~~~~~~~~~~~~~","#,
            r#""generatorURL":"http://prometheus.example.org:9090/graph?g0.expr=rate%28http_errors_total%5B5m%5D%29&g0.tab=1"}}"#
        ),
        name = name,
        pod = pod,
        service = service,
        starts = starts
    );
}

fn digits(mut serial: u64) -> [u8; SERIAL_LEN] {
    let mut text = [b'0'; SERIAL_LEN];
    for place in text.iter_mut().rev() {
        *place = b'0' + (serial % 10) as u8;
        serial /= 10;
    }
    text
}

fn find_all(bytes: &[u8], mark: &[u8], from: usize, to: usize) -> Vec<usize> {
    let last = to.saturating_sub(mark.len());
    (from..=last).filter(|&at| bytes[at..].starts_with(mark)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(request: &[u8]) -> serde_json::Value {
        let text = std::str::from_utf8(request).expect("a request is text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a request has a head");
        assert!(head.contains(&format!("Content-Length: {}", body.len())));
        serde_json::from_str(body).expect("a body is JSON")
    }

    #[test]
    fn a_filled_batch_is_json_with_distinct_alerts() {
        let to = SocketAddr::from(([127, 0, 0, 1], 9093));
        let mut batch = Batch::new(to, "/api/v2/alerts", 3, "checkout", Distinct::Pod);
        let body = body(batch.fill(|n| 40 + n, &clock::timestamp(240)));
        assert_eq!(body.as_array().map(Vec::len), Some(3));
        assert_eq!(body[2]["labels"]["pod"], "checkout-7d9f8c6b5d-0000000042");
        assert_eq!(body[0]["labels"].as_object().map(serde_json::Map::len), Some(8));
        assert!(body[1]["endsAt"].as_str().is_some_and(|at| at.ends_with('Z')));
    }

    #[test]
    fn a_probe_carries_its_serial_in_name_and_summary() {
        let to = SocketAddr::from(([127, 0, 0, 1], 9093));
        let mut batch = Batch::new(to, "/api/v2/alerts", 1, "checkout", Distinct::Name);
        let body = body(batch.fill(|_| 7, &clock::timestamp(240)));
        assert_eq!(body[0]["labels"]["alertname"], "Probe0000000007");
        assert!(body[0]["annotations"]["summary"].as_str().is_some_and(|text| text.starts_with("Probe0000000007:")));
    }
}
