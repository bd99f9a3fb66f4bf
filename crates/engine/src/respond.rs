//! Respond: what people run. Declaring, roles, phases, notes, merging; the timeline fills itself.

mod declare;
mod merge;
mod phase;
mod roles;
mod timeline;
