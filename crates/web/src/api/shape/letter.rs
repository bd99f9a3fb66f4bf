use model::letter::{Content, LetterState, Outcome};
use model::{Channel, GroupId, IncidentRef, LetterId, Name, Time};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Letter {
    id: LetterId,
    to: Name,
    channel: Channel,
    kind: &'static str,
    state: &'static str,
    #[serde(serialize_with = "super::time")]
    created_at: Time,
    /// When it is tried next; null when it is under way or done.
    #[serde(serialize_with = "super::time_or_null")]
    due: Option<Time>,
    #[serde(serialize_with = "super::time_or_null")]
    done_at: Option<Time>,
    incident: Option<IncidentRef>,
    groups: Vec<GroupId>,
    attempts: Vec<Attempt>,
}

#[derive(Debug, Serialize)]
struct Attempt {
    number: u32,
    #[serde(serialize_with = "super::time")]
    started: Time,
    #[serde(serialize_with = "super::time_or_null")]
    ended: Option<Time>,
    outcome: Option<&'static str>,
    answer: String,
}

impl From<model::Letter> for Letter {
    fn from(letter: model::Letter) -> Self {
        let (due, done_at) = match letter.state {
            LetterState::Waiting { due } => (Some(due), None),
            LetterState::Leased { .. } => (None, None),
            LetterState::Delivered { at } | LetterState::Failed { at } | LetterState::Cancelled { at } => (None, Some(at)),
        };
        let incident = match &letter.content {
            Content::PromiseReminder { incident, .. } | Content::PromiseBroken { incident, .. } => Some(*incident),
            content => content.groups().iter().find_map(|item| item.incident),
        };
        Self {
            id: letter.id,
            kind: letter.content.kind(),
            state: letter.state.name(),
            created_at: letter.created_at,
            due,
            done_at,
            incident,
            groups: letter.content.groups().iter().map(|item| item.group).collect(),
            to: letter.to,
            channel: letter.channel,
            attempts: letter.attempts.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<model::letter::Attempt> for Attempt {
    fn from(attempt: model::letter::Attempt) -> Self {
        Self {
            number: attempt.number,
            started: attempt.started,
            ended: attempt.ended,
            outcome: attempt.outcome.map(outcome),
            answer: attempt.answer,
        }
    }
}

pub(crate) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Delivered => "delivered",
        Outcome::Retry { .. } => "retry",
        Outcome::Failed => "failed",
        Outcome::Unknown => "unknown",
    }
}
