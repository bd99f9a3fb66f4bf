//! On call: groups page by a frozen plan until somebody answers.

mod answer;
mod group;
mod letters;
mod page;
mod ring;

use model::{Group, GroupState};

/// Somebody is still to be reached for it. That the plan has run to its end does not stop a letter that is not through yet.
pub(crate) const fn calls(group: &Group) -> bool {
    matches!(group.state, GroupState::Paging | GroupState::Exhausted { .. })
}
