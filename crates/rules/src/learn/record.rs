//! What customers read, and what happened when.

use std::fmt::Write as _;

use model::{Span, TimelineEntry, Update};

use super::measure::{Kept, promises};
use super::{Facts, MOST_ROWS, rest};
use crate::words::{markdown, minutes_from, utc};

/// An entry written down this much later than it happened says so.
const LATE_NOTE: Span = Span(60);

pub(super) fn updates(out: &mut String, facts: &Facts<'_>) {
    out.push_str("\n## What customers were told\n");
    if facts.updates.is_empty() {
        out.push_str("\nNo update was published.\n");
    }
    let promises = promises(facts.incident, facts.updates);
    let mut updates: Vec<(usize, &Update)> = facts.updates.iter().enumerate().collect();
    updates.sort_by_key(|(_, u)| (u.published_at, u.id));
    for (index, update) in updates.iter().take(MOST_ROWS) {
        let draft = &update.draft;
        let _ = writeln!(
            out,
            "\n### {}, {} ({}), by {}\n",
            utc(update.published_at),
            draft.phase.name(),
            draft.audience.name(),
            facts.actor(&update.by)
        );
        for (name, text) in [("Acknowledge", &draft.acknowledge), ("Apologize", &draft.apologize), ("Act", &draft.act)] {
            let _ = writeln!(out, "- {name}: {}", super::or_dash(markdown(text)));
        }
        for (id, status) in &draft.components {
            let name = facts.component(id);
            let _ = match update.before.get(id) {
                Some(before) => writeln!(out, "- {name}: {} → {}", before.words(), status.words()),
                None => writeln!(out, "- {name}: {}", status.words()),
            };
        }
        if let Some(why) = &draft.lint_override {
            let _ = writeln!(out, "- Sent although the check of the words refused it, because: {}", markdown(why));
        }
        if let Some((_, due, kept)) = promises.iter().find(|(i, _, _)| i == index) {
            let _ = writeln!(out, "- Next word promised for {}: {}", utc(*due), kept_words(kept));
        }
    }
    rest(out, updates.len());
}

fn kept_words(kept: &Kept) -> String {
    match kept {
        Kept::Kept { at, early: Span(0) } => format!("**kept**, on time ({})", utc(*at)),
        Kept::Kept { at, early } => format!("**kept**, {} early ({})", early.words(), utc(*at)),
        Kept::Late { at, late: Span(0) } => format!("**broken**, by less than a second ({})", utc(*at)),
        Kept::Late { at, late } => format!("**broken**, {} late ({})", late.words(), utc(*at)),
        Kept::Never => "**broken**, no word followed".to_owned(),
        Kept::Lapsed => "the incident was over before, and no word followed".to_owned(),
        Kept::Open => "open".to_owned(),
    }
}

pub(super) fn timeline(out: &mut String, facts: &Facts<'_>) {
    out.push_str("\n## Timeline\n\n");
    if facts.timeline.is_empty() {
        out.push_str("The timeline is empty.\n");
        return;
    }
    out.push_str("| When | Minutes | Kind | Who | What |\n|---|---:|---|---|---|\n");
    let start = facts.start();
    let mut entries: Vec<&TimelineEntry> = facts.timeline.iter().collect();
    entries.sort_by_key(|e| (e.happened_at, e.seq));
    for entry in entries.iter().take(MOST_ROWS) {
        let text = if entry.text_is_whole() { markdown(&entry.text) } else { "(removed)".to_owned() };
        let late = entry.recorded_at.since(entry.happened_at) > LATE_NOTE;
        let noted = if late { format!(" (noted {})", utc(entry.recorded_at)) } else { String::new() };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {text}{noted} |",
            utc(entry.happened_at),
            minutes_from(start, entry.happened_at),
            entry.kind.name().replace('_', " "),
            facts.actor(&entry.actor)
        );
    }
    rest(out, entries.len());
}
