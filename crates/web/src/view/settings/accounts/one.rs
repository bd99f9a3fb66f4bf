//! One account: what is known of it, and what can be done about it.

use maud::{Markup, html};

use super::{AccountRow, LEVELS, line, sessions};
use crate::view::settings::{Subject, framed};
use crate::view::text::shown;
use crate::view::{Shell, parts, shell};

#[derive(Clone, Debug)]
pub struct AccountPage {
    pub shell: Shell,
    pub row: AccountRow,
    /// What is wrong with the new password just sent.
    pub password_fault: Option<String>,
}

pub fn page(view: &AccountPage) -> Markup {
    shell::page(&view.shell, &format!("Account {}", view.row.name), main(view))
}

pub fn main(view: &AccountPage) -> Markup {
    let row = &view.row;
    let inside = html! {
        (heading(view))
        div.split {
            div {
                section aria-labelledby="level-h" { h3 #level-h { "Level" } (level(row)) }
                section aria-labelledby="password-h" { h3 #password-h { "New password" } (password(view)) }
            }
            div.side {
                section aria-labelledby="sessions-h" { h3 #sessions-h { "Sessions" } (sign_out(row)) }
                section aria-labelledby="remove-h" { h3 #remove-h { "Remove" } (remove(row)) }
            }
        }
    };
    framed(Subject::Accounts, inside)
}

fn heading(view: &AccountPage) -> Markup {
    let row = &view.row;
    html! {
        div {
            section {
                h2 {
                    (row.name)
                    @if let Some(person) = &row.person { span.quiet { " " (shown(person)) } }
                    @if row.own { span.quiet { " · you" } }
                }
                p.second { (line(&view.shell.clock, row)) }
                @if row.person.is_none() { p.second { "nobody in the playbook has this id" } }
                p { a href="/settings/accounts" { "All accounts" } }
            }
        }
    }
}

fn level(row: &AccountRow) -> Markup {
    let consequence = if row.own {
        "counts at once; you cannot take it back yourself"
    } else {
        "counts at once, also where they are signed in"
    };
    html! {
        @if row.last_administrator { (stays()) } @else {
            form.narrow method="post" action={ "/settings/accounts/" (row.name) "/level" } {
                div.field { label.vh for="access" { "Level" } select #access name="access" { (parts::options(LEVELS, row.access.name())) } }
                button type="submit" { "Change level" }
                p.consequence { (consequence) }
            }
        }
    }
}

/// In place of what would leave nobody to change anything.
pub(super) fn stays() -> Markup {
    html! {
        p { "This is the last administrator. " a href="/settings/accounts" { "Make somebody else an administrator" }
            " first; then this account can be lowered or removed." }
    }
}

fn password(view: &AccountPage) -> Markup {
    let (row, fault) = (&view.row, view.password_fault.as_deref());
    html! {
        @if row.own { p { a href="/settings#password" { "Change your own" } " with the old one." } } @else {
            form.narrow method="post" action={ "/settings/accounts/" (row.name) "/password" } {
                input type="hidden" name="username" value=(row.name) autocomplete="username";
                div.field { label.vh for="new" { "New password" }
                    input #new type="password" name="password" required minlength="12" maxlength="200" autocomplete="new-password"
                        aria-invalid=[fault.map(|_| "true")] aria-describedby=(if fault.is_some() { "new-fault" } else { "new-hint" });
                    p.hint #new-hint { "For somebody who has lost theirs. At least 12 characters; hand it over in person." }
                    (parts::fault("new", fault)) }
                button type="submit" { "Set new password" }
                p.consequence { "signs them out everywhere" }
            }
        }
    }
}

fn sign_out(row: &AccountRow) -> Markup {
    html! {
        @if row.sessions == 0 { p { "Not signed in anywhere." } } @else {
            form.narrow method="post" action={ "/settings/accounts/" (row.name) "/sign-out" } {
                button type="submit" { "Sign out everywhere" }
                p.consequence {
                    @if row.own {
                        "signs you out here too; " a href="/settings#sessions" { "see where you are signed in" } " to keep this one"
                    } @else {
                        "ends " (sessions(row)) "; they can sign in again"
                    }
                }
            }
        }
    }
}

fn remove(row: &AccountRow) -> Markup {
    html! {
        @if row.last_administrator { p { "Not while it is the last administrator." } } @else {
            p { a.button href={ "/settings/accounts/" (row.name) "/remove" } { "Remove this account…" } }
            p.consequence { "says what will happen, and asks, before anything does" }
        }
    }
}
