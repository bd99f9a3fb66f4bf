//! What reading collects on the way: faults with their places, which ids there are, and who refers to whom.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::block::Block;
use super::near::nearest;
use super::values;
use super::{Fault, MOST_ENTRIES, MOST_FAULTS};

/// Kinds of entry, in the file's words.
pub(super) const KINDS: [&str; 10] =
    ["person", "team", "schedule", "policy", "service", "integration", "route", "severity", "page", "template"];

pub(super) struct Reader<'t> {
    text: &'t str,
    /// Where each line begins.
    lines: Vec<usize>,
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
    /// (kind, id) to the line it was first defined in.
    defined: BTreeMap<(&'static str, String), usize>,
    references: Vec<Reference>,
}

struct Reference {
    kind: &'static str,
    id: String,
    at: usize,
    entry: String,
    /// How it is written, e.g. `schedule:` before the id.
    prefix: &'static str,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        Self {
            text,
            lines: std::iter::once(0).chain(starts.map(|(i, _)| i + 1)).collect(),
            faults: Vec::new(),
            warnings: Vec::new(),
            defined: BTreeMap::new(),
            references: Vec::new(),
        }
    }

    pub(super) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at)
    }

    fn make(&self, at: usize, entry: &str, problem: String, fix: String) -> Fault {
        let line = self.line(at);
        let start = self.lines[line - 1];
        let before = self.text.get(start..at.max(start)).unwrap_or_default();
        Fault { line, column: before.chars().count() + 1, entry: entry.to_owned(), problem, fix }
    }

    /// No further fault would be shown: the costly ones need not be worked out.
    pub(super) fn is_full(&self) -> bool {
        self.faults.len() >= 2 * MOST_FAULTS
    }

    /// `at` is a byte offset into the file.
    pub(super) fn fault(&mut self, at: usize, entry: &str, problem: impl Into<String>, fix: impl Into<String>) {
        // Twice the bound, because they are put in order before they are cut.
        if !self.is_full() {
            let fault = self.make(at, entry, problem.into(), fix.into());
            self.faults.push(fault);
        }
    }

    pub(super) fn warn(&mut self, at: usize, entry: &str, problem: impl Into<String>, fix: impl Into<String>) {
        if self.warnings.len() < MOST_FAULTS {
            let fault = self.make(at, entry, problem.into(), fix.into());
            self.warnings.push(fault);
        }
    }

    pub(super) fn faults(self) -> Vec<Fault> {
        let mut faults = self.faults;
        faults.sort();
        faults.dedup();
        faults.truncate(MOST_FAULTS);
        faults
    }

    pub(super) fn take_warnings(&mut self) -> Vec<Fault> {
        let mut warnings = std::mem::take(&mut self.warnings);
        warnings.sort();
        warnings
    }

    /// Faults for whatever no kind of entry will read.
    pub(super) fn top_level(&mut self, root: &DeTable<'_>) {
        for (key, value) in root {
            let name: &str = key.get_ref();
            let at = key.span().start;
            if !KINDS.contains(&name) {
                let fix = match nearest(name, KINDS) {
                    Some(near) => format!("write [[{near}]]"),
                    None => format!("write one of [[{}]]", KINDS.join("]] [[")),
                };
                self.fault(at, "", format!("there is no entry called {name}"), fix);
                continue;
            }
            let list = match value.get_ref() {
                DeValue::Array(list) if list.iter().all(|v| v.get_ref().is_table()) => list,
                _ => {
                    let problem = format!("{name} is not a list of entries");
                    self.fault(at, "", problem, format!("write [[{name}]] before each entry"));
                    continue;
                }
            };
            if list.len() > MOST_ENTRIES {
                let problem = format!("more than {MOST_ENTRIES} entries of {name}");
                self.fault(at, "", problem, "write fewer");
            }
        }
    }

    /// Notes that an entry exists; a fault when another one of the kind has the id already.
    pub(super) fn define(&mut self, kind: &'static str, id: &str, at: usize, entry: &str) {
        let line = self.line(at);
        if let Some(first) = self.defined.get(&(kind, id.to_owned())) {
            let problem = format!("line {first} has a {kind} \"{id}\" already");
            self.fault(at, entry, problem, "write another id, or take one of the two out");
        } else {
            self.defined.insert((kind, id.to_owned()), line);
        }
    }

    pub(super) fn line_of(&self, kind: &'static str, id: &str) -> Option<usize> {
        self.defined.get(&(kind, id.to_owned())).copied()
    }

    /// Notes that an entry names another one, to be looked for once all have been read.
    pub(super) fn refer(&mut self, kind: &'static str, id: &str, at: usize, entry: &str) {
        self.refer_as(kind, id, at, entry, "");
    }

    pub(super) fn refer_as(&mut self, kind: &'static str, id: &str, at: usize, entry: &str, prefix: &'static str) {
        self.references.push(Reference { kind, id: id.to_owned(), at, entry: entry.to_owned(), prefix });
    }

    /// A fault for each reference to nothing.
    pub(super) fn check_references(&mut self) {
        for reference in std::mem::take(&mut self.references) {
            let Reference { kind, id, at, entry, prefix } = &reference;
            if self.is_full() || self.defined.contains_key(&(*kind, id.clone())) {
                continue;
            }
            let fix = match nearest(id, self.ids(kind)) {
                Some(near) => format!("write \"{prefix}{near}\""),
                None => match self.ids(kind).take(5).collect::<Vec<_>>().join(", ") {
                    known if known.is_empty() => format!("write a [[{kind}]] entry with this id"),
                    known => format!("write one of {known}, or add a [[{kind}]] entry with this id"),
                },
            };
            let problem = format!("there is no {kind} \"{}\"", short(id));
            self.fault(*at, entry, problem, fix);
        }
    }

    fn ids<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'s str> {
        self.defined.keys().filter(move |(k, _)| *k == kind).map(|(_, id)| id.as_str()).filter(|id| values::bad_id(id).is_none())
    }

    /// Which kinds have an entry with this id: for somebody who left the kind out.
    pub(super) fn kinds_with(&self, id: &str, kinds: &[&'static str]) -> Vec<&'static str> {
        kinds.iter().filter(|kind| self.line_of(kind, id).is_some()).copied().collect()
    }
}

/// What somebody wrote, fit to be shown: one line, not too long.
pub(super) fn short(text: &str) -> String {
    let shown: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if shown.len() < text.len() && text.chars().nth(60).is_some() { shown + "…" } else { shown }
}

/// The entries of one kind.
pub(super) fn entries<'a, 'r>(root: &'r DeTable<'a>, kind: &'static str, id_key: &str) -> Vec<Block<'a, 'r>> {
    root.get(kind)
        .and_then(|list| list.get_ref().as_array())
        .into_iter()
        .flat_map(|list| list.iter().take(MOST_ENTRIES).enumerate())
        .filter_map(|(i, value)| {
            let table = value.get_ref().as_table()?;
            let id = table.get(id_key).and_then(|v| v.get_ref().as_str());
            let entry = match id {
                Some(id) => format!("{kind} \"{}\"", short(id)),
                None => format!("{kind} {}", i + 1),
            };
            Some(Block::new(entry, table, value.span().start))
        })
        .collect()
}
