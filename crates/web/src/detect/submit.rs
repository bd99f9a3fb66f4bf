//! Signals to the desk, in inputs of the size it takes.

use desk::{Ask, DeskError};
use futures_util::future::try_join_all;
use model::{Actor, Answer, Input, Name, Refusal, Signal};

use crate::app::App;

#[derive(Debug, thiserror::Error)]
pub(super) enum IntakeError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("refused: {}", .0.detail)]
    Refused(Refusal),
}

/// Returns once everything is on disk. After an error some may be stored: sending again is safe, repeats change nothing.
pub(super) async fn submit(app: &App, integration: &Name, mut signals: Vec<Signal>) -> Result<(), IntakeError> {
    if signals.is_empty() {
        return Ok(());
    }
    if signals.len() <= Input::MOST_SIGNALS {
        return one(app, integration, signals).await;
    }
    let mut parts = Vec::with_capacity(signals.len().div_ceil(Input::MOST_SIGNALS));
    while !signals.is_empty() {
        let rest = signals.split_off(signals.len().min(Input::MOST_SIGNALS));
        parts.push(one(app, integration, signals));
        signals = rest;
    }
    // All at once and in order: one commit takes them together.
    try_join_all(parts).await.map(drop)
}

async fn one(app: &App, integration: &Name, signals: Vec<Signal>) -> Result<(), IntakeError> {
    let ask = Ask {
        actor: Actor::Integration(integration.clone()),
        input: Input::Signals { integration: integration.clone(), signals },
        idempotency: None,
    };
    match app.desk.submit(ask).await? {
        Answer::Refused(refusal) => Err(IntakeError::Refused(refusal)),
        _ => Ok(()),
    }
}
