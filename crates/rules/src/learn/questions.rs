//! What only people can answer, asked without blame; and what the record lacks.

use std::fmt::Write as _;

use model::mark::MarkKind;
use model::{GroupState, LetterState, Role};

use super::measure::{Kept, promises};
use super::{Facts, MOST_ROWS};
use crate::words::{clock, markdown, plural};

/// Asked of everybody who was there. How and what, never who.
const QUESTIONS: &str = "
## What we want to understand

### Contributing conditions

Which conditions had to come together for this to happen? There are several; name each with what shows it. Where the answer is a
person, ask what made the step sensible at the time.

- [fill in: a condition, and the evidence for it]

### How it got past us

Which layer (design, review, test, canary, alert) could have seen it, and what made that layer miss it? Which layers held?

- [fill in: a layer, and what it did]

### Recovering and telling

What took most of the time between noticing and mitigating? What would customers have wanted to hear sooner?

- [fill in]

### What went well

- [fill in: what limited the damage]

### Where we were lucky

- [fill in: what could have made it worse, and did not]

### Actions

No action is a valid result. Each one has an owner, and a way to prove that it works.

| Action | Owner | Proof | By |
|---|---|---|---|
| [fill in] | [fill in] | [fill in: the test, alert or drill that shows it] | [fill in] |
";

pub(super) fn write(out: &mut String, facts: &Facts<'_>) {
    out.push_str(QUESTIONS);
    out.push_str("\n## Gaps to fill\n\n");
    let gaps = gaps(facts);
    if gaps.is_empty() {
        out.push_str("The record is whole.\n");
    }
    for gap in gaps.iter().take(MOST_ROWS) {
        let _ = writeln!(out, "- [ ] {gap}");
    }
}

/// Marks that every finished incident has. The others may rightly be missing.
const EXPECTED: [(MarkKind, &str); 7] = [
    (MarkKind::ImpactStart, "from when could customers feel it?"),
    (MarkKind::Detected, "what was the first sign, and when?"),
    (MarkKind::FirstHuman, "when did the first person look?"),
    (MarkKind::Declared, "when did it become an incident?"),
    (MarkKind::FirstPublic, "when did customers first read about it? If they never did: was that right?"),
    (MarkKind::CauseUnderstood, "when was it clear what led to this?"),
    (MarkKind::Mitigated, "when did customers stop feeling it?"),
];

fn gaps(facts: &Facts<'_>) -> Vec<String> {
    let incident = facts.incident;
    let mut gaps = Vec::new();
    for (kind, question) in EXPECTED {
        match incident.marks.get(&kind) {
            None => gaps.push(format!("{}: unknown; {question}", kind.words())),
            Some(mark) if mark.confidence == model::mark::Confidence::Estimated => {
                gaps.push(format!("{}: only estimated; {question}", kind.words()));
            }
            Some(_) => {}
        }
    }
    if incident.impact.summary.trim().is_empty() {
        gaps.push("impact: what could customers not do?".to_owned());
    }
    if incident.impact.share_ppm.is_none() && incident.impact.customers.is_none() {
        gaps.push("impact: how many were affected?".to_owned());
    }
    if !incident.roles.iter().any(|h| h.role == Role::Commander) {
        gaps.push("nobody was commander: how was it decided what to do next?".to_owned());
    }
    for change in incident.severities.iter().skip(1).filter(|c| c.reason.trim().is_empty()) {
        gaps.push(format!("no reason for the change to {} at {}", change.to, clock(change.at)));
    }
    for (_, due, kept) in promises(incident, facts.updates) {
        if matches!(kept, Kept::Late { .. } | Kept::Never) {
            gaps.push(format!("what kept us from the word promised for {}?", clock(due)));
        }
    }
    unanswered(facts, &mut gaps);
    gaps
}

fn unanswered(facts: &Facts<'_>, gaps: &mut Vec<String>) {
    for group in facts.groups {
        if matches!(group.state, GroupState::Exhausted { .. }) {
            gaps.push(format!("nobody answered the page about {}: what stood in the way?", markdown(&group.summary)));
        }
    }
    let failed = facts.letters.iter().filter(|l| matches!(l.state, LetterState::Failed { .. })).count();
    if failed > 0 {
        gaps.push(format!(
            "{} could not be delivered: mend the address or the way",
            plural(failed as u64, "message", "messages")
        ));
    }
}
