//! Text inside an attribute.

/// Nothing in it can end the attribute or begin markup.
pub(crate) fn attribute(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_attribute_stays_closed() {
        assert_eq!(super::attribute(r#"a"><b>&'"#), "a&quot;&gt;&lt;b&gt;&amp;'");
    }
}
