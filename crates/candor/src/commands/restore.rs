//! `candor restore`: a data folder made from a backup. It is opened and checked before it counts as one.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use store::{Db, Place, Records, Vault};

use super::backup::beside;
use crate::cli::Restore;
use crate::fault::{End, used_wrongly};
use crate::folder::FILE;
use crate::out;
use crate::settings::{Environment, KEY_FILE, KeySource, Settings};

pub(crate) async fn run(args: &Restore, environment: &Environment) -> Result<End> {
    let settings = Settings::read(&args.store.flags(), environment)?;
    if settings.database.is_some() {
        return Err(used_wrongly("a PostgreSQL store is restored with pg_restore, not with `candor restore`"));
    }
    let data = settings.data.as_path();
    refuse_what_is_in_use(data)?;
    let source = File::open(&args.file).with_context(|| format!("the backup {} cannot be read", args.file.display()))?;
    let made = !data.exists();
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .with_context(|| format!("{} cannot be made", data.display()))?;
    let done = out::patiently("restoring", fill(data, source, args, &settings)).await;
    let (entries, addresses) = match done {
        Ok(done) => done,
        Err(error) => {
            clear(data, made);
            return Err(error.context("nothing was restored"));
        }
    };
    if args.output.json {
        out::json(&json!({ "data": data, "journal_entries": entries, "addresses": addresses.word() }));
        return Ok(End::Done);
    }
    out::line(&format!("{} restored, {entries} journal entries", data.display()));
    addresses.tell(data);
    Ok(End::Done)
}

/// A folder with anything in it stays as it is; `lost+found` is what a fresh file system has.
fn refuse_what_is_in_use(data: &Path) -> Result<()> {
    let entries = match fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", data.display())),
    };
    let used = entries.filter_map(Result::ok).any(|entry| entry.file_name() != "lost+found");
    if used {
        bail!("{} is not empty; restore into a new folder with --data, then move it into place", data.display());
    }
    Ok(())
}

/// Whether the stored addresses can be opened.
#[derive(Clone, Copy)]
enum Addresses {
    Open,
    None,
    Sealed,
}

impl Addresses {
    const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::None => "none",
            Self::Sealed => "sealed",
        }
    }

    fn tell(self, data: &Path) {
        if matches!(self, Self::Sealed) {
            out::say(&format!(
                "its stored addresses do not open: put the old installation's secret.key into {}, or set CANDOR_SECRET_KEY, or apply the playbook again",
                data.display()
            ));
        }
    }
}

async fn fill(data: &Path, source: File, args: &Restore, settings: &Settings) -> Result<(u64, Addresses)> {
    copy(source, &data.join(FILE))?;
    let key = beside(&args.file, ".key");
    if matches!(settings.secret_key, KeySource::InData) && key.exists() {
        let key = File::open(&key).with_context(|| format!("{} cannot be read", key.display()))?;
        copy(key, &data.join(KEY_FILE))?;
    }
    File::open(data).and_then(|folder| folder.sync_all()).context("the folder cannot be synced")?;
    let db = Db::open(&Place::Folder(data.to_owned())).await.context("the backup is no store of Candor")?;
    let faults = db.integrity().await?;
    if !faults.is_empty() {
        bail!("the backup is damaged: {}", faults.join("; "));
    }
    let records = Records::new(db.clone());
    Ok((records.last_entry().await?, addresses(data, db, settings).await?))
}

async fn addresses(data: &Path, db: Db, settings: &Settings) -> Result<Addresses> {
    if matches!(settings.secret_key, KeySource::InData) && !data.join(KEY_FILE).exists() {
        return Ok(Addresses::Sealed);
    }
    let vault = Vault::new(db, settings.secret_key.open(data)?);
    Ok(match vault.secret("playbook.toml").await {
        Ok(Some(_)) => Addresses::Open,
        Ok(None) => Addresses::None,
        Err(_) => Addresses::Sealed,
    })
}

fn copy(mut source: File, target: &Path) -> Result<()> {
    let failed = || format!("{} cannot be written", target.display());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(target).with_context(failed)?;
    io::copy(&mut source, &mut file).and_then(|_| file.sync_all()).with_context(failed)
}

/// Takes away what was made, and nothing else.
fn clear(data: &Path, made: bool) {
    for name in [FILE, "candor.db-wal", "candor.db-shm", "candor.lock", KEY_FILE] {
        let _ = fs::remove_file(data.join(name));
    }
    if made {
        let _ = fs::remove_dir(data);
    }
}
