//! Before an account is removed: what ends, what stays, and the button.

use maud::{Markup, html};

use super::AccountRow;
use super::one::{AccountPage, stays};
use crate::view::settings::{Subject, framed};
use crate::view::shell;
use crate::view::text::{count, shown};

pub fn page(view: &AccountPage) -> Markup {
    shell::page(&view.shell, &format!("Remove account {}", view.row.name), main(view))
}

pub fn main(view: &AccountPage) -> Markup {
    let row = &view.row;
    let inside = html! {
        div { section { h2 { "Remove the account " (row.name) "?" } } }
        @if row.last_administrator {
            (stays())
            p { a.button href={ "/settings/accounts/" (row.name) } { "Back to " (row.name) } }
        } @else {
            (what_happens(row))
            div.actions {
                form method="post" action={ "/settings/accounts/" (row.name) "/remove" } {
                    button.primary type="submit" { "Remove " (row.name) }
                    p.consequence { @if row.own { "signs you out at once" } @else { "cannot be undone" } }
                }
                a.button href={ "/settings/accounts/" (row.name) } { "Keep " (row.name) }
            }
        }
    };
    framed(Subject::Accounts, inside)
}

fn what_happens(row: &AccountRow) -> Markup {
    html! {
        @if row.own {
            p { strong { "This is your own account." } " You are signed out at once and cannot let yourself in again: another administrator would have to make you a new account." }
        }
        h3 { "What ends" }
        ul.dashes {
            @match row.sessions {
                0 => li { "Nobody is signed in with it now, and nobody can sign in with it any more." },
                n => li { (count(u64::from(n), "open session ends", "open sessions end")) " at once, and nobody can sign in with it any more." },
            }
        }
        h3 { "What stays" }
        ul.dashes {
            li { "The record: what was done with this account keeps its name." }
            li { "API tokens: they belong to no account. " a href="/settings/tokens" { "Revoke" } " those that its owner knows." }
            @if let Some(person) = &row.person {
                li { (shown(person)) " stays in the playbook and on call until the playbook says otherwise. "
                    a href="/settings/playbook" { "Change the playbook" } "." }
            }
        }
    }
}
