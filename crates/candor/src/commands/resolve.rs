//! `candor resolve`.

use anyhow::Result;
use serde_json::json;

use super::show;
use crate::cli::Resolve;
use crate::client::segment;
use crate::fault::End;
use crate::settings::Environment;
use crate::{folder, out};

pub(crate) async fn run(args: &Resolve, environment: &Environment) -> Result<End> {
    let client = folder::client(&args.server, environment)?;
    let path = format!("/v1/incidents/{}/resolve", segment(&args.incident));
    let incident = client.post(&path, &json!({ "note": args.note })).await?;
    if args.output.json {
        out::json(&incident);
    } else {
        out::line(&show::incident(&incident));
        out::line(&format!("review draft: {}/incidents/{}/review", client.base(), show::text(&incident, "ref")));
    }
    Ok(End::Done)
}
