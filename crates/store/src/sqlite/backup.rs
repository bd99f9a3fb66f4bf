//! A copy of the whole database while it is being written.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::{Sqlite, connect, fault};
use crate::StoreError;
use crate::lock::{private_file, sync_folder};

/// Four megabytes between two breaths.
const PAGES: i32 = 1_024;
const BREATH: Duration = Duration::from_millis(2);

impl Sqlite {
    /// Copies the state of this moment to `target`, which appears only when it is whole and on disk.
    pub(crate) fn backup(&self, target: &Path) -> Result<(), StoreError> {
        // Renaming over the living file would leave two databases with one log.
        if target.canonicalize().is_ok_and(|target| self.file.canonicalize().is_ok_and(|file| file == target)) {
            return Err(StoreError::Unfit("a backup cannot take the place of the store itself".into()));
        }
        let part = part_beside(target)?;
        let result = self.copy_to(&part).and_then(|()| put_in_place(&part, target));
        if result.is_err() {
            // The half copy is worth nothing; if even this fails, the next backup overwrites it.
            let _ = std::fs::remove_file(&part);
        }
        result
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one room that opens the database")]
    fn copy_to(&self, part: &Path) -> Result<(), StoreError> {
        // What an interrupted backup left is emptied, not continued.
        private_file(part)?.set_len(0).map_err(StoreError::from_io)?;
        let source = connect::reader(&self.file)?;
        // One snapshot is held for the whole copy; otherwise every commit meanwhile would make it start again.
        source.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;").map_err(fault::sort)?;
        let mut copy = Connection::open(part).map_err(fault::sort)?;
        copy.execute_batch("PRAGMA synchronous = OFF;").map_err(fault::sort)?;
        let backup = Backup::new(&source, &mut copy).map_err(fault::sort)?;
        while backup.step(PAGES).map_err(fault::sort)? != StepResult::Done {
            std::thread::sleep(BREATH);
        }
        drop(backup);
        copy.close().map_err(|(_, error)| fault::sort(error))
    }
}

fn part_beside(target: &Path) -> Result<PathBuf, StoreError> {
    let name = target.file_name().ok_or_else(|| StoreError::Unfit("a backup needs a file name".into()))?;
    let mut part = OsString::from(".");
    part.push(name);
    part.push(".part");
    Ok(target.with_file_name(part))
}

fn put_in_place(part: &Path, target: &Path) -> Result<(), StoreError> {
    private_file(part)?.sync_all().map_err(StoreError::from_io)?;
    std::fs::rename(part, target).map_err(StoreError::from_io)?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    sync_folder(folder.unwrap_or_else(|| Path::new(".")))
}
