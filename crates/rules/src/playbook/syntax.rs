//! The file is not TOML: where, and what to write, in words for somebody who does not know TOML.

use toml::de::Error;

use super::reader::Reader;

/// (part of the parser's message, what is wrong, what to write), first match wins.
const WORDS: [(&str, &str, &str); 15] = [
    ("string values must be quoted", "a text without quotes, or no value", "write it in quotes: key = \"value\""),
    (
        "invalid basic string",
        "a text that does not end, or that holds an invisible character",
        "write a closing \" on the same line",
    ),
    ("invalid literal string", "a text that does not end", "write a closing ' on the same line"),
    ("invalid multi-line", "a text of several lines that does not end", "write \"\"\" after it"),
    ("unclosed array table", "a heading that does not end", "write ]] at its end, e.g. [[person]]"),
    ("unclosed array", "a list that does not end", "write ] at its end"),
    ("unclosed table", "a heading that does not end", "write ] at its end"),
    ("unclosed inline table", "a { that is not closed", "write } at its end"),
    ("missing comma", "a comma is missing between two parts of a list", "write a comma between them"),
    ("duplicate key", "this name is used twice in one entry", "write it once; each new entry begins with its [[heading]]"),
    ("key with no value", "a name without a value", "write key = \"value\""),
    ("invalid boolean", "neither true nor false", "write true or false, in small letters and without quotes"),
    ("escape", "a backslash that means nothing", "write \\\\ for a backslash, or use '…' quotes"),
    ("extra `=`", "one = too many", "write key = \"value\""),
    ("unquoted key", "no name before the =, or a : where the = should be", "write key = \"value\""),
];

/// One fault a line: after the first, the parser is mostly guessing.
pub(super) fn report(reader: &mut Reader<'_>, errors: &[Error]) {
    let mut errors: Vec<_> = errors.iter().map(|e| (e.span().map_or(0, |span| span.start), e.message())).collect();
    // Of several at one place the one we have the better words for.
    let known = |message: &str| WORDS.iter().position(|(part, _, _)| message.contains(part));
    errors.sort_by_key(|(at, message)| (*at, known(message).unwrap_or(WORDS.len())));
    let mut last = 0;
    for (at, message) in errors {
        let line = reader.line(at);
        if line == last {
            continue;
        }
        last = line;
        if let Some((_, problem, fix)) = known(message).map(|i| &WORDS[i]) {
            reader.fault(at, "", *problem, *fix);
        } else {
            let problem = format!("this is not TOML ({})", super::reader::short(message));
            reader.fault(at, "", problem, "write key = \"value\" lines under [[headings]]");
        }
    }
}
