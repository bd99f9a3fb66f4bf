//! What would change if a playbook took another's place, for people who are about to press enter.

use std::collections::BTreeMap;

use model::Playbook;
use serde::Serialize;
use serde_json::{Map, Value};

/// One line for each entry that is added, taken out or changed, kind by kind, and one for each kind whose order matters and
/// changed. Empty: nothing would change.
pub fn difference(old: &Playbook, new: &Playbook) -> Vec<String> {
    let mut out = Vec::new();
    compare(&mut out, "person", "id", &old.people, &new.people);
    compare(&mut out, "team", "id", &old.teams, &new.teams);
    compare(&mut out, "schedule", "id", &old.schedules, &new.schedules);
    compare(&mut out, "policy", "id", &old.policies, &new.policies);
    compare(&mut out, "service", "id", &old.services, &new.services);
    compare(&mut out, "integration", "id", &old.integrations, &new.integrations);
    compare(&mut out, "route", "id", &old.routes, &new.routes);
    compare(&mut out, "severity", "id", &old.severities, &new.severities);
    compare(&mut out, "page", "slug", &old.pages, &new.pages);
    compare(&mut out, "template", "id", &old.templates, &new.templates);
    let order = |book: &Playbook, other: &Playbook| -> Vec<_> {
        let both = |id: &str| other.routes.iter().any(|r| &*r.id == id);
        book.routes.iter().filter(|r| both(&r.id)).map(|r| r.id.clone()).collect()
    };
    if order(old, new) != order(new, old) {
        out.push("changed the order of routes: the first that matches takes an alert".to_owned());
    }
    out
}

fn compare<T: Serialize>(out: &mut Vec<String>, kind: &str, id: &str, old: &[T], new: &[T]) {
    let (old, new) = (by_id(old, id), by_id(new, id));
    for (id, fields) in &new {
        match old.get(id) {
            None => out.push(format!("added {kind} {id}")),
            Some(before) if before == fields => {}
            Some(before) => {
                out.push(format!("changed {kind} {id}: {}", changes(before, fields).join(", ")));
            }
        }
    }
    let gone = old.keys().filter(|id| !new.contains_key(*id));
    out.extend(gone.map(|id| format!("removed {kind} {id}")));
}

fn by_id<T: Serialize>(entries: &[T], id: &str) -> BTreeMap<String, Map<String, Value>> {
    entries
        .iter()
        .filter_map(|entry| match serde_json::to_value(entry) {
            Ok(Value::Object(fields)) => {
                let id = fields.get(id)?.as_str()?.to_owned();
                Some((id, fields))
            }
            _ => None,
        })
        .collect()
}

fn changes(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<String> {
    let mut names: Vec<_> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| {
            let show = |fields: &Map<String, Value>| brief(fields.get(name));
            match (show(before), show(after)) {
                (Some(before), Some(after)) => format!("{name} {before} → {after}"),
                _ => name.clone(),
            }
        })
        .collect()
}

/// A value short enough to be shown; `None` for lists and tables.
fn brief(value: Option<&Value>) -> Option<String> {
    match value {
        None | Some(Value::Null) => Some("nothing".to_owned()),
        Some(Value::String(text)) if text.chars().count() <= 60 => Some(format!("\"{text}\"")),
        Some(value @ (Value::Bool(_) | Value::Number(_))) => Some(value.to_string()),
        Some(_) => None,
    }
}
