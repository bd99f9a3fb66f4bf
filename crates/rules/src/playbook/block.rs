//! One table of the file, read key by key. Every reader method answers with the value and where it stands, or notes the fault and
//! answers `None`, so that reading goes on and finds the next fault too.

use model::{Name, Severity, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::near::nearest;
use super::reader::{Reader, short};
use super::values;

pub(super) struct Block<'a, 'r> {
    /// For the reader of a fault, e.g. `person "ana"`.
    pub(super) entry: String,
    table: &'r DeTable<'a>,
    /// Where it begins.
    pub(super) at: usize,
}

/// A value and where it stands.
pub(super) type At<T> = (T, usize);

impl<'a, 'r> Block<'a, 'r> {
    pub(super) fn new(entry: String, table: &'r DeTable<'a>, at: usize) -> Self {
        Self { entry, table, at }
    }

    /// A fault for each key that is none of `known`.
    pub(super) fn only(&self, r: &mut Reader<'_>, known: &[&str]) {
        for (key, _) in self.table {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let fix = match nearest(name, known.iter().copied()) {
                Some(near) => format!("write {near}"),
                None => format!("write one of {}, or take it out", known.join(", ")),
            };
            let problem = format!("there is no field called {}", short(name));
            r.fault(key.span().start, &self.entry, problem, fix);
        }
    }

    fn value(&self, key: &str) -> Option<&'r Spanned<DeValue<'a>>> {
        self.table.get(key)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(super) fn at_key(&self, key: &str) -> usize {
        self.value(key).map_or(self.at, |v| v.span().start)
    }

    fn wrong(&self, r: &mut Reader<'_>, value: &Spanned<DeValue<'_>>, key: &str, want: &str, example: &str) {
        let problem = format!("{key} is {}, not {want}", values::kind_of(value.get_ref()));
        let fix = if example.starts_with("[[") { format!("write {example} entries") } else { format!("write {key} = {example}") };
        r.fault(value.span().start, &self.entry, problem, fix);
    }

    /// A text of at most `most` characters on one line, or on several when `most` is over 1,000.
    pub(super) fn text(&self, r: &mut Reader<'_>, key: &str, most: usize) -> Option<At<String>> {
        let value = self.value(key)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(r, value, key, "a text", "\"…\"");
            return None;
        };
        let at = value.span().start;
        let control = |c: char| c.is_control() && !(most > 1_000 && matches!(c, '\n' | '\t' | '\r'));
        if text.chars().count() > most {
            let problem = format!("{key} is longer than {most} characters");
            r.fault(at, &self.entry, problem, "write a shorter one");
        } else if text.chars().any(control) {
            let problem = format!("{key} holds a control character");
            r.fault(at, &self.entry, problem, "write it on one line, without invisible characters");
        } else {
            return Some((text.to_owned(), at));
        }
        None
    }

    /// Notes a fault when the key is not there.
    pub(super) fn require(&self, r: &mut Reader<'_>, key: &str, example: &str) -> bool {
        let there = self.has(key);
        if !there {
            let problem = format!("{key} is missing");
            r.fault(self.at, &self.entry, problem, format!("write {key} = {example}"));
        }
        there
    }

    /// The entry's id, defined; it must be there and well formed.
    pub(super) fn id(&self, r: &mut Reader<'_>, kind: &'static str, key: &str) -> Option<Name> {
        self.require(r, key, "\"…\" (lower-case letters, digits and -)");
        let (id, at) = self.text(r, key, 1_000)?;
        // A badly formed id is known all the same, or each reference to it would be a fault too.
        r.define(kind, &id, at, &self.entry);
        if let Some(better) = values::bad_id(&id) {
            let problem = format!("{key} \"{}\" is not made of lower-case letters, digits and - (at most 64)", short(&id));
            r.fault(at, &self.entry, problem, format!("write {key} = \"{better}\""));
            return None;
        }
        Some(id.into())
    }

    /// The name for people; the id when there is none.
    pub(super) fn name(&self, r: &mut Reader<'_>, id: &str) -> String {
        self.text(r, "name", 200).map_or_else(|| id.to_owned(), |(name, _)| name)
    }

    /// The id of another entry; whether it exists is looked at in the end.
    pub(super) fn reference(&self, r: &mut Reader<'_>, key: &str, kind: &'static str) -> Option<Name> {
        let (id, at) = self.text(r, key, 1_000)?;
        r.refer(kind, &id, at, &self.entry);
        Some(id.into())
    }

    /// A list of texts with their places.
    pub(super) fn texts(&self, r: &mut Reader<'_>, key: &str, most: usize, example: &str) -> Option<Vec<At<String>>> {
        let value = self.value(key)?;
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(r, value, key, "a list", example);
            return None;
        };
        if list.len() > most {
            let problem = format!("{key} has more than {most} parts");
            r.fault(value.span().start, &self.entry, problem, "write fewer");
        }
        let mut found = Vec::new();
        for part in list.iter().take(most) {
            match part.get_ref().as_str() {
                Some(text) => found.push((text.to_owned(), part.span().start)),
                None => self.wrong(r, part, key, "a list of texts", example),
            }
        }
        Some(found)
    }

    /// A list of tables, each as a block of its own.
    pub(super) fn tables(&self, r: &mut Reader<'_>, key: &str, most: usize, example: &str) -> Vec<Block<'a, 'r>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(r, value, key, "a list", example);
            return Vec::new();
        };
        if list.is_empty() {
            let problem = format!("{key} is an empty list");
            let fix = format!("write {example} with something in it, or take it out");
            r.fault(value.span().start, &self.entry, problem, fix);
        }
        if list.len() > most {
            let problem = format!("more than {most} of {key}");
            r.fault(value.span().start, &self.entry, problem, "write fewer");
        }
        let mut found = Vec::new();
        for (i, part) in list.iter().take(most).enumerate() {
            match part.get_ref().as_table() {
                Some(table) => {
                    let entry = format!("{}, {key} {}", self.entry, i + 1);
                    found.push(Block::new(entry, table, part.span().start));
                }
                None => self.wrong(r, part, key, "a list of entries", example),
            }
        }
        found
    }

    /// A table of texts, e.g. `match = { team = "db" }`.
    pub(super) fn pairs(&self, r: &mut Reader<'_>, key: &str, most: usize) -> Vec<(String, String)> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(r, value, key, "a table of labels", "{ label = \"value\" }");
            return Vec::new();
        };
        if table.len() > most {
            let problem = format!("{key} has more than {most} labels");
            r.fault(value.span().start, &self.entry, problem, "write fewer");
        }
        let mut found = Vec::new();
        for (name, value) in table.iter().take(most) {
            let name: &str = name.get_ref();
            match value.get_ref().as_str() {
                Some("") => {
                    let problem = format!("the label {} has no value", short(name));
                    r.fault(value.span().start, &self.entry, problem, "write the value it must have, or take it out");
                }
                Some(text) => found.push((name.to_owned(), text.to_owned())),
                None => self.wrong(r, value, &short(name), "a text", "\"…\""),
            }
        }
        found
    }

    pub(super) fn truth(&self, r: &mut Reader<'_>, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.wrong(r, value, key, "true or false", "true");
        }
        truth
    }

    pub(super) fn count(&self, r: &mut Reader<'_>, key: &str, most: u32) -> Option<u32> {
        let value = self.value(key)?;
        let number =
            value.get_ref().as_integer().and_then(|n| u32::from_str_radix(n.as_str(), n.radix()).ok()).filter(|n| *n <= most);
        if number.is_none() {
            let problem = format!("{key} is not a whole number from 0 to {most}");
            r.fault(value.span().start, &self.entry, problem, format!("write {key} = 2"));
        }
        number
    }

    /// A length of time from `least` to `most`.
    pub(super) fn span(&self, r: &mut Reader<'_>, key: &str, least: Span, most: Span) -> Option<Span> {
        let (text, at) = self.span_text(r, key)?;
        let Some(span) = Span::parse(&text) else {
            let problem = format!("{key} = \"{}\" is not a length of time", short(&text));
            r.fault(
                at,
                &self.entry,
                problem,
                format!("write {key} = \"{}\" (a number and s, m, h, d or w)", values::span_near(&text)),
            );
            return None;
        };
        if span < least || span > most {
            let problem = format!("{key} = \"{}\" is out of bounds", short(&text));
            r.fault(at, &self.entry, problem, format!("write a time from {} to {}", least.words(), most.words()));
            return None;
        }
        Some(span)
    }

    pub(super) fn span_text(&self, r: &mut Reader<'_>, key: &str) -> Option<At<String>> {
        let value = self.value(key)?;
        if let Some(number) = value.get_ref().as_integer() {
            let problem = format!("{key} has no unit");
            r.fault(value.span().start, &self.entry, problem, format!("write {key} = \"{}m\"", short(number.as_str())));
            return None;
        }
        self.text(r, key, 1_000)
    }

    pub(super) fn severity(&self, r: &mut Reader<'_>, key: &str) -> Option<Severity> {
        let (text, at) = self.text(r, key, 1_000)?;
        let severity = Severity::parse(&text).filter(|_| text.to_ascii_uppercase().starts_with("SEV"));
        if severity.is_none() {
            let problem = format!("{key} \"{}\" is no severity", short(&text));
            r.fault(at, &self.entry, problem, format!("write {key} = \"SEV1\", from SEV1 (worst) to SEV5"));
        }
        severity
    }

    /// The IANA zone; UTC when there is none.
    pub(super) fn zone(&self, r: &mut Reader<'_>) -> String {
        const KEY: &str = "timezone";
        let Some((zone, at)) = self.text(r, KEY, 1_000) else { return "UTC".to_owned() };
        if !r.is_full() && !crate::oncall::known_zone(&zone) {
            let problem = format!("there is no time zone \"{}\"", short(&zone));
            r.fault(at, &self.entry, problem, format!("write {KEY} = \"{}\"", values::zone_near(&zone)));
        }
        zone
    }

    /// A local wall-clock time, as text or as TOML's own local date-time.
    pub(super) fn local_time(&self, r: &mut Reader<'_>, key: &str) -> Option<At<String>> {
        let value = self.value(key)?;
        let at = value.span().start;
        let text = match value.get_ref() {
            DeValue::Datetime(time) => time.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => {
                self.wrong(r, value, key, "a local time", "\"2026-01-05T09:00\"");
                return None;
            }
        };
        if crate::oncall::local_time(&text).is_none() {
            let problem = format!("{key} = \"{}\" is not a local time that exists", short(&text));
            r.fault(
                at,
                &self.entry,
                problem,
                format!("write {key} = \"2026-01-05T09:00\" (date, T, hours and minutes; no zone)"),
            );
            return None;
        }
        Some((text, at))
    }
}
