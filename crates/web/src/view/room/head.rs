//! The head of the room: what it is, how bad, since when, and the promise clock.

use maud::{Markup, html};
use model::{Phase, Severity};

use super::Room;
use crate::view::now::page_row;
use crate::view::promise;
use crate::view::text::shown;
use crate::view::{parts, shell};

pub fn head(view: &Room) -> Markup {
    html! {
        header.room-head {
            div.what {
                div.badges {
                    span.ref { (view.id) }
                    (severity(view))
                    (phase(view))
                    @if view.drill { (parts::drill()) }
                }
                h1 { (shown(&view.title)) }
                (times(view))
            }
            (promise::big(&view.shell.clock, view.promise))
            @if view.open() && view.shell.responds() && view.composer.is_some() {
                p.go {
                    a.button.primary href="?tab=say#acknowledge" data-tab="tab-say" aria-keyshortcuts="u" { "Write to customers" }
                }
            }
        }
        @if let Some(into) = view.merged_into {
            p.said.plain { "Merged into " a href={ "/incidents/" (into) } { (into) } ". Carry on there; this timeline stays as it is." }
        }
        @if !view.pages.is_empty() {
            section.pages aria-labelledby="pages-h" {
                h2 #pages-h.vh { "Unanswered pages" }
                ul.rows { @for row in &view.pages { (page_row(&view.shell, row)) } }
                @if view.pages.len() > 1 && view.shell.responds() {
                    form.all method="post" action={ "/incidents/" (view.id) "/ack" } {
                        button type="submit" { "Acknowledge all " (view.pages.len()) }
                        p.consequence { "stops every call of this incident" }
                    }
                }
            }
        }
    }
}

fn times(view: &Room) -> Markup {
    let clock = &view.shell.clock;
    html! {
        p.times {
            @match view.resolved_at {
                Some(end) => span { "resolved " (clock.at(end)) ", lasted " strong { (end.since(view.started()).words()) } },
                None => span { "for " strong { (clock.elapsed(view.started())) } },
            }
            @if let Some(start) = view.impact_start { span { "since " (clock.at(start)) } }
            span { "declared " (clock.at(view.declared_at)) }
            @match view.first_public {
                Some(at) => span { "first public word " (clock.at(at)) },
                None => span { "no public word yet" },
            }
        }
    }
}

/// Severity, and the form to change it where that is allowed.
fn severity(view: &Room) -> Markup {
    if !view.open() || !view.shell.responds() {
        return parts::severity(view.severity);
    }
    html! {
        details.menu #set-severity {
            summary { span.vh { "Severity: " } (parts::severity(view.severity)) }
            form.panel method="post" action={ "/incidents/" (view.id) "/severity" } {
                label for="severity" { "Severity: what customers feel" }
                select #severity name="severity" { (parts::severities(view.severity)) }
                label for="severity-reason" { "Why" }
                input #severity-reason name="reason" required maxlength="500" autocomplete="off";
                (parts::act("Change severity", "goes on the timeline with the reason"))
                @if view.severity != Severity::Sev1 { p.hint { "Unsure? Take the worse one." } }
            }
        }
    }
}

/// The phases a person may set from here; "merged" has its own form.
const SETTABLE: [Phase; 7] = [
    Phase::Triage,
    Phase::Investigating,
    Phase::Identified,
    Phase::Mitigated,
    Phase::Monitoring,
    Phase::Resolved,
    Phase::Declined,
];

fn phase(view: &Room) -> Markup {
    if view.merged_into.is_some() || !view.shell.responds() {
        return parts::phase(view.phase);
    }
    html! {
        details.menu #set-phase {
            summary { span.vh { "Phase: " } (parts::phase(view.phase)) }
            div.panel {
                form method="post" action={ "/incidents/" (view.id) "/phase" } {
                    label for="phase" { "Phase" }
                    select #phase name="phase" { (parts::options(SETTABLE.map(|p| (p.name(), p.name())), view.phase.name())) }
                    label for="phase-reason" { "Why " span.quiet { "(may stay empty)" } }
                    input #phase-reason name="reason" maxlength="500" autocomplete="off";
                    (parts::act("Change phase", "goes on the timeline; customers see nothing of it"))
                }
                @if view.open() { (resolve(view)) }
            }
        }
    }
}

fn resolve(view: &Room) -> Markup {
    html! {
        form.apart method="post" action={ "/incidents/" (view.id) "/resolve" } {
            label for="resolve-note" { "How it ended " span.quiet { "(may stay empty)" } }
            input #resolve-note name="note" maxlength="2000" autocomplete="off";
            (parts::act(&format!("Resolve {}", view.id), "ends its clocks and begins the review; alerts that still fire stay open"))
        }
    }
}

/// Shown where forms would be.
pub fn viewer(view: &Room) -> Markup {
    if view.shell.responds() {
        html! {}
    } else {
        shell::read_only()
    }
}
