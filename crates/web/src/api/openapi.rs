//! `GET /v1/openapi.json`: the API document, made from the route table.

use axum::Json;
use axum::extract::State;
use http::Method;
use serde_json::{Map, Value, json};

use crate::access::Need;
use crate::app::App;
use crate::server::{Route, table};

pub(super) fn route() -> Route {
    Route::api(Method::GET, "/v1/openapi.json", Need::Public, "This document", handle)
}

async fn handle(State(app): State<App>) -> Json<Value> {
    Json(document(app.settings.version))
}

fn document(version: &str) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in table().iter().filter(|route| route.path.starts_with("/v1/")) {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Candor",
            "version": version,
            "description": "Lists are {items, next}; times RFC 3339 in UTC; errors RFC 9457 with a stable code.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Problem": problem() },
        },
    })
}

fn operation(route: &Route) -> Value {
    let problem = json!({
        "description": "Refused",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    let success = success(route);
    let mut responses = json!({ "default": problem });
    responses[success.0] = success.1;
    let mut operation = json!({
        "summary": route.summary,
        "operationId": operation_id(route),
        "parameters": parameters(route),
        "responses": responses,
    });
    if let Some(access) = route.need.access() {
        operation["security"] = json!([{ "token": [] }]);
        operation["description"] = json!(format!("Needs the role {}.", access.name()));
    }
    if let Some(body) = body(route) {
        operation["requestBody"] = body;
    }
    operation
}

fn success(route: &Route) -> (String, Value) {
    let kind = match route.path {
        "/v1/events" => "text/event-stream",
        "/v1/backup" => super::backup::KIND,
        "/v1/export" => super::export::KIND,
        "/v1/playbook" if route.method == Method::GET => "application/toml",
        _ => "application/json",
    };
    if route.method == Method::DELETE {
        return ("204".into(), json!({ "description": "Done" }));
    }
    let answer = json!({ "description": "Done", "content": { kind: {} } });
    (route.success.to_string(), answer)
}

fn operation_id(route: &Route) -> String {
    let words = route.path.trim_start_matches("/v1/").replace(['{', '}'], "");
    let words = words.replace(['/', '.'], "_");
    format!("{}_{words}", route.method.as_str().to_ascii_lowercase())
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let text = || json!({ "type": "string" });
    let mut all: Vec<Value> =
        in_path.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": text() })).collect();
    all.extend(
        route
            .query
            .iter()
            .map(|(name, meaning)| json!({ "name": name, "in": "query", "description": meaning, "schema": text() })),
    );
    let named = |name: &str| json!({ "name": name, "in": "header", "schema": text() });
    if route.method == Method::POST && route.path.starts_with("/v1/incidents") {
        all.push(named("Idempotency-Key"));
    }
    if route.method == Method::PUT && route.path.ends_with("/review") {
        all.push(named("If-Match"));
    }
    all
}

fn body(route: &Route) -> Option<Value> {
    if route.path == "/v1/playbook" && route.method == Method::PUT {
        return Some(json!({ "required": true, "content": { "text/plain": { "schema": { "type": "string" } } } }));
    }
    if route.body.is_empty() {
        return None;
    }
    let properties: Map<String, Value> = route.body.iter().map(|(name, kind, _)| ((*name).to_owned(), schema(kind))).collect();
    let required: Vec<&str> = route.body.iter().filter(|f| f.2).map(|f| f.0).collect();
    let schema = json!({ "type": "object", "properties": properties, "required": required });
    Some(json!({ "required": !required.is_empty(), "content": { "application/json": { "schema": schema } } }))
}

/// What the table's short names of types stand for.
fn schema(kind: &str) -> Value {
    use model::incident::{Phase, Role};
    use model::mark::MarkKind;
    use model::page::ComponentStatus;
    use model::update::PublicPhase;
    let one_of = |names: Vec<&'static str>| json!({ "type": "string", "enum": names });
    match kind {
        "integer" => json!({ "type": "integer", "minimum": 0 }),
        "boolean" => json!({ "type": "boolean" }),
        "fraction" => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        "time" => json!({ "type": "string", "format": "date-time" }),
        "strings" => json!({ "type": "array", "items": { "type": "string" } }),
        "severity" => one_of(model::Severity::ALL.map(model::Severity::name).into()),
        "audience" => one_of(model::Audience::ALL.map(model::Audience::name).into()),
        "phase" => one_of(Phase::ALL.map(Phase::name).into()),
        "public_phase" => one_of(PublicPhase::ALL.map(PublicPhase::name).into()),
        "role" => one_of(Role::ALL.map(Role::name).into()),
        "mark" => one_of(MarkKind::ALL.map(MarkKind::name).into()),
        "access" => one_of(vec!["viewer", "responder", "administrator"]),
        "components" => {
            let status = one_of(ComponentStatus::ALL.map(ComponentStatus::name).into());
            json!({ "type": "object", "additionalProperties": status })
        }
        "impact" => json!({ "type": "object", "properties": {
            "summary": schema("string"), "share": schema("fraction"), "customers": schema("integer"),
        } }),
        _ => json!({ "type": "string" }),
    }
}

fn problem() -> Value {
    let reason = json!({ "type": "object", "properties": { "field": schema("string"), "reason": schema("string") } });
    json!({
        "type": "object",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": schema("string"), "title": schema("string"), "status": schema("integer"), "code": schema("string"),
            "detail": schema("string"), "field": schema("string"), "reasons": { "type": "array", "items": reason },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_api_route_is_in_the_document_under_its_own_name() {
        let document = document("1.2.3");
        let mut seen = std::collections::BTreeSet::new();
        for route in table().iter().filter(|r| r.path.starts_with("/v1/")) {
            let method = route.method.as_str().to_ascii_lowercase();
            let operation = &document["paths"][route.path][&method];
            assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{}", route.path);
            assert!(seen.insert(operation_id(route)), "{}", route.path);
        }
        assert!(seen.len() > 30);
        let declare = &document["paths"]["/v1/incidents"]["post"];
        assert!(declare["responses"]["201"].is_object());
        let schema = &declare["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(schema["required"], json!(["title", "severity"]));
    }
}
