//! The disk's own pace, without which a figure about durable writes says nothing.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::clock;

const TMPFS_MAGIC: i64 = 0x0102_1994;

/// Syncs a second: append 4 KiB, fdatasync, again, in the folder where the server keeps its data.
pub(crate) fn sync_rate(folder: &Path, time: Duration) -> Result<f64> {
    let path = folder.join("sync-probe");
    let mut file = OpenOptions::new().create(true).append(true).open(&path).context("creating the sync probe")?;
    let block = [0x5a_u8; 4096];
    let started = clock::now();
    let mut count = 0_u32;
    while clock::since(started) < time {
        file.write_all(&block)?;
        file.sync_data()?;
        count += 1;
    }
    let rate = f64::from(count) / clock::since(started).as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(rate)
}

/// A sync to memory costs nothing; a figure from there would be a lie.
pub(crate) fn refuse_tmpfs(folder: &Path) -> Result<()> {
    let found = rustix::fs::statfs(folder).with_context(|| format!("asking for the file system of {}", folder.display()))?;
    if found.f_type == TMPFS_MAGIC {
        bail!("{} is in memory (tmpfs): pass --data with a folder on a disk", folder.display());
    }
    Ok(())
}
