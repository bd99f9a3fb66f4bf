//! What stands inside a line: bold, code, links, and the places that a draft leaves to people.

use std::borrow::Cow;

use maud::{Markup, html};

use crate::view::text::{safe_href, shown};

/// Looking for the end of a mark takes as long as the line, so a longer one than anybody writes is only text.
const MOST_BYTES: usize = 4_000;

/// One line. A mark that is never closed is text.
pub(super) fn inline(mut text: &str) -> Markup {
    if text.len() > MOST_BYTES {
        return words(text);
    }
    let mut parts: Vec<Markup> = Vec::new();
    let mut plain = String::new();
    while let Some(c) = text.chars().next() {
        if let Some((part, rest)) = marked(text) {
            parts.push(words(&std::mem::take(&mut plain)));
            parts.push(part);
            text = rest;
            continue;
        }
        // What stands behind a backslash is text, also a star or a bracket.
        let taken = if c == '\\' && text[1..].starts_with(|next: char| next.is_ascii_punctuation()) { 2 } else { c.len_utf8() };
        plain.push_str(&text[..taken]);
        text = &text[taken..];
    }
    parts.push(words(&plain));
    html! { @for part in &parts { (part) } }
}

/// An element at the very beginning, and what follows it.
fn marked(text: &str) -> Option<(Markup, &str)> {
    if let Some(rest) = text.strip_prefix("**") {
        let (inside, rest) = rest.split_once("**").filter(|(inside, _)| !inside.trim().is_empty())?;
        return Some((html! { strong { (words(inside)) } }, rest));
    }
    if let Some(rest) = text.strip_prefix('`') {
        let (inside, rest) = rest.split_once('`').filter(|(inside, _)| !inside.is_empty())?;
        return Some((html! { code { (shown(inside)) } }, rest));
    }
    let (inside, rest) = text.strip_prefix('[')?.split_once(']')?;
    if inside == "fill in" || inside.starts_with("fill in: ") {
        return Some((html! { mark { "[" (words(inside)) "]" } }, rest));
    }
    let (address, rest) = rest.strip_prefix('(')?.split_once(')')?;
    let href = safe_href(address)?;
    Some((html! { a href=(href) rel="noopener noreferrer" { (words(inside)) } }, rest))
}

fn words(text: &str) -> Markup {
    let plain = unescaped(text);
    html! { (shown(&plain)) }
}

/// Takes off what the draft put on so that its words stay words in any other reader of Markdown.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '&']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.next_if(|next| c == '\\' && next.is_ascii_punctuation()) {
            Some(meant) => out.push(meant),
            None => out.push(c),
        }
    }
    Cow::Owned(out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_as(text: &str) -> String {
        inline(text).into_string()
    }

    #[test]
    fn marks_become_elements() {
        assert_eq!(
            shown_as("a **b** `c*` [d](https://e.example)"),
            "a <strong>b</strong> <code>c*</code> <a href=\"https://e.example\" rel=\"noopener noreferrer\">d</a>"
        );
        assert_eq!(shown_as("[fill in: who?] x"), "<mark>[fill in: who?]</mark> x");
    }

    #[test]
    fn what_is_escaped_or_unsafe_stays_text() {
        assert_eq!(shown_as(r"\# \[click\](https\://evil.example) 1 \\ 2"), r"# [click](https://evil.example) 1 \ 2");
        assert_eq!(shown_as("[x](javascript:alert(1))"), "[x](javascript:alert(1))");
        assert_eq!(shown_as("&lt;b&gt; <i>"), "&lt;b&gt; &lt;i&gt;");
        assert_eq!(shown_as("**open `too ["), "**open `too [");
        assert_eq!(shown_as("é\\é \\"), "é\\é \\");
    }
}
