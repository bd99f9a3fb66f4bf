//! Puts the steps in words and in order. Pure: facts in, steps out.

use model::alert::{HowEnded, Joined};
use model::group::{TrailEntry, TrailKind};
use model::playbook::Route;
use model::{Alert, Group, GroupState, Letter, Playbook};

use super::{Outcome, Step, letters};

pub(super) fn tell(
    alert: &Alert,
    group: Option<&Group>,
    trail: &[TrailEntry],
    sent: &[Letter],
    playbook: &Playbook,
) -> Vec<Step> {
    let mut steps = arrival(alert);
    steps.extend(routing(alert, playbook));
    steps.push(joining(alert));
    // A letter tells of itself, with each attempt.
    let told = |entry: &&TrailEntry| !matches!(entry.kind, TrailKind::Paged | TrailKind::Delivered) || sent.is_empty();
    let mut later: Vec<Step> = trail.iter().filter(told).map(trail_step).collect();
    later.extend(sent.iter().map(|letter| letters::step(letter, playbook)));
    if let Some(incident) = alert.incident {
        let text = format!("it belongs to {incident}");
        later.push(Step::new(None, "incident", Outcome::Did, text));
    }
    later.extend(ending(alert));
    // Stable, so that of two steps of one moment the trail's stands before its letter; steps without a time go last.
    later.sort_by_key(|step| step.at.map_or(i64::MAX, |at| at.0));
    steps.append(&mut later);
    steps.extend(group.map(|group| what_is_to_come(group, playbook)).unwrap_or_default());
    steps
}

fn arrival(alert: &Alert) -> Vec<Step> {
    let mut first =
        Step::did(alert.first_seen, "signal", format!("integration {} sent it for the first time", alert.integration));
    let pulse = &alert.pulse;
    let times = if pulse.count == 1 { "once".to_owned() } else { format!("{} times", pulse.count) };
    first.details.push(format!("heard {times}, last at {}", pulse.last_seen.rfc3339()));
    if let Some(lease) = pulse.lease {
        let whose = if lease.assumed { "assumed by Candor" } else { "named by the sender" };
        first.details.push(format!("believed without a repeat until {}, {whose}", lease.until.rfc3339()));
    }
    let key = format!("its identity is the dedup key {} of this integration", alert.key);
    vec![first, Step::did(alert.first_seen, "key", key)]
}

fn routing(alert: &Alert, playbook: &Playbook) -> Vec<Step> {
    let at = Some(alert.first_seen);
    let mut steps = Vec::new();
    for route in &playbook.routes {
        if alert.route.as_ref() == Some(&route.id) {
            break;
        }
        if let Some(reason) = mismatch(route, alert) {
            let text = format!("route {} did not take it: {reason}", route.id);
            steps.push(Step::new(at, "route", Outcome::DidNot, text));
        }
    }
    let service = playbook.service_name(&alert.service);
    let text = match &alert.route {
        Some(route) => format!("route {route} took it and sent it to {service}"),
        None => format!("no route took it, so it went to the integration's own service, {service}"),
    };
    steps.push(Step::new(at, "route", Outcome::Did, text));
    let severity = format!("its severity is {}", alert.severity);
    steps.push(Step::new(at, "severity", Outcome::Did, severity));
    steps
}

/// By the playbook as it is now; a route that would match today but did not is not explained by it.
fn mismatch(route: &Route, alert: &Alert) -> Option<String> {
    if let Some(wanted) = route.integration.as_ref().filter(|i| **i != alert.integration) {
        return Some(format!("it takes only alerts of integration {wanted}"));
    }
    route.labels.iter().find_map(|(name, wanted)| match alert.labels.get(name) {
        Some(value) if value == wanted => None,
        Some(value) => Some(format!("label {name} is `{value}`, not `{wanted}`")),
        None => Some(format!("there is no label {name}")),
    })
}

fn joining(alert: &Alert) -> Step {
    let group = alert.group;
    let (outcome, text) = match alert.joined {
        Joined::Opened => (Outcome::Did, format!("it opened group {group}")),
        Joined::Open => {
            (Outcome::DidNot, format!("no page of its own: group {group} was open already and its page covers this alert"))
        }
        Joined::Storm => {
            (Outcome::DidNot, format!("no page of its own: too many groups opened at once, so it joined the storm group {group}"))
        }
    };
    Step::new(Some(alert.first_seen), "group", outcome, text)
}

fn trail_step(entry: &TrailEntry) -> Step {
    let outcome = match entry.kind {
        TrailKind::Quiet | TrailKind::Nobody | TrailKind::Cancelled | TrailKind::Bundled => Outcome::DidNot,
        TrailKind::Failed | TrailKind::Exhausted => Outcome::Failed,
        _ => Outcome::Did,
    };
    Step::new(Some(entry.at), "paging", outcome, entry.text.clone())
}

fn ending(alert: &Alert) -> Option<Step> {
    let ended = alert.ended.as_ref()?;
    let text = match ended.how {
        HowEnded::Sender => "the sender said that it is over",
        HowEnded::Lease => "the sender fell silent for longer than its word counts",
        HowEnded::Person => "a person said that it is over",
    };
    Some(Step::did(ended.at, "end", text))
}

fn what_is_to_come(group: &Group, playbook: &Playbook) -> Vec<Step> {
    let mut steps = Vec::new();
    let will = |at, text: String| Step::new(Some(at), "paging", Outcome::Will, text);
    if group.state == GroupState::Paging {
        for ring in &group.rings {
            for rule in &ring.rules {
                let whom = playbook.person_name(&ring.person);
                let text = format!("{whom} is called by {} unless somebody answers", rule.channel.name());
                steps.push(will(rule.due, text));
            }
        }
    }
    if let Some(next) = group.next {
        let targets = group
            .plan
            .steps
            .get(next.step as usize)
            .map(|step| step.notify.iter().map(|target| target.named(playbook)).collect::<Vec<_>>().join(", "));
        let again = if next.round > 0 { format!(", round {}", next.round + 1) } else { String::new() };
        let whom = targets.unwrap_or_default();
        let text = format!("step {}{again} calls {whom} unless somebody answers", next.step + 1);
        steps.push(will(next.due, text));
    }
    if let GroupState::Acknowledged { by, expires, .. } = &group.state {
        let text = format!("nobody else is called: {} acknowledged", by.named(playbook));
        steps.push(Step::new(None, "paging", Outcome::DidNot, text));
        if let Some(expires) = expires {
            steps.push(will(*expires, "the acknowledgement expires and calling starts again".into()));
        }
    }
    steps.sort_by_key(|step| step.at.map_or(i64::MIN, |at| at.0));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::alert::{AlertState, Pulse};
    use model::{AlertId, GroupId, Labels, Severity, Time};

    fn alert() -> Alert {
        let at = Time::from_seconds(100);
        Alert {
            id: AlertId(4096),
            integration: "prometheus".into(),
            service: "checkout".into(),
            key: "k".into(),
            state: AlertState::Firing,
            severity: Severity::Sev2,
            summary: "errors".into(),
            labels: Labels::from_pairs([("team", "web")]),
            annotations: Labels::default(),
            link: None,
            starts_at: at,
            first_seen: at,
            group: GroupId(4097),
            route: None,
            joined: Joined::Open,
            incident: None,
            ended: None,
            pulse: Pulse { last_seen: at, count: 1, lease: None },
        }
    }

    fn route(id: &str, label: (&str, &str)) -> Route {
        Route {
            id: id.into(),
            labels: Labels::from_pairs([label]),
            integration: None,
            service: None,
            severity: None,
            group_by: None,
            page: true,
        }
    }

    #[test]
    fn it_says_what_did_not_happen_and_why() {
        let playbook =
            Playbook { routes: vec![route("db", ("team", "db")), route("eu", ("region", "eu"))], ..Playbook::default() };
        let steps = tell(&alert(), None, &[], &[], &playbook);
        let not: Vec<&str> = steps.iter().filter(|s| s.outcome == Outcome::DidNot).map(|s| s.text.as_str()).collect();
        assert_eq!(
            not,
            [
                "route db did not take it: label team is `web`, not `db`",
                "route eu did not take it: there is no label region",
                "no page of its own: group 4097 was open already and its page covers this alert",
            ]
        );
    }
}
