//! One made-up night in a shop, as the screens would get it; also the facts of the snapshot tests.

mod alerting;
mod public;
mod rest;
mod room;
mod running;

use model::{Access, Severity, Time};
use web::view::{Clock, Nav, Shell};

/// Every screen: a name for the file, and the document.
pub(crate) fn screens() -> Vec<(&'static str, String)> {
    [running::screens(), room::screens(), alerting::screens(), rest::screens(), public::screens()].concat()
}

/// 10:21:48 in Lisbon.
fn now() -> Time {
    at("2026-07-07T09:21:48Z")
}

fn at(text: &str) -> Time {
    Time::parse(text).expect("a time of the sample")
}

fn shell(nav: Nav) -> Shell {
    Shell {
        account: "Ana Lima".into(),
        access: Access::Administrator,
        clock: Clock::new(now(), "Europe/Lisbon"),
        at: nav,
        unacknowledged: 2,
        stream: false,
        said: None,
    }
}

/// What an attacker or a broken exporter would send.
const HOSTILE: &str = "<script>alert(1)</script> \"><img src=x onerror=alert(2)> \u{202e}gnp.exe\u{0} \
    averyveryverylongwordwithoutanybreakinitthatwouldpushthelayoutofaphoneoutofitsscreen";

const SEV2: Severity = Severity::Sev2;
