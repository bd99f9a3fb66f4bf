//! API tokens: printed once, kept only as a hash.

use maud::{Markup, html};
use model::{Access, Name, Time};

use super::accounts::LEVELS;
use super::{Subject, administrators_only, framed};
use crate::view::parts::{self, Tone};
use crate::view::{Shell, shell};

#[derive(Clone, Debug)]
pub struct Tokens {
    pub shell: Shell,
    pub rows: Vec<TokenRow>,
    /// The token just made: its name and its text, never shown again.
    pub made: Option<(Name, String)>,
    pub fault: Option<String>,
}

#[derive(Clone, Debug)]
pub struct TokenRow {
    pub name: Name,
    pub access: Access,
    pub created_at: Time,
    pub last_used: Option<Time>,
}

pub fn page(view: &Tokens) -> Markup {
    shell::page(&view.shell, "Tokens", main(view))
}

pub fn main(view: &Tokens) -> Markup {
    let inside = if view.shell.administers() { list(view) } else { administrators_only() };
    framed(Subject::Tokens, inside)
}

fn list(view: &Tokens) -> Markup {
    let fault = view.fault.as_deref();
    html! {
        @if let Some((name, secret)) = &view.made {
            section.said.good role="status" {
                (Tone::Good.shape())
                div { p { "Token " strong { (name) } ". Copy it now: it is not shown again." } p { code.address { (secret) } } }
            }
        }
        @if view.rows.is_empty() {
            (parts::empty("No token yet.", html! { "Scripts and the command line sign in with one: " code { "CANDOR_TOKEN" } "." }))
        }
        ul.rows { @for row in &view.rows { (token(view, row)) } }
        h2 { "Make a token" }
        form.narrow method="post" action="/settings/tokens" {
            div.field { label for="name" { "Name" }
                input #name name="name" required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="deploys"
                    aria-invalid=[fault.map(|_| "true")] aria-describedby=[fault.map(|_| "name-fault")];
                (parts::fault("name", fault)) }
            div.field { label for="role" { "May" } select #role name="role" { (parts::options(LEVELS, "viewer")) } }
            (parts::act("Make token", "shown once, here"))
        }
    }
}

fn token(view: &Tokens, row: &TokenRow) -> Markup {
    let clock = &view.shell.clock;
    html! {
        li.row {
            div.body {
                p.first { (row.name) }
                p.second {
                    (row.access.name()) " · made " (clock.ago(row.created_at)) " · "
                    @match row.last_used { Some(at) => { "used " (clock.ago(at)) }, None => "never used" }
                }
            }
            form.trail method="post" action={ "/settings/tokens/" (row.name) "/revoke" } {
                button type="submit" { "Revoke" span.vh { " " (row.name) } }
                p.consequence { "what uses it stops working" }
            }
        }
    }
}
