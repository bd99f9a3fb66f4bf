//! Where you are signed in.

use maud::{Markup, html};
use model::Time;

use crate::view::Clock;
use crate::view::parts::{self, Tone};
use crate::view::text::{count, shown};

#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Names the session and opens nothing.
    pub id: String,
    /// "Firefox on Linux"
    pub device: String,
    pub began: Time,
    pub last_seen: Time,
    /// The one this page is seen in.
    pub this: bool,
}

pub(super) fn list(clock: &Clock, rows: &[SessionRow]) -> Markup {
    let others = rows.iter().filter(|row| !row.this).count() as u64;
    html! {
        ul.rows { @for row in rows { (session(clock, row)) } }
        @if others > 0 {
            div.actions {
                form method="post" action="/settings/sessions/end-others" {
                    button type="submit" { "Sign out everywhere else" }
                    p.consequence { "ends " (count(others, "other session", "other sessions")) " at once" }
                }
            }
        }
        p.hint { "Something you do not know? Sign it out, then change your password." }
    }
}

fn session(clock: &Clock, row: &SessionRow) -> Markup {
    html! {
        li.row {
            div.body {
                p.first { (shown(&row.device)) @if row.this { " " (parts::state(Tone::Good, "this browser")) } }
                p.second { "seen " (clock.ago(row.last_seen)) " · since " (clock.at(row.began)) }
            }
            @if !row.this {
                form.trail method="post" action={ "/settings/sessions/" (row.id) "/end" } {
                    button type="submit" { "Sign out" span.vh { " " (shown(&row.device)) ", since " (clock.short(row.began)) } }
                }
            }
        }
    }
}
