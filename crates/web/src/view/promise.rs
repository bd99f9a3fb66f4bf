//! The promise of the next word to customers, as a clock: the most urgent fact of an open incident.

use maud::{Markup, html};
use model::Time;

use super::parts::Tone;
use super::text::count;
use super::when::Clock;

/// Where the incident stands with its customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Nobody outside has been told anything; since when they may feel it.
    Untold { since: Time },
    /// The next word is promised for then. Once that has passed the clock says by how much.
    Due { at: Time },
    /// Told, and no further word is promised.
    Told,
    /// Over: how the promises were kept.
    Over { kept: u32, broken: u32 },
}

impl Promise {
    fn tone(self, clock: &Clock) -> Tone {
        match self {
            Self::Due { at } if at <= clock.now => Tone::Bad,
            Self::Due { .. } => Tone::Due,
            Self::Told => Tone::Plain,
            Self::Over { broken: 0, .. } => Tone::Good,
            Self::Untold { .. } | Self::Over { .. } => Tone::Warn,
        }
    }
}

/// One line, for rows. `data-clock` lets the script turn it from "in" to "overdue" at the second.
pub fn line(clock: &Clock, promise: Promise) -> Markup {
    let tone = promise.tone(clock);
    html! {
        @match promise {
            Promise::Due { at } => {
                span class={ "clock " (tone.class()) } data-clock {
                    (shapes())
                    span.before { "next word" span.vh { " to customers" } " in " }
                    span.after { "word to customers overdue by " }
                    (clock.countdown(at))
                    span.before { ", by " (clock.short(at)) }
                }
            }
            Promise::Untold { since } => {
                span class={ "clock " (tone.class()) } {
                    (tone.shape()) "customers not told for " (clock.elapsed(since))
                }
            }
            Promise::Told => span class="clock plain" { (tone.shape()) "no next word promised" },
            Promise::Over { .. } => span class={ "clock " (tone.class()) } { (tone.shape()) "promises: " (over(promise)) },
        }
    }
}

/// The big clock of the incident room.
pub fn big(clock: &Clock, promise: Promise) -> Markup {
    let tone = promise.tone(clock);
    html! {
        div class={ "promise clock " (tone.class()) } data-clock[matches!(promise, Promise::Due { .. })] {
            @match promise {
                Promise::Due { at } => {
                    p.figure { (shapes()) (clock.countdown(at)) }
                    p {
                        span.before { "until the next word to customers, promised by " }
                        span.after { "overdue: customers were promised a word by " }
                        strong { (clock.at(at)) } " " (clock.abbreviation())
                    }
                }
                Promise::Untold { since } => {
                    p.figure { (tone.shape()) (clock.elapsed(since)) }
                    p { "since it began, and customers have not been told" }
                }
                Promise::Told => {
                    p.figure { (tone.shape()) "No next word promised" }
                    p { "Say when customers will hear from you next." }
                }
                Promise::Over { kept, broken } => {
                    p.figure { (tone.shape()) (kept) " of " (kept + broken) }
                    p { (count(u64::from(kept + broken), "promise", "promises")) " to customers: " (over(promise)) }
                }
            }
        }
    }
}

/// Both shapes; the style shows the one that fits.
fn shapes() -> Markup {
    html! { span.before { (Tone::Due.shape()) } span.after { (Tone::Bad.shape()) } }
}

fn over(promise: Promise) -> String {
    match promise {
        Promise::Over { kept: 0, broken: 0 } => "none made".into(),
        Promise::Over { broken: 0, .. } => "all kept".into(),
        Promise::Over { kept, broken } => format!("{kept} kept, {broken} broken"),
        _ => String::new(),
    }
}
