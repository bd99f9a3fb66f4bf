//! Integrations: the address to paste into each sender.

use maud::{Markup, html};
use model::{Name, Time};

use super::{Subject, framed};
use crate::view::text::shown;
use crate::view::{Shell, parts, shell};

#[derive(Clone, Debug)]
pub struct Integrations {
    pub shell: Shell,
    /// Without a slash at the end.
    pub base_url: String,
    pub rows: Vec<IntegrationRow>,
}

#[derive(Clone, Debug)]
pub struct IntegrationRow {
    pub id: Name,
    /// The service's name.
    pub service: String,
    /// The key, where it may be shown: only to administrators, and only when the vault still has it in the clear.
    pub key: Option<String>,
    pub last_heard: Option<Time>,
}

pub fn page(view: &Integrations) -> Markup {
    shell::page(&view.shell, "Integrations", main(view))
}

pub fn main(view: &Integrations) -> Markup {
    let inside = html! {
        @if view.rows.is_empty() {
            (parts::empty("No integration yet.", html! {
                "Add " code { "[[integration]]" } " with an id, a service and a key to " a href="/settings/playbook" { "the playbook" } "."
            }))
        }
        @for row in &view.rows { (part(view, row)) }
    };
    framed(Subject::Integrations, inside)
}

fn part(view: &Integrations, row: &IntegrationRow) -> Markup {
    let key = row.key.as_deref().unwrap_or("KEY");
    let host = view.base_url.split_once("://").map_or(view.base_url.as_str(), |(_, host)| host);
    let scheme = if view.base_url.starts_with("https") { "https" } else { "http" };
    let heading = format!("integration-{}", row.id);
    html! {
        section.integration aria-labelledby=(heading) {
            h2 id=(heading) { (row.id) " " span.quiet { "for " (shown(&row.service)) } }
            p.second {
                @match row.last_heard {
                    Some(at) => { "last heard " (view.shell.clock.ago(at)) },
                    None => "nothing heard yet",
                }
                @if row.key.is_none() { " · the key is not shown here; put it where KEY stands" }
            }
            details open[row.last_heard.is_none()] {
                summary { "How to connect" }
                h3 { "Prometheus" }
                p { "In " code { "prometheus.yml" } ":" }
                pre tabindex="0" role="region" aria-label={ "Prometheus settings for " (row.id) } {
                    "alerting:\n  alertmanagers:\n    - scheme: " (scheme) "\n      path_prefix: /in/" (key)
                    "\n      static_configs:\n        - targets: [\"" (host) "\"]"
                }
                h3 { "Any webhook" }
                p { code.address { (view.base_url) "/in/" (key) } }
                h3 { "PagerDuty events" }
                p { code.address { (view.base_url) "/v2/enqueue" } " with the routing key " code.address { (key) } }
            }
        }
    }
}
