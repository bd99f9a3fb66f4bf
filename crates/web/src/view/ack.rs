//! The page behind the link in a mail. Mail programs open links by themselves, so looking changes nothing: only the button does.

use maud::{Markup, html};
use model::{IncidentRef, LetterId, Severity, Time};

use super::parts::{self, Tone};
use super::text::{count, shown};
use super::{Clock, shell};

#[derive(Clone, Debug)]
pub struct AckPage {
    pub clock: Clock,
    pub letter: LetterId,
    pub mac: String,
    /// Whom the letter was sent to.
    pub person: String,
    pub items: Vec<AckItem>,
    /// Pages of the same letter that it did not name.
    pub more: u32,
    pub state: AckState,
}

#[derive(Clone, Debug)]
pub struct AckItem {
    pub severity: Severity,
    pub service: String,
    pub summary: String,
    pub since: Time,
    pub firing: u32,
    pub incident: Option<IncidentRef>,
}

#[derive(Clone, Debug)]
pub enum AckState {
    /// Waits for an answer; who is called next, and when.
    Open { next: Option<(String, Time)> },
    /// This button was pressed just now.
    Done,
    /// Somebody answered before.
    Already { by: String, at: Time },
    /// All of it is over.
    Over { at: Time },
}

pub fn page(view: &AckPage) -> Markup {
    let title = match view.items.first() {
        Some(item) if view.items.len() == 1 => shown(&item.summary).into_owned(),
        _ => count(view.items.len() as u64 + u64::from(view.more), "page", "pages"),
    };
    shell::bare(&view.clock, &title, main(view))
}

pub fn main(view: &AckPage) -> Markup {
    html! {
        (heading(view))
        @for item in &view.items { (item_part(&view.clock, item)) }
        @if view.more > 0 { p { "and " (view.more) " more" } }
        @if let AckState::Open { next } = &view.state {
            form.narrow method="post" action={ "/ack/" (view.letter) "/" (view.mac) } {
                button.primary.huge type="submit" { "Acknowledge" }
                p.consequence {
                    "Says that you, " (shown(&view.person)) ", are on it. "
                    @match next {
                        Some((who, at)) => { "Otherwise " (shown(who)) " is called in " (view.clock.countdown(*at)) "." }
                        None => "Nobody else is called.",
                    }
                }
            }
        }
        p { a href="/" { "Open Candor" } " to see alerts, declare an incident or write to customers." }
    }
}

fn heading(view: &AckPage) -> Markup {
    let clock = &view.clock;
    html! {
        @match &view.state {
            AckState::Open { .. } => h1 { "Somebody is needed" },
            AckState::Done => {
                h1 { "You have it" }
                p.said.good role="status" { (Tone::Good.shape()) span { "Acknowledged for " (shown(&view.person)) ". Nobody else is called." } }
            }
            AckState::Already { by, at } => {
                h1 { (shown(by)) " has it" }
                p.said.good role="status" { (Tone::Good.shape()) span { "Acknowledged " (clock.ago(*at)) ". There is nothing left to do here." } }
            }
            AckState::Over { at } => {
                h1 { "It is over" }
                p.said.good role="status" { (Tone::Good.shape()) span { "Resolved " (clock.ago(*at)) "." } }
            }
        }
    }
}

fn item_part(clock: &Clock, item: &AckItem) -> Markup {
    html! {
        section.ack-item {
            h2 { (shown(&item.summary)) }
            p.badges {
                (parts::severity(item.severity))
                span { (shown(&item.service)) }
                span { "since " (clock.at(item.since)) ", " (clock.ago(item.since)) }
                span { (count(u64::from(item.firing), "alert", "alerts")) }
                @if let Some(incident) = item.incident { a href={ "/incidents/" (incident) } { (incident) } }
            }
        }
    }
}
