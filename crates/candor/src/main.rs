//! The one binary: what is typed, what is set, and which room does it. No logic of the domain lives here.

mod cli;
mod client;
mod clock;
mod commands;
mod demo;
mod fault;
mod folder;
mod log;
mod out;
mod post;
mod retention;
mod serve;
mod settings;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use cli::Cli;
use fault::End;

/// Many small allocations of short life, on every core at once: that is what it is made for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Of the program. Checkpoints of the journal carry it, and `candor verify` replays those of its own version only.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

const KEEP_ALIVE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Whoever speaks TLS asks for the provider that was installed; there is one, and no OpenSSL.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        out::say("candor: the TLS provider was installed twice");
    }
    // One core is the desk's: a second worker on two cores would only hand requests to and fro.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = cores.saturating_sub(1).max(1);
    // A thread that printed a page or hashed a password gives its memory back when it ends, so it ends soon.
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .thread_keep_alive(KEEP_ALIVE)
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            out::say(&format!("candor: no threads to work with: {error}"));
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(commands::run(cli.command)) {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Failed) => ExitCode::from(1),
        Err(error) => {
            out::say(&format!("candor: {}", fault::sentence(&error)));
            ExitCode::from(fault::exit_code(&error))
        }
    }
}
