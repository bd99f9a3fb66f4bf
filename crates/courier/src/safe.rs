//! Text that came from outside, made fit to be shown or put into a header.
//!
//! A provider's answer ends up on the timeline, where an incident's readers trust what they see. It may carry terminal escapes,
//! characters that turn the reading direction, the recipient's address or the very token we sent. All of that is taken out
//! here, once, so that no channel has to remember it.

/// Longest part of a provider's answer that is kept.
const ANSWER_CHARS: usize = 200;

/// `text` on one line: control characters and line breaks become single spaces, characters that turn the reading direction or
/// are invisible are dropped.
pub fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars().filter(|c| !is_hidden(*c)) {
        if c.is_control() || c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push(' ');
            gap = false;
        }
        out.push(c);
    }
    out
}

/// `text` with its lines kept: as [`safe`], but line feeds and tabs stay, and line ends become `\n`.
pub fn safe_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\n' | '\t' => out.push(c),
            c if c.is_control() || is_hidden(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// Bidirectional controls, zero-width and other characters nobody can see. The joiners are kept: emoji and several scripts
/// are spelled with them.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' | '\u{00AD}' | '\u{180E}')
}

/// A provider's answer for the timeline: `head` (its code, in our words) and the first part of what it said, without e-mail
/// addresses, links and the `secrets` this attempt was made with.
pub(crate) fn answer(head: &str, said: &str, secrets: &[&str]) -> String {
    // Bounded before anything else: a hostile body must not cost more than what is shown of it.
    let mut said: String = safe(&said.chars().take(ANSWER_CHARS * 8).collect::<String>());
    for secret in secrets.iter().filter(|s| s.len() >= 4) {
        said = said.replace(secret, "[hidden]");
    }
    let said: Vec<&str> = said.split(' ').map(mask).collect();
    let said: String = said.join(" ").chars().take(ANSWER_CHARS).collect();
    match said.trim() {
        "" => head.to_owned(),
        said => format!("{head}: {said}"),
    }
}

/// Words that may name a person or open a door are masked whole: cutting out only the address would need a parser for every
/// way of writing one.
fn mask(word: &str) -> &str {
    if word.contains('@') || word.to_ascii_lowercase().contains("%40") {
        "[address]"
    } else if word.contains("://") {
        "[link]"
    } else if word.contains("whsec_") || word.contains("whsk_") {
        "[hidden]"
    } else {
        word
    }
}

/// At most `max` characters of `text`, with a mark where it was cut.
pub(crate) fn shorten(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some(_) => text.chars().take(max.saturating_sub(1)).chain(['…']).collect(),
    }
}
