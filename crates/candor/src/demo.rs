//! `candor demo`: the real server on a throw-away folder, an example shop, and one whole incident walked through the public API.
//!
//! Nothing is staged: alerts come in through the senders' own wire formats, pages go out as letters to receivers that run in this
//! process on loopback, people sign in with accounts of their own. What is on the screens afterwards is what happened.

mod history;
mod people;
mod receiver;
mod sender;
mod tell;
mod walk;

use anyhow::{Context as _, Result};
use store::vault::SecretKey;
use tempfile::TempDir;

use crate::cli::Demo;
use crate::client::Client;
use crate::fault::End;
use crate::out;
use crate::settings::{Environment, Flags, Settings};
use people::People;
use receiver::Receiver;
use sender::Sender;
use tell::Teller;

const PLAYBOOK: &str = include_str!("../assets/demo/playbook.toml");
/// Where the playbook's people are called; the receiver takes a free port instead.
const PLACEHOLDER: &str = "127.0.0.1:4190";
/// Nothing but this machine may be called.
const CONFIG: &str = "[egress]\nallow = [\"127.0.0.0/8\"]\n";

/// All that the walk needs at hand.
pub(crate) struct Stage {
    pub(crate) people: People,
    pub(crate) sender: Sender,
    pub(crate) receiver: Receiver,
    pub(crate) teller: Teller,
    /// Seconds instead of minutes.
    pub(crate) fast: bool,
}

pub(crate) async fn run(args: &Demo, environment: &Environment) -> Result<End> {
    crate::log::begin(environment, Some("warn"));
    let folder = tempfile::Builder::new().prefix("candor-demo-").tempdir().context("a temporary folder cannot be made")?;
    let receiver = Receiver::start().await?;
    let token = secret()?;
    let settings = settings(args, &folder, &receiver, &token)?;
    out::say("An example shop on a throw-away folder. Nothing leaves this machine.");
    let running = crate::serve::start(settings).await?;
    out::ready(&running.url);
    let shown = tokio::select! {
        shown = show(&running.url, &token, receiver, args.fast) => shown,
        () = asked_to_end() => Ok(()),
    };
    out::say("stopping, and removing the folder");
    running.stop().await;
    drop(folder);
    shown.map(|()| End::Done)
}

fn settings(args: &Demo, folder: &TempDir, receiver: &Receiver, token: &str) -> Result<Settings> {
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display())).map(|()| path)
    };
    let mut playbook = PLAYBOOK.replace(PLACEHOLDER, &receiver.address().to_string());
    if args.fast {
        playbook = playbook.replace("wait = \"5m\"", "wait = \"20s\"");
    }
    let flags = Flags {
        config: Some(write("candor.toml", CONFIG)?),
        data: Some(folder.path().join("data")),
        listen: Some(args.listen.clone()),
        playbook: Some(write("playbook.toml", &playbook)?),
        ..Flags::default()
    };
    // The environment of whoever tries it out is not meant for this folder.
    let token = token.to_owned();
    let environment = Environment::new(move |name| (name == "CANDOR_BOOTSTRAP_TOKEN").then(|| token.clone()));
    Ok(Settings::read(&flags, &environment)?)
}

/// Fills the shop with what has happened, then keeps it alive for ever.
async fn show(url: &str, token: &str, receiver: Receiver, fast: bool) -> Result<()> {
    let administrator = Client::new(url, Some(token))?;
    let people = People::hire(&administrator).await?;
    let mut stage = Stage { sender: Sender::new(url), teller: Teller::new(url), people, receiver, fast };
    walk::whole_incident(&mut stage).await?;
    history::rest(&mut stage).await?;
    stage.teller.end(&stage.people);
    // From here on: alerts are repeated as their senders would, and calls are told as they come.
    tokio::join!(stage.sender.repeat(), stage.receiver.listen());
    Ok(())
}

async fn asked_to_end() {
    let Ok(mut term) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
    }
}

/// Something nobody can guess, in hexadecimal.
fn secret() -> Result<String> {
    let bytes = SecretKey::make().context("the system gave no random bytes")?;
    Ok(model::timeline::hex(&bytes))
}

/// The integration's key, as the playbook has it.
fn key(integration: &str) -> &'static str {
    let entry = PLAYBOOK.split("[[integration]]").find(|entry| entry.contains(&format!("id = \"{integration}\"")));
    let key = entry.and_then(|entry| entry.split_once("key = \"")?.1.split_once('"'));
    key.map_or("", |(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_playbook_has_no_fault_and_the_keys_are_found() {
        let parsed = rules::playbook::parse(PLAYBOOK).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(parsed.warnings, [], "odd things in the example");
        assert_eq!((parsed.playbook.services.len(), parsed.playbook.people.len()), (3, 4));
        for integration in ["prometheus", "search-probe"] {
            assert_eq!(key(integration).len(), 32, "{integration}");
        }
        assert!(PLAYBOOK.contains(PLACEHOLDER) && PLAYBOOK.contains("wait = \"5m\""));
    }
}
