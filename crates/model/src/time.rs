//! Instants and spans of time.

use serde::{Deserialize, Serialize};

/// An instant: microseconds since 1970-01-01T00:00:00Z. The database keeps exactly this number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// The earliest instant; stands for "no lower bound".
    pub const MIN: Self = Self(i64::MIN);

    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Whole seconds since 1970, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Reads RFC 3339 as strictly as jiff does; senders' sloppy times are read by `web`, not here.
    pub fn parse(text: &str) -> Option<Self> {
        let stamp: jiff::Timestamp = text.parse().ok()?;
        Some(Self(stamp.as_microsecond()))
    }

    /// RFC 3339 in UTC with `Z`, with as many fraction digits as the value needs.
    pub fn rfc3339(self) -> String {
        self.stamp().to_string()
    }

    /// The same instant for calendar arithmetic. Values outside jiff's years are clamped.
    pub fn stamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX })
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub const fn since(self, earlier: Self) -> Span {
        let micros = self.0.saturating_sub(earlier.0);
        if micros <= 0 { Span(0) } else { Span(micros / 1_000_000) }
    }
}

impl From<jiff::Timestamp> for Time {
    fn from(stamp: jiff::Timestamp) -> Self {
        Self(stamp.as_microsecond())
    }
}

impl std::ops::Add<Span> for Time {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.micros()))
    }
}

impl std::ops::Sub<Span> for Time {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.micros()))
    }
}

/// A length of time in whole seconds, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(pub i64);

impl Span {
    pub const fn seconds(n: i64) -> Self {
        Self(n)
    }
    pub const fn minutes(n: i64) -> Self {
        Self(n * 60)
    }
    pub const fn hours(n: i64) -> Self {
        Self(n * 3_600)
    }

    /// Of 24 hours each.
    pub const fn days(n: i64) -> Self {
        Self(n * 86_400)
    }
    pub const fn micros(self) -> i64 {
        self.0.saturating_mul(1_000_000)
    }

    /// Reads the playbook's notation: a whole number and one of `s m h d w`, e.g. `90s`, `5m`, `1w`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.trim().split_at_checked(text.trim().len().checked_sub(1)?)?;
        let n: i64 = number.parse().ok().filter(|n| *n >= 0)?;
        let unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return None,
        };
        n.checked_mul(unit).map(Self)
    }

    /// ISO 8601, as the API writes it: `PT5M`, `PT1H30M`, `P2D`, `PT0S`.
    pub fn iso(self) -> String {
        let (d, h, m, s) = (self.0 / 86_400, self.0 / 3_600 % 24, self.0 / 60 % 60, self.0 % 60);
        let mut text = String::from("P");
        if d > 0 {
            text.push_str(&d.to_string());
            text.push('D');
        }
        if h + m + s > 0 || d == 0 {
            text.push('T');
        }
        for (n, unit) in [(h, 'H'), (m, 'M'), (s, 'S')] {
            if n > 0 || (unit == 'S' && self.0 == 0) {
                text.push_str(&n.to_string());
                text.push(unit);
            }
        }
        text
    }

    /// For people: the two largest units, e.g. `1 h 5 min`, `42 s`, `2 d 3 h`.
    pub fn words(self) -> String {
        let parts = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
        let Some(first) = parts.iter().position(|(size, _)| self.0 >= *size) else {
            return "0 s".into();
        };
        let (size, unit) = parts[first];
        let rest = parts.get(first + 1).map(|(small, name)| (self.0 % size / small, *name));
        match rest {
            Some((n, name)) if n > 0 => format!("{} {unit} {n} {name}", self.0 / size),
            _ => format!("{} {unit}", self.0 / size),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_and_write() {
        assert_eq!(Span::parse("5m"), Some(Span(300)));
        assert_eq!(Span::parse("1w"), Some(Span(604_800)));
        assert_eq!(Span::parse("5"), None);
        assert_eq!(Span::parse("-5m"), None);
        assert_eq!(Span::parse("5€"), None);
        assert_eq!(Span(5_400).iso(), "PT1H30M");
        assert_eq!(Span(0).iso(), "PT0S");
        assert_eq!(Span(172_800).iso(), "P2D");
        assert_eq!(Span(3_900).words(), "1 h 5 min");
    }

    #[test]
    fn times_are_rfc3339_in_utc() {
        let t = Time::parse("2026-03-29T03:00:00+02:00").expect("valid");
        assert_eq!(t.rfc3339(), "2026-03-29T01:00:00Z");
        assert_eq!((t + Span::minutes(5)).since(t), Span(300));
        assert_eq!(t.since(t + Span(1)), Span(0));
    }
}
