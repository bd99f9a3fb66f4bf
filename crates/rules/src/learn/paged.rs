//! Who was called, over what, and what came of it.

use std::fmt::Write as _;

use model::letter::{Attempt, Content, Outcome};
use model::{Group, GroupState, Letter, LetterState};

use super::{Facts, MOST_ROWS, rest};
use crate::words::{markdown, plural, utc};

pub(super) fn write(out: &mut String, facts: &Facts<'_>) {
    out.push_str("\n## Who was paged\n\n");
    groups(out, facts);
    let mut letters: Vec<&Letter> =
        facts.letters.iter().filter(|l| !matches!(l.content, Content::AllClear { .. } | Content::Test)).collect();
    letters.sort_by_key(|l| (l.created_at, l.id));
    if letters.is_empty() {
        out.push_str("Nobody was paged.\n");
        return;
    }
    out.push_str("| When | Who | Over | About | Outcome | Attempts |\n|---|---|---|---|---|---|\n");
    for letter in letters.iter().take(MOST_ROWS) {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            utc(letter.created_at),
            facts.person(&letter.to),
            letter.channel.name(),
            about(facts, letter),
            outcome(letter),
            attempts(&letter.attempts)
        );
    }
    rest(out, letters.len());
}

fn groups(out: &mut String, facts: &Facts<'_>) {
    let mut groups: Vec<&Group> = facts.groups.iter().collect();
    if groups.is_empty() {
        return;
    }
    groups.sort_by_key(|g| (g.opened_at, g.id));
    out.push_str("| Opened | Service | What | Alerts | Answer |\n|---|---|---|---:|---|\n");
    for group in groups.iter().take(MOST_ROWS) {
        let answer = match &group.state {
            GroupState::Paging => "nobody yet".to_owned(),
            GroupState::Acknowledged { by, at, .. } => {
                let took = at.since(group.opened_at).words();
                format!("{} after {took}", facts.actor(by))
            }
            GroupState::Exhausted { at } => format!("nobody: the last step ran at {}", utc(*at)),
            GroupState::Quiet => "not paged: a rule says so".to_owned(),
            GroupState::Resolved { at } => format!("over at {}", utc(*at)),
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {answer} |",
            utc(group.opened_at),
            facts.service(&group.service),
            markdown(&group.summary),
            group.alerts
        );
    }
    rest(out, groups.len());
    out.push('\n');
}

fn about(facts: &Facts<'_>, letter: &Letter) -> String {
    match &letter.content {
        Content::Page { items, more } => {
            let others = items.len().saturating_sub(1) as u64 + u64::from(*more);
            let first = items
                .first()
                .map_or(String::new(), |item| format!("{}: {}", facts.service(&item.service), markdown(&item.summary)));
            match others {
                0 => first,
                n => format!("{first}, and {}", plural(n, "other", "others")),
            }
        }
        Content::PromiseReminder { due, .. } => format!("next word due at {}", utc(*due)),
        Content::PromiseBroken { due, .. } => format!("next word was due at {}", utc(*due)),
        Content::AllClear { .. } => "all clear".to_owned(),
        Content::Test => "test".to_owned(),
    }
}

fn outcome(letter: &Letter) -> String {
    let slow = if letter.overtaken { "; too slow, the next way was tried meanwhile" } else { "" };
    let state = match letter.state {
        LetterState::Delivered { at } => {
            format!("delivered after {}", at.since(letter.created_at).words())
        }
        LetterState::Failed { at } => format!("failed at {}", utc(at)),
        LetterState::Cancelled { .. } => "cancelled: not needed any more".to_owned(),
        LetterState::Waiting { .. } | LetterState::Leased { .. } => "not known yet".to_owned(),
    };
    state + slow
}

fn attempts(attempts: &[Attempt]) -> String {
    let word = |attempt: &Attempt| match attempt.outcome {
        None => "no answer yet",
        Some(Outcome::Delivered) => "delivered",
        Some(Outcome::Retry { .. }) => "to be tried again",
        Some(Outcome::Failed) => "failed",
        Some(Outcome::Unknown) => "no answer",
    };
    match attempts.last() {
        None => "0".to_owned(),
        Some(last) if last.answer.is_empty() => format!("{}, last: {}", attempts.len(), word(last)),
        Some(last) => format!("{}, last: {} ({})", attempts.len(), word(last), markdown(&last.answer)),
    }
}
