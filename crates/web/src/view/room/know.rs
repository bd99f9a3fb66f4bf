//! What we know: impact, roles, alerts, moments, and the forms for what is seldom needed.

use maud::{Markup, html};
use model::mark::{Confidence, MarkKind};
use model::{Role, Time};

use super::{RoleRow, Room};
use crate::view::alerts;
use crate::view::parts;
use crate::view::text::{count, shown};

/// One moment that figures are computed from.
#[derive(Clone, Debug)]
pub struct MarkRow {
    pub kind: MarkKind,
    pub at: Time,
    pub source: String,
    pub confidence: Confidence,
}

pub fn know(view: &Room) -> Markup {
    html! {
        h3 { "Impact" }
        (impact(view))
        h3 { "Roles" }
        (roles(view))
        h3 { "Alerts " span.quiet { (view.alerts.len()) } }
        @if view.alerts.is_empty() { p.quiet { "No alert belongs to this incident." } }
        @else { ul.rows.small { @for row in &view.alerts { (alerts::row(&view.shell, row, false)) } } }
        h3 { "Moments" }
        (moments(view))
        (after(view))
        @if view.open() && view.shell.responds() && !view.others.is_empty() { (merge(view)) }
    }
}

fn impact(view: &Room) -> Markup {
    let impact = &view.impact;
    let share = impact.share_ppm.map(|ppm| format!("{}", f64::from(ppm) / 10_000.0));
    let customers = impact.customers.map(|n| n.to_string()).unwrap_or_default();
    html! {
        @if impact.summary.is_empty() && share.is_none() && impact.customers.is_none() {
            p.quiet { "Nobody has said yet what customers feel." }
        } @else {
            p.words { (shown(&impact.summary)) }
            p.second {
                @if let Some(share) = &share { strong { (share) " %" } " of requests or users" }
                @if share.is_some() && impact.customers.is_some() { " · " }
                @if let Some(n) = impact.customers { strong { (n) } " customers" }
            }
        }
        @if !view.services.is_empty() { p.second { "Hits " (shown(&view.services.join(", "))) } }
        @if view.shell.responds() {
            details.change #set-impact {
                summary { "Change impact" }
                form method="post" action={ "/incidents/" (view.id) "/impact" } {
                    label for="impact-summary" { "What customers feel" }
                    input #impact-summary name="summary" maxlength="500" autocomplete="off" value=(shown(&impact.summary));
                    div.pair {
                        div.field { label for="share" { "Share in %" }
                            input #share name="share" inputmode="decimal" autocomplete="off" value=(share.as_deref().unwrap_or_default()); }
                        div.field { label for="customers" { "Customers" }
                            input #customers name="customers" inputmode="numeric" autocomplete="off" value=(customers); }
                    }
                    (parts::act("Change impact", "goes on the timeline"))
                }
            }
        }
    }
}

fn roles(view: &Room) -> Markup {
    html! {
        dl.facts {
            @for row in &view.roles {
                @if row.holder.is_some() || matches!(row.role, Role::Commander | Role::Communications) { (role(view, row)) }
            }
        }
        @if view.open() && view.shell.responds() {
            details.change #set-role {
                summary { "Hand over a role" }
                form method="post" action={ "/incidents/" (view.id) "/roles" } {
                    div.pair {
                        div.field { label for="role" { "Role" }
                            select #role name="role" { (parts::options(Role::ALL.map(|r| (r.name(), r.words())), "commander")) } }
                        div.field { label for="role-person" { "To" }
                            select #role-person name="person" {
                                option value="" { "nobody" }
                                (parts::options(view.people.iter().map(|(id, name)| (&**id, name.as_str())), ""))
                            } }
                    }
                    (parts::act("Hand over", "say it to them as well; it goes on the timeline"))
                }
            }
        }
    }
}

fn role(view: &Room, row: &RoleRow) -> Markup {
    html! {
        dt { (row.role.words()) }
        dd {
            @match &row.holder {
                Some(name) => {
                    strong data-live { (shown(name)) }
                    @if let Some(since) = row.since { span.quiet { " since " (view.shell.clock.at(since)) } }
                }
                None => {
                    span.quiet { "nobody" }
                    @if view.open() && view.shell.responds() {
                        form.inline method="post" action={ "/incidents/" (view.id) "/roles" } {
                            input type="hidden" name="role" value=(row.role.name());
                            input type="hidden" name="person" value="me";
                            button type="submit" { "Take it" span.vh { ": " (row.role.words()) } }
                        }
                    }
                }
            }
        }
    }
}

fn moments(view: &Room) -> Markup {
    html! {
        @if view.marks.is_empty() { p.quiet { "None yet." } }
        dl.facts {
            @for mark in &view.marks {
                dt { (mark.kind.words()) }
                dd {
                    (view.shell.clock.at(mark.at)) " "
                    span.quiet { "from " (shown(&mark.source)) @if mark.confidence == Confidence::Estimated { ", estimated" } }
                }
            }
        }
    }
}

fn after(view: &Room) -> Markup {
    html! {
        h3 { "Review" }
        p {
            a href={ "/incidents/" (view.id) "/review" } {
                @if view.open() { "Read the draft that is writing itself" } @else { "Read and finish the review" }
            }
        }
    }
}

fn merge(view: &Room) -> Markup {
    html! {
        details.change #set-merge {
            summary { "Merge into another incident" }
            form method="post" action={ "/incidents/" (view.id) "/merge" } {
                label for="into" { "Into one of " (count(view.others.len() as u64, "open incident", "open incidents")) }
                select #into name="into" {
                    @for (id, title) in &view.others { option value=(id) { (id) " " (shown(title)) } }
                }
                (parts::act(&format!("Merge {}", view.id), "its alerts move over; its timeline stays and ends here"))
            }
        }
    }
}
