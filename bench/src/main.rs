//! Candor beside Alertmanager and nginx, measured in the same run.
//!
//! These are commands, not tests: a figure depends on the machine and on what else it does, so nothing fails because of one. What is measured,
//! and what must hold, stands in each file of `run`; `all` writes everything to `docs/performance.md`.
#![expect(clippy::print_stdout, reason = "the tables are what this program is for")]

mod alert;
mod alertmanager;
mod candor;
mod clock;
mod disk;
mod http;
mod load;
mod nginx;
mod proc;
mod report;
mod run;
mod server;
mod sink;
mod stats;
mod target;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use report::{Section, Table};
use run::{Bench, intake, latency, memory, page, progress, start, storm};
use target::Programs;

#[derive(Debug, Parser)]
#[command(name = "bench", about = "Candor beside Alertmanager and nginx, measured in the same run")]
#[command(after_help = "Example: cargo build --release && cargo run --release -p bench -- intake --rounds 3")]
struct Cli {
    #[command(subcommand)]
    command: Subject,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum Subject {
    /// Durable intake in alerts a second, five ways of sending
    Intake,
    /// From an alert posted to its page received, idle and under load
    Latency,
    /// 100,000 distinct alerts in a minute, and at once
    Storm,
    /// Resident memory, idle and with 100,000 open alerts
    Memory,
    /// Time to ready, and what is left after SIGKILL
    Start,
    /// Requests a second of the public page, beside nginx
    Page,
    /// Everything, written to a file
    All,
}

#[derive(Debug, Args)]
struct Options {
    /// The candor program [default: next to this one]
    #[arg(long, global = true)]
    candor: Option<PathBuf>,
    /// Measure the neighbours alone
    #[arg(long, global = true)]
    without_candor: bool,
    #[arg(long, global = true, default_value = "prometheus-alertmanager")]
    alertmanager: PathBuf,
    #[arg(long, global = true, default_value = "nginx")]
    nginx: PathBuf,
    /// A folder on a disk for all data; the long history of `start` stays there for the next run [default: a temporary one in target]
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    /// Rounds per server and case
    #[arg(long, global = true, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=50))]
    rounds: u8,
    /// Seconds measured in one round
    #[arg(long, global = true, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=600))]
    seconds: u16,
    /// One round of a second and a tenth of the alerts: shows that everything works, proves no bar
    #[arg(long, global = true)]
    quick: bool,
    /// Only the ways of sending whose name holds this, as "1 connection"; of `intake`
    #[arg(long, global = true)]
    only: Option<String>,
    /// Where `all` writes
    #[arg(long, global = true, default_value = "docs/performance.md")]
    out: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Err(error) = until_signal(&Cli::parse()).await else {
        return ExitCode::SUCCESS;
    };
    progress(&format!("{error:#}"));
    ExitCode::FAILURE
}

/// Leaving by a signal drops what runs, and with it ends every server that was started.
async fn until_signal(cli: &Cli) -> Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        done = run(cli) => done,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = terminated.recv() => bail!("terminated"),
    }
}

async fn run(cli: &Cli) -> Result<()> {
    let options = &cli.options;
    let base = folder(options)?;
    let temporary = tempfile::Builder::new().prefix("bench-").tempdir_in(&base)?;
    let folder = temporary.path().canonicalize()?;
    disk::refuse_tmpfs(&folder)?;
    let bench = Bench {
        programs: programs(options)?,
        nginx: options.nginx.clone(),
        folder,
        keep: options.data.as_ref().map(|_| base.canonicalize()).transpose()?,
        rounds: if options.quick { 1 } else { options.rounds.into() },
        time: Duration::from_secs(if options.quick { 1 } else { options.seconds.into() }),
        scale: if options.quick { 10 } else { 1 },
        only: options.only.clone(),
    };
    if matches!(cli.command, Subject::All) {
        if bench.only.is_some() {
            bail!("`all` is written to be read by others and leaves nothing out: use --only with `intake`");
        }
        return all(&bench, options).await;
    }
    let section = subject(&bench, cli.command).await?;
    print!("{}", section.markdown());
    Ok(())
}

async fn subject(bench: &Bench, subject: Subject) -> Result<Section> {
    match subject {
        Subject::Intake => intake::run(bench).await,
        Subject::Latency => latency::run(bench).await,
        Subject::Storm => storm::run(bench).await,
        Subject::Memory => memory::run(bench).await,
        Subject::Start => start::run(bench).await,
        Subject::Page => page::run(bench).await,
        Subject::All => bail!("all is not a subject of its own"),
    }
}

async fn all(bench: &Bench, options: &Options) -> Result<()> {
    let mut text = preface(bench, options)?;
    let mut missed = 0;
    for one in [Subject::Intake, Subject::Latency, Subject::Storm, Subject::Memory, Subject::Start, Subject::Page] {
        // One subject that fails must not cost the figures of the others.
        let part = match subject(bench, one).await {
            Ok(section) => {
                missed += section.missed();
                section.markdown()
            }
            Err(error) => {
                missed += 1;
                format!("## {one:?}\n\n**Failed:** {error:#}\n\n")
            }
        };
        print!("{part}");
        text.push_str(&part);
    }
    let text = format!("{}\n", text.trim_end());
    std::fs::write(&options.out, text).with_context(|| format!("writing {}", options.out.display()))?;
    progress(&format!("written to {}; bars missed: {missed}", options.out.display()));
    Ok(())
}

/// The machine, the versions and the command, without which no figure can be compared.
fn preface(bench: &Bench, options: &Options) -> Result<String> {
    let mut facts = vec![("Date", clock::timestamp(0)[..10].to_owned())];
    facts.extend(proc::machine());
    let syncs = disk::sync_rate(&bench.folder, Duration::from_secs(2))?;
    facts.push(("Disk", format!("{}/s (append 4 KiB + fdatasync)", report::grouped(syncs))));
    facts.extend(bench.programs.versions());
    facts.push(("nginx", nginx::version(&bench.nginx)));
    let flags = if options.quick {
        " --quick".to_owned()
    } else {
        format!(" --rounds {} --seconds {}", bench.rounds, bench.time.as_secs())
    };
    facts.push(("Command", format!("`cargo run --release -p bench -- all{flags}`")));
    let rows = facts.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
    let section = Section { details: Some(Table { head: vec!["", ""], rows }), ..Section::default() };
    let table = section.markdown();
    let table = table.trim_start_matches(['#', ' ', '\n']);
    Ok(format!(
        "# Performance\n\nWritten by the command below; every figure is from one run on one machine, servers and load generator sharing its \
         cores. *Bar* is what must hold, *ratio* is Candor to its neighbour.\n\n{table}"
    ))
}

fn programs(options: &Options) -> Result<Programs> {
    let candor = match &options.candor {
        _ if options.without_candor => None,
        Some(path) => Some(path.clone()),
        None => Some(std::env::current_exe()?.with_file_name("candor")),
    };
    if let Some(path) = candor.as_deref().filter(|path| !path.is_file()) {
        bail!(
            "there is no {}: build it with `cargo build --release`, name it with --candor, or pass --without-candor",
            path.display()
        );
    }
    Ok(Programs { candor, alertmanager: options.alertmanager.clone() })
}

/// Beside the built programs unless told otherwise: the usual temporary folder is often in memory.
fn folder(options: &Options) -> Result<PathBuf> {
    if let Some(data) = &options.data {
        std::fs::create_dir_all(data).with_context(|| format!("making {}", data.display()))?;
        return Ok(data.clone());
    }
    let program = std::env::current_exe()?;
    program.ancestors().nth(2).map(Path::to_owned).context("the bench has no folder above it")
}
