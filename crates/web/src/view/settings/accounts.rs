//! Accounts: who may sign in.

pub mod one;
pub mod remove;

use maud::{Markup, html};
use model::{Access, Name, Time};

use super::{Subject, administrators_only, framed};
use crate::view::text::{count, shown};
use crate::view::{Clock, Shell, parts, shell};

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
    pub created_at: Time,
    /// `None` = no session is kept.
    pub last_seen: Option<Time>,
    /// How many are open.
    pub sessions: u32,
    /// Of whoever looks.
    pub own: bool,
    /// It can be neither removed nor lowered.
    pub last_administrator: bool,
}

/// The levels, with what they may do.
pub(super) const LEVELS: [(&str, &str); 3] = [
    ("viewer", "viewer – looks"),
    ("responder", "responder – acknowledges, writes"),
    ("administrator", "administrator – also settings"),
];

pub fn page(view: &Accounts) -> Markup {
    shell::page(&view.shell, "Accounts", main(view))
}

pub fn main(view: &Accounts) -> Markup {
    let inside = if view.shell.administers() {
        html! {
            @if view.rows.is_empty() {
                (parts::empty("No account yet.", html! { "Only API tokens get in. Make an account below for everybody who is to sign in." }))
            }
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
    let clock = &view.shell.clock;
    html! {
        li.row {
            div.body {
                p.first {
                    a.whole href={ "/settings/accounts/" (row.name) } { (row.name) }
                    @if let Some(person) = &row.person { span.quiet { " " (shown(person)) } }
                    @if row.own { span.quiet { " · you" } }
                }
                p.second { (line(clock, row)) }
            }
        }
    }
}

/// Level, when it was last seen, where it is open, since when it is there.
fn line(clock: &Clock, row: &AccountRow) -> Markup {
    html! {
        (row.access.name()) " · "
        @match row.last_seen { Some(at) => { "seen " (clock.ago(at)) " · " (sessions(row)) }, None => "not signed in" }
        " · made " (clock.ago(row.created_at))
    }
}

fn sessions(row: &AccountRow) -> String {
    if row.sessions == 0 { "no open session".into() } else { count(u64::from(row.sessions), "open session", "open sessions") }
}

fn form(view: &Accounts) -> Markup {
    let fault = view.fault.as_deref();
    html! {
        form.narrow method="post" action="/settings/accounts" {
            div.field { label for="name" { "Name" }
                input #name name="name" value=(view.name) required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-invalid=[fault.map(|_| "true")] aria-describedby=(if fault.is_some() { "name-fault" } else { "name-hint" });
                p.hint #name-hint { "The person's id in the playbook, if they have one." }
                (parts::fault("name", fault)) }
            div.field { label for="access" { "May" } select #access name="access" { (parts::options(LEVELS, "responder")) } }
            div.field { label for="password" { "First password" }
                input #password type="password" name="password" required minlength="12" maxlength="200" autocomplete="new-password"
                    aria-describedby="password-hint";
                p.hint #password-hint { "At least 12 characters. Hand it over in person; they change it under Settings." } }
            (parts::act("Make the account", "they can sign in at once"))
        }
    }
}
