//! JSON lines: one file a kind of record, one record a line.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// All kinds there are, so that a kind without records has its (empty) file too.
const KINDS: [&str; 7] = ["incidents", "timeline", "updates", "alerts", "groups", "letters", "reviews"];

pub(super) struct Files {
    folder: PathBuf,
    open: BTreeMap<String, (BufWriter<File>, u64)>,
}

impl Files {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), open: BTreeMap::new() }
    }

    pub(super) fn write(&mut self, kind: &str, value: &Value) -> Result<()> {
        let failed = || format!("{} cannot be written", self.folder.join(kind).display());
        if !self.open.contains_key(kind) {
            // It becomes a file name.
            if !KINDS.contains(&kind) {
                bail!("the record \"{kind}\" is of a kind that this program does not know");
            }
            let file = File::create(self.folder.join(format!("{kind}.jsonl"))).with_context(failed)?;
            self.open.insert(kind.to_owned(), (BufWriter::new(file), 0));
        }
        if let Some((file, count)) = self.open.get_mut(kind) {
            serde_json::to_writer(&mut *file, value).with_context(|| format!("{kind}.jsonl cannot be written"))?;
            file.write_all(b"\n")?;
            *count += 1;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Vec<(String, u64)>> {
        let mut counts = Vec::new();
        for kind in KINDS {
            let name = format!("{kind}.jsonl");
            let failed = || format!("{name} cannot be written");
            if let Some((mut file, count)) = self.open.remove(kind) {
                file.flush().with_context(failed)?;
                counts.push((name, count));
            } else {
                File::create(self.folder.join(&name)).with_context(failed)?;
                counts.push((name, 0));
            }
        }
        Ok(counts)
    }
}

/// Reads what the server streams: lines of `{"kind": …, "record": …}`.
pub(super) fn each(stream: &Path, take: &mut dyn FnMut(&str, Value) -> Result<()>) -> Result<()> {
    let file = File::open(stream).context("the export cannot be read")?;
    for line in BufReader::new(file).lines() {
        let line = line.context("the export cannot be read")?;
        if line.trim().is_empty() {
            continue;
        }
        let mut value: Value = serde_json::from_str(&line).context("the export broke off in the middle of a record")?;
        let Some(kind) = value["kind"].as_str().map(str::to_owned) else { bail!("a line of the export names no kind") };
        take(&kind, value["record"].take())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_has_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut files = Files::new(folder.path());
        files.write("alerts", &json!({ "id": 1 })).expect("written");
        files.write("alerts", &json!({ "id": 2 })).expect("written");
        assert!(files.write("../x", &json!({})).is_err());
        let counts = files.finish().expect("written");
        assert_eq!(counts.len(), KINDS.len());
        assert_eq!(std::fs::read_to_string(folder.path().join("alerts.jsonl")).expect("there"), "{\"id\":1}\n{\"id\":2}\n");
        assert_eq!(std::fs::read_to_string(folder.path().join("letters.jsonl")).expect("there"), "");
    }

    #[test]
    fn a_stream_is_taken_line_by_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("stream");
        std::fs::write(&path, "{\"kind\":\"alerts\",\"record\":{\"id\":1}}\n").expect("written");
        let mut seen = Vec::new();
        each(&path, &mut |kind, value| {
            seen.push((kind.to_owned(), value));
            Ok(())
        })
        .expect("read");
        assert_eq!(seen, [("alerts".to_owned(), json!({ "id": 1 }))]);
        std::fs::write(&path, "{\"kind\":\"al").expect("written");
        assert!(each(&path, &mut |_, _| Ok(())).is_err());
    }
}
