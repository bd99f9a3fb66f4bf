//! The public page as HTML. It is printed once per change and then served from memory, so nothing in it may depend on who looks or
//! on the minute: times are absolute, in the page's own zone, and the small script adds "in 8 minutes".

mod components;
mod incident;

use maud::{DOCTYPE, Markup, html};

use super::view::{Impact, MonthView, PageView};
use crate::view::assets;
use crate::view::parts::Tone;
use crate::view::text::shown;
use crate::view::when::Clock;

/// The whole document.
pub fn page_html(view: &PageView) -> String {
    let clock = Clock::new(view.rendered_at, &view.timezone);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(view))
            body {
                a.skip href="#main" { "Skip to content" }
                header.top {
                    h1 { (shown(&view.name)) }
                    nav aria-label="Follow this page" {
                        a href="history.atom" { "Feed" }
                    }
                }
                main #main {
                    (indicator(view))
                    @for open in &view.open { (incident::open(view, open, &clock)) }
                    (components::components(view, &clock))
                    (past(view, &clock))
                    (promises(view))
                }
                footer { p { "Times are in " (view.timezone.replace('_', " ")) " (" (clock.abbreviation()) "). Last change " (clock.at(view.updated_at)) "." } }
            }
        }
    };
    page.into_string()
}

fn head(view: &PageView) -> Markup {
    let description = format!("{}: {}", shown(&view.name), view.indicator.description);
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="description" content=(description);
            title { (shown(&view.name)) }
            link rel="canonical" href={ (view.root()) "/" };
            link rel="icon" href=(assets::icon().path) type="image/svg+xml";
            link rel="stylesheet" href=(assets::page_css().path);
            link rel="alternate" type="application/atom+xml" href="history.atom" title=(shown(&view.name));
            script src=(assets::page_js().path) defer {}
        }
    }
}

/// The answer in one line. While an incident is open its own title says it better, and larger.
fn indicator(view: &PageView) -> Markup {
    let tone = match view.indicator.impact {
        _ if view.indicator.maintenance => Tone::Planned,
        Impact::None => Tone::Good,
        Impact::Minor | Impact::Major => Tone::Warn,
        Impact::Critical => Tone::Bad,
    };
    html! {
        p class={ "indicator " (tone.class()) @if view.open.is_empty() { " alone" } } {
            (tone.shape()) strong { (view.indicator.description) }
        }
    }
}

fn past(view: &PageView, clock: &Clock) -> Markup {
    html! {
        section aria-labelledby="past" {
            h2 #past { "Past incidents" }
            @if view.history.iter().all(|m| m.incidents.is_empty()) { p.quiet { "None in the last twelve months." } }
            @else {
                @for (i, month) in view.history.iter().enumerate() { (a_month(month, i == 0, clock)) }
            }
        }
    }
}

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// Months without an incident say so in one line: silence would be no statement.
fn a_month(month: &MonthView, newest: bool, clock: &Clock) -> Markup {
    let name = usize::try_from(month.month - 1).ok().and_then(|i| MONTHS.get(i)).copied().unwrap_or_default();
    html! {
        details.month open[newest] {
            summary {
                h3 { (name) " " (month.year) }
                span.quiet { @match month.incidents.len() { 0 => "no incidents", 1 => "1 incident", n => { (n) " incidents" } } }
            }
            @for past in &month.incidents { (incident::past(past, clock)) }
        }
    }
}

fn promises(view: &PageView) -> Markup {
    let made = view.promises_kept + view.promises_broken;
    html! {
        section aria-labelledby="promises" {
            h2 #promises { "Promises kept" }
            @if made == 0 {
                p {
                    "When something breaks we say when you will hear from us next, and count whether we kept it. "
                    @if view.open.iter().any(|i| i.promise.is_some()) { "The one above is the first in 90 days." }
                    @else { "No such promise was needed in the last 90 days." }
                }
            } @else {
                p { strong.figure { (view.promises_kept) " of " (made) } " in 90 days. Each update says when the next one comes; this is how often it came in time." }
            }
        }
    }
}
