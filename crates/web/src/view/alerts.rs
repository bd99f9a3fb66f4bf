//! The list of alerts, and the row that other screens show too.

use maud::{Markup, html};
use model::{AlertId, AlertState, IncidentRef, Name, Severity, Time};

use super::text::{count, shown};
use super::{Shell, parts, shell};

#[derive(Clone, Debug)]
pub struct AlertRow {
    pub id: AlertId,
    pub summary: String,
    pub severity: Severity,
    pub state: AlertState,
    /// The service's name.
    pub service: String,
    pub first_seen: Time,
    pub last_seen: Time,
    pub count: u64,
    pub ended: Option<Time>,
    pub incident: Option<IncidentRef>,
    /// What its page is doing: "calls Ben at 10:31", "acknowledged by Ana", "wakes nobody: severity SEV5".
    pub paging: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    Open,
    Resolved,
    All,
}

impl Filter {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
            Self::All => "all",
        }
    }

    pub fn parse(text: &str) -> Self {
        match text {
            "resolved" => Self::Resolved,
            "all" => Self::All,
            _ => Self::Open,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Alerts {
    pub shell: Shell,
    pub filter: Filter,
    /// Every service: id and name.
    pub services: Vec<(Name, String)>,
    pub service: Option<Name>,
    /// Only alerts of this group.
    pub group: Option<model::GroupId>,
    pub rows: Vec<AlertRow>,
    /// All that match.
    pub total: u64,
    /// Address of the next part.
    pub next: Option<String>,
    /// Something can send alerts: an integration exists.
    pub connected: bool,
}

pub fn page(view: &Alerts) -> Markup {
    shell::page(&view.shell, "Alerts", main(view))
}

pub fn main(view: &Alerts) -> Markup {
    html! {
        div.heading {
            h1 { "Alerts " span.quiet { (view.total) } }
            nav.tabs aria-label="Which alerts" {
                @for (filter, words) in [(Filter::Open, "Open"), (Filter::Resolved, "Resolved"), (Filter::All, "All")] {
                    a href=(address(view, filter)) aria-current=[(filter == view.filter).then_some("true")] { (words) }
                }
            }
            (choose_service(view))
        }
        @if let Some(group) = view.group { p { "Only alerts of group " code { (group) } ". " a href="/alerts" { "Show all" } } }
        @if view.rows.is_empty() { (empty(view)) }
        @else { ul.rows { @for alert in &view.rows { (row(&view.shell, alert, true)) } } }
        (parts::more(view.next.as_deref()))
    }
}

fn address(view: &Alerts, filter: Filter) -> String {
    match &view.service {
        Some(service) => format!("/alerts?state={}&service={service}", filter.name()),
        None => format!("/alerts?state={}", filter.name()),
    }
}

fn choose_service(view: &Alerts) -> Markup {
    html! {
        @if view.services.len() > 1 {
            form.filter action="/alerts" {
                input type="hidden" name="state" value=(view.filter.name());
                label.vh for="service" { "Service" }
                select #service name="service" data-submit {
                    option value="" { "every service" }
                    (parts::options(view.services.iter().map(|(id, name)| (&**id, name.as_str())), view.service.as_deref().unwrap_or_default()))
                }
                button.scriptless type="submit" { "Show" }
            }
        }
    }
}

fn empty(view: &Alerts) -> Markup {
    if !view.connected {
        return parts::empty(
            "Nothing can send alerts yet.",
            html! { "Add an integration to the playbook, then " a href="/settings/integrations" { "point Prometheus at its address" } "." },
        );
    }
    match view.filter {
        Filter::Open => parts::empty(
            "Nothing is firing.",
            html! { "What fired before is under " a href=(address(view, Filter::Resolved)) { "Resolved" } "." },
        ),
        _ => parts::empty("No alert matches.", html! { a href="/alerts" { "Show what is open" } }),
    }
}

/// One alert. `actions` offers the acknowledgement in the row.
pub fn row(shell: &Shell, alert: &AlertRow, actions: bool) -> Markup {
    let clock = &shell.clock;
    html! {
        li.row.alert id={ "alert-" (alert.id) } {
            div.lead { (parts::alert_state(alert.state)) }
            div.body {
                p.first { a.whole href={ "/alerts/" (alert.id) } { (shown(&alert.summary)) } }
                p.second {
                    (alert.severity) " · " (shown(&alert.service)) " · "
                    @match alert.ended {
                        Some(end) => { "ended " (clock.ago(end)) ", lasted " (end.since(alert.first_seen).words()) }
                        None => { "since " (clock.at(alert.first_seen)) ", " (clock.ago(alert.first_seen)) }
                    }
                    @if alert.count > 1 { " · seen " span data-live { (count(alert.count, "time", "times")) } }
                    @if actions { @if let Some(incident) = alert.incident { " · " a href={ "/incidents/" (incident) } { (incident) } } }
                }
                @if let Some(paging) = &alert.paging { p.second { (shown(paging)) } }
            }
            @if actions && shell.responds() && alert.state == AlertState::Firing {
                form.trail method="post" action={ "/alerts/" (alert.id) "/ack" } data-ack {
                    button type="submit" { "Acknowledge" span.vh { " " (shown(&alert.summary)) } }
                }
            }
        }
    }
}
