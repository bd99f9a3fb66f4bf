//! Who is on call, and when.
//!
//! Nothing is stored: the roster is worked out from the schedule each time it is asked. A shift is found by arithmetic (how many
//! days, weeks or months lie between), never by walking from the first hand-over, so a question about a date thirty years later
//! costs the same as one about tomorrow.
//!
//! Zones come from the database compiled into the program, so that two machines never disagree about a hand-over.

mod roster;

use model::playbook::Target;
use model::{Name, Playbook, Time};

use roster::Roster;
pub(crate) use roster::zone_names;
pub use roster::{known_zone, local_time};

/// The most shifts or gaps one question is answered with: over two years of hourly hand-overs.
pub const MOST_SHIFTS: usize = 20_000;

/// One person's turn: `from` inclusive, `until` exclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    pub person: Name,
    pub from: Time,
    pub until: Time,
    /// Which layer of the schedule it comes from, counted from 0. A later layer goes before an earlier one.
    pub layer: usize,
}

/// A stretch of time with nobody on call: `from` inclusive, `until` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    pub from: Time,
    pub until: Time,
}

/// Who is on call at `at`, with the whole of their shift. `None` before the first layer begins, in a gap, and for a schedule
/// that does not exist or whose zone or times cannot be read (the playbook's reader refuses those).
pub fn on_call(playbook: &Playbook, schedule: &str, at: Time) -> Option<Shift> {
    Roster::of(playbook.schedule(schedule)?)?.at(at)
}

/// All shifts that touch `from..until`, in order, whole (the first may begin before `from`), at most [`MOST_SHIFTS`].
/// Where two follow each other without a gap, one's `until` is the other's `from`. A shift that a later layer interrupts
/// comes in two parts.
pub fn shifts(playbook: &Playbook, schedule: &str, from: Time, until: Time) -> Vec<Shift> {
    walk(playbook, schedule, from, until).0
}

/// The stretches inside `from..until` with nobody on call, in order, at most [`MOST_SHIFTS`]. An unknown schedule is one gap.
pub fn gaps(playbook: &Playbook, schedule: &str, from: Time, until: Time) -> Vec<Gap> {
    walk(playbook, schedule, from, until).1
}

fn walk(playbook: &Playbook, schedule: &str, from: Time, until: Time) -> (Vec<Shift>, Vec<Gap>) {
    let (mut shifts, mut gaps) = (Vec::new(), Vec::new());
    let roster = playbook.schedule(schedule).and_then(Roster::of);
    let mut at = from;
    while at < until && shifts.len() + gaps.len() < MOST_SHIFTS {
        if let Some(shift) = roster.as_ref().and_then(|r| r.at(at)) {
            at = shift.until;
            shifts.push(shift);
        } else {
            let next = roster.as_ref().and_then(|r| r.next_beginning(at));
            let end = next.map_or(until, |next| next.min(until));
            gaps.push(Gap { from: at, until: end });
            at = end;
        }
    }
    (shifts, gaps)
}

/// The people that `targets` call at `at`, each once, in the order they are named. A team is its members. Somebody who is not in
/// the playbook is left out; an empty answer means that nobody can be called.
pub fn targets(playbook: &Playbook, targets: &[Target], at: Time) -> Vec<Name> {
    let mut people: Vec<Name> = Vec::new();
    let mut add = |person: &Name| {
        if !people.contains(person) && playbook.person(person).is_some() {
            people.push(person.clone());
        }
    };
    for target in targets {
        match target {
            Target::Person(id) => add(id),
            Target::Team(id) => playbook.team(id).into_iter().flat_map(|team| &team.members).for_each(&mut add),
            Target::Schedule(id) => {
                if let Some(shift) = on_call(playbook, id, at) {
                    add(&shift.person);
                }
            }
        }
    }
    people
}

#[cfg(test)]
mod tests;
