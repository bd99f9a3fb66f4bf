//! Now: what is open, what waits for you, who is on call. The first screen after a page at night.

use maud::{Markup, html};
use model::{GroupId, IncidentRef, Name, Severity, Time};

use super::incidents::{self, IncidentRow};
use super::promise::{self, Promise};
use super::text::{count, shown};
use super::{Clock, Shell, parts, shell};

#[derive(Clone, Debug)]
pub struct Now {
    pub shell: Shell,
    /// Open incidents, the worst first.
    pub incidents: Vec<IncidentRow>,
    /// What waits for somebody, the most urgent first.
    pub needs: Vec<Need>,
    pub on_call: Vec<OnCallRow>,
    pub gaps: Vec<Gap>,
    pub quiet: Quiet,
}

/// Something that waits for a person.
#[derive(Clone, Debug)]
pub enum Need {
    Page(PageRow),
    Promise { incident: IncidentRef, title: String, due: Time },
    Review { incident: IncidentRef, title: String, resolved_at: Time },
}

/// An alert group that nobody has answered.
#[derive(Clone, Debug)]
pub struct PageRow {
    pub group: GroupId,
    pub summary: String,
    pub severity: Severity,
    pub service: String,
    pub since: Time,
    pub firing: u32,
    /// Who has been called so far.
    pub called: Vec<String>,
    /// Who is called next, and when; `None` when the plan has run out.
    pub next: Option<(String, Time)>,
}

#[derive(Clone, Debug)]
pub struct OnCallRow {
    pub schedule: Name,
    pub name: String,
    pub now: Option<Holder>,
    pub next: Option<String>,
}

/// Who is on call, until the next hand-over.
#[derive(Clone, Debug)]
pub struct Holder {
    pub person: String,
    pub until: Option<Time>,
}

/// A time in which a schedule has nobody.
#[derive(Clone, Debug)]
pub struct Gap {
    pub schedule: String,
    pub from: Time,
    pub to: Time,
}

/// The calm facts. A fresh installation has no services yet.
#[derive(Clone, Debug, Default)]
pub struct Quiet {
    pub services: u32,
    /// Services without a firing alert.
    pub fine: u32,
    pub last_incident: Option<(IncidentRef, Time)>,
    /// Promises of the last 90 days.
    pub promises_kept: u32,
    pub promises_made: u32,
}

pub fn page(view: &Now) -> Markup {
    shell::page(&view.shell, &headline(view), main(view))
}

pub fn main(view: &Now) -> Markup {
    let clock = &view.shell.clock;
    html! {
        h1 { (headline(view)) }
        div.split {
            div {
                @if view.quiet.services == 0 { (first_steps(view)) }
                @if !view.incidents.is_empty() {
                    section aria-labelledby="open-h" {
                        h2 #open-h.vh { "Open incidents" }
                        (incidents::rows(clock, &view.incidents))
                    }
                }
                @if !view.needs.is_empty() {
                    section aria-labelledby="needs-h" {
                        h2 #needs-h { "Needs you" }
                        ul.rows { @for need in &view.needs { (need_row(&view.shell, need)) } }
                    }
                }
                @if view.incidents.is_empty() && view.needs.is_empty() && view.quiet.services > 0 { (all_quiet(view)) }
            }
            div.side {
                section aria-labelledby="call-h" {
                    h2 #call-h { a href="/on-call" { "On call" } }
                    (on_call(clock, &view.on_call, &view.gaps))
                }
                section aria-labelledby="quiet-h" {
                    h2 #quiet-h { @if view.incidents.is_empty() && view.needs.is_empty() { "Quiet" } @else { "The rest" } }
                    (quiet(clock, &view.quiet))
                }
            }
        }
    }
}

/// The answer to "what is going on?" in one sentence.
fn headline(view: &Now) -> String {
    let pages = view.needs.iter().filter(|n| matches!(n, Need::Page(_))).count() as u64;
    let open = view.incidents.len() as u64;
    match (open, pages) {
        (0, 0) if view.quiet.services == 0 => "Nobody can be paged yet".into(),
        (0, 0) => "All quiet".into(),
        (0, n) => format!("{} for an answer", count(n, "page waits", "pages wait")),
        (n, 0) => format!("{} open", count(n, "incident is", "incidents are")),
        (n, p) => format!("{} open, {}", count(n, "incident", "incidents"), count(p, "page unanswered", "pages unanswered")),
    }
}

fn need_row(shell: &Shell, need: &Need) -> Markup {
    let clock = &shell.clock;
    match need {
        Need::Page(row) => page_row(shell, row),
        Need::Promise { incident, title, due } => html! {
            li.row id={ "promise-" (incident) } {
                div.body {
                    p.first { a href={ "/incidents/" (incident) "?tab=say" } { "Tell customers: " (shown(title)) } }
                    p.second { (promise::line(clock, Promise::Due { at: *due })) }
                }
                div.trail.ref { (incident) }
            }
        },
        Need::Review { incident, title, resolved_at } => html! {
            li.row id={ "review-" (incident) } {
                div.body {
                    p.first { a href={ "/incidents/" (incident) "/review" } { "Finish the review: " (shown(title)) } }
                    p.second { "resolved " (clock.ago(*resolved_at)) }
                }
                div.trail.ref { (incident) }
            }
        },
    }
}

/// An unanswered page: what, where, who is called next, and the button for a thumb.
pub fn page_row(shell: &Shell, row: &PageRow) -> Markup {
    let clock = &shell.clock;
    html! {
        li.row.page id={ "group-" (row.group) } {
            div.lead { (parts::severity(row.severity)) }
            div.body {
                p.first { a href={ "/alerts?group=" (row.group) } { (shown(&row.summary)) } }
                p.second {
                    (shown(&row.service)) " · since " (clock.at(row.since)) " · "
                    (count(u64::from(row.firing), "alert", "alerts")) " firing"
                }
                p.second {
                    @if !row.called.is_empty() { "called " (shown(&row.called.join(", "))) " · " }
                    @match &row.next {
                        Some((who, at)) => { "calls " (shown(who)) " in " (clock.countdown(*at)) }
                        None => strong { "nobody is left to call" },
                    }
                }
            }
            @if shell.responds() {
                form.trail method="post" action={ "/groups/" (row.group) "/ack" } data-ack {
                    button.primary type="submit" aria-keyshortcuts="k" {
                        "Acknowledge" span.vh { " " (shown(&row.summary)) }
                    }
                    p.consequence { "stops the calls" }
                }
            }
        }
    }
}

pub fn on_call(clock: &Clock, rows: &[OnCallRow], gaps: &[Gap]) -> Markup {
    html! {
        @if rows.is_empty() {
            p.quiet { "No schedule yet. " a href="/settings/playbook" { "Add one to the playbook" } "." }
        }
        dl.facts {
            @for row in rows {
                dt { (shown(&row.name)) }
                dd {
                    @match &row.now {
                        Some(holder) => {
                            strong data-live { (shown(&holder.person)) }
                            @if let Some(until) = holder.until { span.quiet { " until " (clock.at(until)) } }
                        }
                        None => (parts::state(parts::Tone::Bad, "nobody")),
                    }
                    // One person alone hands over to nobody.
                    @if let Some(next) = row.next.as_ref().filter(|next| row.now.as_ref().is_none_or(|now| now.person != **next)) {
                        span.quiet { ", then " (shown(next)) }
                    }
                }
            }
        }
        @for gap in gaps {
            p.gap {
                (parts::state(parts::Tone::Warn, "gap")) " " (shown(&gap.schedule)) ": nobody from "
                (clock.at(gap.from)) " to " (clock.at(gap.to))
            }
        }
    }
}

fn quiet(clock: &Clock, quiet: &Quiet) -> Markup {
    html! {
        ul.plain {
            @if quiet.services > 0 {
                li { strong { (quiet.fine) } " of " (count(u64::from(quiet.services), "service", "services")) " fine" }
            }
            li {
                @match quiet.last_incident {
                    Some((id, at)) => { "last incident " a href={ "/incidents/" (id) } { (id) } ", " (clock.ago(at)) },
                    None => "no incident yet",
                }
            }
            li {
                @if quiet.promises_made == 0 { "no promise to customers fell due in 90 days" }
                @else { strong { (quiet.promises_kept) " of " (quiet.promises_made) } " promises to customers kept in 90 days" }
            }
        }
    }
}

fn all_quiet(view: &Now) -> Markup {
    let next = html! {
        "No incident is open and no page waits. Good time for "
        a href="/on-call" { "a look at the gaps" } " or a drill"
        @if view.shell.responds() { ": " a href="/declare?drill=1" { "declare one" } }
        "."
    };
    parts::empty("Nothing needs you.", next)
}

fn first_steps(view: &Now) -> Markup {
    html! {
        div.empty {
            p { strong { "Three steps until an alert wakes the right person:" } }
            ol {
                li {
                    @if view.shell.administers() { a href="/settings/playbook" { "Write the playbook" } }
                    @else { "An administrator writes the playbook" }
                    ": people, a schedule, a service."
                }
                li { a href="/settings/integrations" { "Point Prometheus at Candor" } ": the address to paste is there." }
                li { a href="/settings" { "Send yourself a test letter" } ", so that you know it arrives." }
            }
        }
    }
}
