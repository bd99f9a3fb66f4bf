//! The timeline: newest last, the note box under it. A long one begins with its older part folded away.

use maud::{Markup, html};
use model::{Audience, EntryKind, Time};

use super::{Room, head};
use crate::view::Clock;
use crate::view::parts::{self, Tone};
use crate::view::text::{count, shown, shown_lines};

/// One entry, ready to be shown.
#[derive(Clone, Debug)]
pub struct Entry {
    pub seq: u32,
    pub happened_at: Time,
    pub recorded_at: Time,
    /// A name, or "Candor".
    pub actor: String,
    pub kind: EntryKind,
    pub audience: Audience,
    pub text: String,
}

/// Entries shown without unfolding; a phone then still has the newest in view.
const SHOWN: usize = 15;
/// From more entries than this a narrow screen offers a way to the newest.
const JUMP: usize = 5;

pub fn timeline(view: &Room) -> Markup {
    let clock = &view.shell.clock;
    let (older, newest) = view.entries.split_at(view.entries.len().saturating_sub(SHOWN));
    html! {
        @if let Some(last) = newest.last().filter(|_| newest.len() > JUMP) {
            p.more.jump { a href={ "#t-" (last.seq) } { "To the newest, " (clock.short(last.happened_at)) } }
        }
        // Turned upside down by the style where it scrolls by itself, so that it begins, and stays, at its newest end.
        div.log-scroll { div { (all(view, older, newest)) } }
        (note_box(view))
    }
}

fn all(view: &Room, older: &[Entry], newest: &[Entry]) -> Markup {
    let clock = &view.shell.clock;
    html! {
        @if let Some(whole) = &view.whole { p.more { a href=(whole) { "Show the whole timeline" } } }
        @if let (Some(first), Some(last)) = (older.first(), older.last()) {
            details.older #older {
                summary {
                    (count(older.len() as u64, "earlier entry", "earlier entries")) ", "
                    (clock.short(first.happened_at)) " to " (clock.short(last.happened_at))
                }
                (list(clock, older, "older-entries"))
            }
        }
        (list(clock, newest, "entries"))
    }
}

fn list(clock: &Clock, entries: &[Entry], id: &str) -> Markup {
    let mut day = None;
    html! {
        ol.timeline id=(id) {
            @for e in entries {
                @let date = clock.zoned(e.happened_at).date();
                // Today needs no heading.
                @if day.replace(date) != Some(date) && date != clock.zoned(clock.now).date() {
                    li.day { (clock.day(e.happened_at)) }
                }
                (entry(clock, e))
            }
        }
    }
}

/// One entry. The event stream sends just this when a timeline grows: `data-into` says where it belongs.
pub fn entry(clock: &Clock, entry: &Entry) -> Markup {
    let (tone, word) = look(entry.kind);
    html! {
        li id={ "t-" (entry.seq) } class={ "entry " (kind_class(entry.kind)) } data-into="entries" {
            a.time href={ "#t-" (entry.seq) } {
                time datetime=(entry.happened_at.rfc3339()) title=(clock.full(entry.happened_at)) data-at { (clock.hm(entry.happened_at)) }
            }
            div {
                p.text { (shown_lines(&entry.text)) }
                p.second {
                    @if let Some(tone) = tone { (parts::state(tone, word)) } @else { (word) }
                    " · " (shown(&entry.actor))
                    @if entry.audience != Audience::Internal { " · seen by " (audience(entry.audience)) }
                    @if entry.recorded_at.since(entry.happened_at).0 >= 60 { " · written down " (clock.short(entry.recorded_at)) }
                }
            }
        }
    }
}

/// Notes and updates are what people said; the rest is what happened.
const fn kind_class(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Note => "note",
        EntryKind::Update => "update",
        _ => "event",
    }
}

const fn look(kind: EntryKind) -> (Option<Tone>, &'static str) {
    match kind {
        EntryKind::Declared => (None, "declared"),
        EntryKind::Note => (None, "note"),
        EntryKind::Phase => (None, "phase"),
        EntryKind::Severity => (None, "severity"),
        EntryKind::Role => (None, "role"),
        EntryKind::Impact => (None, "impact"),
        EntryKind::Mark => (None, "mark"),
        EntryKind::Alert => (Some(Tone::Bad), "alert"),
        EntryKind::Paged => (None, "page"),
        EntryKind::Acknowledged => (Some(Tone::Good), "acknowledged"),
        EntryKind::Update => (Some(Tone::Due), "update published"),
        EntryKind::PromiseReminder => (Some(Tone::Due), "reminder"),
        EntryKind::PromiseKept => (Some(Tone::Good), "promise kept"),
        EntryKind::PromiseBroken => (Some(Tone::Bad), "promise broken"),
        EntryKind::Merged => (None, "merged"),
        EntryKind::Resolved => (Some(Tone::Good), "resolved"),
        EntryKind::Reopened => (Some(Tone::Warn), "reopened"),
        EntryKind::Review => (None, "review"),
    }
}

const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "everyone",
        Audience::Customers => "customers",
        Audience::Executives => "executives",
        Audience::Support => "support",
        Audience::Internal => "us",
    }
}

fn note_box(view: &Room) -> Markup {
    if !view.shell.responds() {
        return head::viewer(view);
    }
    html! {
        form.note-box #note method="post" action={ "/incidents/" (view.id) "/notes" } {
            label.vh for="note-text" { "Note for the timeline" }
            // A text area, so that a pasted log keeps its lines; the script lets Enter send it.
            textarea #note-text name="text" rows="1" required maxlength="10000" placeholder="Note what you see or do"
                aria-keyshortcuts="n" data-enter { (view.note) }
            button.primary type="submit" { "Add note" }
        }
    }
}
