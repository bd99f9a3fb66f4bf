//! Declaring an incident. During the fire one line is enough; everything else can come later.

use maud::{Markup, html};
use model::{AlertId, Name, Severity};

use super::text::shown;
use super::{Shell, parts, shell};

#[derive(Clone, Debug)]
pub struct Declare {
    pub shell: Shell,
    pub title: String,
    pub severity: Severity,
    /// Every service: id, name, chosen.
    pub services: Vec<(Name, String, bool)>,
    pub impact: String,
    pub drill: bool,
    /// The alert it is declared from.
    pub alert: Option<(AlertId, String)>,
    /// What is wrong with the title.
    pub fault: Option<String>,
}

pub fn page(view: &Declare) -> Markup {
    shell::page(&view.shell, "Declare an incident", main(view))
}

pub fn main(view: &Declare) -> Markup {
    html! {
        h1 { "Declare an incident" }
        @if !view.shell.responds() { (shell::read_only()) } @else { (form(view)) }
    }
}

fn form(view: &Declare) -> Markup {
    html! {
        form.narrow method="post" action="/incidents" {
            @if let Some((id, summary)) = &view.alert {
                input type="hidden" name="alert" value=(id);
                p { "From the alert " a href={ "/alerts/" (id) } { (shown(summary)) } }
            }
            div.field {
                label for="title" { "What do customers see?" }
                input.large #title name="title" value=(view.title) required maxlength="200" autocomplete="off" autofocus
                    placeholder="Login fails for some users"
                    aria-invalid=[view.fault.is_some().then_some("true")]
                    aria-describedby=[view.fault.is_some().then_some("title-fault")];
                (parts::fault("title", view.fault.as_deref()))
            }
            (parts::act("Declare", "opens a room, starts its timeline and its clock to the first public word; calls nobody by itself"))
            details.change #declare-more open[view.drill || view.alert.is_some()] {
                summary { "More, if you know it already" }
                (more(view))
            }
        }
    }
}

fn more(view: &Declare) -> Markup {
    html! {
        div.field {
            label for="severity" { "Severity" }
            select #severity name="severity" { (parts::severities(view.severity)) }
            p.hint { "Unsure? Take the worse one; it can be changed at any time." }
        }
        @if !view.services.is_empty() {
            fieldset {
                legend { "Services" }
                div.checks {
                    @for (id, name, chosen) in &view.services {
                        label { input type="checkbox" name="services" value=(id) checked[*chosen]; " " (shown(name)) }
                    }
                }
            }
        }
        div.field {
            label for="impact" { "Impact" }
            input #impact name="impact" value=(view.impact) maxlength="500" autocomplete="off" placeholder="About 15 % of sign-ins fail";
        }
        div.checks {
            label { input type="checkbox" name="drill" value="1" checked[view.drill]; " This is a drill " span.quiet { "(shown as one everywhere, in no figure)" } }
        }
    }
}
