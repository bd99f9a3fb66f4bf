//! The review: its text to be read, and a form to edit it as the Markdown it is.

use maud::{Markup, html};
use model::{IncidentRef, Time};

use super::parts::{self, Tone};
use super::text::{shown, shown_lines};
use super::{Shell, markdown, shell};

#[derive(Clone, Debug)]
pub struct Review {
    pub shell: Shell,
    pub id: IncidentRef,
    pub title: String,
    /// 0: nobody has edited it yet, and the draft still writes itself.
    pub revision: u32,
    pub markdown: String,
    pub edited: Option<(String, Time)>,
    /// Show the form.
    pub editing: bool,
    /// Somebody else saved meanwhile: their text. `markdown` is then what this person typed.
    pub conflict: Option<String>,
    /// What the draft could not know.
    pub gaps: Vec<String>,
}

pub fn page(view: &Review) -> Markup {
    let title = format!("Review of {}", view.id);
    shell::page(&view.shell, &title, main(view))
}

pub fn main(view: &Review) -> Markup {
    html! {
        p.badges { a.ref href={ "/incidents/" (view.id) } { (view.id) } (revision(view)) }
        h1 { "Review: " (shown(&view.title)) }
        @if !view.gaps.is_empty() && !view.editing {
            section.lint aria-labelledby="gaps-h" {
                h2 #gaps-h { "Still to fill in" }
                ul { @for gap in &view.gaps { li { (parts::state(Tone::Warn, "to do")) " " span { (shown(gap)) } } } }
            }
        }
        @if view.editing { (form(view)) } @else { (reading(view)) }
    }
}

fn revision(view: &Review) -> Markup {
    html! {
        span.quiet {
            @match &view.edited {
                Some((who, at)) => { "revision " (view.revision) ", " (shown(who)) ", " (view.shell.clock.ago(*at)) },
                None => "a draft: it writes itself from the timeline until somebody edits it",
            }
        }
    }
}

fn reading(view: &Review) -> Markup {
    html! {
        @if view.shell.responds() {
            p { a.button href={ "/incidents/" (view.id) "/review?edit=1" } { @if view.revision == 0 { "Take over and edit" } @else { "Edit" } } }
        } @else { (shell::read_only()) }
        article.prose aria-label="Text of the review" { (markdown::render(&view.markdown)) }
    }
}

fn form(view: &Review) -> Markup {
    html! {
        @if let Some(theirs) = &view.conflict {
            p.said.bad role="alert" { (Tone::Bad.shape()) span {
                "Somebody saved revision " (view.revision) " while you wrote. Your text is kept below and not saved yet: bring theirs into it, then save again."
            } }
            details open { summary { "Their text" } article.document aria-label="Their text" { (shown_lines(theirs)) } }
        }
        form method="post" action={ "/incidents/" (view.id) "/review" } {
            input type="hidden" name="revision" value=(view.revision);
            label for="markdown" { "Markdown" }
            textarea.document #markdown name="markdown" rows="30" maxlength="200000" spellcheck="true" {
                // HTML drops one line break here; this one may go.
                "\n" (view.markdown)
            }
            div.actions {
                (parts::act("Save review", if view.revision == 0 { "from now on the draft no longer writes itself" } else { "" }))
                a.button href={ "/incidents/" (view.id) "/review" } { "Leave without saving" }
            }
        }
    }
}
