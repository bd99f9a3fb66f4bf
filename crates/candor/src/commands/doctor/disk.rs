//! The data folder: who may look into it, how much space there is, how fast a write is on disk.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

use super::Report;
use crate::clock::Watch;
use crate::settings::{KEY_FILE, KeySource, Settings};

const MIB: u64 = 1 << 20;
/// Less than this and a busy night may fill it.
const LITTLE_SPACE: u64 = 1024 * MIB;
const NO_SPACE: u64 = 64 * MIB;
const SYNCS: usize = 16;
/// A commit waits for one sync, and whoever sends an alert waits for the commit.
const SLOW_SYNC: Duration = Duration::from_millis(20);

pub(super) fn look(settings: &Settings, report: &mut Report) {
    let data = settings.data.as_path();
    let Ok(meta) = fs::metadata(data) else {
        report.look("folder", format!("{} is not there", data.display()), "candor serve makes it at its first start");
        return;
    };
    if !meta.is_dir() {
        report.fault("folder", format!("{} is no folder", data.display()), "name another one with --data");
        return;
    }
    rights(data, &meta, report);
    space(data, report);
    speed(data, report);
    key(settings, report);
}

fn rights(data: &Path, meta: &fs::Metadata, report: &mut Report) {
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let fix = format!("chmod 700 {}", data.display());
        report.fault("folder", format!("{} has mode {mode:o}: others on this machine may look into it", data.display()), fix);
    } else {
        report.fine("folder", format!("{}, mode {mode:o}", data.display()));
    }
    let me = rustix::process::geteuid().as_raw();
    if meta.uid() != me && me != 0 {
        let fix = "run candor as the folder's owner, or change its owner";
        report.fault("folder", format!("it belongs to user {}, this is user {me}", meta.uid()), fix);
    }
}

fn space(data: &Path, report: &mut Report) {
    match rustix::fs::statvfs(data) {
        Ok(volume) => {
            let free = volume.f_bavail.saturating_mul(volume.f_frsize);
            let text = format!("{} MiB free", free / MIB);
            match free {
                0..NO_SPACE => report.fault("space", text, "free some now: without space nothing can be accepted"),
                NO_SPACE..LITTLE_SPACE => report.look("space", text, "free some, or put the folder on a larger disk"),
                _ => report.fine("space", text),
            }
        }
        Err(error) => report.look("space", format!("free space cannot be read: {error}"), "look with df"),
    }
}

fn speed(data: &Path, report: &mut Report) {
    match syncs(data) {
        Ok(times) => {
            let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
            let text = format!("a write is on disk after {} (worst of {SYNCS}: {})", millis(median), millis(worst));
            if median > SLOW_SYNC {
                report.look("disk", text, "use a local disk: every accepted alert waits for one such write");
            } else {
                report.fine("disk", text);
            }
        }
        Err(error) => {
            report.fault(
                "disk",
                format!("a test file cannot be written: {error}"),
                "check rights, space, and whether the disk is read-only",
            );
        }
    }
}

/// Times of small synced writes, the quickest first.
fn syncs(data: &Path) -> io::Result<Vec<Duration>> {
    let path = data.join(format!(".candor-doctor-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    let measured = (0..SYNCS).map(|_| {
        let watch = Watch::start();
        file.write_all(&[0; 4_096])?;
        file.sync_data()?;
        Ok(watch.elapsed())
    });
    let times: io::Result<Vec<Duration>> = measured.collect();
    fs::remove_file(&path)?;
    times.map(|mut times| {
        times.sort_unstable();
        times
    })
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

fn key(settings: &Settings, report: &mut Report) {
    let path = match &settings.secret_key {
        KeySource::Given(_) => return report.fine("key", "given by CANDOR_SECRET_KEY"),
        KeySource::File(path) => path.clone(),
        KeySource::InData => settings.data.join(KEY_FILE),
    };
    let Ok(meta) = fs::metadata(&path) else {
        if matches!(settings.secret_key, KeySource::InData) && !settings.data.join(crate::folder::FILE).exists() {
            return report.look("key", "not made yet", "candor serve makes it at its first start");
        }
        let fix = "put the old secret.key there; without it stored addresses cannot be opened";
        return report.fault("key", format!("{} is not there", path.display()), fix);
    };
    if meta.permissions().mode() & 0o077 != 0 {
        let fix = format!("chmod 600 {}", path.display());
        return report.fault("key", format!("{} may be read by others on this machine", path.display()), fix);
    }
    match crate::settings::read_key_file(&path) {
        Ok(_) => report.fine("key", format!("{}; keep a copy apart from the backups", path.display())),
        Err(error) => report.fault("key", error.to_string(), "put the right key there"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_file_is_gone_afterwards() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(syncs(folder.path()).expect("written").len(), SYNCS);
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0);
    }
}
