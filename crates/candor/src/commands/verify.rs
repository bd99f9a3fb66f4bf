//! `candor verify`: journal, records, timelines and the database, each held against the other.

use anyhow::Result;
use serde_json::json;
use store::{Records, StoreError};

use crate::cli::Verify;
use crate::fault::End;
use crate::settings::{Environment, Settings};
use crate::{folder, out};

pub(crate) async fn run(args: &Verify, environment: &Environment) -> Result<End> {
    let settings = Settings::read(&args.store.flags(), environment)?;
    let db = folder::open_existing(&settings).await.map_err(|error| match error.downcast_ref::<StoreError>() {
        Some(StoreError::Locked { folder }) => anyhow::anyhow!(
            "a server is using {}: stop it, or verify a backup (candor backup FILE; candor restore FILE --data DIR; candor verify --data DIR)",
            folder.display()
        ),
        _ => error,
    })?;
    // A replay beside a writer would compare what is with what was.
    let _claim = db.claim().await.map_err(|error| match error {
        StoreError::Claimed => {
            anyhow::anyhow!("a server is using this database: stop it, or verify a copy (pg_dump, pg_restore)")
        }
        error => error.into(),
    })?;
    let records = Records::new(db.clone());
    let report = out::patiently("replaying the journal", desk::verify(&records, crate::VERSION)).await?;
    let database = out::patiently("checking the database", db.integrity()).await?;
    let holds = report.faults.is_empty() && database.is_empty();
    if args.output.json {
        out::json(&json!({
            "holds": holds,
            "journal_entries": report.entries,
            "records": report.rows,
            "timeline_entries": report.timeline,
            "redacted_texts": report.redacted,
            "database": db.flavour(),
            "faults": report.faults,
            "database_faults": database,
        }));
    } else {
        out::line(&format!("journal:  {} entries replayed", report.entries));
        out::line(&format!("records:  {} compared with what the replay gives", report.rows));
        out::line(&format!("timeline: {} entries in their hash chains, {} texts redacted", report.timeline, report.redacted));
        out::line(&format!("database: {}, {}", db.flavour(), if database.is_empty() { "sound" } else { "damaged" }));
        for fault in report.faults.iter().chain(&database) {
            out::line(&format!("fault: {fault}"));
        }
        out::line(if holds { "all hold" } else { "NOT all hold" });
    }
    Ok(if holds { End::Done } else { End::Failed })
}
