//! Access: the playbook as a whole.

use std::sync::Arc;

use model::{Answer, Playbook, Row};

use crate::step::Step;

impl Step<'_> {
    /// Takes a new playbook. Open groups keep the plan they were opened with.
    pub(crate) fn playbook(&mut self, playbook: Arc<Playbook>) -> Answer {
        self.state.playbook = playbook.clone();
        self.rows.push(Row::Playbook(playbook));
        Answer::Done
    }
}
