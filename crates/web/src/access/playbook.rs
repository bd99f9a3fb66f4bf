//! Applying a playbook: checked, its addresses and keys into the vault, the rest to the desk. The server does it for a file at
//! its start, the API and the settings screen for a text.

use std::sync::Arc;

use http::StatusCode;
use model::{Actor, Answer, Input};
use rules::playbook::{Fault, Parsed, difference, parse};
use serde::Serialize;
use store::StoreError;

use super::note;
use crate::app::{App, Keys};
use crate::problem::Problem;

/// Where the vault keeps the text as it was written, comments and all.
const SOURCE: &str = "playbook.toml";

/// What applying did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// False after a dry run.
    pub applied: bool,
    pub changes: Vec<String>,
    /// Odd, but loaded: `LINE: entry: problem; fix`.
    pub warnings: Vec<String>,
}

/// Says what applying `text` would change, and changes nothing.
pub fn check(app: &App, text: &str) -> Result<Applied, Problem> {
    let parsed = parse(text).map_err(|faults| refusal(&faults))?;
    Ok(summary(app, &parsed, false))
}

/// Checks and loads `text`; a text with a fault loads nothing.
pub async fn apply(app: &App, text: &str, actor: Actor) -> Result<Applied, Problem> {
    let parsed = parse(text).map_err(|faults| refusal(&faults))?;
    let applied = summary(app, &parsed, true);
    // Applied at every start: what is loaded already needs no journal entry.
    if source(app).await?.as_deref() == Some(text) && *app.desk.playbook() == parsed.playbook {
        refresh_keys(app).await?;
        return Ok(applied);
    }
    let contacts = parsed.contacts.into_iter().map(|c| (c.owner, c.channel, c.address)).collect();
    // The vault first: nobody must be named in the playbook who cannot be reached yet.
    app.vault.replace_contacts(contacts, parsed.keys).await?;
    app.vault.put_secret(SOURCE, text.as_bytes()).await?;
    note(app, actor.clone(), "contacts and keys of the playbook replaced".into()).await;
    let playbook = Arc::new(parsed.playbook);
    let ask = desk::Ask { actor, input: Input::Playbook { playbook }, idempotency: None };
    if let Answer::Refused(refusal) = app.desk.submit(ask).await? {
        return Err(refusal.into());
    }
    refresh_keys(app).await?;
    Ok(applied)
}

/// Takes the integrations' keys from the vault into memory; also done once at the start.
pub async fn refresh_keys(app: &App) -> Result<(), StoreError> {
    let mut keys = app.vault.integration_keys().await?;
    keys.sort_unstable();
    app.keys.store(Arc::new(Keys(keys)));
    Ok(())
}

/// The text as it was written, if one was ever applied.
pub async fn source(app: &App) -> Result<Option<String>, StoreError> {
    let bytes = app.vault.secret(SOURCE).await?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

fn summary(app: &App, parsed: &Parsed, applied: bool) -> Applied {
    Applied {
        applied,
        changes: difference(&app.desk.playbook(), &parsed.playbook),
        warnings: parsed.warnings.iter().map(ToString::to_string).collect(),
    }
}

/// One reason a fault; the field is the line, so that a caller can put the file's name before it.
fn refusal(faults: &[Fault]) -> Problem {
    let detail = format!("The playbook has {} faults; nothing was loaded.", faults.len());
    let mut problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "playbook_faults", detail);
    problem.reasons = faults
        .iter()
        .map(|fault| {
            let entry = if fault.entry.is_empty() { String::new() } else { format!("{}: ", fault.entry) };
            (format!("line {}", fault.line), format!("{entry}{}; {}", fault.problem, fault.fix))
        })
        .collect();
    problem
}
