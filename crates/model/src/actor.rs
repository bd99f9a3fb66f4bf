//! Who did something.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{LetterId, Name, Playbook};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Candor itself: the clock, a receipt, a start.
    System,
    /// A person of the playbook, signed in.
    Person(Name),
    /// An account that is no person of the playbook.
    Account(Name),
    /// A sender of signals.
    Integration(Name),
    /// An API token, by its name.
    Token(Name),
    /// Whoever holds the link in a letter, and the person it was sent to.
    Link(LetterId, Name),
}

impl Actor {
    /// As people read it: a person by name.
    pub fn named(&self, playbook: &Playbook) -> String {
        self.person().map_or_else(|| self.to_string(), |id| playbook.person_name(id).to_owned())
    }

    /// The person of the playbook behind it, if one is known.
    pub fn person(&self) -> Option<&Name> {
        match self {
            Self::Person(name) | Self::Link(_, name) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("candor"),
            Self::Person(name) | Self::Link(_, name) => f.write_str(name),
            Self::Account(name) => write!(f, "account {name}"),
            Self::Integration(name) => write!(f, "integration {name}"),
            Self::Token(name) => write!(f, "token {name}"),
        }
    }
}
