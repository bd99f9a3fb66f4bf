//! One alert, and why: every step of what happened to it, and of what did not.

use maud::{Markup, html};
use model::{AlertState, GroupId, Time};

use super::alerts::AlertRow;
use super::parts::{self, Tone};
use super::text::{safe_href, shown};
use super::{Shell, shell};

#[derive(Clone, Debug)]
pub struct AlertDetail {
    pub shell: Shell,
    pub alert: AlertRow,
    pub integration: String,
    pub key: String,
    pub group: GroupId,
    /// Alerts in the group, this one among them.
    pub group_size: u32,
    pub labels: Vec<(String, String)>,
    pub annotations: Vec<(String, String)>,
    /// The sender's own page about it; shown as a link only when it is safe to follow.
    pub link: Option<String>,
    /// In the order it happened.
    pub why: Vec<WhyStep>,
}

/// One step of the answer to "why was (or was not) somebody called?".
#[derive(Clone, Debug)]
pub struct WhyStep {
    pub at: Option<Time>,
    pub kind: WhyKind,
    pub text: String,
    /// Attempts and providers' answers below it.
    pub details: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyKind {
    /// It happened.
    Did,
    /// It did not, and this is why.
    DidNot,
    /// It was tried and did not work.
    Failed,
    /// It will happen unless somebody answers.
    Will,
}

pub fn page(view: &AlertDetail) -> Markup {
    shell::page(&view.shell, &view.alert.summary, main(view))
}

pub fn main(view: &AlertDetail) -> Markup {
    html! {
        p.badges {
            (parts::alert_state(view.alert.state))
            (parts::severity(view.alert.severity))
            span.quiet { "alert " span.ref { (view.alert.id) } }
        }
        h1 { (shown(&view.alert.summary)) }
        (facts(view))
        @if view.shell.responds() { (actions(view)) } @else { (shell::read_only()) }
        div.split {
            section aria-labelledby="why-h" {
                h2 #why-h { "Why" }
                (why(view))
            }
            section.side aria-labelledby="labels-h" {
                h2 #labels-h { "Labels" }
                (pairs(&view.labels, "The sender gave no labels."))
                @if !view.annotations.is_empty() { h3 { "Annotations" } (pairs(&view.annotations, "")) }
                h3 { "Identity" }
                dl.facts.mono {
                    dt { "integration" } dd { code { (shown(&view.integration)) } }
                    dt { "dedup key" } dd { code { (shown(&view.key)) } }
                    dt { "group" } dd { a href={ "/alerts?group=" (view.group) } { (view.group) " (" (view.group_size) ")" } }
                }
            }
        }
    }
}

fn facts(view: &AlertDetail) -> Markup {
    let (clock, alert) = (&view.shell.clock, &view.alert);
    html! {
        p.times {
            span { (shown(&alert.service)) }
            @match alert.ended {
                Some(end) => span { "ended " (clock.at(end)) ", lasted " strong { (end.since(alert.first_seen).words()) } },
                None => span { "firing for " strong { (clock.elapsed(alert.first_seen)) } },
            }
            span { "since " (clock.at(alert.first_seen)) }
            span { "last heard " (clock.ago(alert.last_seen)) ", " (alert.count) " ×" }
            @if let Some(incident) = alert.incident { span { a href={ "/incidents/" (incident) } { (incident) } } }
            @if let Some(link) = &view.link {
                @match safe_href(link) {
                    Some(link) => span { a href=(link) rel="noopener noreferrer" { "Open at the sender" } },
                    None => span.quiet { "the sender's link is not a web address: " code { (shown(link)) } },
                }
            }
        }
        @if let Some(paging) = &alert.paging { p { (shown(paging)) } }
    }
}

fn actions(view: &AlertDetail) -> Markup {
    let (id, alert) = (view.alert.id, &view.alert);
    html! {
        div.actions {
            @if alert.state == AlertState::Firing {
                form method="post" action={ "/alerts/" (id) "/ack" } data-ack {
                    button.primary type="submit" aria-keyshortcuts="k" { "Acknowledge" }
                    p.consequence { "stops the calls for its whole group" }
                }
            }
            @if alert.state != AlertState::Resolved {
                form method="post" action={ "/alerts/" (id) "/resolve" } {
                    button type="submit" { "Resolve" }
                    p.consequence { "fires again if the sender repeats it" }
                }
            }
            @if alert.incident.is_none() && alert.state != AlertState::Resolved {
                form method="post" action={ "/alerts/" (id) "/declare" } {
                    button type="submit" { "Declare an incident" }
                    p.consequence { "opens a room and starts its clocks" }
                }
            }
        }
    }
}

fn why(view: &AlertDetail) -> Markup {
    html! {
        @if view.why.is_empty() { p.quiet { "No step has been recorded yet." } }
        ol.timeline {
            @for step in &view.why {
                // What simply happened needs no mark: the others are to be seen among it.
                @let mark = match step.kind {
                    WhyKind::Did => None,
                    WhyKind::DidNot => Some((Tone::Plain, "did not happen")),
                    WhyKind::Failed => Some((Tone::Bad, "failed")),
                    WhyKind::Will => Some((Tone::Due, "still to come")),
                };
                li.entry {
                    span.time { @if let Some(at) = step.at {
                        time datetime=(at.rfc3339()) title=(view.shell.clock.full(at)) data-at { (view.shell.clock.hm(at)) }
                    } }
                    div {
                        p.text { (shown(&step.text)) }
                        @for detail in &step.details { p.second.detail { (shown(detail)) } }
                        @if let Some((tone, word)) = mark { p.second { (parts::state(tone, word)) } }
                    }
                }
            }
        }
    }
}

fn pairs(pairs: &[(String, String)], none: &str) -> Markup {
    html! {
        @if pairs.is_empty() { p.quiet { (none) } }
        @else {
            dl.facts.mono {
                @for (name, value) in pairs { dt { code { (shown(name)) } } dd { code { (shown(value)) } } }
            }
        }
    }
}
