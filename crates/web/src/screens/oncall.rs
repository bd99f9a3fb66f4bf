//! `/on-call`: who has it, who next, where the gaps are, and who would be called for something.

use axum::extract::{Query, State};
use axum::response::Redirect;
use http::Method;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use model::playbook::Schedule;
use model::{Name, Playbook, Span, Time};
use rules::oncall::{gaps, on_call, shifts};
use serde::Deserialize;

use super::frame::{Screen, html, shell};
use super::rows;
use crate::access::{Caller, Need};
use crate::api::whowouldbepaged::{Notify, Rehearsal, Step, labels, rehearse};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::now::{Gap, Holder};
use crate::view::oncall::{Ask, Called, CalledStep, OnCall, ScheduleView, Shift, WouldPage, page};
use crate::view::{Clock, Nav};

const SHOWN: Span = Span::hours(14 * 24);

#[derive(Debug, Default, Deserialize)]
pub(super) struct Input {
    service: Option<String>,
    at: Option<String>,
    labels: Option<String>,
}

pub(super) fn routes() -> [Route; 2] {
    [Route::screen(Method::GET, "/on-call", Need::Viewer, handle), Route::screen(Method::GET, "/oncall", Need::Viewer, moved)]
}

/// As the API spells it; people type either.
async fn moved() -> Redirect {
    Redirect::permanent("/on-call")
}

async fn handle(State(app): State<App>, caller: Caller, Query(input): Query<Input>) -> Screen {
    Ok(html(page(&build(&app, &caller, &input).await?)))
}

pub(super) async fn build(app: &App, caller: &Caller, input: &Input) -> Result<OnCall, Problem> {
    let shell = shell(app, caller, Nav::OnCall, None).await?;
    let playbook = app.desk.playbook();
    let view = |schedule| schedule_view(&playbook, schedule, shell.clock.now);
    let schedules = playbook.schedules.iter().map(view).collect();
    let ask = ask(&playbook, &shell.clock, input);
    Ok(OnCall { shell, schedules, ask })
}

fn schedule_view(playbook: &Playbook, schedule: &Schedule, now: Time) -> ScheduleView {
    let end = now + SHOWN;
    let holder =
        |shift: &rules::oncall::Shift| Holder { person: rows::person(playbook, &shift.person), until: Some(shift.until) };
    let current = on_call(playbook, &schedule.id, now);
    let after = current.as_ref().map_or(now, |s| s.until);
    let next = shifts(playbook, &schedule.id, after, end.max(after + Span(1))).into_iter().next();
    let holes = gaps(playbook, &schedule.id, now, end);
    let mut all: Vec<Shift> = shifts(playbook, &schedule.id, now, end)
        .iter()
        .map(|s| Shift { from: s.from.max(now), to: s.until.min(end), person: Some(rows::person(playbook, &s.person)) })
        .chain(holes.iter().map(|g| Shift { from: g.from, to: g.until, person: None }))
        .collect();
    all.sort_by_key(|shift| shift.from);
    ScheduleView {
        id: schedule.id.clone(),
        name: schedule.name.clone(),
        zone: schedule.timezone.clone(),
        now: current.as_ref().map(holder),
        next: next.as_ref().map(holder),
        shifts: all,
        gaps: holes.iter().map(|gap| Gap { schedule: schedule.name.clone(), from: gap.from, to: gap.until }).collect(),
    }
}

fn ask(playbook: &Playbook, clock: &Clock, input: &Input) -> Ask {
    let given = |text: &Option<String>| text.clone().unwrap_or_default();
    let service: Option<Name> = input.service.clone().filter(|s| !s.is_empty()).map(Into::into);
    let mut ask = Ask {
        services: playbook.services.iter().map(|s| (s.id.clone(), s.name.clone())).collect(),
        at: given(&input.at),
        labels: given(&input.labels),
        service,
        ..Ask::default()
    };
    let Some(service) = ask.service.clone() else {
        return ask;
    };
    let answer = labels(&ask.labels).and_then(|labels| {
        let at = read_local(&ask.at, clock)?;
        rehearse(playbook, Some(&service), None, &labels, at)
    });
    match answer {
        Ok(found) => ask.answer = Some(answered(playbook, found)),
        Err(problem) => ask.fault = Some(problem.detail),
    }
    ask
}

/// What a browser's date field gives, in the zone of who asks.
fn read_local(text: &str, clock: &Clock) -> Result<Time, Problem> {
    if text.trim().is_empty() {
        return Ok(clock.now);
    }
    let zone: &TimeZone = &clock.zone;
    let local: Option<DateTime> = text.trim().parse().ok();
    local
        .and_then(|local| local.to_zoned(zone.clone()).ok())
        .map(|zoned| zoned.timestamp().into())
        .ok_or_else(|| Problem::field("at", "give a day and a time"))
}

fn answered(playbook: &Playbook, found: Rehearsal) -> WouldPage {
    let through = match &found.route {
        Some(route) => format!("route {route}, as {}", found.severity),
        None => format!("no route, as {}", found.severity),
    };
    WouldPage {
        service: rows::service(playbook, &found.service),
        at: found.at,
        through,
        quiet: found.reason,
        steps: found.steps.into_iter().map(step).collect(),
        repeat: found.repeat,
    }
}

fn step(step: Step) -> CalledStep {
    let because = step.targets.join(", ");
    let called = step.people.into_iter().map(|person| Called {
        person: person.name,
        because: because.clone(),
        by: person.notify.iter().map(by).collect::<Vec<_>>().join(", "),
    });
    CalledStep { after: step.after_span, called: called.collect() }
}

fn by(notify: &Notify) -> String {
    let name = match notify.by {
        model::Channel::Email => "e-mail",
        model::Channel::Webhook => "webhook",
    };
    if notify.after_span.0 == 0 { format!("{name} at once") } else { format!("{name} after {}", notify.after_span.words()) }
}
