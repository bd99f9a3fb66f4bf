//! One schedule, read and ready for arithmetic.

use std::sync::LazyLock;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use model::playbook::{Layer, Period, Schedule};
use model::{Name, Time};

use super::Shift;

/// Only the compiled-in zones: the machine's own may be older, newer or missing.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Stands for "no end", and for instants beyond the calendar.
const NEVER: Time = Time(i64::MAX);

fn zone(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

/// The IANA zone exists.
pub fn known_zone(name: &str) -> bool {
    zone(name).is_some()
}

/// Every zone there is, in order of their names.
pub(crate) fn zone_names() -> Vec<String> {
    let mut names: Vec<String> = ZONES.available().map(|name| name.to_string()).collect();
    names.sort();
    names
}

/// Reads a local wall-clock time, `2026-01-05T09:00` or with seconds. No zone, no fraction, no date alone.
pub fn local_time(text: &str) -> Option<DateTime> {
    let shape = b"dddd-dd-ddTdd:dd:dd";
    let fits = |n: usize| {
        text.len() == n
            && text.bytes().zip(shape).all(|(b, s)| match s {
                b'd' => b.is_ascii_digit(),
                _ => b == *s,
            })
    };
    (fits(16) || fits(19)).then(|| text.parse().ok())?
}

/// The first instant at which the zone's clocks show `local` or later. That is one rule for both odd cases: a time that does not
/// exist is taken at the moment the clocks jump, one that comes twice at its first coming. And it never runs backwards.
fn instant(zone: &TimeZone, local: DateTime) -> Time {
    let (before, after) = match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => (offset, None),
        AmbiguousOffset::Fold { before, .. } => (before, None),
        AmbiguousOffset::Gap { before, after } => (before, Some(after)),
    };
    let Ok(late) = before.to_timestamp(local) else {
        return NEVER;
    };
    // In a gap the offset before gives an instant after the jump, the offset after one before it; the jump lies between.
    let early = after.and_then(|after| after.to_timestamp(local).ok());
    let jump = early.and_then(|early| {
        let next = zone.following(early).next()?.timestamp();
        (next <= late).then_some(next)
    });
    Time::from(jump.unwrap_or(late))
}

/// A schedule with its zone found and its layers' ends worked out.
pub(super) struct Roster<'a> {
    zone: TimeZone,
    layers: Vec<Rotation<'a>>,
}

struct Rotation<'a> {
    /// Its place in the schedule.
    layer: usize,
    people: &'a [Name],
    every: Period,
    /// The first hand-over, local.
    first: DateTime,
    start: Time,
    end: Time,
}

impl<'a> Roster<'a> {
    /// `None` when the zone is unknown. Layers that cannot be read or that never have anybody are left out.
    pub(super) fn of(schedule: &'a Schedule) -> Option<Self> {
        let zone = zone(&schedule.timezone)?;
        let layers = schedule.layers.iter().enumerate().filter_map(|(i, layer)| Rotation::of(i, layer, &zone)).collect();
        Some(Self { zone, layers })
    }

    /// Whose turn it is at `at`, cut where a later layer takes over.
    pub(super) fn at(&self, at: Time) -> Option<Shift> {
        let index = self.layers.iter().rposition(|r| r.covers(at))?;
        let mut shift = self.layers[index].shift(at, &self.zone);
        for above in &self.layers[index + 1..] {
            if above.start > at {
                shift.until = shift.until.min(above.start);
            } else {
                shift.from = shift.from.max(above.end);
            }
        }
        Some(shift)
    }

    /// When the next layer begins after `at`.
    pub(super) fn next_beginning(&self, at: Time) -> Option<Time> {
        self.layers.iter().map(|r| r.start).filter(|start| *start > at).min()
    }
}

impl<'a> Rotation<'a> {
    fn of(index: usize, layer: &'a Layer, zone: &TimeZone) -> Option<Self> {
        let first = local_time(&layer.from)?;
        let end = match &layer.until {
            Some(text) => instant(zone, local_time(text)?),
            None => NEVER,
        };
        let (Period::Hours(n) | Period::Days(n) | Period::Weeks(n) | Period::Months(n)) = layer.every;
        let start = instant(zone, first);
        (n > 0 && !layer.people.is_empty() && start < end).then_some(Self {
            layer: index,
            people: &layer.people,
            every: layer.every,
            first,
            start,
            end,
        })
    }

    fn covers(&self, at: Time) -> bool {
        self.start <= at && at < self.end
    }

    /// The turn that `at` lies in; `at` is covered.
    fn shift(&self, at: Time, zone: &TimeZone) -> Shift {
        let turn = self.turn(at, zone);
        let person = &self.people[(turn % self.people.len() as i64) as usize];
        Shift {
            person: person.clone(),
            from: self.hand_over(turn, zone),
            until: self.hand_over(turn + 1, zone).min(self.end),
            layer: self.layer,
        }
    }

    /// Which turn `at` lies in, counted from 0: a guess from the calendar, then at most a step or two, because the guess looks at
    /// dates only and a hand-over may have been moved by the clocks.
    fn turn(&self, at: Time, zone: &TimeZone) -> i64 {
        let mut turn = self.guess(at, zone).max(0);
        for _ in 0..4 {
            if turn > 0 && self.hand_over(turn, zone) > at {
                turn -= 1;
            } else if self.hand_over(turn + 1, zone) <= at {
                turn += 1;
            } else {
                break;
            }
        }
        turn
    }

    fn guess(&self, at: Time, zone: &TimeZone) -> i64 {
        if let Period::Hours(n) = self.every {
            return at.since(self.start).0 / (i64::from(n) * 3_600);
        }
        let (then, now) = (self.first.date(), zone.to_datetime(at.stamp()).date());
        let days = || now.duration_since(then).as_hours() / 24;
        match self.every {
            Period::Days(n) => days() / i64::from(n),
            Period::Weeks(n) => days() / (i64::from(n) * 7),
            Period::Months(n) | Period::Hours(n) => {
                let months = |d: jiff::civil::Date| i64::from(d.year()) * 12 + i64::from(d.month());
                (months(now) - months(then)) / i64::from(n)
            }
        }
    }

    /// When turn number `turn` begins. Always counted from the first hand-over, so that the 31st of a month does not drift to
    /// the 28th for ever after one February.
    fn hand_over(&self, turn: i64, zone: &TimeZone) -> Time {
        let span = jiff::Span::new();
        let of = |n: u32| turn.saturating_mul(i64::from(n));
        let span = match self.every {
            Period::Hours(n) => {
                let micros = of(n).saturating_mul(3_600_000_000);
                return Time(self.start.0.saturating_add(micros));
            }
            Period::Days(n) => span.try_days(of(n)),
            Period::Weeks(n) => span.try_weeks(of(n)),
            Period::Months(n) => span.try_months(of(n)),
        };
        span.and_then(|span| self.first.checked_add(span)).map_or(NEVER, |local| instant(zone, local))
    }
}
