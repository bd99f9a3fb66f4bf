//! Reads a playbook file, and says all that is wrong with it at once.
//!
//! A playbook decides who is woken at night, so a file is either loaded whole or not at all, and nothing in it is guessed: an unknown
//! word is a fault with the nearest known one beside it, because a silently ignored `polcy = "checkout"` is a page that nobody gets.
//!
//! Addresses and keys are taken out on the way: they go to the vault, and never into the playbook or the journal.

mod block;
mod difference;
mod near;
mod pages;
mod paging;
mod people;
mod reader;
mod services;
mod syntax;
mod values;

use std::fmt;

use model::{Channel, Name, Playbook};
use toml::de::DeTable;

pub use difference::difference;
use reader::Reader;

/// A larger file is refused unread.
pub const MOST_BYTES: usize = 1 << 20;
/// More faults than this are not listed; whoever has so many mends the first ones and asks again.
pub const MOST_FAULTS: usize = 200;
/// Entries of one kind.
pub const MOST_ENTRIES: usize = 5_000;
/// An integration's key is a password in a path: too short, and it can be guessed.
pub const SHORTEST_KEY: usize = 16;

/// A file without a fault.
#[derive(Clone, PartialEq, Eq)]
pub struct Parsed {
    pub playbook: Playbook,
    /// Where people and teams are reached.
    pub contacts: Vec<Contact>,
    /// (integration, key) of each integration.
    pub keys: Vec<(Name, String)>,
    /// Odd, but loaded.
    pub warnings: Vec<Fault>,
}

/// One address of a person or a team; for the vault only.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// A person's or a team's id; the two never share one.
    pub owner: Name,
    pub channel: Channel,
    /// E-mail: the address. Webhook: the URL, then, when it has one, a space and its signing secret.
    pub address: String,
}

/// Never the address: what is printed for a developer ends in somebody's log.
impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({} by {})", self.owner, self.channel.name())
    }
}

impl fmt::Debug for Parsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parsed")
            .field("playbook", &self.playbook)
            .field("contacts", &self.contacts)
            .field("keys", &self.keys.iter().map(|(id, _)| id).collect::<Vec<_>>())
            .field("warnings", &self.warnings)
            .finish()
    }
}

/// Something wrong at one place of the file. Shown as `LINE: entry: problem; fix`; the caller puts the file's name and a colon
/// before it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{line}: {}{problem}; {fix}", colon(.entry))]
pub struct Fault {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// Which entry, e.g. `person "ana"`; empty when it is none.
    pub entry: String,
    pub problem: String,
    /// What to write instead.
    pub fix: String,
}

fn colon(entry: &str) -> String {
    if entry.is_empty() { String::new() } else { format!("{entry}: ") }
}

/// Reads a whole file. `Err` holds every fault found, by line, at most [`MOST_FAULTS`]; then nothing may be loaded.
pub fn parse(text: &str) -> Result<Parsed, Vec<Fault>> {
    let mut reader = Reader::new(text);
    if text.len() > MOST_BYTES {
        reader.fault(0, "", "the file is larger than 1 MiB", "write a smaller playbook; 5,000 people fit into one");
        return Err(reader.faults());
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // What the parser made of a broken file would only bring faults that are none.
        syntax::report(&mut reader, &errors);
        return Err(reader.faults());
    }
    let mut parsed = Parsed { playbook: Playbook::default(), contacts: Vec::new(), keys: Vec::new(), warnings: Vec::new() };
    reader.top_level(root.get_ref());
    people::read(&mut reader, root.get_ref(), &mut parsed);
    paging::read(&mut reader, root.get_ref(), &mut parsed.playbook);
    services::read(&mut reader, root.get_ref(), &mut parsed);
    pages::read(&mut reader, root.get_ref(), &mut parsed.playbook);
    reader.check_references();
    parsed.warnings = reader.take_warnings();
    let faults = reader.faults();
    if faults.is_empty() { Ok(parsed) } else { Err(faults) }
}

#[cfg(test)]
mod tests;
