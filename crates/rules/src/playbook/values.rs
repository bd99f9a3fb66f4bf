//! Single values: what is well formed, and what was probably meant.

use model::playbook::Period;
use toml::de::DeValue;

/// What somebody may have meant by an id that is none; `None` when it is one.
pub(super) fn bad_id(id: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=64).contains(&id.len()) && id.chars().all(fits) {
        return None;
    }
    let mut better = String::new();
    for c in id.chars().flat_map(char::to_lowercase) {
        if fits(c) {
            better.push(c);
        } else if !better.ends_with('-') {
            better.push('-');
        }
    }
    better.truncate(64);
    match better.trim_matches('-') {
        "" => Some("an-id".to_owned()),
        better => Some(better.to_owned()),
    }
}

/// `5 min`, `5minutes`, `5M` → `5m`; anything else → an example.
pub(super) fn span_near(text: &str) -> String {
    let text = text.trim();
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let unit = text[digits.len()..].trim().chars().next();
    match unit.map(|c| c.to_ascii_lowercase()) {
        Some(unit @ ('s' | 'm' | 'h' | 'd' | 'w')) if !digits.is_empty() && digits.len() < 7 => {
            format!("{digits}{unit}")
        }
        None if !digits.is_empty() && digits.len() < 7 => format!("{digits}m"),
        _ => "5m".to_owned(),
    }
}

/// `12h`, `1d`, `2w`, `1mo`. Bounds: two years of hours, ten of days and weeks and months.
pub(super) fn period(text: &str) -> Option<Period> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let n: u32 = number.parse().ok().filter(|n| *n > 0)?;
    match unit {
        "h" if n <= 17_544 => Some(Period::Hours(n)),
        "d" if n <= 3_660 => Some(Period::Days(n)),
        "w" if n <= 520 => Some(Period::Weeks(n)),
        "mo" if n <= 120 => Some(Period::Months(n)),
        _ => None,
    }
}

/// What a wrong period probably meant.
pub(super) fn period_near(text: &str) -> String {
    let text = text.trim().to_ascii_lowercase();
    match &*text {
        "daily" | "day" => return "1d".to_owned(),
        "monthly" | "month" => return "1mo".to_owned(),
        "hourly" | "hour" => return "1h".to_owned(),
        _ => {}
    }
    let digits: String = text.chars().take_while(char::is_ascii_digit).take(4).collect();
    let unit = text[digits.len()..].trim_start();
    let unit = match unit.chars().next() {
        Some(c @ ('h' | 'd' | 'w')) => c.to_string(),
        Some('m') if unit.starts_with("mo") => "mo".to_owned(),
        _ => return "1w".to_owned(),
    };
    let near = format!("{digits}{unit}");
    if period(&near).is_some() { near } else { "1w".to_owned() }
}

/// A zone that exists, near what was written.
pub(super) fn zone_near(wrong: &str) -> String {
    let spaced = wrong.trim().replace(' ', "_");
    let zones = crate::oncall::zone_names();
    let city = |zone: &str| zone.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let wanted = city(&spaced);
    zones
        .iter()
        .find(|zone| !wanted.is_empty() && city(zone) == wanted)
        .map(String::as_str)
        .or_else(|| super::near::nearest(&spaced, zones.iter().map(String::as_str)))
        .unwrap_or("Europe/Lisbon")
        .to_owned()
}

/// Good enough to hand to a mail server: one `@`, something on both sides, no spaces. Whether it arrives, a test letter shows.
pub(super) fn is_email(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"');
    match text.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && !domain.is_empty()
                && text.len() <= 254
                && !domain.contains('@')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
                && !domain.contains("..")
                && !text.chars().any(odd)
        }
        None => false,
    }
}

/// What is wrong with an address to call, if anything. Whether it may be called is decided when it is.
pub(super) fn bad_url(text: &str) -> Option<&'static str> {
    let rest = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") => rest,
        _ => return Some("is not an http or https address"),
    };
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    if authority.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Some("is not a whole address");
    }
    if authority.contains('@') {
        return Some("carries a user name or password");
    }
    (text.len() > 2_000).then_some("is longer than 2,000 characters")
}

/// What a key may be made of, because it stands in a path: letters, digits, `-`, `_`, `.` and `~`.
pub(super) fn is_key(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'))
}

/// What a value is, for people.
pub(super) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
