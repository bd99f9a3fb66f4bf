//! `candor backup`: through the running server, or from the data folder while none runs.

use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::cli::Backup;
use crate::client::Client;
use crate::fault::{End, used_wrongly};
use crate::settings::{Environment, KEY_FILE, KeySource, Settings};
use crate::{folder, out};

pub(crate) async fn run(args: &Backup, environment: &Environment) -> Result<End> {
    if args.file.is_dir() {
        return Err(used_wrongly(format!("{} is a folder; name a file in it", args.file.display())));
    }
    let settings = Settings::read(&args.store.flags(), environment)?;
    if let Some(client) = folder::server(&args.store, &args.server, environment)? {
        through(&client, &args.file).await?;
    } else {
        let db = folder::open_existing(&settings).await?;
        out::patiently("copying", db.backup(&args.file)).await.context("the backup failed")?;
    }
    let key = keep_key(&settings, &args.file)?;
    let bytes = std::fs::metadata(&args.file).map_or(0, |data| data.len());
    if args.output.json {
        out::json(&json!({ "file": args.file, "bytes": bytes, "key_file": key }));
        return Ok(End::Done);
    }
    out::line(&format!("{} ({} KiB)", args.file.display(), bytes / 1024));
    match key {
        Some(key) => out::line(&format!("{} (opens the stored addresses: keep it apart from the backup)", key.display())),
        None => out::say(
            "the key that stored addresses are sealed with is not part of this: keep CANDOR_SECRET_KEY or the server's secret.key too",
        ),
    }
    Ok(End::Done)
}

/// Appears whole or not at all, like a backup from the folder.
async fn through(client: &Client, target: &Path) -> Result<()> {
    let part = beside(target, ".part");
    let _ = std::fs::remove_file(&part);
    let done = out::patiently("copying", client.download("/v1/backup", &part)).await;
    let moved =
        done.and_then(|_| std::fs::rename(&part, target).with_context(|| format!("{} cannot be written", target.display())));
    if moved.is_err() {
        // A half copy is worth nothing.
        let _ = std::fs::remove_file(&part);
    }
    moved
}

/// Without the key the addresses in a backup are lost, so it is copied where it lies in the folder that was backed up.
fn keep_key(settings: &Settings, target: &Path) -> Result<Option<PathBuf>> {
    let source = settings.data.join(KEY_FILE);
    if !matches!(settings.secret_key, KeySource::InData) || !source.exists() {
        return Ok(None);
    }
    let path = beside(target, ".key");
    let failed = || format!("the key cannot be copied to {}", path.display());
    let text = std::fs::read(&source).with_context(failed)?;
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path).with_context(failed)?;
    std::io::Write::write_all(&mut file, &text).and_then(|()| file.sync_all()).with_context(failed)?;
    Ok(Some(path))
}

/// `candor.db` and `.key` give `candor.db.key`.
pub(super) fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}
