//! One letter as a step: to whom, over what, and each answer of the provider.

use model::letter::{Attempt, LetterState, Outcome as Result};
use model::{Letter, Playbook};

use super::{Outcome, Step};

pub(super) fn step(letter: &Letter, playbook: &Playbook) -> Step {
    let outcome = match letter.state {
        LetterState::Delivered { .. } => Outcome::Did,
        LetterState::Failed { .. } => Outcome::Failed,
        LetterState::Cancelled { .. } => Outcome::DidNot,
        LetterState::Waiting { .. } | LetterState::Leased { .. } => Outcome::Will,
    };
    let (to, channel, state) = (playbook.person_name(&letter.to), letter.channel.name(), letter.state.name());
    let what = letter.content.kind().replace('_', " ");
    let text = format!("letter {} ({what}) to {to} by {channel}: {state}", letter.id);
    let mut step = Step::new(Some(letter.created_at), "letter", outcome, text);
    step.details = letter.attempts.iter().map(attempt).collect();
    step
}

fn attempt(attempt: &Attempt) -> String {
    let outcome = match attempt.outcome {
        None => "under way, or nobody will ever know",
        Some(Result::Delivered) => "delivered",
        Some(Result::Retry { .. }) => "to be tried again",
        Some(Result::Failed) => "failed for good",
        Some(Result::Unknown) => "no answer; it may have arrived",
    };
    let took = attempt
        .ended
        .map_or(String::new(), |ended| format!(" after {} ms", ended.0.saturating_sub(attempt.started.0).max(0) / 1_000));
    let answer = if attempt.answer.is_empty() { String::new() } else { format!(": {}", attempt.answer) };
    format!("attempt {} at {}: {outcome}{took}{answer}", attempt.number, attempt.started.rfc3339())
}
