//! One whole incident, from the first signal to the review draft.

use anyhow::{Context as _, Result};
use model::{Span, Time};
use serde_json::{Value, json};

use super::{Stage, tell};
use crate::client::Client;
use crate::clock::{self, Watch};
use crate::commands::show;

pub(crate) async fn whole_incident(stage: &mut Stage) -> Result<()> {
    let alert = page_and_acknowledge(stage).await?;
    let id = declare(stage, &alert).await?;
    first_word(stage, &id).await?;
    second_word(stage, &id).await?;
    over(stage, &id).await
}

/// The alert fires, Ana is paged, Ana is on it.
async fn page_and_acknowledge(stage: &mut Stage) -> Result<String> {
    let labels = json!({ "alertname": "CardPaymentsFail", "severity": "critical", "region": "eu" });
    let watch = Watch::start();
    stage.sender.fires(labels, "15 % of card payments in Europe fail", Span::minutes(3)).await?;
    let call = stage.receiver.wait("page").await?;
    let took = watch.elapsed().as_millis();
    let alert = newest_alert(&stage.people.ana, "checkout").await?;
    stage.teller.step("Prometheus reports that card payments fail. One alert is opened.", &format!("/alerts/{alert}"));
    stage.teller.step(&format!("{} is on call and is paged, {took} ms after the alert: {}", call.name(), call.about), "/on-call");
    stage.pass(stage.to_answer()).await?;
    stage.people.ana.post(&format!("/v1/alerts/{alert}/ack"), &json!({})).await?;
    stage.teller.step("Ana acknowledges. Nobody else is called.", &format!("/alerts/{alert}"));
    Ok(alert)
}

async fn declare(stage: &mut Stage, alert: &str) -> Result<String> {
    stage.pass(Span::seconds(70)).await?;
    let alert: u64 = alert.parse().context("the number of an alert")?;
    let impact = json!({ "summary": "about 15 % of card payments in Europe fail", "share": 0.15, "customers": 1_800 });
    let incident = json!({ "title": "Card payments fail in Europe", "severity": "SEV2", "services": ["checkout"], "impact": impact, "alert": alert });
    let id = declared(&stage.people.ana, &incident).await?;
    stage.teller.step(&format!("Ana declares {id}: severity, services and impact in one line."), &format!("/incidents/{id}"));
    for (role, person) in [("commander", "ana"), ("communications", "ben"), ("operations", "cleo")] {
        role_of(&stage.people.ana, &id, role, person).await?;
    }
    stage.teller.step("Roles: Ana leads, Ben writes to customers, Cleo looks for what changed.", &format!("/incidents/{id}"));
    Ok(id)
}

/// The first word to customers: acknowledge, apologize, act, and when the next one comes.
async fn first_word(stage: &mut Stage, id: &str) -> Result<()> {
    stage.pass(Span::minutes(2)).await?;
    let ben = &stage.people.ben;
    let rash = update(
        "investigating",
        "Card payments fail.",
        "We are sorry.",
        "This will be fixed by 10:30.",
        Some(Span::minutes(20)),
        &[],
    );
    match ben.post(&updates(id), &rash).await {
        Err(refused) => {
            stage.teller.step("Ben first writes \"this will be fixed by 10:30\". Candor refuses, and says why:", "");
            tell::also(&refused.to_string());
        }
        Ok(_) => stage.teller.step("Ben promises a time for the fix, and nothing stops him.", ""),
    }
    let word = update(
        "investigating",
        "For about eight minutes, roughly 15 % of card payments in Europe have failed. Other ways to pay work.",
        "We are sorry: you could not pay, and that is on us.",
        "We are checking what changed this morning. Orders are kept; nobody is charged twice.",
        Some(Span::minutes(20)),
        &[("checkout", "partial_outage")],
    );
    ben.post(&updates(id), &word).await?;
    stage.teller.step("Ben tells customers what is hit, and when they hear next. The promise runs in public.", "/status/shop/");
    Ok(())
}

/// The cause is understood; customers hear again before the promised time.
async fn second_word(stage: &mut Stage, id: &str) -> Result<()> {
    found(stage, id).await?;
    stage.pass(Span::minutes(4)).await?;
    // The desk sleeps by the wall clock; any word wakes it, and it sees how late it is.
    note(&stage.people.cleo, id, "rollback prepared, first country next", None).await?;
    let call = stage.receiver.wait("promise_reminder").await?;
    let text = format!("{} is reminded, with a draft at hand: the promised word falls due in seven minutes.", call.name());
    stage.teller.step(&text, &format!("/incidents/{id}"));
    stage.pass(Span::minutes(1)).await?;
    let word = update(
        "identified",
        "We found the reason: our release of this morning sends payments in a form that one bank's gateway refuses.",
        "We are sorry. Our checks should have found this before you did.",
        "We are taking the release back, country by country, and watch payments as we go.",
        Some(Span::minutes(20)),
        &[("checkout", "partial_outage")],
    );
    stage.people.ben.post(&updates(id), &word).await?;
    stage
        .teller
        .step("Ben writes before the promised time: the first promise is kept, and counted.", &format!("/incidents/{id}"));
    stage.pass(Span::minutes(6)).await?;
    note(&stage.people.cleo, id, "release taken back everywhere", None).await?;
    phase(&stage.people.ana, id, "mitigated", "payments pass again after the rollback").await
}

/// Cleo looks for what changed.
async fn found(stage: &mut Stage, id: &str) -> Result<()> {
    stage.pass(Span::minutes(5)).await?;
    let cleo = &stage.people.cleo;
    let shipped = clock::now() - Span::minutes(16);
    note(cleo, id, "release 2026.7.3 went out to all of Europe", Some(shipped)).await?;
    cleo.post(&format!("/v1/incidents/{id}/marks"), &json!({ "mark": "change_shipped", "at": shipped.rfc3339() })).await?;
    stage.pass(Span::minutes(4)).await?;
    let text = "every failing request carries the new 3-D Secure field; the bank's gateway refuses it";
    note(&stage.people.cleo, id, text, None).await?;
    let reason = "the release of this morning sends a field the gateway refuses";
    phase(&stage.people.ana, id, "identified", reason).await?;
    stage
        .teller
        .step("Cleo notes what she finds, one line each. The timeline writes itself around it.", &format!("/incidents/{id}"));
    Ok(())
}

async fn over(stage: &mut Stage, id: &str) -> Result<()> {
    stage.pass(Span::minutes(3)).await?;
    stage.sender.ends("CardPaymentsFail").await?;
    let call = stage.receiver.wait("all_clear").await?;
    stage.teller.step(&format!("Prometheus reports that it is over. {} hears it too: {}", call.name(), call.about), "/alerts");
    stage.pass(Span::minutes(2)).await?;
    let (ana, ben) = (&stage.people.ana, &stage.people.ben);
    let word = update(
        "resolved",
        "Card payments work again for everybody. For about half an hour, roughly 15 % of card payments in Europe failed.",
        "We are sorry for the orders you had to place twice, and for the time it took you.",
        "Nobody was charged for a payment that failed. We will publish what led to this, and what we change.",
        None,
        &[("checkout", "operational")],
    );
    ben.post(&updates(id), &word).await?;
    ana.post(&format!("/v1/incidents/{id}/resolve"), &json!({ "note": "payments normal since the rollback" })).await?;
    stage.teller.step(&format!("{id} is resolved. Customers read it first."), "/status/shop/");
    let review = ana.get(&format!("/v1/incidents/{id}/review")).await?;
    let lines = show::text(&review, "markdown").lines().count();
    stage.teller.step(
        &format!("The review has drafted itself from the timeline: {lines} lines, figures computed, gaps marked for people."),
        &format!("/incidents/{id}/review"),
    );
    Ok(())
}

pub(super) async fn newest_alert(client: &Client, service: &str) -> Result<String> {
    let alerts = client.list("/v1/alerts", &[("state", "open"), ("service", service)]).await?;
    let first = show::items(&alerts).first().context("the alert that was sent is not among the open ones")?;
    Ok(first["id"].to_string())
}

pub(super) async fn declared(client: &Client, incident: &Value) -> Result<String> {
    let made = client.post("/v1/incidents", incident).await?;
    Ok(show::text(&made, "ref").to_owned())
}

pub(super) async fn role_of(client: &Client, id: &str, role: &str, person: &str) -> Result<()> {
    client.post(&format!("/v1/incidents/{id}/roles"), &json!({ "role": role, "person": person })).await.map(drop)
}

pub(super) async fn note(client: &Client, id: &str, text: &str, at: Option<Time>) -> Result<()> {
    let body = json!({ "text": text, "happened_at": at.map(Time::rfc3339) });
    client.post(&format!("/v1/incidents/{id}/notes"), &body).await.map(drop)
}

pub(super) async fn phase(client: &Client, id: &str, phase: &str, reason: &str) -> Result<()> {
    client.post(&format!("/v1/incidents/{id}/phase"), &json!({ "phase": phase, "reason": reason })).await.map(drop)
}

pub(super) fn updates(id: &str) -> String {
    format!("/v1/incidents/{id}/updates")
}

pub(super) fn update(
    phase: &str,
    acknowledge: &str,
    apologize: &str,
    act: &str,
    next: Option<Span>,
    states: &[(&str, &str)],
) -> Value {
    let components: serde_json::Map<String, Value> = states.iter().map(|(id, state)| ((*id).to_owned(), json!(state))).collect();
    json!({
        "phase": phase,
        "audience": "public",
        "acknowledge": acknowledge,
        "apologize": apologize,
        "act": act,
        "next_update_at": next.map(|span| clock::after(span).rfc3339()),
        "components": components,
    })
}
