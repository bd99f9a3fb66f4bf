//! The query of `GET /alerts` and `GET /alerts/groups`.

use model::Alert;
use regex::Regex;

use super::matcher::{self, Matcher, MatcherError};

const MOST_MATCHERS: usize = 64;

#[derive(Debug, thiserror::Error)]
pub(super) enum QueryError {
    #[error(transparent)]
    Filter(#[from] MatcherError),
    #[error("failed to parse receiver param: {0}")]
    Receiver(#[source] MatcherError),
    #[error("more than {MOST_MATCHERS} matchers")]
    Many,
}

/// Which alerts are asked for. Candor neither silences nor inhibits yet, so all that are open are `active`.
#[derive(Debug)]
pub(super) struct Query {
    active: bool,
    matchers: Vec<Matcher>,
    receiver: Option<Regex>,
}

impl Query {
    pub(super) fn parse(query: &str) -> Result<Self, QueryError> {
        let mut parsed = Self { active: true, matchers: Vec::new(), receiver: None };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "active" => parsed.active = truth(&value),
                "filter" if parsed.matchers.len() == MOST_MATCHERS => return Err(QueryError::Many),
                "filter" => parsed.matchers.push(Matcher::parse(&value)?),
                "receiver" if !value.is_empty() => {
                    let pattern = matcher::pattern(&value).map_err(QueryError::Receiver)?;
                    parsed.receiver = Some(pattern);
                }
                _ => {}
            }
        }
        Ok(parsed)
    }

    /// Nothing can match: no need to read.
    pub(super) fn is_empty(&self) -> bool {
        !self.active
    }

    pub(super) fn takes(&self, alert: &Alert) -> bool {
        self.active
            && self.receiver.as_ref().is_none_or(|r| r.is_match(&alert.service))
            && self.matchers.iter().all(|m| m.matches(alert.labels.get(m.name())))
    }
}

/// As upstream reads booleans: whatever does not clearly say yes is no.
fn truth(text: &str) -> bool {
    ["true", "1", "t", "yes", "y", "on", "ok"].iter().any(|yes| text.eq_ignore_ascii_case(yes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_amtool_sends() {
        let query = Query::parse("active=true&inhibited=false&silenced=false&unprocessed=false&filter=alertname%3D%22good%22")
            .expect("valid");
        assert_eq!((query.active, query.matchers.len()), (true, 1));
        assert!(Query::parse("active=false").expect("valid").is_empty());
        assert!(Query::parse("active=maybe").expect("valid").is_empty());
        assert!(!Query::parse("").expect("valid").is_empty());
    }

    #[test]
    fn bad_filters_are_named() {
        let error = |query: &str| Query::parse(query).expect_err(query).to_string();
        assert_eq!(error("filter=nonsense"), "bad matcher format: nonsense");
        assert!(error("receiver=(").starts_with("failed to parse receiver param: error parsing"));
        assert_eq!(error(&"filter=a=b&".repeat(65)), "more than 64 matchers");
    }
}
