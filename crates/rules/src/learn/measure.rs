//! Marks, the lengths of time between them, and what became of each promise.

use std::fmt::Write as _;

use model::mark::{Confidence, MarkKind};
use model::update::PublicPhase;
use model::{Audience, Incident, Span, Time, Update};

use super::Facts;
use crate::words::{markdown, minutes_from, utc};

/// A length of time between two marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Stable, for machines, e.g. `detected_to_declared`.
    pub name: &'static str,
    pub from: MarkKind,
    pub to: MarkKind,
    /// `None` when one of the two marks is missing.
    pub span: Option<Span>,
    /// `to` came before `from` (a customer called before the first alert): `span` is by how much.
    pub backwards: bool,
}

const STRETCHES: [(&str, MarkKind, MarkKind); 6] = [
    ("impact_to_detected", MarkKind::ImpactStart, MarkKind::Detected),
    ("detected_to_acknowledged", MarkKind::Detected, MarkKind::FirstHuman),
    ("detected_to_declared", MarkKind::Detected, MarkKind::Declared),
    ("impact_to_first_public", MarkKind::ImpactStart, MarkKind::FirstPublic),
    ("declared_to_mitigated", MarkKind::Declared, MarkKind::Mitigated),
    ("declared_to_resolved", MarkKind::Declared, MarkKind::Resolved),
];

/// The lengths of time a review and the reports speak of, always all of them and in one order.
pub fn durations(incident: &Incident) -> Vec<Stretch> {
    let at = |kind| incident.marks.get(&kind).map(|m| m.at);
    STRETCHES
        .into_iter()
        .map(|(name, from, to)| {
            let ends = at(from).zip(at(to));
            let backwards = ends.is_some_and(|(from, to)| to < from);
            let span = ends.map(|(from, to)| from.max(to).since(from.min(to)));
            Stretch { name, from, to, span, backwards }
        })
        .collect()
}

impl Stretch {
    /// `3 min 20 s`, `2 min before`, `unknown`.
    pub fn words(&self) -> String {
        match self.span {
            None => "unknown".to_owned(),
            Some(span) if self.backwards => format!("{} before", span.words()),
            Some(span) => span.words(),
        }
    }
}

/// What became of the promise that an update made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The next word came in time, this long before it was due.
    Kept { at: Time, early: Span },
    /// The next word came late.
    Late { at: Time, late: Span },
    /// The time has passed and no word came.
    Never,
    /// It was over before the time came, and no further word was published.
    Lapsed,
    /// Not due yet, as far as the record goes.
    Open,
}

/// Each promise to customers in the order they were made, with the place in `updates` of the update that made it. A promise is
/// kept when the next update customers see is published at the promised time or before.
pub fn promises(incident: &Incident, updates: &[Update]) -> Vec<(usize, Time, Kept)> {
    let mut seen: Vec<(usize, &Update)> =
        updates.iter().enumerate().filter(|(_, u)| matches!(u.draft.audience, Audience::Public | Audience::Customers)).collect();
    seen.sort_by_key(|(_, u)| (u.published_at, u.id));
    let promised = |u: &Update| {
        let closing = matches!(u.draft.phase, PublicPhase::Resolved | PublicPhase::Postmortem);
        u.draft.next_update_at.filter(|_| !closing)
    };
    seen.iter()
        .enumerate()
        .filter_map(|(place, (index, update))| {
            let due = promised(update)?;
            let next = seen.get(place + 1).map(|(_, u)| u.published_at);
            Some((*index, due, outcome(incident, due, next)))
        })
        .collect()
}

fn outcome(incident: &Incident, due: Time, next: Option<Time>) -> Kept {
    match next {
        Some(at) if at <= due => Kept::Kept { at, early: due.since(at) },
        Some(at) => Kept::Late { at, late: at.since(due) },
        None => {
            let broken =
                incident.promise.as_ref().is_some_and(|p| p.due == due && p.state == model::incident::PromiseState::Broken);
            let over = incident.resolved_at;
            if broken || over.is_some_and(|over| over > due) {
                Kept::Never
            } else if over.is_none() && incident.phase.is_open() {
                Kept::Open
            } else {
                Kept::Lapsed
            }
        }
    }
}

const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Stated => "stated",
        Confidence::Estimated => "estimated",
    }
}

pub(super) fn write(out: &mut String, facts: &Facts<'_>) {
    out.push_str("\n## Marks\n\n| Mark | When | Minutes | Source | Confidence |\n|---|---|---:|---|---|\n");
    let start = facts.start();
    for kind in MarkKind::ALL {
        let _ = match facts.incident.marks.get(&kind) {
            Some(mark) => writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                kind.words(),
                utc(mark.at),
                minutes_from(start, mark.at),
                markdown(&mark.source),
                confidence(mark.confidence)
            ),
            None => writeln!(out, "| {} | unknown | | | |", kind.words()),
        };
    }
    out.push_str("\n### How long it took\n\n| From | To | |\n|---|---|---|\n");
    for stretch in durations(facts.incident) {
        let _ = writeln!(out, "| {} | {} | {} |", stretch.from.words(), stretch.to.words(), stretch.words());
    }
}
