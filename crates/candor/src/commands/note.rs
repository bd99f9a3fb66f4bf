//! `candor note`.

use anyhow::Result;
use model::Audience;
use serde_json::json;

use super::show;
use crate::cli::Note;
use crate::client::segment;
use crate::fault::{End, used_wrongly};
use crate::settings::Environment;
use crate::{folder, out};

pub(crate) async fn run(args: &Note, environment: &Environment) -> Result<End> {
    if Audience::parse(&args.audience).is_none() {
        let known = Audience::ALL.map(Audience::name).join(", ");
        return Err(used_wrongly(format!("--audience: \"{}\" is none; write one of {known}", args.audience)));
    }
    let client = folder::client(&args.server, environment)?;
    let body = json!({ "text": args.text.join(" "), "happened_at": args.at, "audience": args.audience });
    let entry = client.post(&format!("/v1/incidents/{}/notes", segment(&args.incident)), &body).await?;
    if args.output.json {
        out::json(&entry);
    } else {
        out::line(&format!("{} #{} {}", args.incident, entry["seq"], show::time(&entry["happened_at"])));
    }
    Ok(End::Done)
}
