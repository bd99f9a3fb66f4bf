//! Flags that several commands share.

use std::path::PathBuf;

use clap::Args;

use crate::settings::Flags;

/// Where the store is.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Store {
    /// Data folder [env: CANDOR_DATA] [default: ./candor-data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// PostgreSQL instead of the embedded store, postgres://… [env: CANDOR_DATABASE]
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Settings file [env: CANDOR_CONFIG] [default: ./candor.toml if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

impl Store {
    pub(crate) fn flags(&self) -> Flags {
        Flags { config: self.config.clone(), data: self.data.clone(), database: self.database.clone(), ..Flags::default() }
    }

    /// The store was named on the command line, which goes before a server named in the environment.
    pub(crate) fn is_named(&self) -> bool {
        self.data.is_some() || self.database.is_some()
    }
}

/// Which server, and who is asking.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct Server {
    /// Address of the running server [env: CANDOR_URL] [default: http://127.0.0.1:4180]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// API token; better given as CANDOR_TOKEN, since flags are seen by other users of the machine
    #[arg(long, value_name = "TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct Output {
    /// Print JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
}
