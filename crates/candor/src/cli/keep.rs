//! Commands that run and keep an installation.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Output, Server, Store};
use crate::settings::Flags;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor serve
  candor serve --data /var/lib/candor --playbook /etc/candor/playbook.toml --base-url https://candor.example.org

When ready it writes one line to standard error: candor ready listen=http://127.0.0.1:4180
SIGTERM stops it: what was accepted is committed, then it exits with 0 within ten seconds.
Further settings ([mail], [egress], [proxy], [retention], [limits]) are in candor.toml.")]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) settings: ServeSettings,
}

/// All that the server can be told by flags.
#[derive(Clone, Debug, Args)]
pub(crate) struct ServeSettings {
    #[command(flatten)]
    pub(crate) store: Store,
    /// Address to listen on; port 0 picks a free one [env: CANDOR_LISTEN] [default: 127.0.0.1:4180]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<String>,
    /// A second listener that serves only status pages, feeds and subscriptions [env: CANDOR_PUBLIC_LISTEN]
    #[arg(long, value_name = "ADDR")]
    pub(crate) public_listen: Option<String>,
    /// Address that people use, for links [env: CANDOR_BASE_URL] [default: from --listen]
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Playbook applied at the start [env: CANDOR_PLAYBOOK]
    #[arg(long, value_name = "FILE")]
    pub(crate) playbook: Option<PathBuf>,
    /// Certificate (PEM), to speak TLS itself [env: CANDOR_TLS_CERT]
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Its key (PEM) [env: CANDOR_TLS_KEY]
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
}

impl ServeSettings {
    pub(crate) fn flags(&self) -> Flags {
        Flags {
            listen: self.listen.clone(),
            public_listen: self.public_listen.clone(),
            base_url: self.base_url.clone(),
            playbook: self.playbook.clone(),
            tls_cert: self.tls_cert.clone(),
            tls_key: self.tls_key.clone(),
            ..self.store.flags()
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor demo
  candor demo --listen 127.0.0.1:0 --fast

Nothing leaves this machine: pages go to receivers of its own on loopback. Ctrl-C ends it and removes its folder.")]
pub(crate) struct Demo {
    /// Address to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = crate::settings::LISTEN)]
    pub(crate) listen: String,
    /// Seconds instead of minutes: watch an escalation and a broken promise within two minutes
    #[arg(long)]
    pub(crate) fast: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor apply playbook.toml --dry-run      check it, and show what would change
  candor apply playbook.toml                load it

It goes to the running server when CANDOR_URL and CANDOR_TOKEN are set, else into the data folder, which no server may be
using then. A fault exits with 2, names file, line and what to write instead, and loads nothing.")]
pub(crate) struct Apply {
    /// Playbook (TOML)
    pub(crate) file: PathBuf,
    /// Only check it and show what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) store: Store,
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor token create --name terminal --role responder
  candor token list
  candor token revoke terminal

It goes to the running server when CANDOR_URL and CANDOR_TOKEN are set, else into the data folder, which no server may be
using then.")]
pub(crate) struct Token {
    #[command(subcommand)]
    pub(crate) action: TokenAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenAction {
    /// Make a token; it is printed once and kept only as a hash
    #[command(after_help = "Example:\n  candor token create --name terminal --role responder --expires 90d")]
    Create {
        /// Lower-case letters, digits and -
        #[arg(long, value_name = "NAME")]
        name: String,
        /// viewer, responder or administrator
        #[arg(long, value_name = "ROLE")]
        role: String,
        /// When it ends: 90d, 52w [default: never]
        #[arg(long, value_name = "SPAN")]
        expires: Option<String>,
        #[command(flatten)]
        common: TokenCommon,
    },
    /// List tokens: name, role, last use
    #[command(after_help = "Example:\n  candor token list --json")]
    List {
        #[command(flatten)]
        common: TokenCommon,
    },
    /// Take a token back; it stops working at once
    #[command(after_help = "Example:\n  candor token revoke terminal")]
    Revoke {
        /// Its name
        name: String,
        #[command(flatten)]
        common: TokenCommon,
    },
}

/// Which store or server holds them.
#[derive(Clone, Debug, Args)]
pub(crate) struct TokenCommon {
    #[command(flatten)]
    pub(crate) store: Store,
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One file a kind of record, one record a line
    Jsonl,
    /// One page an incident: timeline, updates, review
    Markdown,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  candor export --out ./record
  candor export --out ./record --format markdown

While a server uses the data folder, set CANDOR_URL and CANDOR_TOKEN (an administrator's) to export through it.")]
pub(crate) struct Export {
    /// Folder to write into; made if it is missing
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Which form [default: both]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    #[command(flatten)]
    pub(crate) store: Store,
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  candor verify --data /var/lib/candor

It replays the journal against the stored records, checks the hash chain of every timeline and the database itself.
The exit code is 0 only when all hold. While a server runs, verify a backup: candor backup, candor restore, candor verify.")]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) store: Store,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  candor backup /backups/candor-$(date +%F).db

While a server uses the data folder, set CANDOR_URL and CANDOR_TOKEN (an administrator's) to copy through it.
The key that stored addresses are sealed with is written beside it, as FILE.key: keep the two apart.")]
pub(crate) struct Backup {
    /// File to write
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) store: Store,
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  candor restore /backups/candor-2026-01-05.db --data ./candor-data

The data folder must be empty or missing. FILE.key beside the backup becomes the folder's secret.key.")]
pub(crate) struct Restore {
    /// File that `candor backup` wrote
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) store: Store,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  candor doctor --data /var/lib/candor --config /etc/candor/candor.toml

It sends nothing and changes nothing but a test file in the data folder. Exit code 1: something is wrong.")]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) settings: ServeSettings,
    #[command(flatten)]
    pub(crate) output: Output,
}
