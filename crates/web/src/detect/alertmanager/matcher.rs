//! Matchers of labels: `name=value`, `!=`, `=~`, `!~`, the value plain or quoted. Expressions are anchored at both ends, run in
//! linear time and are bounded in size, since they come from outside.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

const MOST_PATTERN: usize = 4 << 10;
const MOST_PROGRAM: usize = 1 << 20;

#[derive(Debug, thiserror::Error)]
pub(super) enum MatcherError {
    #[error("bad matcher format: {0}")]
    Format(String),
    #[error("matcher value contains unescaped double quote: {0}")]
    Quote(String),
    #[error("error parsing regexp: {0}")]
    Pattern(String),
}

#[derive(Clone, Debug)]
pub(super) struct Matcher {
    name: String,
    test: Test,
    negated: bool,
}

#[derive(Clone, Debug)]
enum Test {
    Is(String),
    Like(Regex),
}

impl Matcher {
    pub(super) fn parse(text: &str) -> Result<Self, MatcherError> {
        let format = || MatcherError::Format(text.chars().take(200).collect());
        let trimmed = text.trim();
        let end = trimmed.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':').ok_or_else(format)?;
        let (name, rest) = trimmed.split_at(end);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(format());
        }
        let rest = rest.trim_start();
        let (operator, value) = ["=~", "!~", "!=", "="]
            .into_iter()
            .find_map(|op| rest.strip_prefix(op).map(|value| (op, value)))
            .ok_or_else(format)?;
        let value = unquote(value.trim())?;
        let test = if operator.ends_with('~') { Test::Like(pattern(&value)?) } else { Test::Is(value.into_owned()) };
        Ok(Self { name: name.to_owned(), test, negated: operator.starts_with('!') })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// A label that is not there counts as empty.
    pub(super) fn matches(&self, value: Option<&str>) -> bool {
        let value = value.unwrap_or_default();
        let hit = match &self.test {
            Test::Is(expected) => expected == value,
            Test::Like(pattern) => pattern.is_match(value),
        };
        hit != self.negated
    }
}

/// Anchored at both ends.
pub(super) fn pattern(text: &str) -> Result<Regex, MatcherError> {
    if text.len() > MOST_PATTERN {
        let reason = format!("longer than {MOST_PATTERN} bytes");
        return Err(MatcherError::Pattern(reason));
    }
    RegexBuilder::new(&format!("^(?:{text})$"))
        .size_limit(MOST_PROGRAM)
        .dfa_size_limit(MOST_PROGRAM)
        .build()
        .map_err(|e| MatcherError::Pattern(e.to_string()))
}

/// Takes the quotes off, and the backslashes before `"`, `\` and `n`.
fn unquote(text: &str) -> Result<Cow<'_, str>, MatcherError> {
    let fault = || MatcherError::Quote(text.chars().take(200).collect());
    let inner = match text.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').ok_or_else(fault)?,
        None => text,
    };
    if !inner.contains(['"', '\\']) {
        return Ok(inner.into());
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return Err(fault()),
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(escaped @ ('"' | '\\')) => out.push(escaped),
                // A backslash of an expression, such as in `\d`.
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            _ => out.push(c),
        }
    }
    Ok(out.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn four_operators() {
        for (text, value, expected) in [
            ("alertname=good", Some("good"), true),
            (r#"alertname="good""#, Some("good"), true),
            ("alertname = good ", Some("good"), true),
            ("alertname=good", Some("goods"), false),
            ("a!=x", Some("y"), true),
            ("a!=x", None, true),
            ("a=", None, true),
            (r#"a=~"g.*d""#, Some("good"), true),
            (r#"a=~"g.*d""#, Some("a good"), false),
            ("a=~g|h", Some("h"), true),
            ("a=~g|h", Some("gh"), false),
            (r"a=~\d+", Some("12"), true),
            ("a!~g.*", Some("good"), false),
            ("a!~g.*", None, true),
            (r#"a="say \"hi\"""#, Some(r#"say "hi""#), true),
        ] {
            let matcher = Matcher::parse(text).expect(text);
            assert_eq!(matcher.matches(value), expected, "{text} {value:?}");
        }
    }

    #[test]
    fn refused_as_alertmanager_does() {
        for (text, expected) in [
            ("nonsense", "bad matcher format: nonsense"),
            (r#"{a="b"}"#, r#"bad matcher format: {a="b"}"#),
            (r#"a="a",b="c""#, r#"matcher value contains unescaped double quote: "a",b="c""#),
        ] {
            let error = Matcher::parse(text).expect_err(text).to_string();
            assert_eq!(error, expected);
        }
        assert!(Matcher::parse("1a=b").is_err());
        assert!(Matcher::parse("a=~(").is_err());
        assert!(Matcher::parse(r#"a=""#).is_err());
        assert!(Matcher::parse(&format!("a=~{}", "(x+x+)+".repeat(1_000))).is_err());
        assert!(Matcher::parse("a=~(((x{100}){100}){100})").is_err());
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,60}", value in "\\PC{0,20}") {
            if let Ok(matcher) = Matcher::parse(&text) {
                let _ = matcher.matches(Some(&value));
            }
        }
    }
}
