//! A text cut into words, in one pass. No pattern language: the lint looks at neighbouring words, which keeps it linear in the
//! length of the text whatever somebody pastes into the field.

/// What stands between a word and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    None,
    /// A comma, a colon, a bracket, a dash.
    Clause,
    /// A full stop, a semicolon, a new line.
    Sentence,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    /// Lower case. Keeps what belongs to it: `10:30`, `it'll`, `write-up`, `db-1.eu.internal`, `15%`.
    pub(super) text: &'a str,
    /// Where it is in the folded text.
    pub(super) start: usize,
    pub(super) before: Break,
}

impl Word<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn is(&self, any: &[&str]) -> bool {
        any.contains(&self.text)
    }
}

/// Lower case with plain apostrophes and hyphens, ready for [`words`].
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{2019}' | '\u{2018}' => '\'',
            '\u{2010}' | '\u{2011}' => '-',
            '\u{a0}' | '\u{202f}' => ' ',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

/// The words of a folded text.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut start = None;
    let mut before = Break::Sentence;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let belongs = c.is_alphanumeric()
            || start.is_some() && (joins(c, next) || c == '%' || c == '_')
            || matches!(c, '$' | '€' | '£' | '#') && next.is_some_and(char::is_alphanumeric);
        if belongs {
            start = start.or(Some(at));
            continue;
        }
        if let Some(start) = start.take() {
            found.push(word(text, start, at, &mut before));
        }
        before = before.max(break_of(c, next));
    }
    if let Some(start) = start {
        found.push(word(text, start, text.len(), &mut before));
    }
    found
}

fn word<'a>(text: &'a str, start: usize, end: usize, before: &mut Break) -> Word<'a> {
    let before = std::mem::replace(before, Break::None);
    let text = &text[start..end];
    Word { text, start, before }
}

/// The mark holds two halves of one word together.
fn joins(c: char, next: Option<char>) -> bool {
    let Some(next) = next else { return false };
    match c {
        '\'' | '-' | '.' | '@' => next.is_alphanumeric(),
        ':' | ',' | '\u{2013}' => next.is_ascii_digit(),
        _ => false,
    }
}

fn break_of(c: char, next: Option<char>) -> Break {
    match c {
        '.' | '!' | '?' | '…' if next.is_none_or(char::is_whitespace) => Break::Sentence,
        ';' | '\n' | '•' => Break::Sentence,
        ',' | ':' | '(' | ')' | '[' | ']' | '\u{2013}' | '\u{2014}' | '/' | '"' => Break::Clause,
        '-' if next == Some(' ') => Break::Clause,
        _ => Break::None,
    }
}

/// A sentence without an end is cut here, so that looking around in one costs no more than this for each word.
const LONGEST: usize = 80;

/// The words one sentence at a time.
pub(super) fn sentences<'w, 'a>(words: &'w [Word<'a>]) -> impl Iterator<Item = &'w [Word<'a>]> {
    let mut rest = words;
    std::iter::from_fn(move || {
        let (_, tail) = rest.split_first()?;
        let end = tail.iter().take(LONGEST).position(|w| w.before == Break::Sentence).map_or(rest.len().min(LONGEST), |i| i + 1);
        let (sentence, after) = rest.split_at(end);
        rest = after;
        Some(sentence)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_what_belongs_to_them() {
        let text = folded("We’ll post at 10:30, i.e. soon. Error rate: 15% on db-1.eu.internal; write-up later");
        let texts: Vec<_> = words(&text).iter().map(|w| w.text.to_owned()).collect();
        assert_eq!(
            texts,
            [
                "we'll",
                "post",
                "at",
                "10:30",
                "i.e",
                "soon",
                "error",
                "rate",
                "15%",
                "on",
                "db-1.eu.internal",
                "write-up",
                "later"
            ]
        );
    }

    #[test]
    fn sentences_end_at_stops_and_semicolons_not_inside_numbers() {
        let text = folded("Version 1.2 is out at 10.30. Is it? yes; no\nnew");
        let all = words(&text);
        let counts: Vec<_> = sentences(&all).map(<[Word<'_>]>::len).collect();
        assert_eq!(counts, [6, 2, 1, 1, 1]);
        assert_eq!(sentences(&[]).count(), 0);
    }
}
