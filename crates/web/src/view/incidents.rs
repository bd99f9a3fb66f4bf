//! The list of incidents, and the row that other screens show too.

use maud::{Markup, html};
use model::{IncidentRef, Phase, Severity, Time};

use super::promise::{self, Promise};
use super::text::{count, shown};
use super::{Clock, Shell, parts, shell};

/// One incident, as a row.
#[derive(Clone, Debug)]
pub struct IncidentRow {
    pub id: IncidentRef,
    pub title: String,
    pub severity: Severity,
    pub phase: Phase,
    pub drill: bool,
    /// When customers began to feel it; when it was declared while that is unknown.
    pub started: Time,
    pub resolved_at: Option<Time>,
    pub promise: Promise,
    /// People's names.
    pub commander: Option<String>,
    pub communications: Option<String>,
    /// Alerts firing in it.
    pub alerts: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    Open,
    Past,
    All,
}

#[derive(Clone, Debug)]
pub struct List {
    pub shell: Shell,
    pub filter: Filter,
    pub rows: Vec<IncidentRow>,
    /// Address of the next part.
    pub next: Option<String>,
}

pub fn page(view: &List) -> Markup {
    shell::page(&view.shell, "Incidents", main(view))
}

pub fn main(view: &List) -> Markup {
    html! {
        div.heading {
            h1 { "Incidents" }
            nav.tabs aria-label="Which incidents" {
                @for (filter, query, words) in [
                    (Filter::Open, "/incidents?state=open", "Open"),
                    (Filter::Past, "/incidents?state=past", "Past"),
                    (Filter::All, "/incidents", "All"),
                ] {
                    a href=(query) aria-current=[(filter == view.filter).then_some("true")] { (words) }
                }
            }
        }
        @if view.rows.is_empty() { (empty(view)) } @else { (rows(&view.shell.clock, &view.rows)) }
        (parts::more(view.next.as_deref()))
    }
}

fn empty(view: &List) -> Markup {
    let next = html! {
        "When customers may feel something, declare an incident: one line is enough. "
        @if view.shell.responds() { a href="/declare" { "Declare an incident" } "." }
    };
    match view.filter {
        Filter::Open => parts::empty("No incident is open.", next),
        Filter::Past => {
            parts::empty("No incident has ended yet.", html! { "Ended incidents stay here with their timeline and review." })
        }
        Filter::All => parts::empty("No incident has been declared yet.", next),
    }
}

pub fn rows(clock: &Clock, rows: &[IncidentRow]) -> Markup {
    html! { ul.rows { @for incident in rows { (row(clock, incident)) } } }
}

pub fn row(clock: &Clock, incident: &IncidentRow) -> Markup {
    let title = shown(&incident.title);
    html! {
        li.row.incident id=(incident.id) {
            div.lead {
                (parts::severity(incident.severity))
                @if incident.drill { (parts::drill()) }
            }
            div.body {
                p.first {
                    a.whole href={ "/incidents/" (incident.id) } { (title) }
                }
                p.second {
                    span.ref { (incident.id) } " · " span data-live { (incident.phase.name()) }
                    @if let Some(name) = &incident.commander { " · commander " (shown(name)) }
                    @else if incident.phase.is_open() { " · " strong { "no commander" } }
                    @if let Some(name) = &incident.communications { " · comms " (shown(name)) }
                    @if incident.alerts > 0 { " · " (count(u64::from(incident.alerts), "alert", "alerts")) " firing" }
                }
                @if incident.phase.is_open() || matches!(incident.promise, Promise::Over { .. }) {
                    p.second { (promise::line(clock, incident.promise)) }
                }
            }
            div.trail {
                @match incident.resolved_at {
                    None => (clock.elapsed(incident.started)),
                    Some(end) => span.quiet {
                        (clock.ago(end)) " · lasted " (end.since(incident.started).words())
                    },
                }
            }
        }
    }
}
