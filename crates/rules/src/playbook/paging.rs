//! Schedules and escalation policies.

use model::playbook::{Layer, Period, Policy, Schedule, Step, Target};
use model::{Name, Playbook, Span};
use toml::de::DeTable;

use super::block::Block;
use super::near::nearest;
use super::reader::{Reader, entries, short};
use super::values;

const TARGETS: [&str; 3] = ["schedule", "person", "team"];
const LONGEST_WAIT: Span = Span::hours(7 * 24);
const LONGEST_ACK: Span = Span::hours(28 * 24);

pub(super) fn read(r: &mut Reader<'_>, root: &DeTable<'_>, playbook: &mut Playbook) {
    for block in entries(root, "schedule", "id") {
        let schedule = read_schedule(r, &block);
        playbook.schedules.push(schedule);
    }
    for block in entries(root, "policy", "id") {
        let policy = read_policy(r, &block);
        playbook.policies.push(policy);
    }
}

fn read_schedule(r: &mut Reader<'_>, block: &Block<'_, '_>) -> Schedule {
    block.only(r, &["id", "name", "timezone", "layer"]);
    let id = block.id(r, "schedule", "id").unwrap_or_else(|| "".into());
    block.require(r, "timezone", "\"Europe/Lisbon\" (the zone its hand-over times are in)");
    let layers = block.tables(r, "layer", 32, "[[schedule.layer]]");
    if layers.is_empty() && !block.has("layer") {
        r.fault(
            block.at,
            &block.entry,
            "has no layer, so nobody is ever on call",
            "write [[schedule.layer]] with people, every and from",
        );
    }
    Schedule {
        name: block.name(r, &id),
        timezone: block.zone(r),
        layers: layers.iter().filter_map(|layer| read_layer(r, layer)).collect(),
        id,
    }
}

fn read_layer(r: &mut Reader<'_>, block: &Block<'_, '_>) -> Option<Layer> {
    block.only(r, &["people", "every", "from", "until"]);
    block.require(r, "people", "[\"ana\", \"ben\"]");
    let listed = block.texts(r, "people", 500, "[\"ana\", \"ben\"]");
    if listed.as_ref().is_some_and(Vec::is_empty) {
        r.fault(
            block.at_key("people"),
            &block.entry,
            "has nobody in it",
            "write people = [\"ana\", \"ben\"], in the order of their turns",
        );
    }
    let mut people: Vec<Name> = Vec::new();
    for (person, at) in listed.unwrap_or_default() {
        r.refer("person", &person, at, &block.entry);
        people.push(person.into());
    }
    block.require(r, "every", "\"1w\"");
    let every = period(r, block);
    block.require(r, "from", "\"2026-01-05T09:00\" (the first hand-over, local)");
    let from = block.local_time(r, "from");
    let until = block.local_time(r, "until");
    let read = |text: &str| crate::oncall::local_time(text);
    if let (Some((from, _)), Some((until, at))) = (&from, &until)
        && read(until) <= read(from)
    {
        let problem = format!("until {until} is not after from {from}, so the layer never has anybody");
        r.fault(*at, &block.entry, problem, "write a later until, or take it out");
    }
    Some(Layer { people, every: every?, from: from?.0, until: until.map(|(text, _)| text) })
}

fn period(r: &mut Reader<'_>, block: &Block<'_, '_>) -> Option<Period> {
    let (text, at) = block.span_text(r, "every")?;
    let period = values::period(&text);
    if period.is_none() {
        let problem = format!("every = \"{}\" is no length of a shift", short(&text));
        let fix = format!("write every = \"{}\" (a number and h, d, w, or mo for months)", values::period_near(&text));
        r.fault(at, &block.entry, problem, fix);
    }
    period
}

fn read_policy(r: &mut Reader<'_>, block: &Block<'_, '_>) -> Policy {
    block.only(r, &["id", "name", "repeat", "ack_expires", "step"]);
    let id = block.id(r, "policy", "id").unwrap_or_else(|| "".into());
    let steps = block.tables(r, "step", 32, "[[policy.step]]");
    if steps.is_empty() && !block.has("step") {
        r.fault(
            block.at,
            &block.entry,
            "has no step, so it calls nobody",
            "write [[policy.step]] with notify = [\"schedule:…\"] and wait = \"5m\"",
        );
    }
    Policy {
        name: block.name(r, &id),
        steps: steps.iter().map(|step| read_step(r, step)).collect(),
        repeat: block.count(r, "repeat", 20).unwrap_or(2),
        ack_expires: block.span(r, "ack_expires", Span(1), LONGEST_ACK),
        id,
    }
}

fn read_step(r: &mut Reader<'_>, block: &Block<'_, '_>) -> Step {
    block.only(r, &["notify", "wait"]);
    block.require(r, "notify", "[\"schedule:primary\"]");
    let listed = block.texts(r, "notify", 100, "[\"schedule:primary\"]");
    if listed.as_ref().is_some_and(Vec::is_empty) {
        r.fault(block.at_key("notify"), &block.entry, "calls nobody", "write notify = [\"schedule:primary\"]");
    }
    let mut notify = Vec::new();
    for (text, at) in listed.unwrap_or_default() {
        notify.extend(target(r, block, &text, at));
    }
    let wait = block.span(r, "wait", Span(1), LONGEST_WAIT);
    Step { notify, wait: wait.unwrap_or(Span::minutes(5)) }
}

fn target(r: &mut Reader<'_>, block: &Block<'_, '_>, text: &str, at: usize) -> Option<Target> {
    let (kind, id) = text.split_once(':').unwrap_or(("", text));
    let (make, kind, prefix): (fn(Name) -> Target, _, _) = match kind {
        "schedule" => (Target::Schedule, "schedule", "schedule:"),
        "person" => (Target::Person, "person", "person:"),
        "team" => (Target::Team, "team", "team:"),
        _ => {
            unknown_target(r, block, kind, id, at);
            return None;
        }
    };
    r.refer_as(kind, id, at, &block.entry, prefix);
    Some(make(id.into()))
}

fn unknown_target(r: &mut Reader<'_>, block: &Block<'_, '_>, kind: &str, id: &str, at: usize) {
    let fix = match (nearest(kind, TARGETS), &r.kinds_with(id, &TARGETS)[..]) {
        (Some(near), _) if !kind.is_empty() => format!("write \"{near}:{}\"", short(id)),
        (_, [only]) => format!("write \"{only}:{id}\""),
        _ => "write \"schedule:…\", \"person:…\" or \"team:…\"".to_owned(),
    };
    let problem = match kind {
        "" => format!("\"{}\" does not say whether it is a schedule, a person or a team", short(id)),
        kind => format!("there is no kind of target called \"{}\"", short(kind)),
    };
    r.fault(at, &block.entry, problem, fix);
}
