//! People and teams, and where they are reached.

use std::sync::Arc;

use model::playbook::{NotifyRule, Person, Team};
use model::{Channel, Name, Span};
use toml::de::DeTable;

use super::block::Block;
use super::near::nearest;
use super::reader::{Reader, entries, short};
use super::values;
use super::{Contact, Parsed};

/// Named in the playbook's language, and not built yet.
const LATER: [&str; 7] = ["push", "slack", "teams", "ntfy", "telegram", "sms", "voice"];

pub(super) fn read(r: &mut Reader<'_>, root: &DeTable<'_>, parsed: &mut Parsed) {
    for block in entries(root, "person", "id") {
        read_person(r, &block, parsed);
    }
    for block in entries(root, "team", "id") {
        read_team(r, &block, parsed);
    }
}

fn read_person(r: &mut Reader<'_>, block: &Block<'_, '_>, parsed: &mut Parsed) {
    later_fields(r, block);
    let known = ["id", "name", "timezone", "notify", "email", "webhook", "webhook_secret"];
    block.only(r, &[&known[..], &LATER].concat());
    let id = block.id(r, "person", "id");
    let owner = id.clone().unwrap_or_else(|| "".into());
    let contacts = contacts(r, block, &owner);
    let notify = notify(r, block, &contacts);
    let person = Person { name: block.name(r, &owner), timezone: block.zone(r), notify, id: owner };
    if person.notify.is_empty() {
        r.warn(
            block.at,
            &block.entry,
            "has no address, so nobody can call them",
            "write email = \"…\" or webhook = \"https://…\"",
        );
    }
    parsed.contacts.extend(contacts);
    parsed.playbook.people.push(person);
}

fn read_team(r: &mut Reader<'_>, block: &Block<'_, '_>, parsed: &mut Parsed) {
    later_fields(r, block);
    let known = ["id", "name", "members", "email", "webhook", "webhook_secret"];
    block.only(r, &[&known[..], &LATER].concat());
    let id = block.id(r, "team", "id").unwrap_or_else(|| "".into());
    if let Some(line) = r.line_of("person", &id) {
        let problem = format!("line {line} has a person \"{id}\", and a team's address would be theirs");
        r.fault(block.at_key("id"), &block.entry, problem, "write another id for the team");
    }
    let mut members: Vec<Name> = Vec::new();
    for (member, at) in block.texts(r, "members", 500, "[\"ana\"]").unwrap_or_default() {
        r.refer("person", &member, at, &block.entry);
        if members.iter().any(|m| **m == *member) {
            let problem = format!("\"{}\" is a member twice", short(&member));
            r.fault(at, &block.entry, problem, "write each member once");
        }
        members.push(member.into());
    }
    if members.is_empty() {
        r.warn(block.at, &block.entry, "has no members, so calling it calls nobody", "write members = [\"…\"]");
    }
    let contacts = contacts(r, block, &id);
    if !contacts.is_empty() {
        r.warn(
            block.at,
            &block.entry,
            "has an address of its own, which this version keeps but does not page: calling a team calls its members",
            "write the address on a person to have it called",
        );
    }
    parsed.contacts.extend(contacts);
    let name = block.name(r, &id);
    parsed.playbook.teams.push(Team { id, name, members });
}

fn later_fields(r: &mut Reader<'_>, block: &Block<'_, '_>) {
    for channel in LATER {
        if block.has(channel) {
            r.fault(
                block.at_key(channel),
                &block.entry,
                format!("{channel} is not available in this version"),
                "write email = \"…\" or webhook = \"https://…\" instead",
            );
        }
    }
}

fn contacts(r: &mut Reader<'_>, block: &Block<'_, '_>, owner: &Name) -> Vec<Contact> {
    let mut found = Vec::new();
    let mut add = |channel, address| {
        let owner = Arc::clone(owner);
        found.push(Contact { owner, channel, address });
    };
    if let Some((email, at)) = block.text(r, "email", 1_000) {
        if !values::is_email(&email) {
            r.fault(at, &block.entry, "email is not an address", "write email = \"name@example.org\"");
        }
        add(Channel::Email, email);
    }
    // The address is not repeated in a fault: it may hold a secret path.
    let secret = webhook_secret(r, block);
    if let Some((url, at)) = block.text(r, "webhook", 1_000_000) {
        if let Some(problem) = values::bad_url(&url) {
            r.fault(at, &block.entry, format!("webhook {problem}"), "write webhook = \"https://host/path\"");
        }
        add(
            Channel::Webhook,
            match secret {
                Some(secret) => format!("{url} {secret}"),
                None => url,
            },
        );
    } else if secret.is_some() && !block.has("webhook") {
        r.fault(
            block.at_key("webhook_secret"),
            &block.entry,
            "webhook_secret without a webhook",
            "write webhook = \"https://…\" too",
        );
    }
    found
}

fn webhook_secret(r: &mut Reader<'_>, block: &Block<'_, '_>) -> Option<String> {
    let (secret, at) = block.text(r, "webhook_secret", 500)?;
    let fits = secret.len() >= super::SHORTEST_KEY && secret.bytes().all(|b| b.is_ascii_graphic());
    if !fits {
        r.fault(
            at,
            &block.entry,
            format!("webhook_secret is shorter than {} characters or holds a space", super::SHORTEST_KEY),
            "write a long random one, e.g. whsec_ and 32 letters and digits",
        );
        return None;
    }
    Some(secret)
}

/// The rules, soonest first. Without any: every contact at once.
fn notify(r: &mut Reader<'_>, block: &Block<'_, '_>, contacts: &[Contact]) -> Vec<NotifyRule> {
    const EXAMPLE: &str = "[{ after = \"0m\", by = \"email\" }]";
    if !block.has("notify") {
        let at_once = |c: &Contact| NotifyRule { after: Span(0), by: c.channel };
        return contacts.iter().map(at_once).collect();
    }
    let mut rules = Vec::new();
    for part in block.tables(r, "notify", 16, EXAMPLE) {
        part.only(r, &["after", "by"]);
        let after = if part.has("after") { part.span(r, "after", Span(0), Span::hours(24)) } else { Some(Span(0)) };
        part.require(r, "by", "\"email\"");
        let Some((by, at)) = part.text(r, "by", 1_000) else { continue };
        let Some(channel) = channel(r, &part, &by, at) else { continue };
        if !contacts.iter().any(|c| c.channel == channel) && !block.has(channel.name()) {
            let problem = format!("calls by {by}, but the person has no {by} address");
            r.fault(at, &part.entry, problem, format!("write {by} = \"…\" on the person, or take this rule out"));
        }
        rules.extend(after.map(|after| NotifyRule { after, by: channel }));
    }
    rules.sort_by_key(|rule| rule.after);
    rules
}

fn channel(r: &mut Reader<'_>, part: &Block<'_, '_>, by: &str, at: usize) -> Option<Channel> {
    let channel = Channel::parse(by);
    if channel.is_none() && LATER.contains(&by) {
        let problem = format!("{by} is not available in this version");
        r.fault(at, &part.entry, problem, "write by = \"email\" or by = \"webhook\"");
    } else if channel.is_none() {
        let near = nearest(by, Channel::ALL.map(Channel::name)).unwrap_or("email");
        let problem = format!("there is no way to call somebody by \"{}\"", short(by));
        r.fault(at, &part.entry, problem, format!("write by = \"{near}\""));
    }
    channel
}
