//! `candor apply`: a playbook is checked here, and loaded by the running server or into the data folder.

use std::path::Path;

use anyhow::{Context as _, Result};
use model::{Actor, Playbook};
use rules::playbook::{Fault, Parsed, difference, parse};
use serde_json::{Value, json};
use store::Records;

use super::show;
use crate::cli::Apply;
use crate::client::Client;
use crate::fault::{End, UsedWrongly, used_wrongly};
use crate::folder::{self, Workshop};
use crate::out;
use crate::settings::{Environment, Settings};

pub(crate) async fn run(args: &Apply, environment: &Environment) -> Result<End> {
    let text = std::fs::read_to_string(&args.file)
        .with_context(|| UsedWrongly(format!("the playbook {} cannot be read", args.file.display())))?;
    // Checked here first, so that faults are told with the file's name, and without a server.
    let parsed = match parse(&text) {
        Ok(parsed) => parsed,
        Err(found) => return faulty(args, &found),
    };
    let server = folder::server(&args.store, &args.server, environment)?;
    let done = match (&server, args.dry_run) {
        (Some(client), dry) => put(client, &text, dry).await?,
        (None, true) => compare(&parsed, args, environment).await?,
        (None, false) => load(&text, args, environment).await?,
    };
    tell(args, &parsed, &done);
    Ok(End::Done)
}

fn faulty(args: &Apply, found: &[Fault]) -> Result<End> {
    let lines = lines(&args.file, found);
    if args.output.json {
        let fault =
            |f: &Fault| json!({ "line": f.line, "column": f.column, "entry": f.entry, "problem": f.problem, "fix": f.fix });
        let list: Vec<Value> = found.iter().map(fault).collect();
        out::json(&json!({ "applied": false, "file": args.file, "faults": list }));
    }
    let count = match found.len() {
        1 => "1 fault".to_owned(),
        n => format!("{n} faults"),
    };
    Err(used_wrongly(format!("{count} in the playbook, nothing was loaded\n{}", lines.join("\n"))))
}

/// `FILE:LINE: entry: problem; fix`, as editors understand it.
fn lines(file: &Path, faults: &[Fault]) -> Vec<String> {
    faults.iter().map(|fault| format!("{}:{fault}", file.display())).collect()
}

async fn put(client: &Client, text: &str, dry: bool) -> Result<Value> {
    let path = if dry { "/v1/playbook?dry_run=true" } else { "/v1/playbook" };
    client.put(path, "application/toml", text).await
}

/// What would change in the data folder; without one, everything is new.
async fn compare(parsed: &Parsed, args: &Apply, environment: &Environment) -> Result<Value> {
    let settings = Settings::read(&args.store.flags(), environment)?;
    let there = settings.database.is_some() || settings.data.join(folder::FILE).exists();
    let mut compared_with = "an empty playbook";
    let mut loaded = Playbook::default();
    if there {
        match folder::open(&settings).await {
            Ok(db) => {
                compared_with = "the loaded playbook";
                loaded = Records::new(db).playbook().await?.unwrap_or_default();
            }
            // The file is sound all the same, and that is what was asked first.
            Err(error) => out::say(&format!("candor: compared with nothing: {}", crate::fault::sentence(&error))),
        }
    }
    Ok(json!({ "applied": false, "changes": difference(&loaded, &parsed.playbook), "compared_with": compared_with }))
}

async fn load(text: &str, args: &Apply, environment: &Environment) -> Result<Value> {
    let settings = Settings::read(&args.store.flags(), environment)?;
    let shop = Workshop::open(&settings).await?;
    let applied = web::access::playbook::apply(&shop.app, text, Actor::System).await;
    shop.close().await;
    let applied = applied.map_err(|problem| folder::refused(&problem))?;
    Ok(json!({ "applied": true, "changes": applied.changes }))
}

fn tell(args: &Apply, parsed: &Parsed, done: &Value) {
    let warnings = lines(&args.file, &parsed.warnings);
    let changes: Vec<&str> = done["changes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if args.output.json {
        let compared_with = done.get("compared_with").cloned();
        out::json(&json!({
            "applied": done["applied"], "file": args.file, "changes": changes, "warnings": warnings, "compared_with": compared_with,
        }));
        return;
    }
    for warning in &warnings {
        out::say(&format!("warning: {warning}"));
    }
    for change in &changes {
        out::line(change);
    }
    let verb = if args.dry_run { "would be changed" } else { "changed" };
    match (changes.len(), show::text(done, "compared_with")) {
        (0, _) => out::line("nothing to change: this playbook is loaded already"),
        (n, "") => out::line(&format!("{n} {verb}")),
        (n, with) => out::line(&format!("{n} {verb}, compared with {with}")),
    }
}
