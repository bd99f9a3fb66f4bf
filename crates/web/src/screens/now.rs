//! `/`: what is open, what waits for you, who is on call.

use axum::extract::{Query, State};
use http::Method;
use model::{Group, Incident, Phase, Playbook, Span, Time};
use rules::oncall::{gaps, on_call, shifts};
use serde::Deserialize;
use store::records::Slice;

use super::frame::{Screen, html, said, shell};
use super::rows;
use crate::access::{Caller, Need};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::Nav;
use crate::view::now::{Gap, Holder, Need as Waiting, Now, OnCallRow, Quiet, page};

const MOST: u32 = 100;
/// A promise is shown under "needs you" from this long before it falls due.
const SOON: Span = Span::minutes(10);
const WEEK: Span = Span::hours(7 * 24);
const NINETY_DAYS: Span = Span::hours(90 * 24);

#[derive(Debug, Default, Deserialize)]
pub(super) struct Input {
    done: Option<String>,
}

pub(super) fn route() -> Route {
    Route::screen(Method::GET, "/", Need::Viewer, handle)
}

async fn handle(State(app): State<App>, caller: Caller, Query(input): Query<Input>) -> Screen {
    let mut view = build(&app, &caller).await?;
    view.shell.said = said(input.done.as_deref());
    Ok(html(page(&view)))
}

pub(super) async fn build(app: &App, caller: &Caller) -> Result<Now, Problem> {
    let playbook = app.desk.playbook();
    let groups = app.records.open_groups().await?;
    let shell = shell(app, caller, Nav::Now, Some(&groups)).await?;
    let now = shell.clock.now;
    let slice = |limit| Slice { before: None, limit };
    let mut open = app.records.incidents(Some(true), slice(MOST)).await?;
    open.sort_by_key(|incident| (incident.severity, incident.id));
    let closed = app.records.incidents(Some(false), slice(20)).await?;
    let mut incidents = Vec::with_capacity(open.len());
    for incident in &open {
        incidents.push(rows::incident(app, incident).await?);
    }
    let promises = app.records.promises(now - NINETY_DAYS).await?;
    let newest = open.iter().chain(&closed).filter(|i| !i.drill).max_by_key(|i| i.id);
    let quiet = Quiet {
        services: playbook.services.len() as u32,
        fine: fine(&playbook, &groups),
        last_incident: newest.map(|i| (i.id, i.resolved_at.unwrap_or(i.declared_at))),
        promises_kept: promises.kept as u32,
        promises_made: (promises.kept + promises.broken) as u32,
    };
    let (on_call, gaps) = roster(&playbook, now);
    Ok(Now { incidents, needs: needs(&playbook, &groups, &open, &closed, now), on_call, gaps, quiet, shell })
}

fn needs(playbook: &Playbook, groups: &[Group], open: &[Incident], closed: &[Incident], now: Time) -> Vec<Waiting> {
    let mut pages: Vec<_> = groups.iter().filter_map(|group| rows::page(playbook, group)).collect();
    pages.sort_by_key(|page| (page.severity, page.since));
    let mut needs: Vec<Waiting> = pages.into_iter().map(Waiting::Page).collect();
    needs.extend(open.iter().filter_map(|incident| {
        let promise = incident.promise.as_ref().filter(|p| p.due <= now + SOON)?;
        Some(Waiting::Promise { incident: incident.id, title: incident.title.clone(), due: promise.due })
    }));
    needs.extend(closed.iter().filter_map(|incident| {
        let unwritten = incident.phase == Phase::Resolved && incident.review == 0 && !incident.drill;
        let resolved_at = incident.resolved_at.filter(|_| unwritten)?;
        Some(Waiting::Review { incident: incident.id, title: incident.title.clone(), resolved_at })
    }));
    needs.truncate(MOST as usize);
    needs
}

/// Services without a firing group.
fn fine(playbook: &Playbook, groups: &[Group]) -> u32 {
    let firing = |id: &str| groups.iter().any(|g| g.firing > 0 && &*g.service == id);
    playbook.services.iter().filter(|service| !firing(&service.id)).count() as u32
}

fn roster(playbook: &Playbook, now: Time) -> (Vec<OnCallRow>, Vec<Gap>) {
    let mut holes = Vec::new();
    let mut calls = Vec::new();
    for schedule in &playbook.schedules {
        let shift = on_call(playbook, &schedule.id, now);
        let after = shift.as_ref().map_or(now, |s| s.until);
        let next = shifts(playbook, &schedule.id, after, after + WEEK).into_iter().next();
        calls.push(OnCallRow {
            schedule: schedule.id.clone(),
            name: schedule.name.clone(),
            now: shift.map(|s| Holder { person: rows::person(playbook, &s.person), until: Some(s.until) }),
            next: next.map(|s| rows::person(playbook, &s.person)),
        });
        let found = gaps(playbook, &schedule.id, now, now + WEEK);
        holes.extend(found.into_iter().take(3).map(|gap| Gap { schedule: schedule.name.clone(), from: gap.from, to: gap.until }));
    }
    (calls, holes)
}
