//! What can be typed.

mod flags;
mod incident;
mod keep;

use clap::{Parser, Subcommand};

pub(crate) use flags::{Output, Server, Store};
pub(crate) use incident::{Ack, Declare, Note, OnCall, Resolve, Update, Why};
pub(crate) use keep::{Apply, Backup, Demo, Doctor, Export, Format, Restore, Serve, Token, TokenAction, TokenCommon, Verify};

const AFTER: &str = "\
First steps:
  candor demo                                   see a whole incident on a throw-away folder
  candor serve                                  run it; the first start prints a set-up link
  candor apply playbook.toml --dry-run          check who would be called for what

Settings: a flag goes before the environment (CANDOR_…), the environment before candor.toml.
Exit codes: 0 done, 1 failed, 2 used wrongly.";

/// Incidents, from the first signal to the lesson learned: one binary, one data folder.
#[derive(Debug, Parser)]
#[command(name = "candor", version, after_help = AFTER, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server
    Serve(Serve),
    /// Run an example shop on a throw-away folder and walk through one whole incident
    Demo(Demo),
    /// Check a playbook file and load it
    Apply(Apply),
    /// Declare an incident
    Declare(Declare),
    /// Write a note into an incident's timeline
    Note(Note),
    /// Tell customers: acknowledge, apologize, act, and when they will hear next
    Update(Update),
    /// Acknowledge an alert, or all that an incident calls for
    Ack(Ack),
    /// Say that an incident is over for customers
    Resolve(Resolve),
    /// Who is on call
    Oncall(OnCall),
    /// Why an alert did or did not call somebody
    Why(Why),
    /// Make, list and revoke API tokens
    Token(Token),
    /// Write the whole record out
    Export(Export),
    /// Prove that journal, records and timelines agree
    Verify(Verify),
    /// Copy the store to a file, also while the server runs
    Backup(Backup),
    /// Make a data folder from a backup
    Restore(Restore),
    /// Say what is missing or wrong in this installation, each with the fix
    Doctor(Doctor),
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use clap::CommandFactory as _;

    use super::Cli;

    /// All that people can look up in the terminal, as they see it.
    #[test]
    fn help() {
        let mut cli = Cli::command().term_width(120);
        cli.build();
        let mut text = cli.render_long_help().to_string();
        let mut told = |command: &mut clap::Command| {
            let help = command.render_long_help();
            let _ = write!(text, "\n--- {}\n\n{help}", command.get_bin_name().unwrap_or_default());
        };
        for command in cli.get_subcommands_mut() {
            told(command);
            command.get_subcommands_mut().for_each(&mut told);
        }
        insta::assert_snapshot!(text);
    }

    #[test]
    fn every_command_shows_an_example() {
        let mut cli = Cli::command();
        cli.build();
        for command in cli.get_subcommands_mut() {
            let (name, help) = (command.get_name().to_owned(), command.render_long_help().to_string());
            let nested = command.get_subcommands_mut().all(|sub| sub.render_long_help().to_string().contains("Example"));
            assert!(help.contains("Example") || (name == "token" && nested), "{name}");
        }
    }
}
