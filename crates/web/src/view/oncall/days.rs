//! Fourteen days of one schedule, a cell a day: who has it in the morning and each hand-over of the day. Words, not colours, so
//! that it reads the same aloud.

use maud::{Markup, html};
use model::{Span, Time};

use super::Shift;
use crate::view::Clock;
use crate::view::parts::{self, Tone};
use crate::view::text::shown;

const DAYS: i64 = 14;

pub fn days(clock: &Clock, shifts: &[Shift]) -> Markup {
    let today = clock.zoned(clock.now).date();
    html! {
        ol.days {
            @for offset in 0..DAYS {
                @let day = today.saturating_add(jiff::Span::new().days(offset));
                @if let (Some(start), Some(end)) = (midnight(clock, day), midnight(clock, day.saturating_add(jiff::Span::new().days(1)))) {
                    (cell(clock, shifts, start, end, offset == 0))
                }
            }
        }
    }
}

/// The day's first instant; a day whose midnight the zone skips begins where the clocks jump to.
fn midnight(clock: &Clock, day: jiff::civil::Date) -> Option<Time> {
    day.to_zoned(clock.zone.clone()).ok().map(|z| z.timestamp().into())
}

fn cell(clock: &Clock, shifts: &[Shift], start: Time, end: Time, today: bool) -> Markup {
    let from = if today { clock.now } else { start };
    let parts: Vec<&Shift> = shifts.iter().filter(|s| s.from < end && s.to > from).collect();
    let day = clock.zoned(start);
    html! {
        li aria-current=[today.then_some("date")] {
            p.date { @if today { "Today" } @else { (day.strftime("%a")) " " (day.strftime("%-d")) } }
            @if parts.is_empty() { p.quiet { "not known" } }
            @for shift in parts {
                p {
                    @if shift.from > from { time datetime=(shift.from.rfc3339()) title=(clock.full(shift.from)) data-at { (clock.hm(shift.from)) } " " }
                    @match &shift.person {
                        // What goes on as it was yesterday is quiet, so that hand-overs are seen.
                        Some(name) => span.person.same[!today && shift.from < start] { (shown(name)) },
                        None => (parts::state(Tone::Warn, "nobody")),
                    }
                }
            }
        }
    }
}

/// How far ahead the handler should work out shifts.
pub const AHEAD: Span = Span(DAYS * 86_400);
