//! Where a signal goes: its severity, its service, which page it belongs to, and whether it may wake anybody.
//!
//! This runs once for every new alert, a hundred thousand a second in a storm. So nothing is copied that can be borrowed: the
//! usual group key is a slice of the signal, and names are shared.

use std::borrow::Cow;

use model::playbook::{Route, SeverityRule};
use model::{Labels, Name, Playbook, Severity, Signal};

/// The label whose value is the group key when a route does not say otherwise, as senders of the Prometheus family set it.
const GROUP_LABEL: &str = "alertname";

/// Labels that senders put their own word for severity in, the more usual one first.
const SEVERITY_LABELS: [&str; 2] = ["severity", "priority"];

/// What is to happen with a signal that opens an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    pub service: Name,
    /// The route that took it; `None` when the integration's own service did.
    pub route: Option<Name>,
    /// Alerts of one service with one group key page together.
    pub group_key: Cow<'a, str>,
    /// False: kept and shown, and nobody is called.
    pub page: bool,
    pub severity: Severity,
}

/// What the signal's severity means in this house.
///
/// The playbook's own words go first, then what the sender's format said, then the words most senders agree on, then SEV3:
/// unsure means somebody should look, and nobody's night is spent on a guess.
pub fn severity_of(playbook: &Playbook, signal: &Signal) -> Severity {
    severity_from(playbook, signal.severity, &signal.labels)
}

/// [`severity_of`] without a signal, for a "what would happen" question.
pub fn severity_from(playbook: &Playbook, said: Option<Severity>, labels: &Labels) -> Severity {
    let words = || SEVERITY_LABELS.into_iter().filter_map(|label| labels.get(label));
    if !playbook.severities.is_empty() {
        let ours = words().find_map(|word| rule_for_word(&playbook.severities, word));
        if let Some(rule) = ours {
            return rule.id;
        }
    }
    said.or_else(|| words().find_map(Severity::from_word)).unwrap_or(Severity::Sev3)
}

fn rule_for_word<'a>(rules: &'a [SeverityRule], word: &str) -> Option<&'a SeverityRule> {
    rules.iter().find(|rule| rule.words.iter().any(|w| w.eq_ignore_ascii_case(word)))
}

/// Where a signal of `integration` goes. `None` when the playbook has no such integration.
///
/// The first route that matches takes it; a route that names no service leaves the integration's own.
pub fn route_of<'a>(playbook: &Playbook, integration: &str, signal: &'a Signal) -> Option<Decision<'a>> {
    let service = &playbook.integration(integration)?.service;
    let severity = severity_of(playbook, signal);
    let asked = Asked { integration: Some(integration), service, labels: &signal.labels, key: &signal.key, severity };
    Some(decide(playbook, &asked))
}

/// A signal that may not exist: what `whowouldbepaged` asks about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a, 'b> {
    /// `None`: only routes that name no integration can match.
    pub integration: Option<&'b str>,
    /// Where it goes when no route says otherwise.
    pub service: &'b Name,
    pub labels: &'a Labels,
    /// The dedup key: the group key of a signal without an `alertname`.
    pub key: &'a str,
    pub severity: Severity,
}

/// What the routes make of it. See [`route_of`].
pub fn decide<'a>(playbook: &Playbook, asked: &Asked<'a, '_>) -> Decision<'a> {
    let route = playbook.routes.iter().find(|r| matches(r, asked));
    let severity = route.and_then(|r| r.severity).unwrap_or(asked.severity);
    let wakes = |rule: &SeverityRule| rule.id != severity || rule.page;
    Decision {
        service: route.and_then(|r| r.service.as_ref()).unwrap_or(asked.service).clone(),
        route: route.map(|r| r.id.clone()),
        group_key: match route.and_then(|r| r.group_by.as_deref()) {
            Some(names) => joined(names, asked.labels),
            None => Cow::Borrowed(asked.labels.get(GROUP_LABEL).unwrap_or(asked.key)),
        },
        page: route.is_none_or(|r| r.page) && playbook.severities.iter().all(wakes),
        severity,
    }
}

fn matches(route: &Route, asked: &Asked<'_, '_>) -> bool {
    route.integration.as_deref().is_none_or(|wanted| asked.integration == Some(wanted))
        && route.labels.iter().all(|(name, value)| asked.labels.get(name) == Some(value))
}

/// `name=value` of each label, in the route's order, so written that no two different sets of values give one text. A label that
/// is not there has the empty value; a route that groups by nothing has one group.
fn joined(names: &[String], labels: &Labels) -> Cow<'static, str> {
    if names.is_empty() {
        return Cow::Borrowed("all");
    }
    let value = |name: &str| labels.get(name).unwrap_or_default();
    let size = names.iter().map(|n| n.len() + value(n).len() + 2).sum();
    let mut key = String::with_capacity(size);
    for (i, name) in names.iter().enumerate() {
        if i > 0 {
            key.push(',');
        }
        escape(&mut key, name);
        key.push('=');
        escape(&mut key, value(name));
    }
    Cow::Owned(key)
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        if matches!(c, ',' | '=' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests;
