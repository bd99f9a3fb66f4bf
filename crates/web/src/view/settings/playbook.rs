//! The playbook as text: what is wrong with it stands above it, by line.

use maud::{Markup, html};

use super::{Subject, administrators_only, framed};
use crate::view::parts::{self, Tone};
use crate::view::text::{count, shown};
use crate::view::{Shell, shell};

#[derive(Clone, Debug)]
pub struct PlaybookForm {
    pub shell: Shell,
    pub text: String,
    /// Nothing was loaded because of these.
    pub faults: Vec<Fault>,
    /// What loading it would change, after "Check only".
    pub changes: Option<Vec<String>>,
}

#[derive(Clone, Debug)]
pub struct Fault {
    pub line: Option<u32>,
    pub what: String,
    /// What to write instead.
    pub fix: String,
}

const EXAMPLE: &str = r#"[[person]]
id = "ana"
name = "Ana Lima"
email = "ana@example.org"
timezone = "Europe/Lisbon"
notify = [{ after = "0m", by = "email" }]

[[schedule]]
id = "primary"
timezone = "Europe/Lisbon"
[[schedule.layer]]
people = ["ana"]
every = "1w"
from = "2026-01-05T09:00"

[[policy]]
id = "shop"
[[policy.step]]
notify = ["schedule:primary"]
wait = "5m"

[[service]]
id = "shop"
name = "Shop"
policy = "shop"
"#;

pub fn page(view: &PlaybookForm) -> Markup {
    shell::page(&view.shell, "Playbook", main(view))
}

pub fn main(view: &PlaybookForm) -> Markup {
    let inside = if view.shell.administers() { form(view) } else { administrators_only() };
    framed(Subject::Playbook, inside)
}

fn form(view: &PlaybookForm) -> Markup {
    html! {
        p { "Who is called, for what, how, and which pages customers read. The same text as the playbook file; both stay in step." }
        @if !view.faults.is_empty() { (faults(&view.faults)) }
        @if let Some(changes) = &view.changes { (would_change(changes)) }
        form method="post" action="/settings/playbook" {
            label for="playbook" { "Playbook (TOML)" }
            textarea.document.code #playbook name="text" rows="28" spellcheck="false" autocapitalize="none" autocomplete="off" {
                "\n" (if view.text.is_empty() { EXAMPLE } else { &view.text })
            }
            @if view.text.is_empty() { p.hint { "This is an example to change: nothing is loaded yet." } }
            div.actions {
                div { (parts::act("Load playbook", "decides at once who is called from now on; pages under way keep their plan")) }
                button type="submit" name="dry_run" value="1" { "Check only" }
            }
        }
    }
}

fn faults(faults: &[Fault]) -> Markup {
    html! {
        section.said.bad role="alert" {
            (Tone::Bad.shape())
            div {
                p { strong { (count(faults.len() as u64, "fault", "faults")) ". Nothing was loaded; your text is kept below." } }
                ul {
                    @for fault in faults {
                        li {
                            @if let Some(line) = fault.line { strong { "line " (line) } ": " }
                            (shown(&fault.what)) @if !fault.fix.is_empty() { " – " (shown(&fault.fix)) }
                        }
                    }
                }
            }
        }
    }
}

fn would_change(changes: &[String]) -> Markup {
    html! {
        section.said.good role="status" {
            (Tone::Good.shape())
            div {
                @if changes.is_empty() { p { "No fault, and nothing would change." } }
                @else { p { "No fault. Loading it would change:" } ul { @for change in changes { li { (shown(change)) } } } }
            }
        }
    }
}
