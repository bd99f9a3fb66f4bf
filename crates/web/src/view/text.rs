//! Text from outside, made safe to look at. Markup is escaped by maud; what is left is text that deceives the eye: control
//! characters, and the invisible ones that reverse what stands behind them.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Shows NUL, control and direction-override characters as visible escapes, e.g. `\u{202e}`. Line breaks and tabs become spaces:
/// use it for one-line texts (titles, summaries, labels).
pub fn shown(text: &str) -> Cow<'_, str> {
    escape(text, false)
}

/// The same for texts of several lines: keeps line breaks and tabs.
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    escape(text, true)
}

fn escape(text: &str, lines: bool) -> Cow<'_, str> {
    let plain = |c: char| !deceives(c) || (lines && matches!(c, '\n' | '\t'));
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\r' if lines => {}
            '\n' | '\t' | '\r' if !lines => out.push(' '),
            c if plain(c) => out.push(c),
            // Writing into a String cannot fail.
            c => _ = write!(out, "\\u{{{:04x}}}", c as u32),
        }
    }
    Cow::Owned(out)
}

/// Control characters, direction overrides and isolates, and the characters that have no width at all.
const fn deceives(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{61c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A link that may be followed: http, https or mailto, and nothing a browser would have to repair first.
pub fn safe_href(link: &str) -> Option<&str> {
    let link = link.trim();
    if link.chars().any(|c| deceives(c) || c.is_whitespace()) {
        return None;
    }
    let (scheme, rest) = link.split_once(':')?;
    let web = ["http", "https"].iter().any(|s| scheme.eq_ignore_ascii_case(s));
    let host = rest.strip_prefix("//").is_some_and(|host| !host.is_empty() && !host.starts_with('/'));
    let mail = scheme.eq_ignore_ascii_case("mailto") && rest.contains('@');
    ((web && host) || mail).then_some(link)
}

/// `1 alert`, `3 alerts`.
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deceiving_characters_are_seen() {
        assert_eq!(shown("plain – text 漢字"), "plain – text 漢字");
        assert_eq!(shown("a\0b\u{202e}c"), "a\\u{0000}b\\u{202e}c");
        assert_eq!(shown("one\r\ntwo"), "one  two");
        assert_eq!(shown_lines("one\r\ntwo\u{7f}"), "one\ntwo\\u{007f}");
    }

    #[test]
    fn only_web_and_mail_links_are_followed() {
        for good in ["https://example.org/x", "HTTP://example.org", "mailto:a@example.org"] {
            assert_eq!(safe_href(good), Some(good));
        }
        for bad in [
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "//example.org",
            "https:",
            "https:///x",
            "/local",
            "https://a b",
        ] {
            assert_eq!(safe_href(bad), None, "{bad}");
        }
    }

    #[test]
    fn counting() {
        assert_eq!(count(1, "alert", "alerts"), "1 alert");
        assert_eq!(count(0, "alert", "alerts"), "0 alerts");
    }
}
