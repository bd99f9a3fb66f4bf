//! The store: whether it opens, what it is, whether the key fits, and what its playbook lacks.

use store::{Db, Place, Records, StoreError, Vault};

use super::{Report, paging};
use crate::client::Client;
use crate::clock;
use crate::folder::FILE;
use crate::settings::{KEY_FILE, KeySource, Retention, Settings};

pub(super) async fn look(settings: &Settings, report: &mut Report) {
    if let Place::Folder(folder) = settings.place()
        && !folder.join(FILE).exists()
    {
        report.look(
            "store",
            format!("there is none in {} yet", folder.display()),
            "start candor serve once, or name the folder with --data",
        );
        return;
    }
    match Db::open(&settings.place()).await {
        Ok(db) => match db.claim().await {
            Ok(_claim) => opened(settings, db, report).await,
            Err(StoreError::Claimed) => running(settings, report).await,
            Err(error) => report.fault("store", error.to_string(), "check the address and that the database runs"),
        },
        Err(StoreError::Locked { .. }) => running(settings, report).await,
        Err(error @ StoreError::NewerVersion { .. }) => {
            report.fault("store", error.to_string(), "use the newer program; the store has not been touched");
        }
        Err(error) => {
            let text = crate::fault::sentence(&anyhow::Error::new(error));
            report.fault("store", text, "check the address and that the database runs; else restore a backup");
        }
    }
}

async fn opened(settings: &Settings, db: Db, report: &mut Report) {
    report.fine("store", format!("{}, no server is using it", db.flavour()));
    match db.integrity().await {
        Ok(faults) if faults.is_empty() => {}
        Ok(faults) => {
            let text = format!("it is damaged: {}", faults.join("; "));
            report.fault("store", text, "restore the newest backup into a new folder");
        }
        Err(error) => report.fault("store", error.to_string(), "restore the newest backup into a new folder"),
    }
    let records = Records::new(db.clone());
    if let Err(error) = newest(&records, report).await {
        report.fault("store", error.to_string(), "restore the newest backup into a new folder");
    }
    if let Err(error) = kept(settings.retention, &records, report).await {
        report.fault("retention", error.to_string(), "restore the newest backup into a new folder");
    }
    // Opening the key makes one when it is missing; that is for the server to do.
    let missing = matches!(settings.secret_key, KeySource::InData) && !settings.data.join(KEY_FILE).exists();
    let vault = if missing { None } else { settings.secret_key.open(&settings.data).ok().map(|key| Vault::new(db, key)) };
    paging::look(&records, vault.as_ref(), report).await;
}

/// What is let go, and when that was done last.
async fn kept(retention: Retention, records: &Records, report: &mut Report) -> Result<(), StoreError> {
    let span = |span: Option<model::Span>| span.map_or("for ever".to_owned(), model::Span::words);
    let last = match records.kept().await?.swept_at {
        Some(at) => format!(", some were let go {} ago", clock::now().since(at).words()),
        None => String::new(),
    };
    let (alerts, journal) = (span(retention.alerts), span(retention.journal));
    report.fine("retention", format!("alerts that are over are kept {alerts}, the journal {journal}{last}"));
    Ok(())
}

/// What was recorded cannot lie in the future: either this clock is wrong, or the one that recorded was.
async fn newest(records: &Records, report: &mut Report) -> Result<(), StoreError> {
    let last = records.last_entry().await?;
    // A row holds a whole commit, of at most a thousand entries.
    let rows = records.journal_after(last.saturating_sub(2_000), 2_000).await?;
    let lines = rows.iter().flat_map(|row| row.split(|b| *b == b'\n')).filter(|line| !line.is_empty());
    let Some(at) = lines.filter_map(|line| serde_json::from_slice::<model::Entry>(line).ok()).map(|entry| entry.at).max() else {
        return Ok(());
    };
    let now = clock::now();
    if at > now + model::Span::minutes(1) {
        let text = format!("the newest entry of the journal is {} ahead of this machine's clock", at.since(now).words());
        report.fault("clock", text, "set the clock (timedatectl, chrony), then start candor");
    } else {
        report.fine("journal", format!("{last} entries, the newest {} ago", now.since(at).words()));
    }
    Ok(())
}

/// A server has the store, so it is asked how it is.
async fn running(settings: &Settings, report: &mut Report) {
    let url = settings.listen_url(settings.listen);
    let place = match settings.place() {
        Place::Folder(folder) => folder.display().to_string(),
        Place::Postgres(_) => "the database".to_owned(),
    };
    let text = format!("a server is using {place}");
    let up = match Client::new(&url, None) {
        Ok(client) => client.is_up().await,
        Err(_) => false,
    };
    if up {
        report.fine("store", format!("{text}, and it answers at {url}"));
    } else {
        report.look(
            "store",
            format!("{text}, but nothing answers at {url}"),
            "give doctor the server's own --listen, or look into its log",
        );
    }
    let fix = "stop the server and ask again, or look at Settings in the application";
    report.look("playbook", "not looked at, because the server holds the store", fix);
}
