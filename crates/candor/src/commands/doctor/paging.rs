//! The playbook: whom nobody could reach, and when nobody would be called.

use model::{Playbook, Span, Time};
use rules::oncall::gaps;
use store::{Records, Vault};

use super::Report;
use crate::clock;
use crate::commands::show::stamp;

const AHEAD: Span = Span::hours(14 * 24);
/// Further gaps of one schedule are counted.
const MOST_GAPS: usize = 3;

pub(super) async fn look(records: &Records, vault: Option<&Vault>, report: &mut Report) {
    let playbook = match records.playbook().await {
        Ok(Some(playbook)) if playbook != Playbook::default() => playbook,
        Ok(_) => {
            report.fault(
                "playbook",
                "there is none, so nobody is ever called",
                "candor apply playbook.toml; an example is in the README",
            );
            return;
        }
        Err(error) => {
            report.fault("playbook", error.to_string(), "restore the newest backup into a new folder");
            return;
        }
    };
    let before = report.0.len();
    schedules(&playbook, clock::now(), report);
    services(&playbook, report);
    zones(&playbook, report);
    people(&playbook, vault, report).await;
    if report.0.len() == before {
        let (people, services) = (playbook.people.len(), playbook.services.len());
        report.fine("playbook", format!("{people} people, {services} services, nobody unreachable, no gap within 14 days"));
    }
}

fn schedules(playbook: &Playbook, now: Time, report: &mut Report) {
    for schedule in &playbook.schedules {
        let found = gaps(playbook, &schedule.id, now, now + AHEAD);
        for gap in found.iter().take(MOST_GAPS) {
            let text = format!("schedule {}: nobody from {} to {}", schedule.id, stamp(gap.from), stamp(gap.until));
            report.fault("on call", text, "add a person or a layer that covers it");
        }
        if found.len() > MOST_GAPS {
            let text = format!("schedule {}: {} more gaps within 14 days", schedule.id, found.len() - MOST_GAPS);
            report.fault("on call", text, "add a layer that covers the whole week");
        }
    }
}

fn services(playbook: &Playbook, report: &mut Report) {
    for service in playbook.services.iter().filter(|service| service.policy.is_none()) {
        report.look(
            "playbook",
            format!("service {} has no policy: its alerts call nobody", service.id),
            "write policy = \"…\" on the service",
        );
    }
    for policy in playbook.policies.iter().filter(|policy| policy.steps.is_empty()) {
        report.fault("playbook", format!("policy {} has no step: it calls nobody", policy.id), "write [[policy.step]]");
    }
    if playbook.integrations.is_empty() {
        report.look("playbook", "there is no integration, so no sender can send", "write [[integration]] with a key");
    }
}

/// Zones come from the data inside the program, so what one program knows an older one may not.
fn zones(playbook: &Playbook, report: &mut Report) {
    let people = playbook.people.iter().map(|person| (&person.id, &person.timezone));
    let schedules = playbook.schedules.iter().map(|schedule| (&schedule.id, &schedule.timezone));
    for (id, zone) in people.chain(schedules).filter(|(_, zone)| !rules::oncall::known_zone(zone)) {
        report.fault(
            "time zones",
            format!("{id} is in {zone}, which this program does not know"),
            "write a zone such as Europe/Lisbon",
        );
    }
}

async fn people(playbook: &Playbook, vault: Option<&Vault>, report: &mut Report) {
    let Some(vault) = vault else { return };
    for person in &playbook.people {
        if person.notify.is_empty() {
            report.fault(
                "people",
                format!("{} is called by nothing", person.id),
                "write notify = [{ after = \"0m\", by = \"email\" }]",
            );
        }
        for rule in &person.notify {
            let channel = rule.by.name();
            match vault.contact(&person.id, rule.by).await {
                Ok(Some(_)) => {}
                Ok(None) => report.fault(
                    "people",
                    format!("{} has no {channel} address", person.id),
                    format!("write {channel} = \"…\" on the person"),
                ),
                Err(error) => {
                    let text = crate::fault::sentence(&anyhow::Error::new(error));
                    report.fault("key", text, "put the old secret.key back, or apply the playbook again");
                    // One key opens all or none.
                    return;
                }
            }
        }
    }
}
