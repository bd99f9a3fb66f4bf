//! What else the shop has seen: a drill, a small incident that is over, one that is open with a live promise, and an alert that
//! nobody has answered yet.

use anyhow::Result;
use model::Span;
use serde_json::json;

use super::Stage;
use super::walk::{declared, newest_alert, note, phase, role_of, update, updates};
use crate::clock;

/// Gives the incident that is left open.
pub(crate) async fn rest(stage: &mut Stage) -> Result<String> {
    drill(stage).await?;
    earlier(stage).await?;
    let id = open(stage).await?;
    unanswered(stage).await?;
    Ok(id)
}

async fn drill(stage: &mut Stage) -> Result<()> {
    until(stage, Span::minutes(75)).await?;
    let (dana, ben) = (&stage.people.dana, &stage.people.ben);
    let incident = json!({
        "title": "Drill: the payment provider is unreachable", "severity": "SEV2", "services": ["checkout"], "drill": true,
        "impact": { "summary": "in the exercise, no card payment goes through" },
    });
    let id = declared(dana, &incident).await?;
    role_of(dana, &id, "commander", "dana").await?;
    role_of(dana, &id, "communications", "ben").await?;
    note(ben, &id, "the number of the provider's night desk was out of date; corrected in the run-book", None).await?;
    stage.pass(Span::minutes(14)).await?;
    let dana = &stage.people.dana;
    phase(dana, &id, "mitigated", "payments switched to the second provider").await?;
    dana.post(&format!("/v1/incidents/{id}/resolve"), &json!({ "note": "exercise over; one gap found" })).await?;
    stage.teller.step(&format!("{id} was a drill: marked as one everywhere, and in no figure."), &format!("/incidents/{id}"));
    Ok(())
}

async fn earlier(stage: &mut Stage) -> Result<()> {
    until(stage, Span::minutes(45)).await?;
    let cleo = &stage.people.cleo;
    let began = clock::now() - Span::hours(3);
    let incident = json!({
        "title": "Some sign-ins time out", "severity": "SEV3", "services": ["login"],
        "impact": { "summary": "about 4 % of sign-ins take longer than 30 seconds", "share": 0.04 },
    });
    let id = declared(cleo, &incident).await?;
    role_of(cleo, &id, "commander", "cleo").await?;
    for (mark, at) in [("impact_start", began), ("detected", began + Span::minutes(4)), ("mitigated", began + Span::minutes(31))]
    {
        cleo.post(&format!("/v1/incidents/{id}/marks"), &json!({ "mark": mark, "at": at.rfc3339() })).await?;
    }
    note(cleo, &id, "one of three session stores was out of memory", Some(began + Span::minutes(12))).await?;
    note(cleo, &id, "store restarted with twice the memory", Some(began + Span::minutes(31))).await?;
    let word = update(
        "resolved",
        "Earlier today, for about half an hour, roughly 4 % of sign-ins took longer than thirty seconds.",
        "We are sorry that you were kept waiting at the door.",
        "The part that was overloaded now has twice the memory, and warns us before it is full.",
        None,
        &[],
    );
    cleo.post(&updates(&id), &word).await?;
    cleo.post(&format!("/v1/incidents/{id}/resolve"), &json!({ "note": "written down afterwards" })).await?;
    stage.teller.step(
        &format!("{id} was written down afterwards: notes and marks carry the time at which things happened."),
        &format!("/incidents/{id}"),
    );
    Ok(())
}

async fn open(stage: &mut Stage) -> Result<String> {
    until(stage, Span::minutes(8)).await?;
    let since = clock::now() - Span::minutes(2);
    stage.sender.probe("trigger", "search-slow", "Search takes longer than 4 s for every third visitor", since).await?;
    stage.receiver.wait("page").await?;
    stage.pass(stage.to_answer()).await?;
    let ben = &stage.people.ben;
    let alert = newest_alert(ben, "search").await?;
    ben.post(&format!("/v1/alerts/{alert}/ack"), &json!({})).await?;
    let incident = json!({
        "title": "Search is slow", "severity": "SEV3", "services": ["search"], "alert": alert.parse::<u64>()?,
        "impact": { "summary": "every third search takes longer than four seconds", "share": 0.33 },
    });
    let id = declared(ben, &incident).await?;
    for (role, person) in [("commander", "ben"), ("communications", "dana")] {
        role_of(ben, &id, role, person).await?;
    }
    stage.pass(Span::minutes(3)).await?;
    let (ben, dana) = (&stage.people.ben, &stage.people.dana);
    note(ben, &id, "slow only for searches with a filter on price", None).await?;
    // Counted from the moment at which somebody watches.
    let next = Span(clock::behind().0 + if stage.fast { 90 } else { 12 * 60 });
    let word = update(
        "investigating",
        "Since a few minutes ago, about every third search takes longer than four seconds. Ordering works.",
        "We are sorry: waiting for a list is time you did not ask to spend.",
        "We are looking at searches that filter by price, which are slow, while others are not.",
        Some(next),
        &[("search", "degraded_performance")],
    );
    dana.post(&updates(&id), &word).await?;
    let text = format!(
        "{id} is open: search is slow. Customers hear next in {}, or see that the word is overdue.",
        Span(next.0 - clock::behind().0).words()
    );
    stage.teller.step(&text, &format!("/incidents/{id}"));
    Ok(id)
}

async fn unanswered(stage: &mut Stage) -> Result<()> {
    until(stage, Span(0)).await?;
    let labels = json!({ "alertname": "SignInErrors", "severity": "warning", "service": "login" });
    stage.sender.fires(labels, "Sign-in errors above 1 % for ten minutes", Span::minutes(2)).await?;
    let call = stage.receiver.wait("page").await?;
    let wait = if stage.fast { "20 s" } else { "5 min" };
    let text = format!("{} is paged for sign-in and has not answered. After {wait} the next one is called.", call.name());
    stage.teller.step(&text, "/");
    Ok(())
}

/// Lets time pass until this long ago.
async fn until(stage: &mut Stage, ago: Span) -> Result<()> {
    let left = clock::behind().0 - ago.0;
    stage.pass(Span(left.max(0))).await
}
