//! `candor serve`.

use anyhow::Result;

use crate::cli::Serve;
use crate::fault::End;
use crate::settings::{Environment, Settings};

pub(crate) async fn run(args: &Serve, environment: &Environment) -> Result<End> {
    crate::log::begin(environment, None);
    let settings = Settings::read(&args.settings.flags(), environment)?;
    crate::serve::run(settings).await?;
    Ok(End::Done)
}
