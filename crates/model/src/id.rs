//! Ids. A thing made by journal entry `n` gets `n * 4096 + k`, `k` counting the things that entry made; so ids rise with time,
//! a replay makes the same ones, and they stay below 2^53 (exact in JSON) for two trillion entries.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// An id from the playbook: lower-case letters, digits and `-`. Shared, because a hundred thousand alerts name one service.
pub type Name = Arc<str>;

/// How many things one journal entry may make.
pub const PER_ENTRY: u64 = 4096;

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// The `k`-th thing made by journal entry `number`.
            pub const fn made_by(number: u64, k: u64) -> Self {
                Self(number * PER_ENTRY + k)
            }
            /// The journal entry that made it.
            pub const fn entry(self) -> u64 {
                self.0 / PER_ENTRY
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

numbered!(
    /// One firing of one alert, from opening to resolution.
    AlertId
);
numbered!(
    /// One alert group: what pages.
    GroupId
);
numbered!(
    /// One outgoing message to one contact.
    LetterId
);
numbered!(
    /// One update to customers.
    UpdateId
);

/// An incident's reference, counted from 1 and written `INC-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentRef(pub u32);

impl fmt::Display for IncidentRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "INC-{}", self.0)
    }
}

impl FromStr for IncidentRef {
    type Err = ();
    /// Reads `INC-7`, in either case.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (head, digits) = text.split_at_checked(4).ok_or(())?;
        if !head.eq_ignore_ascii_case("inc-") || digits.starts_with(['+', '0']) {
            return Err(());
        }
        digits.parse().map(Self).map_err(|_| ())
    }
}

impl Serialize for IncidentRef {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IncidentRef {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(|()| serde::de::Error::custom("an incident's reference looks like INC-1"))
    }
}
