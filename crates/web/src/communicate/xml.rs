//! Text inside XML, and HTML inside that. Whatever a person or a sender wrote stays text.

/// Escapes what is markup, and replaces what no XML document may hold.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' => out.push(c),
            '\r' => {}
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                out.push(char::REPLACEMENT_CHARACTER);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_and_control_characters() {
        assert_eq!(
            escape("<a href='x'>\"&\"</a>\0\u{8}\r\n"),
            "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;\u{fffd}\u{fffd}\n"
        );
    }

    proptest! {
        #[test]
        fn no_markup_is_left(text: String) {
            let escaped = escape(&text);
            let markup = ['<', '>', '"', '\'', '\0', '\u{1b}'];
            prop_assert!(!escaped.contains(markup));
        }
    }
}
