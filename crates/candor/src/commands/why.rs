//! `candor why`: every step of what happened to an alert, and of what did not.

use anyhow::{Result, bail};
use model::AlertId;
use serde_json::Value;

use super::show;
use crate::cli::Why;
use crate::client::{Client, Refused};
use crate::fault::End;
use crate::settings::Environment;
use crate::{folder, out};

/// Pages of the newest alerts that are looked through for a key.
const MOST_PAGES: usize = 50;

pub(crate) async fn run(args: &Why, environment: &Environment) -> Result<End> {
    let client = folder::client(&args.server, environment)?;
    let why = match args.alert.parse::<AlertId>() {
        Ok(id) => by_number(&client, id, &args.alert).await?,
        Err(_) => by_key(&client, &args.alert).await?,
    };
    if args.output.json {
        out::json(&why);
    } else {
        tell(&why);
    }
    Ok(End::Done)
}

/// A key can look like a number too: what is no alert's number is looked for as a key.
async fn by_number(client: &Client, id: AlertId, text: &str) -> Result<Value> {
    match client.get(&format!("/v1/alerts/{id}/why")).await {
        Err(error) if error.downcast_ref::<Refused>().is_some_and(|r| r.status.as_u16() == 404) => by_key(client, text).await,
        told => told,
    }
}

async fn by_key(client: &Client, key: &str) -> Result<Value> {
    let id = out::patiently("looking for the alert", find(client, key)).await?;
    client.get(&format!("/v1/alerts/{id}/why")).await
}

/// The newest alert with this dedup key.
async fn find(client: &Client, key: &str) -> Result<String> {
    let mut cursor = String::new();
    for _ in 0..MOST_PAGES {
        let mut query = vec![("limit", "200")];
        if !cursor.is_empty() {
            query.push(("cursor", cursor.as_str()));
        }
        let page = client.list("/v1/alerts", &query).await?;
        if let Some(alert) = show::items(&page).iter().find(|alert| alert["dedup_key"] == key) {
            return Ok(alert["id"].to_string());
        }
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => bail!("no alert has the key \"{key}\""),
        }
    }
    bail!("none of the newest {} alerts has the key \"{key}\"; give the alert's number", MOST_PAGES * 200)
}

fn tell(why: &Value) {
    let alert = &why["alert"];
    let (severity, service, state) = (show::text(alert, "severity"), show::text(alert, "service"), show::text(alert, "state"));
    out::line(&format!("alert {}  {severity} {service} {state}: {}", alert["id"], show::text(alert, "summary")));
    out::line(&format!("key {}", show::text(alert, "dedup_key")));
    for step in why["steps"].as_array().into_iter().flatten() {
        let word = match show::text(step, "outcome") {
            "did_not" => "not:    ",
            "failed" => "failed: ",
            "will" => "to come: ",
            _ => "",
        };
        let at = show::time(&step["at"]);
        out::line(&format!("  {at:<20}  {:<9} {word}{}", show::text(step, "about"), show::text(step, "text")));
        for detail in step["details"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            out::line(&format!("  {:<20}  {:<9}   {detail}", "", ""));
        }
    }
}
