//! `/ack/{letter}/{mac}`: the page behind the link in a letter. Looking changes nothing; the button acknowledges what the letter
//! is about, in the name of whom it was sent to, without signing in.

use axum::extract::{Path, State};
use http::Method;
use model::input::Target;
use model::{Actor, Answer, Command, GroupState, Input, Letter, LetterId};

use super::frame::{Screen, clock, html};
use super::rows;
use crate::access::{Need, link};
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::ack::{AckItem, AckPage, AckState, page};

pub(super) fn routes() -> [Route; 2] {
    let path = "/ack/{letter}/{mac}";
    [Route::screen(Method::GET, path, Need::Public, show), Route::screen(Method::POST, path, Need::Public, take)]
}

type Link = (String, String);

async fn show(State(app): State<App>, Path((letter, mac)): Path<Link>) -> Screen {
    let letter = find(&app, &letter, &mac).await?;
    Ok(html(page(&build(&app, &letter, mac, false).await?)))
}

async fn take(State(app): State<App>, Path((letter, mac)): Path<Link>) -> Screen {
    let letter = find(&app, &letter, &mac).await?;
    let target = Target::Letter(letter.id);
    let ask = desk::Ask {
        actor: Actor::Link(letter.id, letter.to.clone()),
        input: Input::Command(Command::Acknowledge { target }),
        idempotency: None,
    };
    let answer = app.desk.submit(ask).await?;
    // Too late is no fault of whoever pressed: the page says who was quicker.
    let done = !matches!(answer, Answer::Refused(_));
    Ok(html(page(&build(&app, &letter, mac, done).await?)))
}

/// The letter, when the link is a true one. A wrong proof and an unknown letter look the same.
async fn find(app: &App, letter: &str, mac: &str) -> Result<Letter, Problem> {
    let unknown = || Problem::not_found("such link; open the newest letter, or sign in");
    let id: LetterId = letter.parse().map_err(|_| unknown())?;
    if !link::is_valid(&app.settings.link_secret, id, mac) {
        app.access.failed("acknowledgement link", letter, None);
        return Err(unknown());
    }
    app.records.letter(id).await?.ok_or_else(unknown)
}

async fn build(app: &App, letter: &Letter, mac: String, done: bool) -> Result<AckPage, Problem> {
    let playbook = app.desk.playbook();
    let person = playbook.person(&letter.to);
    let items = letter.content.groups().iter().map(|item| AckItem {
        severity: item.severity,
        service: rows::service(&playbook, &item.service),
        summary: item.summary.to_string(),
        since: item.since,
        firing: item.firing,
        incident: item.incident,
    });
    let more = match letter.content {
        model::letter::Content::Page { more, .. } => more,
        _ => 0,
    };
    Ok(AckPage {
        clock: clock(app, person.map(|p| p.timezone.as_str())),
        letter: letter.id,
        mac,
        person: rows::person(&playbook, &letter.to),
        items: items.collect(),
        more,
        state: state(app, letter, done).await?,
    })
}

/// Open as long as one of its groups waits; else who has it, or when it ended.
async fn state(app: &App, letter: &Letter, done: bool) -> Result<AckState, Problem> {
    let playbook = app.desk.playbook();
    let mut taken = None;
    let mut over = None;
    let mut next = None;
    let mut waits = false;
    for item in letter.content.groups() {
        let Some(group) = app.records.group(item.group).await? else {
            continue;
        };
        match &group.state {
            GroupState::Paging | GroupState::Exhausted { .. } | GroupState::Quiet => {
                waits = true;
                next = next.or_else(|| rows::next_call(&playbook, &group));
            }
            GroupState::Acknowledged { by, at, .. } => {
                taken = Some((rows::actor(&playbook, by), by.person() == Some(&letter.to), *at));
            }
            GroupState::Resolved { at } => over = Some(*at),
        }
    }
    if waits && !done {
        return Ok(AckState::Open { next });
    }
    let own = taken.as_ref().is_some_and(|(_, own, _)| *own);
    if done && (own || (taken.is_none() && over.is_none())) {
        return Ok(AckState::Done);
    }
    Ok(match taken {
        Some((by, _, at)) => AckState::Already { by, at },
        None => AckState::Over { at: over.unwrap_or(letter.created_at) },
    })
}
