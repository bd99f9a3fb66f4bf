//! Expressions of a time ahead: "by 10:30 UTC", "within the next two hours", "in about 20 minutes", "tomorrow morning".

use super::scan::{Break, Word};

/// Words of the sentence `from..to` that name a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct When {
    pub(super) from: usize,
    pub(super) to: usize,
    /// "at 10:30": as often a report as a promise.
    pub(super) at: bool,
    /// A time without "by", "in" or "at" before it: one only where the sentence speaks of an estimate, as in "ETA: 2 hours".
    /// Elsewhere ("orders placed from 09:40", "stable for 20 minutes") it is mostly behind us.
    pub(super) bare: bool,
}

const FILLERS: &[&str] = &[
    "the",
    "next",
    "about",
    "around",
    "approximately",
    "approx",
    "roughly",
    "another",
    "a",
    "an",
    "few",
    "couple",
    "of",
    "less",
    "than",
    "under",
    "over",
    "maybe",
    "up",
    "to",
    "circa",
    "half",
    "early",
    "late",
    "later",
    "this",
    "end",
    "our",
    "no",
    "very",
    "just",
    "some",
    "or",
    "more",
    "coming",
    "following",
    "ca",
    "most",
    "least",
    "only",
];
const UNITS: &[&str] = &[
    "second", "seconds", "sec", "secs", "minute", "minutes", "min", "mins", "hour", "hours", "hr", "hrs", "day", "days", "week",
    "weeks", "moment", "moments",
];
const DAYS: &[&str] = &[
    "today",
    "tonight",
    "tomorrow",
    "noon",
    "midday",
    "midnight",
    "morning",
    "afternoon",
    "evening",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "eod",
    "cob",
    "lunchtime",
    "lunch",
    "weekend",
    "week",
    "month",
];
const NUMBERS: &[&str] = &[
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "fifteen",
    "twenty",
    "thirty",
    "forty",
    "forty-five",
    "fifty",
    "sixty",
    "ninety",
    "several",
    "half",
];
const ZONES: &[&str] = &[
    "utc", "gmt", "cet", "cest", "bst", "est", "edt", "pst", "pdt", "am", "pm", "a.m", "p.m", "o'clock", "hours", "h", "et", "pt",
];

/// All times of a sentence, in order, none inside another.
pub(super) fn times(sentence: &[Word<'_>]) -> Vec<When> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < sentence.len() {
        if let Some(when) = prefixed(sentence, i).or_else(|| alone(sentence, i)) {
            i = when.to;
            found.push(when);
        } else {
            i += 1;
        }
    }
    found
}

/// A preposition, at most six fillers, then a clock time, a day or a length.
fn prefixed(sentence: &[Word<'_>], from: usize) -> Option<When> {
    let lead = sentence[from].text;
    let at = matches!(lead, "at" | "around" | "about");
    if !at && !matches!(lead, "by" | "before" | "within" | "in" | "on" | "inside" | "later" | "for" | "than") {
        return None;
    }
    if lead == "for" && !(from > 0 && sentence[from - 1].is(&["scheduled", "planned", "expected", "estimated", "due"])) {
        return None;
    }
    // "no later than 10:30", but not "more than 10 minutes".
    if lead == "than" && !(from > 0 && sentence[from - 1].is(&["later"])) {
        return None;
    }
    let mut i = from + 1;
    while i < sentence.len() && i <= from + 7 && sentence[i].before == Break::None {
        if let Some(to) = end_of_time(sentence, i, lead) {
            return Some(When { from, to, at, bare: false });
        }
        if !sentence[i].is(FILLERS) {
            return None;
        }
        i += 1;
    }
    None
}

/// A time that needs no preposition: "tomorrow", "ETA: 15:00".
fn alone(sentence: &[Word<'_>], i: usize) -> Option<When> {
    let word = &sentence[i];
    let day = word.is(&["today", "tonight", "tomorrow", "eod"])
        || word.is(&["morning", "afternoon", "evening"]) && i > 0 && sentence[i - 1].is(&["this", "tomorrow"]);
    let clock = is_clock(word.text);
    let length = number(word.text) && sentence.get(i + 1).is_some_and(|w| w.is(UNITS));
    let glued = glued_length(word.text);
    if !day && !clock && !length && !glued {
        return None;
    }
    let mut to = i + 1 + usize::from(length);
    while sentence.get(to).is_some_and(|w| w.before == Break::None && (w.is(ZONES) || clock && w.is(DAYS))) {
        to += 1;
    }
    // A bare clock time says as little about ahead or behind as "at" does.
    Some(When { from: i, to, at: clock || length || glued, bare: !day })
}

fn end_of_time(sentence: &[Word<'_>], i: usize, lead: &str) -> Option<usize> {
    let word = &sentence[i];
    let next = sentence.get(i + 1).filter(|w| w.before == Break::None);
    let length = matches!(lead, "in" | "within" | "inside" | "about" | "around" | "by" | "before" | "than");
    if length && (number(word.text) && next.is_some_and(|w| w.is(UNITS))) {
        return Some(i + 2);
    }
    if length && (word.is(UNITS) || glued_length(word.text)) {
        return Some(i + 1);
    }
    let clock = is_clock(word.text) && !matches!(lead, "in" | "within");
    if clock || word.is(DAYS) && lead != "about" {
        return Some(i + 1 + usize::from(next.is_some_and(|w| w.is(ZONES) || w.is(DAYS))));
    }
    // A bare hour needs its company, or to be the last word: "by 10 UTC", "by 10."
    let hour = word.text.parse::<u8>().is_ok_and(|h| h <= 24);
    let alone = next.is_none() && matches!(lead, "by" | "before" | "than");
    match next {
        Some(zone) if hour && zone.is(ZONES) && lead != "in" && lead != "on" => Some(i + 2),
        _ => (hour && alone).then_some(i + 1),
    }
}

fn number(text: &str) -> bool {
    NUMBERS.contains(&text)
        || text.starts_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '\u{2013}' | '.' | ','))
}

/// `30m`, `2h`, `45min`, `10-minute`.
fn glued_length(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    unit.len() < text.len()
        && text.starts_with(|c: char| c.is_ascii_digit())
        && (UNITS.contains(&unit) || matches!(unit, "m" | "h" | "d"))
}

/// `10:30`, `10:30utc`, `10.30`, `15h30`, `15h`, `3pm`.
fn is_clock(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (hour, rest) = text.split_at(digits);
    if digits == 0 || digits > 2 || hour.parse::<u8>().is_ok_and(|h| h > 24) {
        return false;
    }
    let minutes = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|b| b.is_ascii_digit());
    let tail = |rest: &str| rest.is_empty() || rest.bytes().all(|b| b.is_ascii_alphabetic() || b == b'.');
    match rest.chars().next() {
        Some(':') => minutes(&rest[1..]),
        Some('.' | 'h') if minutes(&rest[1..]) => digits == 2 && tail(&rest[3..]),
        _ => matches!(rest, "am" | "pm" | "a.m" | "p.m" | "h" | "z" | "utc"),
    }
}
