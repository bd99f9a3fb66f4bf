//! `candor export`: the whole record out, for machines and for people. Nothing of the vault is in it.

mod jsonl;
mod markdown;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use store::Records;

use crate::cli::{Export, Format};
use crate::client::Client;
use crate::fault::End;
use crate::folder;
use crate::out;
use crate::settings::{Environment, Settings};
use jsonl::Files;
use markdown::Book;

pub(crate) async fn run(args: &Export, environment: &Environment) -> Result<End> {
    let (lines, pages) = (args.format != Some(Format::Markdown), args.format != Some(Format::Jsonl));
    std::fs::create_dir_all(&args.out).with_context(|| format!("the folder {} cannot be made", args.out.display()))?;
    let mut sink = Sink { files: lines.then(|| Files::new(&args.out)), book: pages.then(Book::default), playbook: None };
    if let Some(client) = folder::server(&args.store, &args.server, environment)? {
        through(&client, args, &mut sink).await?;
    } else {
        let settings = Settings::read(&args.store.flags(), environment)?;
        from_folder(&settings, &mut sink).await?;
    }
    let counts = sink.finish(&args.out)?;
    tell(args, &counts);
    Ok(End::Done)
}

/// Streamed to a file first: the record may be larger than memory.
async fn through(client: &Client, args: &Export, sink: &mut Sink) -> Result<()> {
    let stream = args.out.join(".export.part");
    let _ = std::fs::remove_file(&stream);
    let done = out::patiently("exporting", client.download("/v1/export", &stream)).await;
    let read = done.and_then(|_| jsonl::each(&stream, &mut |kind, value| sink.take(kind, value)));
    let _ = std::fs::remove_file(&stream);
    read
}

async fn from_folder(settings: &Settings, sink: &mut Sink) -> Result<()> {
    let records = Records::new(folder::open_existing(settings).await?);
    sink.playbook = records.playbook().await?.map(|p| serde_json::to_value(p).unwrap_or_default());
    let mut fault = None;
    let mut visit = |kind: &'static str, value: Value| {
        sink.take(kind, value).map_err(|error| {
            fault = Some(error);
            std::io::Error::other("the export cannot be written")
        })
    };
    let done = out::patiently("exporting", records.export(&mut visit)).await;
    // What went wrong with a file says more than that the reading was ended because of it.
    fault.map_or(Ok(()), Err)?;
    Ok(done?)
}

/// Where records go.
struct Sink {
    files: Option<Files>,
    book: Option<Book>,
    playbook: Option<Value>,
}

impl Sink {
    fn take(&mut self, kind: &str, value: Value) -> Result<()> {
        if kind == "playbook" {
            self.playbook = Some(value);
            return Ok(());
        }
        if let Some(files) = &mut self.files {
            files.write(kind, &value)?;
        }
        match &mut self.book {
            Some(book) => book.take(kind, value),
            None => Ok(()),
        }
    }

    /// Files written, and records in them.
    fn finish(self, out: &std::path::Path) -> Result<Vec<(String, u64)>> {
        let mut counts = Vec::new();
        if let Some(files) = self.files {
            counts.extend(files.finish()?);
        }
        if let Some(book) = self.book {
            let playbook = self.playbook.map(serde_json::from_value).transpose().context("the playbook cannot be read")?;
            counts.push(("incidents/*.md".to_owned(), book.write(out, &playbook.unwrap_or_default())?));
        }
        if counts.is_empty() {
            bail!("there is nothing to export");
        }
        Ok(counts)
    }
}

fn tell(args: &Export, counts: &[(String, u64)]) {
    if args.output.json {
        let files: Vec<Value> = counts.iter().map(|(file, n)| json!({ "file": file, "records": n })).collect();
        out::json(&json!({ "out": args.out, "files": files }));
        return;
    }
    for (file, n) in counts {
        out::line(&format!("{n:>9}  {}", args.out.join(file).display()));
    }
}
