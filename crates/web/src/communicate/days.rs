//! Ninety days of one component: the bars, and the share of time without an outage.

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::Time;

use super::spans::Span;
use super::view::{DayView, Uptime};

const DAYS: i32 = 90;
/// Seconds.
const DAY: i64 = 86_400;

fn dates(zone: &TimeZone, now: Time) -> impl Iterator<Item = Date> {
    let today = zone.to_datetime(now.stamp()).date();
    (0..DAYS).rev().filter_map(move |back| today.checked_sub(back.days()).ok())
}

/// Midnight, or the first moment of the day where the clocks jump over midnight.
fn begins(zone: &TimeZone, date: Date) -> Time {
    date.to_zoned(zone.clone()).map_or(Time::MIN, |zoned| zoned.timestamp().into())
}

/// Oldest first, today last.
pub(super) fn bars(zone: &TimeZone, spans: &[&Span], records_from: Option<Time>, now: Time) -> Vec<DayView> {
    dates(zone, now)
        .map(|date| {
            let from = begins(zone, date);
            let next = date.tomorrow().map_or(now, |next| begins(zone, next));
            let to = next.min(Time(now.0.saturating_add(1)));
            let on_day: Vec<&Span> = spans.iter().filter(|span| span.within(from, to).is_some()).copied().collect();
            let known = !on_day.is_empty() || records_from.is_some_and(|since| since < to);
            let mut incidents: Vec<String> = on_day.iter().map(|s| s.incident.clone()).collect();
            incidents.sort();
            incidents.dedup();
            DayView { date, worst: known.then(|| on_day.iter().map(|s| s.status).max().unwrap_or_default()), incidents }
        })
        .collect()
}

/// An outage counts whole, partial or not: a share of users would be a guess.
pub(super) fn uptime(zone: &TimeZone, spans: &[&Span], records_from: Option<Time>, now: Time) -> Option<Uptime> {
    let first = dates(zone, now).next().map(|date| begins(zone, date))?;
    let earliest = spans.iter().map(|span| span.from).min();
    let since = records_from?.min(earliest.unwrap_or(now)).max(first);
    let all = i128::from(now.0) - i128::from(since.0);
    let whole_days = now.since(since).0 / DAY;
    if whole_days < 1 {
        return None;
    }
    let mut outages: Vec<(Time, Time)> =
        spans.iter().filter(|span| span.is_outage()).filter_map(|span| span.within(since, now)).collect();
    outages.sort();
    // Overlapping outages count once.
    let (mut down, mut until) = (0_i128, since);
    for (from, to) in outages {
        let from = from.max(until);
        down += i128::from((to.0 - from.0).max(0));
        until = until.max(to);
    }
    let ppm = u32::try_from((all - down) * 1_000_000 / all).ok()?;
    // The window begins at a midnight, so a full one is up to a day short of ninety times 24 hours.
    let days = if since == first { DAYS.unsigned_abs() } else { u32::try_from(whole_days).ok()? };
    Some(Uptime { ppm, days })
}

#[cfg(test)]
mod tests {
    use model::page::ComponentStatus;

    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).expect("a time")
    }

    fn span(status: ComponentStatus, from: &str, to: Option<&str>) -> Span {
        Span { component: 0, status, from: at(from), to: to.map(at), incident: "abc".into() }
    }

    #[test]
    fn a_day_shows_its_worst() {
        let zone = TimeZone::get("Europe/Lisbon").expect("a zone");
        let now = at("2026-04-02T12:00:00Z");
        let spans = [
            span(ComponentStatus::DegradedPerformance, "2026-03-30T10:00:00Z", Some("2026-03-30T11:00:00Z")),
            span(
                ComponentStatus::MajorOutage,
                // 00:30 in Lisbon, on summer time since the day before.
                "2026-03-29T23:30:00Z",
                Some("2026-03-30T00:00:00Z"),
            ),
            span(ComponentStatus::PartialOutage, "2026-04-02T11:59:00Z", None),
        ];
        let spans: Vec<&Span> = spans.iter().collect();
        let bars = bars(&zone, &spans, Some(at("2026-03-01T00:00:00Z")), now);
        assert_eq!(bars.len(), 90);
        let on = |date: &str| {
            let date: Date = date.parse().expect("a date");
            bars.iter().find(|d| d.date == date).map(|d| d.worst)
        };
        assert_eq!(on("2026-04-02"), Some(Some(ComponentStatus::PartialOutage)));
        assert_eq!(on("2026-03-31"), Some(Some(ComponentStatus::Operational)));
        assert_eq!(on("2026-03-30"), Some(Some(ComponentStatus::MajorOutage)));
        assert_eq!(on("2026-03-29"), Some(Some(ComponentStatus::Operational)));
        assert_eq!(on("2026-02-27"), Some(None));
        assert_eq!(bars[89].incidents, ["abc"]);
    }

    #[test]
    fn overlapping_outages_count_once() {
        let now = at("2026-04-11T00:00:00Z");
        let since = Some(at("2026-04-01T00:00:00Z"));
        let spans = [
            span(ComponentStatus::MajorOutage, "2026-04-02T00:00:00Z", Some("2026-04-03T00:00:00Z")),
            span(ComponentStatus::PartialOutage, "2026-04-02T12:00:00Z", Some("2026-04-03T00:00:00Z")),
            span(ComponentStatus::DegradedPerformance, "2026-04-05T00:00:00Z", Some("2026-04-08T00:00:00Z")),
        ];
        let spans: Vec<&Span> = spans.iter().collect();
        assert_eq!(uptime(&TimeZone::UTC, &spans, since, now), Some(Uptime { ppm: 900_000, days: 10 }));
        assert_eq!(uptime(&TimeZone::UTC, &[], since, now), Some(Uptime { ppm: 1_000_000, days: 10 }));
        assert_eq!(uptime(&TimeZone::UTC, &[], None, now), None);
    }

    #[test]
    fn a_share_is_of_the_days_there_are() {
        let now = at("2026-04-11T12:00:00Z");
        let of = |since: &str| uptime(&TimeZone::UTC, &[], Some(at(since)), now).map(|u| u.days);
        assert_eq!(of("2026-04-11T11:50:00Z"), None);
        assert_eq!(of("2026-04-10T12:00:00Z"), Some(1));
        assert_eq!(of("2026-03-30T10:00:00Z"), Some(12));
        assert_eq!(of("2025-04-11T12:00:00Z"), Some(90));
    }
}
