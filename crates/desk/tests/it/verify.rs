//! `verify` holds after whatever happened, and finds what was changed behind the desk's back.

use desk::testing::VERSION;
use model::letter::Outcome;
use model::{Actor, Command, IncidentRef, Input, Severity, SignalAction, Span};
use store::testing::both_places;
use store::{Place, Records, values};

use crate::support::{clock, declares, fires, note, open, receipt, sender, signal, signals};

store::queries! {
    CHANGE_ALERT = "UPDATE alert SET body = $1 WHERE id = $2";
    LOSE_ENTRY = "DELETE FROM timeline WHERE incident = $1 AND seq = $2";
    CHANGE_ENTRY = "UPDATE timeline SET body = $1 WHERE incident = $2 AND seq = $3";
    ENTRY = "SELECT body FROM timeline WHERE incident = $1 AND seq = $2";
    LOSE_LETTERS = "DELETE FROM letter WHERE id > $1";
    JOURNAL = "SELECT first, body FROM journal ORDER BY first";
    CHANGE_JOURNAL = "UPDATE journal SET body = $1 WHERE first = $2";
    LOSE_JOURNAL = "DELETE FROM journal WHERE first = $1";
}

async fn faults(records: &Records) -> Vec<String> {
    desk::verify(records, VERSION).await.unwrap().faults
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[test]
fn it_holds_after_a_long_day_with_restarts() {
    both_places(async |place| {
        let (clock, mut dice) = (clock(), Dice(7));
        let mut incidents = 0;
        for _ in 0..4 {
            let mut test = open(&place, &clock).await;
            for _ in 0..60 {
                clock.pass(Span::seconds(dice.roll(90) as i64));
                let list = (0..=dice.roll(4)).map(|_| {
                    let mut says = signal(&format!("A{}", dice.roll(12)), Severity::ALL[dice.roll(5) as usize]);
                    says.action = if dice.roll(3) == 0 { SignalAction::Resolve } else { SignalAction::Trigger };
                    says.lease = (dice.roll(2) == 0)
                        .then(|| model::signal::Lease { until: clock.now() + Span::minutes(4), assumed: true });
                    says
                });
                let list = list.collect();
                test.submit(sender(), signals(list)).await.unwrap();
                while let Ok(letter) = test.letters.try_recv() {
                    let outcome = match dice.roll(4) {
                        0 => Outcome::Failed,
                        1 => Outcome::Retry { after: None },
                        _ => Outcome::Delivered,
                    };
                    if dice.roll(5) > 0 {
                        test.submit(Actor::System, receipt(&letter, outcome)).await.unwrap();
                    }
                }
                if dice.roll(6) == 0 {
                    incidents = declares(&test, "Broken").await.0;
                }
                if incidents > 0 {
                    let id = IncidentRef(dice.roll(u64::from(incidents)) as u32 + 1);
                    let command = match dice.roll(3) {
                        0 => note(id, "looked"),
                        1 => Command::Acknowledge { target: model::input::Target::Incident(id) },
                        _ => Command::Resolve { incident: id, note: None },
                    };
                    let (noted, done) = tokio::join!(test.command("ben", command), test.command("ana", note(id, "and again")));
                    noted.unwrap();
                    done.unwrap();
                }
            }
            let records = test.stop().await;
            let report = desk::verify(&records, VERSION).await.unwrap();
            assert_eq!(report.faults, [""; 0]);
            assert!(report.rows > 50, "{report:?}");
        }
    });
}

/// A store with a little of everything, checked to be whole.
async fn worked(place: &Place) -> (Records, model::AlertId, IncidentRef) {
    let clock = clock();
    let mut test = open(place, &clock).await;
    let alert = fires(&test, "HighLatency").await;
    let page = test.letters.recv().await.unwrap();
    test.submit(Actor::System, receipt(&page, Outcome::Delivered)).await.unwrap();
    let id = declares(&test, "Broken").await;
    for text in ["one", "two", "three"] {
        test.command("ana", note(id, text)).await.unwrap();
    }
    clock.pass(Span::seconds(1));
    test.submit(sender(), signals(vec![signal("HighLatency", Severity::Sev3)])).await.unwrap();
    test.submit(Actor::System, Input::Vault { what: "a contact of ana was changed".into() }).await.unwrap();
    let records = test.stop().await;
    assert_eq!(faults(&records).await, [""; 0]);
    (records, alert, id)
}

#[track_caller]
fn expect_fault(faults: &[String], text: &str) {
    assert!(faults.iter().any(|fault| fault.contains(text)), "no “{text}” among {faults:?}");
}

#[test]
fn it_finds_rows_that_were_changed_or_lost() {
    both_places(async |place| {
        let (records, id, _) = worked(&place).await;
        let mut alert = records.alert(id).await.unwrap().unwrap();
        alert.summary = "nothing happened".into();
        let body = serde_json::to_string(&alert).unwrap();
        records.db().write(vec![(&CHANGE_ALERT, values![body, id.0 as i64])]).await.unwrap();
        let found = faults(&records).await;
        expect_fault(&found, &format!("Alert({id}) is not what the journal says"));
        expect_fault(&found, "open alerts: the rows do not give the state");
        records.db().write(vec![(&LOSE_LETTERS, values![0_i64])]).await.unwrap();
        expect_fault(&faults(&records).await, "is missing");
    });
}

#[test]
fn it_finds_timeline_entries_that_were_changed_or_lost() {
    both_places(async |place| {
        let (records, _, id) = worked(&place).await;
        let number = i64::from(id.0);
        let row = records.db().one(&ENTRY, &[number.into(), 2_i64.into()]).await.unwrap().unwrap();
        let body = row.text(0).unwrap().to_owned();
        let mut entry: model::TimelineEntry = serde_json::from_str(&body).unwrap();
        entry.digest = entry.digest.replace('a', "b");
        let changed = serde_json::to_string(&entry).unwrap();
        records.db().write(vec![(&CHANGE_ENTRY, values![changed, number, 2_i64])]).await.unwrap();
        expect_fault(&faults(&records).await, "INC-1: timeline entry 2 does not fit the hash chain");
        records.db().write(vec![(&CHANGE_ENTRY, values![body, number, 2_i64])]).await.unwrap();
        assert_eq!(faults(&records).await, [""; 0]);

        let last = i64::from(records.incident(id).await.unwrap().unwrap().timeline.seq);
        records.db().write(vec![(&LOSE_ENTRY, values![number, last])]).await.unwrap();
        let found = faults(&records).await;
        expect_fault(&found, "the timeline does not end where the incident says");
        records.db().write(vec![(&LOSE_ENTRY, values![number, 2_i64])]).await.unwrap();
        expect_fault(&faults(&records).await, "timeline entry 3 does not follow the one before");
    });
}

#[test]
fn it_finds_any_flipped_byte_of_the_journal_and_any_lost_row() {
    both_places(async |place| {
        let (records, _, _) = worked(&place).await;
        let rows = records.db().many(&JOURNAL, &[]).await.unwrap();
        // The first row is older than the first checkpoint; nothing is replayed from it.
        for row in &rows[1..] {
            let (first, body) = (row.int(0).unwrap(), row.bytes(1).unwrap().to_vec());
            for at in [0, body.len() / 3, body.len() / 2, body.len() - 1] {
                let mut changed = body.clone();
                changed[at] ^= 4;
                records.db().write(vec![(&CHANGE_JOURNAL, values![changed, first])]).await.unwrap();
                expect_fault(&faults(&records).await, "does not fit its sum");
            }
            records.db().write(vec![(&CHANGE_JOURNAL, values![body, first])]).await.unwrap();
        }
        assert_eq!(faults(&records).await, [""; 0]);
        let middle = rows[rows.len() / 2].int(0).unwrap();
        records.db().write(vec![(&LOSE_JOURNAL, values![middle])]).await.unwrap();
        assert!(!faults(&records).await.is_empty());
    });
}

#[test]
fn an_empty_store_has_nothing_wrong_and_another_version_says_what_to_do() {
    both_places(async |place| {
        let records = Records::new(store::Db::open(&place).await.unwrap());
        assert_eq!(desk::verify(&records, VERSION).await.unwrap(), desk::Report::default());
        drop(records);
        let (records, _, _) = worked(&place).await;
        let report = desk::verify(&records, "another").await.unwrap();
        expect_fault(&report.faults, "there is no checkpoint of version another");
    });
}
