//! `candor declare`.

use anyhow::Result;
use model::Severity;
use serde_json::json;

use super::show;
use crate::cli::Declare;
use crate::fault::{End, used_wrongly};
use crate::settings::Environment;
use crate::{folder, out};

pub(crate) async fn run(args: &Declare, environment: &Environment) -> Result<End> {
    let wrong = || used_wrongly(format!("--severity: \"{}\" is none; write SEV1 (worst) to SEV5", args.severity));
    let severity = Severity::parse(&args.severity).ok_or_else(wrong)?;
    let client = folder::client(&args.server, environment)?;
    let body = json!({
        "title": args.title,
        "severity": severity,
        "services": args.service,
        "impact": { "summary": args.impact.as_deref().unwrap_or_default() },
        "drill": args.drill,
    });
    let incident = client.post("/v1/incidents", &body).await?;
    if args.output.json {
        out::json(&incident);
    } else {
        out::line(&show::incident(&incident));
        out::line(&format!("{}/incidents/{}", client.base(), show::text(&incident, "ref")));
    }
    Ok(End::Done)
}
