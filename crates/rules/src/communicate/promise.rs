//! Finds a promised time of recovery: the one thing that an update must not hold.
//!
//! Nobody knows when a fix will be done, and a missed promise costs more trust than none. The time of the *next word* can be kept
//! by anyone, so that promise is asked for in a field of its own and is allowed in the text.
//!
//! How it reads a sentence: it looks for an expression of a time ahead ("by 10:30", "in 20 minutes", "tomorrow"), then for the
//! word that time belongs to: the nearest word before it that speaks of recovery ("fixed", "back") or of news ("update", "post"),
//! or else the nearest after it. News is fine. Recovery is refused when the sentence looks ahead ("will", "should", "expect")
//! and does not deny ("not"), condition ("if", "once") or report ("was").

use super::lexicon::{ABOUT, AHEAD, CONDITION, DENIAL, JOINING, NEWS, PAST, RECOVERY, SUBJECTS, WEAK};
use super::scan::{Break, Word, sentences};
use super::when::{When, times};

/// Where the first promise of a recovery time stands in the folded text: byte range of the words that make it. `closing`: the
/// update says that it is over, so "restored in 20 minutes" is a report.
pub(super) fn promised_fix(words: &[Word<'_>], closing: bool) -> Option<std::ops::Range<usize>> {
    sentences(words).find_map(|sentence| {
        let times = times(sentence);
        if times.is_empty() {
            return None;
        }
        let topics: Vec<_> = (0..sentence.len()).map(|i| topic(sentence, i)).collect();
        times.into_iter().find_map(|when| {
            let from = promised_estimate(sentence, &when)
                .or_else(|| promised_before(sentence, &topics, &when, closing))
                .or_else(|| promised_after(sentence, &topics, &when))?;
            Some(range(sentence, from.min(when.from), from.max(when.to - 1)))
        })
    })
}

fn range(sentence: &[Word<'_>], first: usize, last: usize) -> std::ops::Range<usize> {
    sentence[first].start..sentence[last].end()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Topic {
    Recovery,
    News,
}

/// "ETA 15:00", "the estimated time of repair is two hours": which word it hangs on.
fn promised_estimate(sentence: &[Word<'_>], when: &When) -> Option<usize> {
    let at = (0..when.from).rev().find(|i| {
        let word = &sentence[*i];
        word.is(&["eta", "etr", "ettr"])
            || word.is(&["estimate"])
            || word.is(&["time"]) && *i > 0 && sentence[i - 1].is(&["estimated", "expected", "resolution", "recovery"])
    })?;
    let denied = sentence[..when.from].iter().any(|w| w.is(DENIAL));
    let news = sentence[at..when.from].iter().any(|w| w.is(NEWS));
    let joined = sentence[at + 1..when.from].iter().any(|w| w.is(&["and", "but"]));
    (!denied && !news && !joined).then_some(at)
}

/// The time follows what it belongs to: "restored by 10:30".
fn promised_before(sentence: &[Word<'_>], topics: &[Option<Topic>], when: &When, closing: bool) -> Option<usize> {
    if when.bare {
        return None;
    }
    for at in (0..when.from).rev() {
        match topics[at] {
            Some(Topic::News) => return None,
            // "as soon as it is fixed": go on to what that is the condition for.
            Some(Topic::Recovery) if conditional(sentence, at) => {}
            Some(Topic::Recovery) => {
                return looks_ahead(sentence, at, when, closing).then_some(at);
            }
            None => {}
        }
    }
    None
}

/// The time comes first: "by 10:30 we will have it fixed".
fn promised_after(sentence: &[Word<'_>], topics: &[Option<Topic>], when: &When) -> Option<usize> {
    let about = |i: usize| topics[i].is_some();
    if when.bare || (0..when.from).any(about) {
        return None;
    }
    let at = (when.to..sentence.len()).find(|i| about(*i))?;
    if topics[at] == Some(Topic::News) || conditional(sentence, at) {
        return None;
    }
    let between = &sentence[when.to..at];
    let ahead = between.iter().rposition(|w| ahead(w))?;
    // "At 10:30 we rolled back and expect …" names a time behind us.
    let near = !when.at || ahead < 4;
    let denied = between.iter().any(|w| w.is(DENIAL));
    let reported = between[ahead..].iter().any(|w| w.is(&["was", "were", "had"]));
    (near && !denied && !reported).then_some(at)
}

fn ahead(word: &Word<'_>) -> bool {
    word.is(AHEAD) || word.text.ends_with("'ll")
}

/// What the word at `at` speaks of, read with its neighbours.
fn topic(sentence: &[Word<'_>], at: usize) -> Option<Topic> {
    let word = &sentence[at];
    if word.is(NEWS) {
        return Some(Topic::News);
    }
    let strong = word.is(RECOVERY);
    if !strong && !word.is(WEAK) || !recovers(sentence, at) {
        return None;
    }
    // "The review will be ready by …", "an update on the fix by …": still about news.
    let start = clause_start(sentence, at);
    let news = (start..at).rev().find(|i| sentence[*i].is(NEWS));
    let still_news = news.is_some_and(|news| !strong || sentence[news + 1..at].first().is_some_and(|w| w.is(ABOUT)));
    if still_news {
        return Some(Topic::News);
    }
    Some(Topic::Recovery)
}

/// Words that mean recovery only in some company.
fn recovers(sentence: &[Word<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).map(|i| sentence[i].text);
    let after = sentence.get(at + 1).filter(|w| w.before == Break::None).map(|w| w.text);
    let be = || {
        let from = at.saturating_sub(3);
        sentence[from..at].iter().any(|w| w.is(&["be", "been", "being", "is", "are", "get", "have"]))
    };
    match sentence[at].text {
        "back" => {
            !matches!(
                before,
                Some(
                    "get"
                        | "getting"
                        | "roll"
                        | "rolled"
                        | "rolling"
                        | "report"
                        | "reporting"
                        | "write"
                        | "check"
                        | "fall"
                        | "call"
                        | "go"
                        | "step"
                        | "hear"
                        | "switch"
                        | "switched"
                )
            ) && !matches!(after, Some("with" | "end" | "office"))
        }
        "working" => !matches!(after, Some("on" | "with" | "to" | "hard" | "towards" | "closely" | "through")),
        "running" => before == Some("and") || after == Some("again") || be(),
        "up" => before == Some("be") || before == Some("back") || after == Some("and"),
        "able" => after == Some("to"),
        "work" | "works" => matches!(after, Some("again" | "normally" | "as")),
        "over" | "end" | "live" | "ready" | "done" | "complete" | "completed" | "finished" | "deployed" | "available" => be(),
        _ => true,
    }
}

fn clause_start(sentence: &[Word<'_>], at: usize) -> usize {
    (1..=at).rev().find(|i| sentence[*i].before == Break::Clause || sentence[*i].is(JOINING)).unwrap_or(0)
}

/// "If it is not fixed by 10:30 …", "once checkout is back …".
fn conditional(sentence: &[Word<'_>], at: usize) -> bool {
    let start = clause_start(sentence, at);
    let clause = &sentence[start..at];
    clause.iter().any(|w| w.is(CONDITION)) && !clause.iter().any(|w| w.text == "such")
}

fn looks_ahead(sentence: &[Word<'_>], at: usize, when: &When, closing: bool) -> bool {
    let start = clause_start(sentence, at);
    let denied = |i: usize| {
        let around = i.saturating_sub(2)..(i + 3).min(when.from.max(at));
        sentence[around].iter().any(|w| w.is(DENIAL))
    };
    if let Some(mark) = (0..at).rev().find(|i| ahead(&sentence[*i])) {
        let between = &sentence[mark + 1..at];
        let reported = between.iter().any(|w| w.is(&["was", "were", "had", "has"]))
            || at > mark + 2 && at > 0 && sentence[at - 1].is(SUBJECTS)
            || sentence[at + 1..when.from]
                .iter()
                .any(|w| w.is(&["deployed", "shipped", "released", "made", "applied", "rolled", "was", "were"]));
        let marks = (start.min(mark)..at).filter(|i| ahead(&sentence[*i]));
        return !reported && !marks.into_iter().any(denied);
    }
    // No "will": "Fixed by 10:30.", "Back in 20 minutes.", "Checkout is back in an hour".
    let clause = &sentence[start..at];
    // "Payments recovered within 20 minutes" has a subject and says what was.
    let short = at < 4 && start == 0 && (at == 0 || sentence[at].text != "recovered");
    let planned = sentence[at + 1..when.from].iter().any(|w| w.is(&["scheduled", "expected", "planned", "estimated", "due"]));
    let present = clause.last().is_some_and(|w| w.is(&["is", "are", "fully"]));
    let behind = clause.iter().any(|w| w.is(PAST) || w.is(DENIAL) || w.is(&["have", "we", "i", "they"]));
    !closing && (planned || !when.at && (short || present)) && !behind
}
