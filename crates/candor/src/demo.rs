//! `candor demo`: the real server on a throw-away folder, an example shop, and one whole incident walked through the public API.
//!
//! The only thing that is staged is the time: the process's clock begins hours ago and catches up step by step, so that an
//! incident of half an hour is one. Nothing else is: alerts come in through the senders' own wire formats, pages go out as letters to receivers that run in this
//! process on loopback, people sign in with accounts of their own. What is on the screens afterwards is what happened.

mod history;
mod people;
mod receiver;
mod sender;
mod tell;
mod walk;

use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use model::{Span, Time};
use store::vault::SecretKey;
use tempfile::TempDir;

use crate::cli::Demo;
use crate::client::Client;
use crate::clock::Watch;
use crate::commands::show;
use crate::fault::End;
use crate::settings::{Environment, Flags, Settings};
use crate::{clock, out};
use people::People;
use receiver::Receiver;
use sender::Sender;
use tell::Teller;

const PLAYBOOK: &str = include_str!("../assets/demo/playbook.toml");
/// Where the playbook's people are called; the receiver takes a free port instead.
const PLACEHOLDER: &str = "127.0.0.1:4190";
/// Where the rota begins in the file.
const FIRST_HAND_OVER: &str = "2026-01-05T09:00";
/// Four people take turns: whole rounds before the last hand-over, it was the first one's turn too.
const ROUNDS_BEFORE: i64 = 10 * 4;
/// How often, and how many times, letters under way are looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(4);
const MOST_LOOKS: usize = 500;
/// Nothing but this machine may be called.
const CONFIG: &str = "[egress]\nallow = [\"127.0.0.0/8\"]\n";

/// The shop's story begins this long ago, so that what took minutes is shown as minutes.
const BEGINS: Span = Span::minutes(150);

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
    // It plays hours in a second, and the desk would remark on each leap of the clock.
    crate::log::begin(environment, Some("warn,desk::wake=error"));
    let folder = tempfile::Builder::new().prefix("candor-demo-").tempdir().context("a temporary folder cannot be made")?;
    let began = Watch::start();
    clock::set_back(BEGINS);
    let receiver = Receiver::start().await?;
    let token = secret()?;
    let settings = settings(args, &folder, &receiver, &token)?;
    out::say("An example shop on a throw-away folder. Nothing leaves this machine.");
    let running = crate::serve::start(settings).await?;
    out::ready(&running.url);
    let shown = tokio::select! {
        shown = play(Teller::new(&running.url, began), &token, receiver, args.fast) => shown,
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
    playbook = playbook.replace(FIRST_HAND_OVER, &hand_over(clock::now()));
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

/// A hand-over from which on the rota gives this week to Ana, of whom the walk tells.
fn hand_over(now: Time) -> String {
    let local =
        TimeZone::get("Europe/Lisbon").map_or_else(|_| now.stamp().to_zoned(TimeZone::UTC), |zone| now.stamp().to_zoned(zone));
    let before_nine = local.weekday() == Weekday::Monday && local.hour() < 9;
    let days = i64::from(local.weekday().to_monday_zero_offset()) + if before_nine { 7 } else { 0 } + ROUNDS_BEFORE * 7;
    let monday = local.date().checked_sub(jiff::Span::new().days(days)).unwrap_or(local.date());
    format!("{monday}T09:00")
}

/// Fills the shop with what has happened, then keeps it alive for ever.
async fn play(teller: Teller, token: &str, receiver: Receiver, fast: bool) -> Result<()> {
    let administrator = Client::new(teller.url(), Some(token))?;
    let people = People::hire(&administrator).await?;
    let mut stage = Stage { sender: Sender::new(teller.url()), teller, people, receiver, fast };
    walk::whole_incident(&mut stage).await?;
    let open = history::rest(&mut stage).await?;
    debug_assert_eq!(clock::behind(), Span(0), "the shop lives in the present from here on");
    stage.teller.end(&stage.people, &open);
    // From here on: alerts are repeated as their senders would, and calls are told as they come.
    tokio::join!(stage.sender.repeat(), stage.receiver.listen());
    Ok(())
}

impl Stage {
    /// Lets time pass, once every letter that is under way has arrived: a jump in between would look as if it had got lost.
    pub(crate) async fn pass(&mut self, span: Span) -> Result<()> {
        for _ in 0..MOST_LOOKS {
            let sending = self.people.ana.list("/v1/letters", &[("state", "sending"), ("limit", "1")]).await?;
            if show::items(&sending).is_empty() {
                break;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        clock::forward(span);
        Ok(())
    }

    /// How long somebody takes to answer a page: less than the first step waits.
    pub(crate) fn to_answer(&self) -> Span {
        Span::seconds(if self.fast { 9 } else { 80 })
    }
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
        assert!(PLAYBOOK.contains(FIRST_HAND_OVER) && PLAYBOOK.contains(PLACEHOLDER) && PLAYBOOK.contains("wait = \"5m\""));
    }

    #[test]
    fn the_playbook_in_the_readme_has_no_fault() {
        let readme = include_str!("../../../README.md");
        let example = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
        let parsed = rules::playbook::parse(example).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(parsed.warnings, []);
    }

    #[test]
    fn ana_is_on_call_at_any_hour_of_the_week() {
        let monday = Time::parse("2026-07-06T07:59:00Z").expect("a time");
        for hours in 0..24 * 7 {
            let now = monday + Span::hours(hours);
            let text = PLAYBOOK.replace(FIRST_HAND_OVER, &hand_over(now));
            let playbook = rules::playbook::parse(&text).expect("no fault").playbook;
            let shift = rules::oncall::on_call(&playbook, "primary", now).expect("somebody");
            assert_eq!(&*shift.person, "ana", "{}", now.rfc3339());
        }
    }
}
