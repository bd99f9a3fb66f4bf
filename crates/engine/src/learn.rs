//! Learn: the review. Until somebody edits it, the draft is worked out from the timeline by whoever shows it.

use model::review::Review;
use model::{Answer, EntryKind, IncidentRef, Phase, Row};

use crate::step::{Outcome, Step, conflict, invalid};

const LONGEST_REVIEW: usize = 512 * 1024;

impl Step<'_> {
    /// `from` is the revision the writer saw; another one in between is a conflict, never an overwrite.
    pub(crate) fn edit_review(&mut self, id: IncidentRef, from: u32, markdown: String) -> Outcome {
        let (now, by) = (self.now, self.actor.clone());
        if markdown.len() > LONGEST_REVIEW {
            return Err(invalid("markdown", "A review holds at most 512 KiB of text."));
        }
        let incident = self.incident(id)?;
        if matches!(incident.phase, Phase::Merged | Phase::Declined) {
            return Err(conflict("no_review", format!("{id} is {}: there is nothing to review.", incident.phase.name())));
        }
        if incident.review != from {
            let seen = incident.review;
            return Err(conflict("revision", format!("Somebody saved revision {seen} meanwhile; read it and edit that one.")));
        }
        incident.review += 1;
        let revision = incident.review;
        self.timeline(id, EntryKind::Review, format!("Review edited: revision {revision}."));
        self.rows.push(Row::Review(Box::new(Review { incident: id, revision, markdown, edited_at: now, edited_by: by })));
        Ok(Answer::Revision(revision))
    }
}
