//! "Who would be paged?" — for a service, at a time, with labels. A question, not a page: nothing is sent.

use maud::{Markup, html};
use model::{Name, Span, Time};

use super::OnCall;
use crate::view::parts;
use crate::view::text::shown;

/// The question as it was asked, and its answer.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// Every service: id and name.
    pub services: Vec<(Name, String)>,
    pub service: Option<Name>,
    /// As typed: `2026-07-12T03:00`, local.
    pub at: String,
    /// As typed: `severity=critical, team=web`.
    pub labels: String,
    pub fault: Option<String>,
    pub answer: Option<WouldPage>,
}

#[derive(Clone, Debug)]
pub struct WouldPage {
    pub service: String,
    pub at: Time,
    /// The route that would take it, and the severity it would have.
    pub through: String,
    /// Why nobody would be called.
    pub quiet: Option<String>,
    pub steps: Vec<CalledStep>,
    /// How many times the steps run again.
    pub repeat: u32,
}

#[derive(Clone, Debug)]
pub struct CalledStep {
    /// After the alert.
    pub after: Span,
    pub called: Vec<Called>,
}

#[derive(Clone, Debug)]
pub struct Called {
    pub person: String,
    /// "on call in Primary"
    pub because: String,
    /// "e-mail at once, webhook after 5 min"
    pub by: String,
}

pub fn ask(view: &OnCall) -> Markup {
    let ask = &view.ask;
    html! {
        section aria-labelledby="ask-h" {
            h2 #ask-h { "Who would be called?" }
            @if ask.services.is_empty() { p.quiet { "There is no service to ask about yet." } }
            @else {
                form.ask action="/on-call#ask-h" {
                    div.field { label for="ask-service" { "Service" }
                        select #ask-service name="service" {
                            (parts::options(ask.services.iter().map(|(id, name)| (&**id, name.as_str())), ask.service.as_deref().unwrap_or_default()))
                        } }
                    div.field { label for="ask-at" { "When " span.quiet { (view.shell.clock.abbreviation()) } }
                        input #ask-at type="datetime-local" name="at" value=(ask.at); }
                    div.field { label for="ask-labels" { "Labels " span.quiet { "may stay empty" } }
                        input #ask-labels name="labels" value=(ask.labels) placeholder="severity=critical" autocomplete="off" maxlength="500"
                            aria-invalid=[ask.fault.is_some().then_some("true")]
                            aria-describedby=[ask.fault.is_some().then_some("ask-labels-fault")]; }
                    button type="submit" { "Ask" }
                }
                p.hint { "Only a question: nobody is called." }
                (parts::fault("ask-labels", ask.fault.as_deref()))
            }
            @if let Some(answer) = &ask.answer { (would_page(view, answer)) }
        }
    }
}

fn would_page(view: &OnCall, answer: &WouldPage) -> Markup {
    let clock = &view.shell.clock;
    html! {
        div.answer #answer {
            p { "For " strong { (shown(&answer.service)) } " at " strong { (clock.short(answer.at)) } ", " (shown(&answer.through)) ":" }
            @if let Some(quiet) = &answer.quiet { p { (parts::state(parts::Tone::Warn, "nobody")) " " (shown(quiet)) } }
            ol.timeline {
                @for step in &answer.steps {
                    li.entry {
                        span.time { @if step.after.0 == 0 { "at once" } @else { "+ " (step.after.words()) } }
                        div {
                            @if step.called.is_empty() { p.text { (parts::state(parts::Tone::Warn, "nobody")) " this step finds no one" } }
                            @for called in &step.called {
                                p.text { strong { (shown(&called.person)) } }
                                p.second { (shown(&called.because)) " · " (shown(&called.by)) }
                            }
                        }
                    }
                }
            }
            @if answer.repeat > 0 { p.second { "then all of it again, " (answer.repeat) " ×" } }
        }
    }
}
