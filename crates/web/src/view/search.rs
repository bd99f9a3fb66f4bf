//! Search: incidents by title, alerts by summary and labels, and what was said on timelines.

use maud::{Markup, html};
use model::{IncidentRef, Time};

use super::alerts::{self, AlertRow};
use super::incidents::{self, IncidentRow};
use super::text::shown;
use super::{Shell, parts, shell};

#[derive(Clone, Debug)]
pub struct Results {
    pub shell: Shell,
    /// Empty: nothing was asked yet.
    pub query: String,
    pub incidents: Vec<IncidentRow>,
    pub alerts: Vec<AlertRow>,
    pub entries: Vec<Hit>,
}

/// An entry of a timeline.
#[derive(Clone, Debug)]
pub struct Hit {
    pub incident: IncidentRef,
    pub title: String,
    pub seq: u32,
    pub at: Time,
    pub text: String,
}

pub fn page(view: &Results) -> Markup {
    let title = if view.query.is_empty() { "Search".into() } else { format!("Search: {}", shown(&view.query)) };
    shell::page(&view.shell, &title, main(view))
}

pub fn main(view: &Results) -> Markup {
    let nothing = view.incidents.is_empty() && view.alerts.is_empty() && view.entries.is_empty();
    html! {
        h1 { "Search" }
        form.ask action="/search" {
            div.field.grow { label for="query" { "Words, a reference such as INC-12, or a label value" }
                input #query type="search" name="q" value=(view.query) maxlength="200" autofocus autocomplete="off"; }
            button type="submit" { "Search" }
        }
        @if nothing && !view.query.is_empty() {
            (parts::empty("Nothing found.", html! { "Fewer or shorter words find more. Labels are matched by their value." }))
        }
        @if !view.incidents.is_empty() { h2 { "Incidents" } (incidents::rows(&view.shell.clock, &view.incidents)) }
        @if !view.alerts.is_empty() {
            h2 { "Alerts" }
            ul.rows { @for row in &view.alerts { (alerts::row(&view.shell, row, true)) } }
        }
        @if !view.entries.is_empty() { h2 { "Timelines" } ul.rows { @for hit in &view.entries { (entry(view, hit)) } } }
    }
}

fn entry(view: &Results, hit: &Hit) -> Markup {
    html! {
        li.row {
            div.body {
                p.first { a.whole href={ "/incidents/" (hit.incident) "#t-" (hit.seq) } { (shown(&hit.text)) } }
                p.second { span.ref { (hit.incident) } " " (shown(&hit.title)) }
            }
            div.trail.quiet { (view.shell.clock.ago(hit.at)) }
        }
    }
}
