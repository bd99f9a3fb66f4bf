//! A small playbook, and the inputs that tests hand in.

use std::sync::Arc;

use desk::testing::{HandClock, TestDesk};
use model::letter::Outcome;
use model::playbook::{Integration, NotifyRule, Person, Policy, Service, Step, Target};
use model::{
    Actor, AlertId, Answer, Channel, Command, IncidentRef, Input, Labels, Letter, Playbook, Severity, Signal, SignalAction, Span,
};
use store::Place;

/// Ana, then Ben five minutes later, by e-mail; the worst alerts declare incidents.
pub(crate) fn playbook() -> Playbook {
    let person = |id: &str| Person {
        id: id.into(),
        name: id.into(),
        timezone: "UTC".into(),
        notify: vec![NotifyRule { after: Span(0), by: Channel::Email }],
    };
    let step = |id: &str| Step { notify: vec![Target::Person(id.into())], wait: Span::minutes(5) };
    let service = Service {
        id: "checkout".into(),
        name: "Checkout".into(),
        policy: Some("default".into()),
        team: None,
        declare_at: Some(Severity::Sev2),
    };
    let policy = Policy {
        id: "default".into(),
        name: "Default".into(),
        steps: vec![step("ana"), step("ben")],
        repeat: 2,
        ack_expires: None,
    };
    Playbook {
        people: vec![person("ana"), person("ben")],
        policies: vec![policy],
        services: vec![service],
        integrations: vec![Integration { id: "prom".into(), service: "checkout".into() }],
        ..Playbook::default()
    }
}

pub(crate) fn clock() -> HandClock {
    HandClock::at("2026-03-02T10:00:00Z")
}

/// A desk on this store, with the playbook taken if it is a fresh one.
pub(crate) async fn open(place: &Place, clock: &HandClock) -> TestDesk {
    let test = desk::testing::open(place, clock).await;
    if test.desk.playbook().people.is_empty() {
        let taken = test.submit(Actor::System, Input::Playbook { playbook: Arc::new(playbook()) }).await;
        assert_eq!(taken.unwrap(), Answer::Done);
    }
    test
}

pub(crate) fn signal(key: &str, severity: Severity) -> Signal {
    Signal {
        key: key.into(),
        action: SignalAction::Trigger,
        summary: format!("{key} on checkout").into(),
        severity: Some(severity),
        labels: Labels::from_pairs([("alertname", key)]),
        annotations: Labels::default(),
        link: None,
        starts_at: None,
        lease: None,
        ends_at: None,
    }
}

pub(crate) fn signals(signals: Vec<Signal>) -> Input {
    Input::Signals { integration: "prom".into(), signals }
}

pub(crate) fn sender() -> Actor {
    Actor::Integration("prom".into())
}

pub(crate) async fn fires(test: &TestDesk, key: &str) -> AlertId {
    match test.submit(sender(), signals(vec![signal(key, Severity::Sev3)])).await.unwrap() {
        Answer::Signals(alerts) => alerts[0].unwrap(),
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn declares(test: &TestDesk, title: &str) -> IncidentRef {
    match test.command("ana", declare(title)).await.unwrap() {
        Answer::Declared(id) => id,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn declare(title: &str) -> Command {
    Command::Declare {
        title: title.into(),
        severity: Severity::Sev2,
        services: Vec::new(),
        impact: model::incident::Impact::default(),
        drill: false,
        alert: None,
    }
}

pub(crate) fn note(incident: IncidentRef, text: &str) -> Command {
    Command::Note { incident, text: text.into(), happened_at: None, audience: model::Audience::Internal }
}

pub(crate) fn receipt(letter: &Letter, outcome: Outcome) -> Input {
    let attempt = letter.attempts.last().unwrap().number;
    Input::Receipt { letter: letter.id, attempt, outcome, answer: "said so".into() }
}
