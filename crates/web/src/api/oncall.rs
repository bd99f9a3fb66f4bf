//! `GET /v1/oncall`: who is on call, now or at another time.

use axum::Json;
use axum::extract::{Query, State};
use http::Method;
use model::playbook::Schedule;
use model::{Name, Playbook, Span, Time};
use rules::oncall::{Shift, on_call, shifts};
use serde::{Deserialize, Serialize};

use super::listing::Page;
use super::shape;
use crate::access::Need;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

/// How far ahead the next shift is looked for.
const AHEAD: Span = Span::hours(62 * 24);

#[derive(Debug, Deserialize)]
struct Input {
    at: Option<String>,
    schedule: Option<String>,
}

#[derive(Debug, Serialize)]
struct View {
    schedule: Name,
    name: String,
    timezone: String,
    #[serde(serialize_with = "shape::time")]
    at: Time,
    /// Null: nobody.
    person: Option<Name>,
    person_name: Option<String>,
    #[serde(serialize_with = "shape::time_or_null")]
    from: Option<Time>,
    #[serde(serialize_with = "shape::time_or_null")]
    until: Option<Time>,
    next: Option<Next>,
}

#[derive(Debug, Serialize)]
struct Next {
    person: Name,
    person_name: String,
    #[serde(serialize_with = "shape::time")]
    from: Time,
    #[serde(serialize_with = "shape::time")]
    until: Time,
}

pub(super) fn route() -> Route {
    Route::api(Method::GET, "/v1/oncall", Need::Viewer, "Who is on call", handle)
        .query(&[("at", "a time as RFC 3339; now unless given"), ("schedule", "one schedule's id; all unless given")])
}

async fn handle(State(app): State<App>, Query(input): Query<Input>) -> Result<Json<Page<View>>, Problem> {
    let at = at(&app, input.at.as_deref())?;
    let playbook = app.desk.playbook();
    let wanted = input.schedule.as_deref().filter(|s| !s.is_empty());
    if let Some(id) = wanted.filter(|id| playbook.schedule(id).is_none()) {
        return Err(Problem::field("schedule", format!("there is no schedule `{id}` in the playbook")));
    }
    let chosen = playbook.schedules.iter().filter(|s| wanted.is_none_or(|id| &*s.id == id));
    let items: Vec<View> = chosen.map(|schedule| view(&playbook, schedule, at)).collect();
    Ok(Json(items.into()))
}

/// The time asked about.
pub(super) fn at(app: &App, text: Option<&str>) -> Result<Time, Problem> {
    let Some(text) = text.filter(|t| !t.is_empty()) else {
        return Ok(app.now());
    };
    // A `+` in a query is a space; in a time it can only have been a plus.
    Time::parse(&text.replace(' ', "+")).ok_or_else(|| Problem::field("at", "give a time as RFC 3339, e.g. 2026-01-05T09:00:00Z"))
}

fn view(playbook: &Playbook, schedule: &Schedule, at: Time) -> View {
    let now: Option<Shift> = on_call(playbook, &schedule.id, at);
    let after = now.as_ref().map_or(at, |shift| shift.until);
    let next = shifts(playbook, &schedule.id, after, after + AHEAD).into_iter().next();
    View {
        schedule: schedule.id.clone(),
        name: schedule.name.clone(),
        timezone: schedule.timezone.clone(),
        at,
        person_name: now.as_ref().map(|shift| name(playbook, &shift.person)),
        from: now.as_ref().map(|shift| shift.from),
        until: now.as_ref().map(|shift| shift.until),
        person: now.map(|shift| shift.person),
        next: next.map(|shift| Next {
            person_name: name(playbook, &shift.person),
            person: shift.person,
            from: shift.from,
            until: shift.until,
        }),
    }
}

pub(super) fn name(playbook: &Playbook, person: &str) -> String {
    playbook.person(person).map_or_else(|| person.to_owned(), |p| p.name.clone())
}
