//! The review, drafted from the record.
//!
//! Nobody should type what the timeline already knows, and a report whose figures are worked out cannot contradict itself. What
//! only people know is asked for in `[fill in: …]` places: how, not who; several conditions, never one cause. Until somebody edits
//! it, the draft is made anew each time it is read.

mod measure;
mod paged;
mod questions;
mod record;

use std::fmt::Write as _;

use model::{Group, Incident, Letter, Playbook, Time, TimelineEntry, Update};

pub use measure::{Kept, Stretch, durations, promises};

use crate::words::{markdown, percent, utc};

/// Rows of one table; what is beyond is counted, and is in the record.
const MOST_ROWS: usize = 2_000;

/// What a review is drafted from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub incident: &'a Incident,
    pub timeline: &'a [TimelineEntry],
    /// In any order.
    pub updates: &'a [Update],
    pub letters: &'a [Letter],
    pub groups: &'a [Group],
    /// For names of people, services and components.
    pub playbook: &'a Playbook,
}

/// The review draft in Markdown. The same facts give the same text. Everything people or senders wrote is shown as plain text:
/// no HTML, links or tables of theirs.
pub fn draft(facts: &Facts<'_>) -> String {
    let mut out = String::with_capacity(4_096);
    summary(&mut out, facts);
    measure::write(&mut out, facts);
    paged::write(&mut out, facts);
    record::updates(&mut out, facts);
    record::timeline(&mut out, facts);
    questions::write(&mut out, facts);
    out
}

impl Facts<'_> {
    /// What minutes are counted from: the start of the impact where it is known, else the first thing on the timeline.
    fn start(&self) -> Time {
        let marked = self.incident.marks.get(&model::mark::MarkKind::ImpactStart);
        let first = self.timeline.iter().map(|e| e.happened_at).min();
        marked.map(|m| m.at).or(first).unwrap_or(self.incident.declared_at)
    }

    fn person(&self, id: &str) -> String {
        markdown(self.playbook.person_name(id))
    }

    fn actor(&self, actor: &model::Actor) -> String {
        markdown(&actor.named(self.playbook))
    }

    fn service(&self, id: &str) -> String {
        markdown(self.playbook.service_name(id))
    }

    fn component(&self, id: &str) -> String {
        let all = self.playbook.pages.iter().flat_map(|p| &p.components);
        let name = all.into_iter().find(|c| &*c.id == id).map_or(id, |c| &c.name);
        markdown(name)
    }
}

fn summary(out: &mut String, facts: &Facts<'_>) {
    let incident = facts.incident;
    let drill = if incident.drill { " (drill)" } else { "" };
    let _ = writeln!(out, "# {}{drill}: {}\n", incident.id, markdown(&incident.title));
    out.push_str(
        "Drafted from the record: every time and figure is worked out, none is typed. Places marked [fill in: …] are for people.\n\n## Summary\n\n| | |\n|---|---|\n",
    );
    let mut row = |name: &str, value: String| {
        let _ = writeln!(out, "| {name} | {value} |");
    };
    let worst = incident.severities.iter().map(|c| c.to).min();
    row(
        "Severity",
        match worst {
            Some(worst) if worst != incident.severity => format!("{}, at worst {worst}", incident.severity),
            _ => incident.severity.to_string(),
        },
    );
    row("Phase", incident.phase.name().to_owned());
    row("Services", list(incident.services.iter().map(|id| facts.service(id))));
    row("Impact", impact(facts));
    row("Declared", format!("{} by {}", utc(incident.declared_at), facts.actor(&incident.declared_by)));
    if let Some(at) = incident.resolved_at {
        row("Resolved", utc(at));
    }
    let roles = incident.roles.iter().map(|h| {
        let until = h.until.map_or(String::new(), |until| format!(" to {}", utc(until)));
        format!("{}: {} (from {}{until})", h.role.words(), facts.person(&h.person), utc(h.since))
    });
    row("Roles", list(roles));
    row("Promises of the next word", kept_and_broken(facts));
    row("Drill", if incident.drill { "yes: an exercise, counted in no figure" } else { "no" }.to_owned());
    out.push_str("\nTimes are in UTC.\n\n### Severity over time\n\n| When | Severity | By | Why |\n|---|---|---|---|\n");
    for change in incident.severities.iter().take(MOST_ROWS) {
        let why = or_dash(markdown(&change.reason));
        let _ = writeln!(out, "| {} | {} | {} | {why} |", utc(change.at), change.to, facts.actor(&change.by));
    }
}

/// Counted from the list further down, so that the two cannot disagree.
fn kept_and_broken(facts: &Facts<'_>) -> String {
    let all = promises(facts.incident, facts.updates);
    let count = |of: fn(&Kept) -> bool| all.iter().filter(|(_, _, kept)| of(kept)).count();
    let kept = count(|k| matches!(k, Kept::Kept { .. }));
    let broken = count(|k| matches!(k, Kept::Late { .. } | Kept::Never));
    format!("{kept} kept, {broken} broken")
}

fn impact(facts: &Facts<'_>) -> String {
    let impact = &facts.incident.impact;
    let parts = [
        Some(markdown(&impact.summary)).filter(|s| !s.is_empty()),
        impact.share_ppm.map(|ppm| format!("{} of requests or users", percent(ppm))),
        impact.customers.map(|n| crate::words::plural(n, "customer", "customers")),
    ];
    list(parts.into_iter().flatten())
}

fn list(parts: impl Iterator<Item = String>) -> String {
    or_dash(parts.collect::<Vec<_>>().join("; "))
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

/// Says how many rows are not shown, if any.
fn rest(out: &mut String, all: usize) {
    if all > MOST_ROWS {
        let _ = writeln!(out, "\nAnd {} more, in the record.", all - MOST_ROWS);
    }
}

#[cfg(test)]
mod tests;
