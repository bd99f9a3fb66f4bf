//! On call: who has it now, who next, the coming fourteen days with their gaps, and who would be called for something.

pub mod ask;
pub mod days;

use maud::{Markup, html};
use model::{Name, Time};

use super::now::{Gap, Holder};
use super::parts::{self, Tone};
use super::text::shown;
use super::{Shell, shell};
pub use ask::{Ask, Called, CalledStep, WouldPage};

#[derive(Clone, Debug)]
pub struct OnCall {
    pub shell: Shell,
    pub schedules: Vec<ScheduleView>,
    pub ask: Ask,
}

#[derive(Clone, Debug)]
pub struct ScheduleView {
    pub id: Name,
    pub name: String,
    /// IANA name of the zone its hand-overs follow.
    pub zone: String,
    pub now: Option<Holder>,
    pub next: Option<Holder>,
    /// From now on, in order, without holes: a time without anybody is a shift of nobody.
    pub shifts: Vec<Shift>,
    pub gaps: Vec<Gap>,
}

#[derive(Clone, Debug)]
pub struct Shift {
    pub from: Time,
    pub to: Time,
    /// `None`: a gap.
    pub person: Option<String>,
}

pub fn page(view: &OnCall) -> Markup {
    shell::page(&view.shell, "On call", main(view))
}

pub fn main(view: &OnCall) -> Markup {
    html! {
        h1 { "On call" }
        @if view.schedules.is_empty() {
            (parts::empty("Nobody is on call: there is no schedule.", html! {
                "A schedule needs a name, a time zone and people. "
                a href="/settings/playbook" { "Write it into the playbook" } "."
            }))
        }
        @for schedule in &view.schedules { (schedule_part(view, schedule)) }
        (ask::ask(view))
    }
}

fn schedule_part(view: &OnCall, schedule: &ScheduleView) -> Markup {
    let clock = &view.shell.clock;
    let heading = format!("schedule-{}", schedule.id);
    html! {
        section.schedule aria-labelledby=(heading) {
            h2 id=(heading) { (shown(&schedule.name)) " " span.quiet { (schedule.zone) } }
            p.who {
                @match &schedule.now {
                    Some(holder) => {
                        strong.large data-live { (shown(&holder.person)) }
                        @if let Some(until) = holder.until { " until " (clock.at(until)) ", " (clock.ago(until)) }
                    }
                    None => span.large { (parts::state(Tone::Bad, "nobody now")) },
                }
                @if let Some(next) = &schedule.next {
                    span.quiet { " · then " (shown(&next.person)) @if let Some(until) = next.until { " until " (clock.at(until)) } }
                }
            }
            @for gap in &schedule.gaps {
                p.gap {
                    (parts::state(Tone::Warn, "gap")) " nobody from " (clock.at(gap.from)) " to " (clock.at(gap.to))
                    " (" (gap.to.since(gap.from).words()) ")"
                }
            }
            (days::days(clock, &schedule.shifts))
        }
    }
}
