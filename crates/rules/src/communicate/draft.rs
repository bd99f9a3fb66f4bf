//! A draft for whoever is to write the next word.

use std::fmt::Write as _;

use model::update::Draft;
use model::{Incident, Span};

use crate::words::{clock, percent};

/// The three A's, ready to finish: what the last update said, and blanks where only a person knows. Never sent as it is: the lint
/// refuses a text with a `[fill in …]` left in it. `last` = the newest update, usually `incident.last_word`; without one the
/// incident's own facts stand in.
pub fn reminder_draft(incident: &Incident, last: Option<&Draft>) -> String {
    let mut text = String::new();
    let said = |part: fn(&Draft) -> &String| last.map(|d| part(d).trim()).filter(|part| !part.is_empty());
    let acknowledge = match said(|d| &d.acknowledge) {
        Some(part) => part.to_owned(),
        None => from_facts(incident),
    };
    let apologize = said(|d| &d.apologize).unwrap_or("We are sorry. [fill in: what this keeps the reader from doing]");
    let _ = writeln!(text, "Acknowledge: {acknowledge}\n");
    let _ = writeln!(text, "Apologize: {apologize}\n");
    let since = incident.promise.as_ref().map_or(String::new(), |p| format!(" since {}", clock(p.made_at)));
    let _ = write!(
        text,
        "Act: [fill in: what has changed{since}, and what is being done now; without news, say that work goes on and on what]"
    );
    if let Some(before) = said(|d| &d.act) {
        let _ = write!(text, "\n(Last time: {before})");
    }
    if let Some(promise) = &incident.promise {
        let again = promise.due + promise.due.since(promise.made_at).max(Span::minutes(10));
        let _ = write!(text, "\n\nNext word: [fill in: a time you can keep, for example {}]", clock(again));
    }
    text
}

fn from_facts(incident: &Incident) -> String {
    let what = match incident.impact.summary.trim() {
        "" => incident.title.trim(),
        impact => impact,
    };
    let whom = match (incident.impact.share_ppm, incident.impact.customers) {
        (Some(ppm), _) => format!(" About {} are affected.", percent(ppm)),
        (None, Some(n)) => format!(" {n} customers are affected."),
        (None, None) => " [fill in: who is affected]".to_owned(),
    };
    format!("{what}.{whom}").replace("..", ".")
}
