//! Small helpers for text.

use model::{Span, Time};

/// One line of Markdown that shows exactly `text`: nothing in it becomes a heading, a list, a table cell, a link or HTML.
/// Line breaks become spaces; control characters and those that turn the direction of reading are left out.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut gap = false;
    for c in text.trim().chars() {
        match c {
            _ if c.is_whitespace() => {
                gap = true;
                continue;
            }
            _ if c.is_control() || turns(c) => continue,
            _ => {}
        }
        if std::mem::take(&mut gap) {
            out.push(' ');
        }
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => {
                out.push('\\');
                out.push(c);
            }
            // Renderers make links of bare addresses; without a plain colon or the dot after www there is none.
            '/' if out.ends_with(":/") => {
                out.truncate(out.len() - 2);
                out.push_str("\\://");
            }
            '.' if out.len() >= 3 && out.as_bytes()[out.len() - 3..].eq_ignore_ascii_case(b"www") => {
                out.push_str("\\.");
            }
            _ => out.push(c),
        }
    }
    escape_start(&mut out);
    out
}

const fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
}

/// A list, a rule or a heading begins with a mark that is harmless anywhere else.
fn escape_start(out: &mut String) {
    let digits = out.bytes().take_while(u8::is_ascii_digit).count();
    match out.as_bytes().get(digits) {
        Some(b'-' | b'+' | b'=') if digits == 0 => out.insert(0, '\\'),
        Some(b'.' | b')') if (1..10).contains(&digits) => out.insert(digits, '\\'),
        _ => {}
    }
}

/// `1 alert`, `3 alerts`.
pub fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// `2026-03-02 10:02:05`, in UTC.
pub fn utc(at: Time) -> String {
    at.stamp().strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `10:30 UTC`.
pub fn clock(at: Time) -> String {
    at.stamp().strftime("%H:%M UTC").to_string()
}

/// Whole minutes from `start` to `at` with their sign: `+12`, `-3`, `0`.
pub fn minutes_from(start: Time, at: Time) -> String {
    let minutes = |span: Span| span.0 / 60;
    match (minutes(at.since(start)), minutes(start.since(at))) {
        (0, 0) => "0".to_owned(),
        (0, before) => format!("-{before}"),
        (after, _) => format!("+{after}"),
    }
}

/// Parts of a million as a percentage: `15 %`, `0.5 %`.
pub fn percent(ppm: u32) -> String {
    let digits = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
    format!("{} %", digits.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_stays_text() {
        for (raw, safe) in [
            ("plain words, 10:30.", "plain words, 10:30."),
            ("<script>x</script> & co", "&lt;script&gt;x&lt;/script&gt; &amp; co"),
            ("a|b\r\n\r\n# c", "a\\|b \\# c"),
            ("[x](https://evil.example)", "\\[x\\](https\\://evil.example)"),
            ("see www.evil.example", "see www\\.evil.example"),
            ("![i](x) `c` *b* _e_ ~s~ \\", "!\\[i\\](x) \\`c\\` \\*b\\* \\_e\\_ \\~s\\~ \\\\"),
            ("- a", "\\- a"),
            ("1. a", "1\\. a"),
            ("2026-03-02 x", "2026-03-02 x"),
            ("---", "\\---"),
            ("  \u{202e}abc\u{7}  ", "abc"),
            ("", ""),
        ] {
            assert_eq!(markdown(raw), safe);
        }
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(plural(1, "alert", "alerts"), "1 alert");
        assert_eq!(plural(0, "alert", "alerts"), "0 alerts");
        assert_eq!(percent(150_000), "15 %");
        assert_eq!(percent(5_250), "0.525 %");
        assert_eq!(percent(1_000_000), "100 %");
        let at = Time::from_seconds(1_000_000);
        assert_eq!(utc(at), "1970-01-12 13:46:40");
        assert_eq!(clock(at), "13:46 UTC");
        assert_eq!(minutes_from(at, at + Span(125)), "+2");
        assert_eq!(minutes_from(at, at - Span(125)), "-2");
        assert_eq!(minutes_from(at, at - Span(25)), "0");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(500))]
        #[test]
        fn nothing_gets_out_of_its_cell(text in "[-|<>\\[\\]()#*_`~!&:/w.\\\\ \n\ta1é]{0,40}") {
            let safe = markdown(&text);
            let free = |mark: char| {
                let mut escaped = false;
                safe.chars().any(|c| {
                    let free = c == mark && !escaped;
                    escaped = c == '\\' && !escaped;
                    free
                })
            };
            for mark in ['|', '<', '>', '[', ']', '`', '*', '_', '#', '\n'] {
                proptest::prop_assert!(!free(mark), "{mark:?} in {safe:?}");
            }
            // The colon of an address is escaped, so that no renderer makes a link of it.
            proptest::prop_assert!(!safe.replace("\\://", "").contains("://") && !safe.starts_with("- "), "{safe:?}");
        }
    }
}
