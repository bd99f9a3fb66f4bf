//! Accounts: who may sign in.

use maud::{Markup, html};
use model::{Access, Name, Time};

use super::{Subject, administrators_only, framed};
use crate::view::text::shown;
use crate::view::{Shell, parts, shell};

#[derive(Clone, Debug)]
pub struct Accounts {
    pub shell: Shell,
    pub rows: Vec<AccountRow>,
    /// What is wrong with the form just sent, and the name in it.
    pub fault: Option<String>,
    pub name: String,
}

#[derive(Clone, Debug)]
pub struct AccountRow {
    pub name: Name,
    pub access: Access,
    /// The person of the playbook it belongs to.
    pub person: Option<String>,
    pub last_seen: Option<Time>,
}

/// The levels, with what they may do.
pub(super) const LEVELS: [(&str, &str); 3] = [
    ("viewer", "viewer – looks"),
    ("responder", "responder – acknowledges, declares, writes"),
    ("administrator", "administrator – also playbook, accounts, tokens"),
];

pub fn page(view: &Accounts) -> Markup {
    shell::page(&view.shell, "Accounts", main(view))
}

pub fn main(view: &Accounts) -> Markup {
    let inside = if view.shell.administers() {
        html! {
            ul.rows { @for row in &view.rows { (account(view, row)) } }
            h2 { "Make an account" }
            (form(view))
        }
    } else {
        administrators_only()
    };
    framed(Subject::Accounts, inside)
}

fn account(view: &Accounts, row: &AccountRow) -> Markup {
    html! {
        li.row {
            div.body {
                p.first { (row.name) @if let Some(person) = &row.person { span.quiet { " " (shown(person)) } } }
                p.second {
                    (row.access.name()) " · "
                    @match row.last_seen { Some(at) => { "seen " (view.shell.clock.ago(at)) }, None => "has not signed in yet" }
                    @if row.person.is_none() { " · no person of the playbook has this id" }
                }
            }
        }
    }
}

fn form(view: &Accounts) -> Markup {
    let fault = view.fault.as_deref();
    html! {
        form.narrow method="post" action="/settings/accounts" {
            div.field { label for="name" { "Name" }
                input #name name="name" value=(view.name) required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-invalid=[fault.map(|_| "true")] aria-describedby=[fault.map(|_| "name-fault")];
                p.hint { "The person's id in the playbook, if they have one." }
                (parts::fault("name", fault)) }
            div.field { label for="access" { "May" } select #access name="access" { (parts::options(LEVELS, "responder")) } }
            div.field { label for="password" { "First password" }
                input #password type="password" name="password" required minlength="12" maxlength="200" autocomplete="new-password";
                p.hint { "Hand it over in person; they change it under Settings." } }
            (parts::act("Make the account", "an existing account of this name gets the new password and level, and is signed out"))
        }
    }
}
