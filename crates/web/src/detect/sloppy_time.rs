//! Times as senders really write them: `+0000` without a colon, nine digits of fraction, an offset and then `Z`, no zone at
//! all, a space for the `T`, leap seconds, seconds since 1970. A time that cannot be read is treated as absent: no alert is
//! refused for its time.

use std::fmt;

use model::Time;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// `None` = absent, the zero time `0001-01-01T00:00:00Z` (which means absent), or unreadable.
pub(super) fn parse(text: &str) -> Option<Time> {
    let mut rest = Cursor(text.trim().as_bytes());
    if rest.0.len() != 8 && rest.0.iter().all(|b| b.is_ascii_digit() || *b == b'.') {
        return unix(text.trim().parse().ok()?);
    }
    let year = rest.number(4)?;
    let dashed = rest.eat(b"-");
    let month = rest.number(2)?;
    if dashed && !rest.eat(b"-") {
        return None;
    }
    let day = rest.number(2)?;
    let days = days_since_1970(year, month, day)?;
    if year <= 1 {
        return None;
    }
    if !rest.eat(b"Tt ") {
        return rest.0.is_empty().then(|| micros(days * 86_400, 0));
    }
    let (seconds, fraction) = rest.clock()?;
    let offset = rest.zone()?;
    Some(micros(days * 86_400 + seconds - offset, fraction))
}

fn micros(seconds: i64, fraction: i64) -> Time {
    Time(seconds * 1_000_000 + fraction)
}

/// Seconds since 1970, or thousandths, millionths or billionths: today's numbers are far enough apart to tell.
fn unix(number: f64) -> Option<Time> {
    let micros = match number {
        n if n < 1.0 => return None,
        n if n < 1e11 => n * 1e6,
        n if n < 1e14 => n * 1e3,
        n if n < 1e17 => n,
        n if n < 1e20 => n / 1e3,
        _ => return None,
    };
    Some(Time(micros as i64))
}

/// `None` for a day that no calendar has.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    const LENGTH: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let at = usize::try_from(month - 1).ok().filter(|m| *m < 12)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let leap_day = i64::from(leap);
    if day < 1 || day > LENGTH[at] + if month == 2 { leap_day } else { 0 } {
        return None;
    }
    let whole = year - 1;
    let leaps = whole / 4 - whole / 100 + whole / 400;
    let passed = if month > 2 { leap_day } else { 0 };
    // 719,162 days lie between 0001-01-01 and 1970-01-01.
    Some(whole * 365 + leaps + BEFORE[at] + passed + day - 1 - 719_162)
}

/// What is left to read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    /// Takes one byte if it is one of `any`.
    fn eat(&mut self, any: &[u8]) -> bool {
        let there = self.0.first().is_some_and(|b| any.contains(b));
        if there {
            self.0 = &self.0[1..];
        }
        there
    }

    /// Exactly `digits` digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(digits)?;
        let mut value = 0;
        for byte in head {
            value = value * 10 + i64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        }
        self.0 = rest;
        Some(value)
    }

    /// `HH:MM[:SS[.fraction]]`, with or without the colons: seconds of the day, and microseconds.
    fn clock(&mut self) -> Option<(i64, i64)> {
        let hour = self.number(2)?;
        let colons = self.eat(b":");
        let minute = self.number(2)?;
        let more = if colons { self.eat(b":") } else { self.0.first().is_some_and(u8::is_ascii_digit) };
        let second = if more { self.number(2)? } else { 0 };
        // A leap second counts as the first second of the next minute.
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let fraction = if more && self.eat(b".,") { self.fraction() } else { 0 };
        Some((hour * 3_600 + minute * 60 + second, fraction))
    }

    /// Any number of digits, of which six count.
    fn fraction(&mut self) -> i64 {
        let (mut value, mut digits) = (0, 0);
        while let Some(byte) = self.0.first().filter(|b| b.is_ascii_digit()) {
            if digits < 6 {
                value = value * 10 + i64::from(byte - b'0');
                digits += 1;
            }
            self.0 = &self.0[1..];
        }
        value * 10_i64.pow(6 - digits)
    }

    /// Seconds east of Greenwich; no zone means UTC. Whatever words stand behind an offset say the same again.
    fn zone(&mut self) -> Option<i64> {
        while self.eat(b" ") {}
        let west = self.0.first() == Some(&b'-');
        if !self.eat(b"+-") {
            let utc = [&b""[..], b"Z", b"UTC", b"GMT"];
            return utc.iter().any(|z| self.0.eq_ignore_ascii_case(z)).then_some(0);
        }
        let hours = self.number(2)?;
        self.eat(b":");
        let minutes = self.number(2).unwrap_or(0);
        let after = self.0.first();
        if hours > 23 || minutes > 59 || after.is_some_and(|b| !b.is_ascii_alphabetic() && *b != b' ') {
            return None;
        }
        let seconds = hours * 3_600 + minutes * 60;
        Some(if west { -seconds } else { seconds })
    }
}

/// A field that holds a time, in whatever type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sloppy(pub Option<Time>);

impl<'de> Deserialize<'de> for Sloppy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Sloppy;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time")
    }
    fn visit_str<E>(self, text: &str) -> Result<Sloppy, E> {
        Ok(Sloppy(parse(text)))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Sloppy, E> {
        Ok(Sloppy(unix(number as f64)))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Sloppy, E> {
        Ok(Sloppy(unix(number as f64)))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Sloppy, E> {
        Ok(Sloppy(unix(number)))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Sloppy, E> {
        Ok(Sloppy(None))
    }
    fn visit_unit<E>(self) -> Result<Sloppy, E> {
        Ok(Sloppy(None))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Sloppy, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Sloppy(None))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Sloppy, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Sloppy(None))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_senders_write() {
        let plain = Time::parse("2026-03-29T01:02:03Z");
        for text in [
            "2026-03-29T01:02:03Z",
            "2026-03-29T01:02:03z",
            "2026-03-29t01:02:03Z",
            "2026-03-29 01:02:03Z",
            "2026-03-29T01:02:03",
            "2026-03-29T01:02:03+0000",
            "2026-03-29T01:02:03.000000000Z",
            "2026-03-29T03:02:03+02:00",
            "2026-03-29T03:02:03+0200Z",
            "2026-03-29T03:02:03+02:00Z",
            "2026-03-29T03:02:03+02",
            "2026-03-28T20:32:03-04:30",
            "2026-03-29 01:02:03 +0000 UTC",
            "2026-03-29T01:02:03 UTC",
            "20260329T010203Z",
            " 2026-03-29T01:02:03Z ",
            "1774746123",
            "1774746123000",
            "1774746123.0",
        ] {
            assert_eq!(parse(text), plain, "{text}");
        }
        let fraction = plain.map(|t| Time(t.0 + 123_456));
        assert_eq!(parse("2026-03-29T01:02:03.123456789Z"), fraction);
        assert_eq!(parse("2016-12-31T23:59:60Z"), Time::parse("2017-01-01T00:00:00Z"));
        assert_eq!(parse("2026-03-29"), Time::parse("2026-03-29T00:00:00Z"));
        assert_eq!(parse("2026-03-29T01:02"), Time::parse("2026-03-29T01:02:00Z"));
    }

    #[test]
    fn the_unreadable_is_absent() {
        for text in [
            "",
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00.000Z",
            "nonsense",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T25:00:00Z",
            "2026-01-01Tx",
            "2026-01-01T00:00:00+99:99",
            "0",
            "99999999999999999999999",
            "2026-01-01T00:00:00 Mars",
            "٢٠٢٦-01-01T00:00:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn any_type_is_taken() {
        let read = |json: &str| serde_json::from_str::<Sloppy>(json).expect("any JSON").0;
        assert_eq!(read("1774746123"), Some(Time::from_seconds(1_774_746_123)));
        for json in ["null", "true", "[1,[2]]", r#"{"a":{}}"#, "-5", r#""x""#] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_jiff(micros in -2_000_000_000_000_000i64..200_000_000_000_000_000) {
            prop_assert_eq!(parse(&Time(micros).rfc3339()), Some(Time(micros)));
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}", digits in "[0-9:TZ.+ -]{0,40}") {
            let _ = (parse(&text), parse(&digits));
        }
    }
}
