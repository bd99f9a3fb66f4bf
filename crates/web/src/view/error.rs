//! A problem: what happened, what was kept, what to do.

use maud::{Markup, html};

use super::text::shown;
use super::{Clock, Shell, shell};

#[derive(Clone, Debug)]
pub struct Problem {
    /// With or without the navigation.
    pub frame: Frame,
    pub status: u16,
    /// Stable, for machines and for searching.
    pub code: String,
    /// "This incident does not exist"
    pub happened: String,
    /// "Your note is kept in the box." Empty when there was nothing to keep.
    pub kept: String,
    /// "Go back and press Publish again."
    pub todo: String,
    /// Where to go from here: address and words.
    pub back: Option<(String, String)>,
}

#[derive(Clone, Debug)]
pub enum Frame {
    Signed(Shell),
    Bare(Clock),
}

pub fn page(view: &Problem) -> Markup {
    let main = main(view);
    match &view.frame {
        Frame::Signed(shell) => shell::page(shell, &view.happened, main),
        Frame::Bare(clock) => shell::bare(clock, &view.happened, main),
    }
}

pub fn main(view: &Problem) -> Markup {
    html! {
        div.problem {
            h1 { (shown(&view.happened)) }
            @if !view.kept.is_empty() { p { (shown(&view.kept)) } }
            p { (shown(&view.todo)) }
            @if let Some((href, words)) = &view.back { p { a.button href=(href) { (shown(words)) } } }
            p.quiet { code { (view.status) " " (shown(&view.code)) } }
        }
    }
}
