//! One command, one file.

mod ack;
mod apply;
mod backup;
mod declare;
mod doctor;
mod export;
mod note;
mod oncall;
mod resolve;
mod restore;
mod serve;
pub(crate) mod show;
mod token;
mod update;
mod verify;
mod why;

use anyhow::Result;

use crate::cli::Command;
use crate::fault::End;
use crate::settings::Environment;

pub(crate) async fn run(command: Command) -> Result<End> {
    let environment = Environment::system();
    let environment = &environment;
    match command {
        Command::Serve(args) => serve::run(&args, environment).await,
        Command::Demo(args) => crate::demo::run(&args, environment).await,
        Command::Apply(args) => apply::run(&args, environment).await,
        Command::Declare(args) => declare::run(&args, environment).await,
        Command::Note(args) => note::run(&args, environment).await,
        Command::Update(args) => update::run(&args, environment).await,
        Command::Ack(args) => ack::run(&args, environment).await,
        Command::Resolve(args) => resolve::run(&args, environment).await,
        Command::Oncall(args) => oncall::run(&args, environment).await,
        Command::Why(args) => why::run(&args, environment).await,
        Command::Token(args) => token::run(&args, environment).await,
        Command::Export(args) => export::run(&args, environment).await,
        Command::Verify(args) => verify::run(&args, environment).await,
        Command::Backup(args) => backup::run(&args, environment).await,
        Command::Restore(args) => restore::run(&args, environment).await,
        Command::Doctor(args) => doctor::run(&args, environment).await,
    }
}
