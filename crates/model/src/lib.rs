//! What things are: the plain types that every other room of the house shares.
//!
//! No type here contains a rule, reads a clock or does I/O. Times are microseconds since 1970 in UTC ([`Time`]), durations are
//! whole seconds ([`Span`]), and ids are made from the number of the journal entry that created the thing ([`id`]), so that a
//! replay of the journal makes the same ids again.

pub mod access;
pub mod actor;
pub mod alert;
pub mod effect;
pub mod group;
pub mod id;
pub mod incident;
pub mod input;
pub mod labels;
pub mod letter;
pub mod mark;
pub mod page;
pub mod playbook;
pub mod pull;
pub mod review;
pub mod severity;
pub mod signal;
pub mod time;
pub mod timeline;
pub mod update;

pub use access::Access;
pub use actor::Actor;
pub use alert::{Alert, AlertState};
pub use effect::{Answer, Effects, Refusal, RefusalKind, Row};
pub use group::{Group, GroupState};
pub use id::{AlertId, GroupId, IncidentRef, LetterId, Name, UpdateId};
pub use incident::{Incident, Phase, Role};
pub use input::{Command, Entry, Input};
pub use labels::Labels;
pub use letter::{Channel, Letter, LetterState};
pub use playbook::Playbook;
pub use severity::Severity;
pub use signal::{Signal, SignalAction};
pub use time::{Span, Time};
pub use timeline::{Audience, EntryKind, TimelineEntry};
pub use update::Update;
