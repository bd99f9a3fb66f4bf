//! What lies outside the folder: the way out, addresses in links, the clock, time zones.

use courier::Courier;

use super::Report;
use crate::clock;
use crate::settings::{Environment, Settings};

/// 2026-01-01T00:00:00Z: this program is younger than that.
const BUILT_AFTER: i64 = 1_767_225_600;

pub(super) async fn look(settings: &Settings, environment: &Environment, report: &mut Report) {
    way_out(settings, report).await;
    links(settings, report);
    files(settings, report);
    time(report);
    if environment.get("CANDOR_BOOTSTRAP_TOKEN").is_some_and(|token| token.len() < 32) {
        report.fault("token", "CANDOR_BOOTSTRAP_TOKEN is shorter than 32 characters", "use one from openssl rand -hex 32");
    }
}

async fn way_out(settings: &Settings, report: &mut Report) {
    let courier = match Courier::new(settings.courier(&clock::system())) {
        Ok(courier) => courier,
        Err(error) => {
            report.fault("way out", crate::fault::sentence(&anyhow::Error::new(error)), "mend [mail] or [egress] in candor.toml");
            return;
        }
    };
    let faults = courier.check().await;
    if faults.is_empty() {
        report.fine("way out", "the mail server answers");
    }
    for fault in faults {
        // Who is called by webhook only needs no mail server.
        if courier.has_mail() || fault.channel != "mail" {
            report.fault("way out", fault.text, fault.fix);
        } else {
            report.look("way out", fault.text, fault.fix);
        }
    }
}

fn links(settings: &Settings, report: &mut Report) {
    if let Some(url) = &settings.base_url {
        report.fine("links", format!("lead to {url}"));
    } else {
        let text = format!("in pages would lead to {}, which works on this machine only", settings.listen_url(settings.listen));
        report.look("links", text, "set base_url to the address people use");
    }
    if settings.tls.is_none() && !settings.listen.ip().is_loopback() {
        let fix = "set tls_cert and tls_key, or listen on 127.0.0.1 behind a proxy that speaks TLS";
        report.look("listener", format!("{} is open to others without TLS", settings.listen), fix);
    }
}

fn files(settings: &Settings, report: &mut Report) {
    let Some(path) = &settings.playbook else { return };
    match std::fs::read_to_string(path) {
        Ok(text) => match rules::playbook::parse(&text) {
            Ok(_) => report.fine("playbook", format!("{} has no fault", path.display())),
            Err(faults) => {
                for fault in faults {
                    report.fault("playbook", format!("{}:{}: {}", path.display(), fault.line, fault.problem), fault.fix);
                }
            }
        },
        Err(error) => {
            let text = format!("{} cannot be read: {error}", path.display());
            report.fault("playbook", text, "mend --playbook, or take it out");
        }
    }
}

fn time(report: &mut Report) {
    let now = clock::now();
    if now.seconds() < BUILT_AFTER {
        let fix = "set the clock (timedatectl, chrony) before candor starts";
        report.fault("clock", format!("this machine thinks it is {}", now.rfc3339()), fix);
    } else {
        report.fine("clock", crate::commands::show::stamp(now));
    }
    if rules::oncall::known_zone("Europe/Lisbon") {
        report.fine("time zones", "compiled into this program, so every machine agrees");
    } else {
        report.fault("time zones", "this program was built without them", "use a build with the bundled time zone data");
    }
}
