use std::collections::BTreeMap;

use model::page::ComponentStatus;
use model::update::PublicPhase;
use model::{Audience, IncidentRef, Name, Time, UpdateId};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Update {
    id: UpdateId,
    incident: IncidentRef,
    #[serde(serialize_with = "super::time")]
    published_at: Time,
    by: String,
    page: Option<Name>,
    audience: Audience,
    phase: PublicPhase,
    acknowledge: String,
    apologize: String,
    act: String,
    #[serde(serialize_with = "super::time_or_null")]
    next_update_at: Option<Time>,
    components: BTreeMap<Name, ComponentStatus>,
    #[serde(rename = "override")]
    lint_override: Option<String>,
}

impl From<model::Update> for Update {
    fn from(update: model::Update) -> Self {
        Self {
            id: update.id,
            incident: update.incident,
            published_at: update.published_at,
            by: update.by.to_string(),
            page: update.draft.page,
            audience: update.draft.audience,
            phase: update.draft.phase,
            acknowledge: update.draft.acknowledge,
            apologize: update.draft.apologize,
            act: update.draft.act,
            next_update_at: update.draft.next_update_at,
            components: update.draft.components,
            lint_override: update.draft.lint_override,
        }
    }
}
