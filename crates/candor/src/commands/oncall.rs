//! `candor oncall`.

use anyhow::Result;
use serde_json::Value;

use super::show;
use crate::cli::OnCall;
use crate::fault::End;
use crate::settings::Environment;
use crate::{folder, out};

pub(crate) async fn run(args: &OnCall, environment: &Environment) -> Result<End> {
    let client = folder::client(&args.server, environment)?;
    let mut query = Vec::new();
    query.extend(args.schedule.as_deref().map(|id| ("schedule", id)));
    query.extend(args.at.as_deref().map(|at| ("at", at)));
    let roster = client.list("/v1/oncall", &query).await?;
    if args.output.json {
        out::json(&roster);
        return Ok(End::Done);
    }
    let rows: Vec<Vec<String>> = show::items(&roster).iter().map(row).collect();
    if rows.is_empty() {
        out::line("Nobody is on call: the playbook has no schedule.");
    } else {
        out::line(&out::table(&["SCHEDULE", "ON CALL", "UNTIL", "NEXT"], &rows));
    }
    Ok(End::Done)
}

fn row(item: &Value) -> Vec<String> {
    let person = item["person_name"].as_str().unwrap_or("nobody");
    let next = item["next"]["person_name"].as_str().unwrap_or("nobody");
    vec![show::text(item, "schedule").to_owned(), person.to_owned(), show::time(&item["until"]), next.to_owned()]
}
