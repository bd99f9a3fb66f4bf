//! `candor update`: the three A's, and when customers hear next.

use std::collections::BTreeMap;

use anyhow::Result;
use model::page::ComponentStatus;
use model::update::PublicPhase;
use model::{Audience, Span, Time};
use serde_json::{Value, json};

use super::show;
use crate::cli::Update;
use crate::client::{Client, segment};
use crate::fault::{End, used_wrongly};
use crate::settings::Environment;
use crate::{clock, folder, out};

pub(crate) async fn run(args: &Update, environment: &Environment) -> Result<End> {
    let components = components(&args.component)?;
    let next = args.next.as_deref().map(next).transpose()?;
    if Audience::parse(&args.audience).is_none() {
        let known = Audience::ALL.map(Audience::name).join(", ");
        return Err(used_wrongly(format!("--audience: \"{}\" is none; write one of {known}", args.audience)));
    }
    let client = folder::client(&args.server, environment)?;
    let phase = phase(args, &client).await?;
    let body = json!({
        "page": args.page,
        "audience": args.audience,
        "phase": phase,
        "acknowledge": args.acknowledge,
        "apologize": args.apologize,
        "act": args.act,
        "next_update_at": next.map(Time::rfc3339),
        "components": components,
        "override": args.lint_override,
    });
    let update = client.post(&format!("/v1/incidents/{}/updates", segment(&args.incident)), &body).await?;
    if args.output.json {
        out::json(&update);
    } else {
        out::line(&told(&args.incident, &update));
    }
    Ok(End::Done)
}

fn told(incident: &str, update: &Value) -> String {
    let head = format!("{incident} update {} published ({})", update["id"], show::text(update, "phase"));
    match show::time(&update["next_update_at"]).as_str() {
        "" => head,
        due => format!("{head}; the next word is promised for {due}"),
    }
}

/// `30m` from now, or a time.
fn next(text: &str) -> Result<Time> {
    let span = Span::parse(text).filter(|span| *span > Span(0)).map(clock::after);
    let time = span.or_else(|| Time::parse(text));
    time.ok_or_else(|| used_wrongly(format!("--next: \"{text}\" is no time; write 30m, 1h or 2026-01-05T09:00:00Z")))
}

fn components(pairs: &[String]) -> Result<BTreeMap<String, ComponentStatus>> {
    let known = || ComponentStatus::ALL.map(ComponentStatus::name).join(", ");
    let read = |pair: &String| {
        let (id, state) = pair.split_once('=')?;
        Some((id.trim().to_owned(), ComponentStatus::parse(state.trim())?))
    };
    let wrong =
        |pair: &String| used_wrongly(format!("--component: \"{pair}\" must be written ID=STATE, STATE one of {}", known()));
    pairs.iter().map(|pair| read(pair).ok_or_else(|| wrong(pair))).collect()
}

/// As given, else what the incident's own phase means for customers.
async fn phase(args: &Update, client: &Client) -> Result<PublicPhase> {
    if let Some(text) = &args.phase {
        let known = PublicPhase::ALL.map(PublicPhase::name).join(", ");
        let wrong = || used_wrongly(format!("--phase: \"{text}\" is none; write one of {known}"));
        return PublicPhase::parse(text).ok_or_else(wrong);
    }
    let incident = client.get(&format!("/v1/incidents/{}", segment(&args.incident))).await?;
    Ok(match show::text(&incident, "phase") {
        "triage" | "investigating" => PublicPhase::Investigating,
        "identified" => PublicPhase::Identified,
        "mitigated" | "monitoring" => PublicPhase::Monitoring,
        _ => PublicPhase::Resolved,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_pairs_of_known_states() {
        let good = components(&["checkout=partial_outage".to_owned(), "search = operational".to_owned()]).expect("pairs");
        assert_eq!(good["checkout"], ComponentStatus::PartialOutage);
        assert_eq!(good["search"], ComponentStatus::Operational);
        let error = components(&["checkout=red".to_owned()]).expect_err("no such state");
        assert!(error.to_string().contains("partial_outage"), "{error}");
        assert_eq!(crate::fault::exit_code(&error), 2);
    }

    #[test]
    fn the_next_word_is_a_span_or_a_time() {
        assert!(next("30m").expect("a span") > clock::now());
        assert_eq!(next("2026-01-05T09:00:00Z").expect("a time").rfc3339(), "2026-01-05T09:00:00Z");
        assert!(next("soon").is_err());
        assert!(next("0m").is_err());
    }
}
