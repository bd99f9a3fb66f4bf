//! Services, integrations, routes and what severities mean here.

use std::collections::BTreeMap;

use model::playbook::{Integration, Route, Service, SeverityRule};
use model::{Labels, Name, Severity};
use toml::de::DeTable;

use super::block::Block;
use super::reader::{Reader, entries, short};
use super::{Parsed, SHORTEST_KEY, values};

pub(super) fn read(r: &mut Reader<'_>, root: &DeTable<'_>, parsed: &mut Parsed) {
    for block in entries(root, "service", "id") {
        let service = read_service(r, &block);
        parsed.playbook.services.push(service);
    }
    let mut keys = BTreeMap::new();
    for block in entries(root, "integration", "id") {
        read_integration(r, &block, &mut keys, parsed);
    }
    let mut catch_all: Option<(usize, Name)> = None;
    for block in entries(root, "route", "id") {
        let route = read_route(r, &block);
        if let Some((line, id)) = &catch_all {
            let problem = format!("the route \"{id}\" in line {line} takes every alert before this one");
            r.warn(block.at, &block.entry, problem, "write this route above it");
        } else if route.labels.is_empty() && route.integration.is_none() {
            catch_all = Some((r.line(block.at), route.id.clone()));
        }
        parsed.playbook.routes.push(route);
    }
    let mut words = BTreeMap::new();
    for block in entries(root, "severity", "id") {
        let rule = read_severity(r, &block, &mut words);
        parsed.playbook.severities.extend(rule);
    }
}

fn read_service(r: &mut Reader<'_>, block: &Block<'_, '_>) -> Service {
    block.only(r, &["id", "name", "policy", "team", "declare"]);
    let id = block.id(r, "service", "id").unwrap_or_else(|| "".into());
    let policy = block.reference(r, "policy", "policy");
    if !block.has("policy") {
        r.warn(block.at, &block.entry, "has no policy, so its alerts page nobody", "write policy = \"…\"");
    }
    Service {
        name: block.name(r, &id),
        policy,
        team: block.reference(r, "team", "team"),
        declare_at: block.severity(r, "declare"),
        id,
    }
}

fn read_integration(r: &mut Reader<'_>, block: &Block<'_, '_>, keys: &mut BTreeMap<String, usize>, parsed: &mut Parsed) {
    const FIX: &str = "write a long random one, e.g. from `openssl rand -hex 16`";
    block.only(r, &["id", "service", "key"]);
    let id = block.id(r, "integration", "id").unwrap_or_else(|| "".into());
    block.require(r, "service", "\"…\" (where its alerts go)");
    let service = block.reference(r, "service", "service");
    block.require(r, "key", "\"…\" (at least 16 letters and digits)");
    // A fault never repeats the key: it ends in somebody's terminal log.
    if let Some((key, at)) = block.text(r, "key", 200) {
        if key.len() < SHORTEST_KEY {
            r.fault(at, &block.entry, format!("key is shorter than {SHORTEST_KEY} characters"), FIX);
        } else if !values::is_key(&key) {
            r.fault(at, &block.entry, "key holds something other than letters, digits, - _ . ~", FIX);
        } else if let Some(first) = keys.get(&key) {
            r.fault(at, &block.entry, format!("line {first} has the same key"), FIX);
        } else {
            keys.insert(key.clone(), r.line(at));
        }
        parsed.keys.push((id.clone(), key));
    }
    let service = service.unwrap_or_else(|| "".into());
    parsed.playbook.integrations.push(Integration { id, service });
}

fn read_route(r: &mut Reader<'_>, block: &Block<'_, '_>) -> Route {
    block.only(r, &["id", "match", "integration", "service", "severity", "group_by", "page"]);
    let group_by = block.texts(r, "group_by", 16, "[\"alertname\"]");
    Route {
        id: block.id(r, "route", "id").unwrap_or_else(|| "".into()),
        labels: Labels::from_pairs(block.pairs(r, "match", 32)),
        integration: block.reference(r, "integration", "integration"),
        service: block.reference(r, "service", "service"),
        severity: block.severity(r, "severity"),
        group_by: group_by.map(|names| names.into_iter().map(|(name, _)| name).collect()),
        page: block.truth(r, "page").unwrap_or(true),
    }
}

fn read_severity(r: &mut Reader<'_>, block: &Block<'_, '_>, taken: &mut BTreeMap<String, Severity>) -> Option<SeverityRule> {
    block.only(r, &["id", "name", "words", "page"]);
    block.require(r, "id", "\"SEV1\"");
    let id = block.severity(r, "id");
    if let Some(id) = id {
        r.define("severity", id.name(), block.at_key("id"), &block.entry);
    }
    let mut words = Vec::new();
    for (word, at) in block.texts(r, "words", 100, "[\"critical\"]").unwrap_or_default() {
        let folded = word.to_ascii_lowercase();
        if let Some(other) = taken.get(&folded) {
            let problem = format!("the word \"{}\" means {other} already", short(&word));
            r.fault(at, &block.entry, problem, "write each word once");
        }
        taken.extend(id.map(|id| (folded, id)));
        words.push(word);
    }
    let page = block.truth(r, "page").unwrap_or(true);
    let id = id?;
    Some(SeverityRule { id, name: block.name(r, id.name()), words, page })
}
