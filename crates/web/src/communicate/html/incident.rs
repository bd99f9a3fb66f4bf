//! One incident on the public page: what is known, what is being done, and when the next word comes.

use maud::{Markup, html};
use model::update::PublicPhase;

use crate::communicate::view::{Impact, IncidentView, PageView, PromiseView, UpdateView};
use crate::view::parts::Tone;
use crate::view::text::{shown, shown_lines};
use crate::view::when::Clock;

pub(super) fn open(page: &PageView, incident: &IncidentView, clock: &Clock) -> Markup {
    let tone = tone(incident.impact);
    let hit: Vec<&str> = incident.components.iter().filter_map(|i| page.components.get(*i)).map(|c| c.name.as_str()).collect();
    html! {
        article id=(incident.code) class={ "incident " (tone.class()) } {
            h2 { (tone.shape()) span { (shown(&incident.title)) } }
            p.facts {
                strong { (words(incident.phase)) } " · since " (clock.at(incident.started_at))
                @if !hit.is_empty() { " · " (shown(&hit.join(", "))) }
            }
            @if let Some(newest) = incident.updates.first() {
                div.words { @for part in newest.parts() { p { (shown_lines(part)) } } }
                p.facts { "said " (clock.at(newest.at)) }
            }
            @if let Some(promise) = incident.promise { (promised(promise, clock)) }
            @if incident.updates.len() > 1 {
                details {
                    summary { "Earlier updates (" (incident.updates.len() - 1) ")" }
                    @for update in &incident.updates[1..] { (an_update(update, clock)) }
                }
            }
        }
    }
}

/// The promise. Right without a script: the absolute time, and "overdue" once the page was printed again after it broke.
fn promised(promise: PromiseView, clock: &Clock) -> Markup {
    html! {
        p.promise.late[promise.broken] data-promise {
            span.soon { (Tone::Due.shape()) "Next update by " }
            span.over { (Tone::Bad.shape()) "This update is late. We promised it by " }
            (clock.at(promise.due))
            span.left data-left { @if promise.broken { "overdue" } }
        }
    }
}

pub(super) fn past(incident: &IncidentView, clock: &Clock) -> Markup {
    html! {
        article.past id=(incident.code) {
            h4 { (shown(&incident.title)) }
            p.facts {
                (clock.zoned(incident.started_at).strftime("%-d %b, %H:%M"))
                @if let Some(end) = incident.resolved_at {
                    " to " (end_words(incident, end, clock)) " · lasted " (end.since(incident.started_at).words())
                }
            }
            @if let Some(newest) = incident.updates.first() { div.words { @for part in newest.parts() { p { (shown_lines(part)) } } } }
            @if incident.updates.len() > 1 {
                details {
                    summary { "All " (incident.updates.len()) " updates" span.vh { " on " (shown(&incident.title)) } }
                    @for update in &incident.updates { (an_update(update, clock)) }
                }
            }
        }
    }
}

/// The end, with its day only where that is another day.
fn end_words(incident: &IncidentView, end: model::Time, clock: &Clock) -> String {
    let (from, to) = (clock.zoned(incident.started_at), clock.zoned(end));
    let pattern = if from.date() == to.date() { "%H:%M" } else { "%-d %b, %H:%M" };
    to.strftime(pattern).to_string()
}

fn an_update(update: &UpdateView, clock: &Clock) -> Markup {
    html! {
        div.update id={ "update-" (update.code) } {
            p.facts {
                strong { (words(update.phase)) } " · " (clock.at(update.at))
                @if let Some(next) = update.next_update_at { " · next word promised by " (clock.at(next)) }
            }
            div.words { @for part in update.parts() { p { (shown_lines(part)) } } }
        }
    }
}

const fn tone(impact: Impact) -> Tone {
    match impact {
        Impact::None => Tone::Plain,
        Impact::Minor | Impact::Major => Tone::Warn,
        Impact::Critical => Tone::Bad,
    }
}

const fn words(phase: PublicPhase) -> &'static str {
    match phase {
        PublicPhase::Investigating => "We are investigating",
        PublicPhase::Identified => "We know what it is",
        PublicPhase::Monitoring => "We are watching the fix",
        PublicPhase::Resolved => "Resolved",
        PublicPhase::Postmortem => "Written up",
    }
}
