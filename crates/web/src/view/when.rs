//! Times as people read them: relative first, the absolute time one hover (or one sentence of a screen reader) away, in the
//! viewer's zone. The script lets them tick, always from the server's instant.

use jiff::Zoned;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use model::{Span, Time};

/// The instant a screen is drawn for, and the zone of who looks.
#[derive(Clone, Debug)]
pub struct Clock {
    pub now: Time,
    pub zone: TimeZone,
}

impl Clock {
    /// An unknown zone name becomes UTC.
    pub fn new(now: Time, zone: &str) -> Self {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        Self { now, zone }
    }

    pub fn zoned(&self, t: Time) -> Zoned {
        t.stamp().to_zoned(self.zone.clone())
    }

    /// `10:18`
    pub fn hm(&self, t: Time) -> String {
        self.zoned(t).strftime("%H:%M").to_string()
    }

    /// `10:18` today, `Mon 6 Jul 10:18` on another day, with the year in another year.
    pub fn short(&self, t: Time) -> String {
        let (then, now) = (self.zoned(t), self.zoned(self.now));
        let pattern = if then.date() == now.date() {
            "%H:%M"
        } else if then.year() == now.year() {
            "%a %-d %b %H:%M"
        } else {
            "%-d %b %Y %H:%M"
        };
        then.strftime(pattern).to_string()
    }

    /// `Mon 6 Jul 2026, 10:18:07 WEST (09:18 UTC)`
    pub fn full(&self, t: Time) -> String {
        let local = self.zoned(t);
        if local.offset().is_zero() {
            return local.strftime("%a %-d %b %Y, %H:%M:%S UTC").to_string();
        }
        let utc = t.stamp().to_zoned(TimeZone::UTC);
        format!("{} ({})", local.strftime("%a %-d %b %Y, %H:%M:%S %Z"), utc.strftime("%H:%M UTC"))
    }

    /// A sentence that the record keeps: times in it as their reader's clock shows them, with seconds.
    pub fn humane(&self, text: &str) -> String {
        let word = |word: &str| {
            let bare = word.trim_end_matches([',', ':', '.', ';']);
            let time = Time::parse(bare)?;
            Some(format!("{}{}{}", self.short(time), self.zoned(time).strftime(":%S"), &word[bare.len()..]))
        };
        text.split(' ').map(|w| word(w).unwrap_or_else(|| w.to_owned())).collect::<Vec<_>>().join(" ")
    }

    /// `Tuesday 7 July`
    pub fn day(&self, t: Time) -> String {
        self.zoned(t).strftime("%A %-d %B").to_string()
    }

    /// The zone's abbreviation now: `WEST`.
    pub fn abbreviation(&self) -> String {
        self.zoned(self.now).strftime("%Z").to_string()
    }

    /// An absolute time: `10:18`.
    pub fn at(&self, t: Time) -> Markup {
        html! { time datetime=(t.rfc3339()) title=(self.full(t)) data-at { (self.short(t)) } }
    }

    /// A relative time: `12 min ago`.
    pub fn ago(&self, t: Time) -> Markup {
        html! {
            time datetime=(t.rfc3339()) title=(self.full(t)) data-ago {
                (ago_words(self.now, t)) span.vh { ", " (self.short(t)) }
            }
        }
    }

    /// Time left, ticking down: `08:12`. After it has passed the script counts up and marks the clock around it.
    pub fn countdown(&self, due: Time) -> Markup {
        let left = if due > self.now { due.since(self.now) } else { self.now.since(due) };
        html! {
            time.ticking datetime=(due.rfc3339()) title=(self.full(due)) data-countdown { (digits(left)) }
        }
    }

    /// Time since, ticking up: `42:10`.
    pub fn elapsed(&self, since: Time) -> Markup {
        html! {
            time.ticking datetime=(since.rfc3339()) title={ "since " (self.full(since)) } data-elapsed {
                (digits(self.now.since(since)))
            }
        }
    }
}

/// `08:12`, `1:08:12`, `2 d 01:08:12`; the script writes the same.
pub fn digits(span: Span) -> String {
    let (d, h, m, s) = (span.0 / 86_400, span.0 / 3_600 % 24, span.0 / 60 % 60, span.0 % 60);
    match (d, h) {
        (0, 0) => format!("{m:02}:{s:02}"),
        (0, _) => format!("{h}:{m:02}:{s:02}"),
        _ => format!("{d} d {h:02}:{m:02}:{s:02}"),
    }
}

/// `12 min ago`, `in 3 h`; the script writes the same.
pub fn ago_words(now: Time, t: Time) -> String {
    let future = t > now;
    let span = if future { t.since(now) } else { now.since(t) };
    let amount = match span.0 {
        0..60 => "under 1 min".to_owned(),
        60..3_600 => format!("{} min", span.0 / 60),
        3_600..172_800 => format!("{} h", span.0 / 3_600),
        _ => format!("{} days", span.0 / 86_400),
    };
    if future { format!("in {amount}") } else { format!("{amount} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).expect("a time")
    }

    #[test]
    fn words_and_digits() {
        let now = at("2026-07-07T09:18:00Z");
        assert_eq!(ago_words(now, now - Span::minutes(12)), "12 min ago");
        assert_eq!(ago_words(now, now + Span::hours(3)), "in 3 h");
        assert_eq!(digits(Span(492)), "08:12");
        assert_eq!(digits(Span(4_092)), "1:08:12");
        assert_eq!(digits(Span(90_000)), "1 d 01:00:00");
    }

    #[test]
    fn the_viewers_zone_decides_and_utc_stands_beside_it() {
        let clock = Clock::new(at("2026-07-07T09:18:00Z"), "Europe/Lisbon");
        assert_eq!(clock.short(clock.now), "10:18");
        assert_eq!(clock.short(at("2026-07-06T08:00:00Z")), "Mon 6 Jul 09:00");
        assert_eq!(clock.full(clock.now), "Tue 7 Jul 2026, 10:18:00 WEST (09:18 UTC)");
        assert_eq!(clock.humane("last at 2026-07-07T09:17:03.5Z, by hand"), "last at 10:17:03, by hand");
        let winter = Clock::new(at("2026-01-07T09:18:00Z"), "No/Where");
        assert_eq!(winter.full(winter.now), "Wed 7 Jan 2026, 09:18:00 UTC");
    }
}
