//! From a published update to the bytes a reader gets, with the real desk and store.

use std::sync::atomic::{AtomicI64, Ordering};

use desk::{Ask, Running};
use http::{HeaderMap, Method};
use http_body_util::BodyExt as _;
use model::incident::Impact;
use model::playbook::Service;
use model::update::{Draft, PublicPhase};
use model::{Actor, Answer, Audience, Command, IncidentRef, Input, Severity, Span};
use store::{Db, Place};

use super::super::samples;
use super::super::serve::respond;
use super::*;

struct House {
    press: Arc<Press>,
    running: Running,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

async fn house() -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open(&Place::Folder(folder.path().into())).await.expect("a store");
    let records = Records::new(db);
    let clock = Arc::new(AtomicI64::new(samples::now().0));
    let hand = Arc::clone(&clock);
    let settings = desk::Settings {
        clock: Arc::new(move || Time(hand.load(Ordering::Relaxed))),
        version: "test".into(),
        queue: 64,
        on_broken: Arc::new(|_| ()),
    };
    let running = desk::start(records.clone(), settings).await.expect("a desk");
    let press = Press::new(running.desk.clone(), records, "https://status.example.org");
    House { press, running, clock, _folder: folder }
}

impl House {
    async fn ask(&self, input: Input) -> Answer {
        let ask = Ask { actor: Actor::Person("ana".into()), input, idempotency: None };
        self.running.desk.submit(ask).await.expect("taken")
    }

    async fn with_a_page(self) -> Self {
        let service = Service { id: "checkout".into(), name: "Checkout".into(), policy: None, team: None, declare_at: None };
        let playbook = Playbook { services: vec![service], pages: vec![samples::page()], ..Playbook::default() };
        self.ask(Input::Playbook { playbook: Arc::new(playbook) }).await;
        self
    }

    async fn declare(&self) -> IncidentRef {
        let answer = self
            .ask(Input::Command(Command::Declare {
                title: "Payments fail".into(),
                severity: Severity::Sev2,
                services: vec!["checkout".into()],
                impact: Impact::default(),
                drill: false,
                alert: None,
            }))
            .await;
        let Answer::Declared(incident) = answer else { panic!("{answer:?}") };
        incident
    }

    async fn publish(&self, incident: IncidentRef) {
        let draft = Draft {
            page: None,
            audience: Audience::Public,
            phase: PublicPhase::Investigating,
            acknowledge: "About 15 of 100 payments fail since 10:02.".into(),
            apologize: "We are sorry that you cannot pay.".into(),
            act: "We are rolling back the last change.".into(),
            next_update_at: Some(samples::now() + Span::minutes(20)),
            components: [("checkout".into(), model::page::ComponentStatus::PartialOutage)].into(),
            lint_override: Some("a test".into()),
        };
        let answer = self.ask(Input::Command(Command::Publish { incident, draft: Box::new(draft) })).await;
        assert!(matches!(answer, Answer::Published(_)), "{answer:?}");
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let answer = respond(&self.press, &Method::GET, path, &HeaderMap::new()).expect("below /status/");
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.expect("whole").to_bytes();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }
}

#[tokio::test]
async fn nothing_is_shown_before_the_first_public_word() {
    let house = house().await.with_a_page().await;
    assert_eq!(house.get("/status/shop/").await.0, 503);
    house.press.look().await.expect("readable");
    let (status, page) = house.get("/status/shop/").await;
    assert_eq!(status, 200);
    assert!(page.contains("All Systems Operational"));
    let incident = house.declare().await;
    house.press.look().await.expect("readable");
    assert!(!house.get("/status/shop/").await.1.contains("Payments fail"));
    house.publish(incident).await;
    house.press.look().await.expect("readable");
    let (_, summary) = house.get("/status/shop/api/v2/summary.json").await;
    assert!(summary.contains("Payments fail") && summary.contains("2026-04-02T10:42:00.000Z"), "{summary}");
    assert!(house.get("/status/shop/").await.1.contains("Payments fail"));
    assert_eq!(house.get("/status/other/").await.0, 404);
    assert!(respond(&house.press, &Method::GET, "/v1/alerts", &HeaderMap::new()).is_none());
}

#[tokio::test]
async fn printed_once_a_change_and_again_when_a_promise_breaks() {
    let house = house().await.with_a_page().await;
    let incident = house.declare().await;
    house.publish(incident).await;
    let printed = async || {
        house.press.look().await.expect("readable");
        house.press.status().printed
    };
    assert_eq!((printed().await, printed().await), (1, 1));
    let due = samples::now() + Span::minutes(20);
    house.clock.store(due.0, Ordering::Relaxed);
    assert_eq!(printed().await, 2);
    let edition = house.press.edition("shop").expect("printed").expect("there");
    assert!(edition.view.open[0].promise.is_some_and(|p| p.broken));
}

#[tokio::test]
async fn news_wakes_it() {
    let house = house().await.with_a_page().await;
    let work = tokio::spawn(Arc::clone(&house.press).run());
    let incident = house.declare().await;
    house.publish(incident).await;
    let shown = async {
        while !house.get("/status/shop/").await.1.contains("Payments fail") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), shown).await.expect("within seconds");
    work.abort();
}
