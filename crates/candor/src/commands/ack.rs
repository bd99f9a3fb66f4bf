//! `candor ack`.

use anyhow::Result;
use model::{AlertId, IncidentRef};
use serde_json::json;

use super::show;
use crate::cli::Ack;
use crate::fault::{End, used_wrongly};
use crate::settings::Environment;
use crate::{folder, out};

pub(crate) async fn run(args: &Ack, environment: &Environment) -> Result<End> {
    let path = path(&args.target)?;
    let client = folder::client(&args.server, environment)?;
    let thing = client.post(&path, &json!({})).await?;
    if args.output.json {
        out::json(&thing);
    } else if thing.get("ref").is_some() {
        out::line(&format!("acknowledged: {}", show::incident(&thing)));
    } else {
        out::line(&format!(
            "acknowledged: alert {} on {}: {}",
            thing["id"],
            show::text(&thing, "service"),
            show::text(&thing, "summary")
        ));
    }
    Ok(End::Done)
}

fn path(target: &str) -> Result<String> {
    if let Ok(incident) = target.parse::<IncidentRef>() {
        return Ok(format!("/v1/incidents/{incident}/ack"));
    }
    match target.parse::<AlertId>() {
        Ok(alert) => Ok(format!("/v1/alerts/{alert}/ack")),
        Err(_) => Err(used_wrongly(format!("\"{target}\" is neither an incident (INC-1) nor an alert's number"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incidents_and_alerts_are_told_apart() {
        assert_eq!(path("inc-7").expect("an incident"), "/v1/incidents/INC-7/ack");
        assert_eq!(path("4097").expect("an alert"), "/v1/alerts/4097/ack");
        assert!(path("checkout").is_err());
    }
}
