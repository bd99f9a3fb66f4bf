//! Nobody answers, so the next one is called; somebody answers, so nobody else is.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::browser::Browser;
use crate::harness::candor::Home;
use crate::harness::mail::MailServer;
use crate::harness::playbook::{KEY, by_mail};
use crate::harness::{target_folder, wait_for};

const WAIT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn unanswered_pages_escalate_and_an_answer_stops_them() {
    let mail = MailServer::start().await;
    // Started first: Ben has ten seconds to answer, and a browser may take some of them.
    let browser = Browser::start(target_folder("screens")).await;
    let home = Home::new(&by_mail("10s"), Some(mail.port));
    let candor = home.start().await;

    let raised = Instant::now();
    let event = json!({
        "routing_key": KEY, "event_action": "trigger", "dedup_key": "db1",
        "payload": { "summary": "Database db1 does not answer", "source": "db1", "severity": "critical" },
    });
    let reply = candor.api.try_post("/v2/enqueue", &event).await;
    assert_eq!(reply.status, 202, "{reply:?}");

    mail.first_to("ana@example.org", Duration::from_secs(5)).await;
    assert!(mail.to("ben@example.org").is_empty(), "Ben is called only after Ana's ten seconds");
    let to_ben = mail.first_to("ben@example.org", WAIT + Duration::from_secs(5)).await;
    assert!(raised.elapsed() >= WAIT.saturating_sub(Duration::from_secs(1)), "after {:?}", raised.elapsed());

    browser.open(&to_ben.ack_link().expect("a page's mail has a link to acknowledge by")).await;
    browser.submit().await;
    wait_for("the acknowledgement", Duration::from_secs(5), || async {
        let alerts = candor.api.all("/v1/alerts").await;
        (alerts[0]["state"] == "acknowledged").then_some(())
    })
    .await;

    tokio::time::sleep(WAIT + Duration::from_secs(3)).await;
    assert!(mail.to("cleo@example.org").is_empty(), "an acknowledged alert calls nobody else");
    assert_eq!(mail.to("ana@example.org").len(), 1);
    assert_eq!(mail.to("ben@example.org").len(), 1);
    candor.close(&home).await;
}
