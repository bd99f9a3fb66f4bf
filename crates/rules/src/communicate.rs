//! Words to customers: the three A's, and the promise of the next word.
//!
//! The lint helps an author who is tired and in a hurry. It refuses what breaks trust for certain (no next word, a promised time
//! for the fix, a password in a link), advises on the rest, and never scores anyone. A person may send a refused text with a
//! reason; that decision is the engine's.

mod advice;
mod draft;
mod lexicon;
mod promise;
mod scan;
mod when;

use model::update::{Draft, PublicPhase};
use model::{Audience, Span, Time};

pub use draft::reminder_draft;

/// Longer than this a part is not read to its end.
pub const LONG_TEXT: usize = 600;
/// The farthest the next word may be away.
pub const LATEST_NEXT: Span = Span::hours(24);
/// While nobody knows what is wrong, the next word should not be farther away than this.
pub const LATEST_WHILE_INVESTIGATING: Span = Span::hours(2);
/// How long before the promised time somebody is called.
const REMINDER: Span = Span::minutes(8);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not sent unless a person says why.
    Refuse,
    /// Shown to the author; sent as it is if they wish.
    Advise,
}

impl Level {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Advise => "advise",
        }
    }
}

/// One thing to say about a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The field of the draft: `acknowledge`, `apologize`, `act`, `next_update_at`.
    pub field: &'static str,
    /// Stable, for machines.
    pub code: &'static str,
    pub level: Level,
    /// What to do, for people.
    pub text: String,
}

/// What is to be said about a draft, refusals first. Empty: nothing. `open_incident` = people still work on it; a word about a
/// closed incident needs no next one.
///
/// The apology is required where customers read (public, customers); others need the facts and what is done.
/// Takes time in proportion to the texts.
pub fn lint(draft: &Draft, now: Time, open_incident: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    let closing = matches!(draft.phase, PublicPhase::Resolved | PublicPhase::Postmortem);
    let customers = matches!(draft.audience, Audience::Public | Audience::Customers);
    let outside = customers || draft.audience == Audience::Support;
    missing(draft, customers, closing, &mut found);
    next_word(draft, now, open_incident && !closing, &mut found);
    for (field, text) in parts(draft) {
        let folded = scan::folded(text);
        let words = scan::words(&folded);
        if let Some(range) = promise::promised_fix(&words, closing) {
            let quote = &folded[range];
            add(
                &mut found,
                (field, "promised_fix", Level::Refuse),
                format!(
                    "“{quote}” promises a time for the fix, and nobody can keep that for certain. Leave the time out, and promise when the next word comes."
                ),
            );
        }
        hygiene(field, text, &folded, &mut found);
        advice::advise(field, &words, outside, &mut found);
    }
    regret(draft, customers, &mut found);
    found.sort_by_key(|f| f.level);
    found
}

fn parts(draft: &Draft) -> [(&'static str, &str); 3] {
    [("acknowledge", &draft.acknowledge), ("apologize", &draft.apologize), ("act", &draft.act)]
}

fn add(found: &mut Vec<Finding>, (field, code, level): (&'static str, &'static str, Level), text: impl Into<String>) {
    let text = text.into();
    found.push(Finding { field, code, level, text });
}

/// Nothing a reader could use: empty, or only signs.
fn is_empty(text: &str) -> bool {
    let bare = text.trim().to_ascii_lowercase();
    !bare.contains(char::is_alphanumeric) || matches!(&*bare, "n/a" | "na" | "none" | "tbd" | "todo")
}

fn missing(draft: &Draft, customers: bool, closing: bool, found: &mut Vec<Finding>) {
    if is_empty(&draft.acknowledge) {
        add(
            found,
            ("acknowledge", "missing", Level::Refuse),
            "Acknowledge: say what is hit, for whom and since when, in the reader's words.",
        );
    }
    if is_empty(&draft.apologize) && customers {
        add(
            found,
            ("apologize", "missing", Level::Refuse),
            "Apologize: say what it costs the reader and that it is on us. One sentence is enough.",
        );
    }
    if is_empty(&draft.act) {
        let text = if closing {
            "Act: say what was done, and whether data was lost. One sentence is enough."
        } else {
            "Act: say what is being done now, and what the reader can do meanwhile. “We are still looking” counts."
        };
        add(found, ("act", "missing", Level::Refuse), text);
    }
}

fn next_word(draft: &Draft, now: Time, required: bool, found: &mut Vec<Finding>) {
    const FIELD: &str = "next_update_at";
    let Some(next) = draft.next_update_at else {
        if required {
            add(
                found,
                (FIELD, "missing", Level::Refuse),
                "Say when the next word comes, with news or without: in 20 to 30 minutes while customers feel it.",
            );
        }
        return;
    };
    if next <= now {
        add(
            found,
            (FIELD, "in_the_past", Level::Refuse),
            format!("{} is not in the future. Choose a later time for the next word.", next.rfc3339()),
        );
    } else if required && next > now + LATEST_NEXT {
        add(
            found,
            (FIELD, "too_far", Level::Refuse),
            "The next word is more than 24 hours away. Choose a nearer time; you can say that nothing has changed.",
        );
    } else if required && draft.phase == PublicPhase::Investigating && next > now + LATEST_WHILE_INVESTIGATING {
        add(
            found,
            (FIELD, "far", Level::Advise),
            "The next word is more than 2 hours away while nobody knows yet what is wrong. Half an hour is usual.",
        );
    }
}

fn hygiene(field: &'static str, text: &str, folded: &str, found: &mut Vec<Finding>) {
    if advice::leaks_secret(folded) {
        add(
            found,
            (field, "secret_in_link", Level::Refuse),
            "A link here carries a password or a token. Everybody who reads this would have it; take it out.",
        );
    }
    if let Some(blank) = advice::blank(text) {
        let blank: String = blank.chars().take(60).collect();
        add(found, (field, "blank", Level::Refuse), format!("“{blank}” is still to be filled in."));
    }
    let length = text.chars().count();
    if length > LONG_TEXT {
        add(
            found,
            (field, "long", Level::Advise),
            format!(
                "{length} characters: few will read to the end. Keep it under {LONG_TEXT}, and leave the rest to the review."
            ),
        );
    }
}

fn regret(draft: &Draft, customers: bool, found: &mut Vec<Finding>) {
    let folded = scan::folded(&draft.apologize);
    let said = ["sorry", "apolog", "regret", "our fault", "let you down", "on us"];
    if customers && !is_empty(&draft.apologize) && !said.iter().any(|word| folded.contains(word)) {
        add(
            found,
            ("apologize", "no_regret", Level::Advise),
            "No word of regret yet. “We are sorry that …” with what it costs the reader is enough.",
        );
    }
}

/// How long before `due` the reminder goes out: eight minutes, or half of the way when the promise was a short one.
pub fn promise_lead(made: Time, due: Time) -> Span {
    Span(REMINDER.0.min(due.since(made).0 / 2))
}

#[cfg(test)]
mod tests;
