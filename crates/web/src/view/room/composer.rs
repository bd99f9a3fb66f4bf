//! The composer: three A's and the time of the next word, the lint beside it, and one button that says what it does.

use maud::{Markup, html};
use model::page::ComponentStatus;
use model::update::PublicPhase;
use model::{IncidentRef, Name, Span, Time};

use super::{Room, head};
use crate::view::Clock;
use crate::view::parts::{self, Tone};
use crate::view::text::{shown, shown_lines};

#[derive(Clone, Debug)]
pub struct Composer {
    /// Pages that can show it: slug and name. More than one: "all of them" is offered first.
    pub pages: Vec<(Name, String)>,
    pub page: Option<Name>,
    pub acknowledge: String,
    pub apologize: String,
    pub act: String,
    pub phase: PublicPhase,
    /// Minutes from now.
    pub next_minutes: u32,
    pub components: Vec<ComponentRow>,
    /// Ready texts: id and name. Choosing one loads the room again with it filled in.
    pub templates: Vec<(Name, String)>,
    pub lint: Vec<Lint>,
    /// The lint refused it: a reason is asked for to publish all the same.
    pub refused: bool,
    pub override_reason: String,
    /// The newest update, so that nobody repeats it.
    pub last: Option<(Time, String)>,
}

#[derive(Clone, Debug)]
pub struct ComponentRow {
    pub id: Name,
    pub name: String,
    pub status: ComponentStatus,
}

/// One thing the lint says.
#[derive(Clone, Debug)]
pub struct Lint {
    pub level: LintLevel,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LintLevel {
    Fine,
    Todo,
    /// Not published unless somebody says why.
    Refused,
}

const CHOICES: [u32; 4] = [15, 30, 60, 120];

pub fn composer(view: &Room) -> Markup {
    let Some(composer) = &view.composer else {
        return missing(view);
    };
    html! {
        @if let Some((at, text)) = &composer.last { (last(&view.shell.clock, *at, text)) }
        @if !composer.templates.is_empty() {
            p.second {
                "Begin with "
                @for (i, (id, name)) in composer.templates.iter().enumerate() {
                    @if i > 0 { " · " }
                    a href={ "?tab=say&template=" (id) "#acknowledge" } { (shown(name)) }
                }
            }
        }
        form.composer #compose method="post" action={ "/incidents/" (view.id) "/updates" }
            data-lint={ "/incidents/" (view.id) "/lint" } {
            (texts(composer))
            (where_it_stands(composer))
            (next_word(&view.shell.clock, composer))
            (lint(&composer.lint))
            @if composer.refused { (override_reason(composer)) }
            (parts::act(&publish_words(composer), &consequence(view.id, composer)))
        }
    }
}

fn last(clock: &Clock, at: Time, text: &str) -> Markup {
    html! {
        details.last #last-update {
            summary { "Customers last heard from us " (clock.ago(at)) }
            p.words { (shown_lines(text)) }
        }
    }
}

fn texts(composer: &Composer) -> Markup {
    let fields = [
        ("acknowledge", "Acknowledge", "what is hit, for whom, since when", &composer.acknowledge),
        ("apologize", "Apologize", "for this, and as ours", &composer.apologize),
        ("act", "Act", "what we are doing now, and what customers can do", &composer.act),
    ];
    html! {
        input type="hidden" name="audience" value="public";
        @for (id, name, hint, text) in fields {
            div.field {
                label for=(id) { (name) " " span.quiet { (hint) } }
                textarea id=(id) name=(id) rows="2" maxlength="5000" { (text) }
            }
        }
    }
}

fn where_it_stands(composer: &Composer) -> Markup {
    let phases = [
        ("investigating", "Investigating"),
        ("identified", "Identified"),
        ("monitoring", "Monitoring"),
        ("resolved", "Resolved"),
    ];
    let statuses = ComponentStatus::ALL.map(|s| (s.name(), s.words()));
    html! {
        div.pair {
            div.field {
                label for="public-phase" { "Shown as" }
                select #public-phase name="phase" { (parts::options(phases, composer.phase.name())) }
            }
            @if composer.pages.len() > 1 {
                div.field {
                    label for="page" { "On" }
                    select #page name="page" {
                        option value="" selected[composer.page.is_none()] { "all " (composer.pages.len()) " pages" }
                        (parts::options(composer.pages.iter().map(|(id, name)| (&**id, name.as_str())), composer.page.as_deref().unwrap_or_default()))
                    }
                }
            }
            @for component in &composer.components {
                div.field {
                    label for={ "component-" (component.id) } { (shown(&component.name)) }
                    select id={ "component-" (component.id) } name={ "component." (component.id) } {
                        (parts::options(statuses, component.status.name()))
                    }
                }
            }
        }
    }
}

fn next_word(clock: &Clock, composer: &Composer) -> Markup {
    html! {
        fieldset.next {
            legend { "Next word in " span.quiet { "a promise: Candor calls somebody before it breaks" } }
            div.chips {
                @for minutes in CHOICES {
                    input type="radio" name="next" id={ "next-" (minutes) } value={ (minutes) "m" } checked[minutes == composer.next_minutes];
                    label for={ "next-" (minutes) } {
                        (minutes) " min" span.vh { ", by " (clock.short(clock.now + Span::minutes(i64::from(minutes)))) }
                    }
                }
            }
        }
    }
}

/// The answer of the lint; also what `POST /incidents/{ref}/lint` answers.
pub fn lint(found: &[Lint]) -> Markup {
    let fine = found.iter().filter(|l| l.level == LintLevel::Fine).count();
    html! {
        div #lint.lint role="status" {
            @if !found.is_empty() {
                p.second { (fine) " of " (found.len()) " checks fine" }
                ul {
                    @for item in found {
                        @let (tone, word) = match item.level {
                            LintLevel::Fine => (Tone::Good, "fine"),
                            LintLevel::Todo => (Tone::Warn, "to do"),
                            LintLevel::Refused => (Tone::Bad, "refused"),
                        };
                        li { (parts::state(tone, word)) " " span { (shown(&item.text)) } }
                    }
                }
            }
        }
    }
}

fn override_reason(composer: &Composer) -> Markup {
    html! {
        div.field {
            label for="override" { "Publish all the same, because" }
            input #override name="override" maxlength="500" autocomplete="off" value=(composer.override_reason);
            p.hint { "The reason goes on the timeline and into the review." }
        }
    }
}

fn publish_words(composer: &Composer) -> String {
    match composer.pages.as_slice() {
        [(_, name)] => format!("Publish to {}", shown(name)),
        pages => format!("Publish to {} pages", pages.len()),
    }
}

fn consequence(id: IncidentRef, composer: &Composer) -> String {
    let names: Vec<&str> = composer.pages.iter().map(|(_, name)| name.as_str()).collect();
    format!(
        "Everyone reads it at once on {}. It cannot be taken back, only followed by another update of {id}.",
        shown(&names.join(", "))
    )
}

fn missing(view: &Room) -> Markup {
    html! {
        @if !view.open() { p.quiet { "This incident is over: nothing more is promised to customers." } }
        @else if view.shell.responds() {
            p.quiet {
                "No public page shows a service of this incident, so there is nowhere to publish. "
                a href="/settings/playbook" { "Add a page or a component to the playbook" } "."
            }
        } @else { (head::viewer(view)) }
    }
}
