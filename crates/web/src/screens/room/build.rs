//! Gathers what the room shows.

use model::mark::MarkKind;
use model::{EntryKind, Group, Incident, IncidentRef, Playbook, Role, TimelineEntry};
use store::records::{AlertFilter, Slice};

use super::composer::{self, Words};
use crate::access::Caller;
use crate::app::App;
use crate::problem::Problem;
use crate::screens::frame::shell;
use crate::screens::rows;
use crate::view::room::{Entry, MarkRow, RoleRow, Room, Tab};
use crate::view::{Clock, Nav, Said};

/// The newest entries of a timeline, unless all are asked for.
const MOST_ENTRIES: u32 = 300;
/// A timeline longer than even this is read in the API or the export.
const ALL_ENTRIES: u32 = 5_000;
const MOST_ALERTS: u32 = 100;

/// What the page is to keep of what somebody typed, and what it is to say.
#[derive(Default)]
pub(in crate::screens) struct Kept {
    pub said: Option<Said>,
    pub note: String,
    pub tab: Tab,
    pub words: Option<Words>,
    pub template: Option<String>,
    /// Show the whole timeline.
    pub all: bool,
}

pub(in crate::screens) async fn build(app: &App, caller: &Caller, id: IncidentRef, kept: Kept) -> Result<Room, Problem> {
    let incident = app.records.incident(id).await?;
    let incident = incident.ok_or_else(|| Problem::not_found("incident"))?;
    let playbook = app.desk.playbook();
    let mut shell = shell(app, caller, Nav::Incidents, None).await?;
    shell.said = kept.said;
    let groups = groups(app, &incident).await?;
    let most = if kept.all { ALL_ENTRIES } else { MOST_ENTRIES };
    let after = incident.timeline.seq.saturating_sub(most);
    let entries = app.records.timeline(id, after).await?;
    let filter = AlertFilter { incident: Some(id), ..AlertFilter::default() };
    let found = app.records.alerts(&filter, Slice { before: None, limit: MOST_ALERTS }).await?;
    let updates = app.records.updates(id).await?;
    let now = shell.clock.now;
    let composer = composer::fill(&playbook, &incident, updates.last(), kept.words, kept.template.as_deref(), now);
    let mark = |kind| incident.marks.get(&kind).map(|mark| mark.at);
    Ok(Room {
        id,
        severity: incident.severity,
        phase: incident.phase,
        drill: incident.drill,
        merged_into: incident.merged_into,
        services: incident.services.iter().map(|s| rows::service(&playbook, s)).collect(),
        impact_start: mark(MarkKind::ImpactStart),
        declared_at: incident.declared_at,
        first_public: mark(MarkKind::FirstPublic),
        resolved_at: incident.resolved_at,
        promise: rows::promise(&incident),
        roles: roles(&playbook, &incident),
        people: playbook.people.iter().map(|p| (p.id.clone(), p.name.clone())).collect(),
        pages: groups.iter().filter_map(|group| rows::page(&playbook, group)).collect(),
        alerts: rows::alerts(app, &shell.clock, found, true).await?,
        marks: marks(&incident),
        entries: entries.into_iter().map(|e| entry(&shell.clock, &playbook, e)).collect(),
        whole: (after > 0 && !kept.all).then(|| format!("/incidents/{id}?all=1")),
        composer: composer.filter(|_| shell.responds()),
        others: others(app, id).await?,
        tab: kept.tab,
        note: kept.note,
        title: incident.title,
        impact: incident.impact,
        shell,
    })
}

async fn groups(app: &App, incident: &Incident) -> Result<Vec<Group>, Problem> {
    let mut groups = Vec::new();
    if incident.phase.is_open() {
        for id in &incident.groups {
            groups.extend(app.records.group(*id).await?);
        }
    }
    Ok(groups)
}

/// Open incidents this one could be merged into.
async fn others(app: &App, id: IncidentRef) -> Result<Vec<(IncidentRef, String)>, Problem> {
    let open = app.records.incidents(Some(true), Slice { before: None, limit: 50 }).await?;
    Ok(open.into_iter().filter(|i| i.id != id).map(|i| (i.id, i.title)).collect())
}

fn roles(playbook: &Playbook, incident: &Incident) -> Vec<RoleRow> {
    let holder = |role| incident.roles.iter().rev().find(|h| h.role == role && h.until.is_none());
    let row = |role| RoleRow {
        role,
        holder: holder(role).map(|h| rows::person(playbook, &h.person)),
        since: holder(role).map(|h| h.since),
    };
    Role::ALL.map(row).into()
}

fn marks(incident: &Incident) -> Vec<MarkRow> {
    let mut marks: Vec<MarkRow> = incident
        .marks
        .iter()
        .map(|(kind, mark)| MarkRow { kind: *kind, at: mark.at, source: mark.source.clone(), confidence: mark.confidence })
        .collect();
    marks.sort_by_key(|mark| mark.at);
    marks
}

fn entry(clock: &Clock, playbook: &Playbook, entry: TimelineEntry) -> Entry {
    // What people wrote stands as they wrote it.
    let verbatim = matches!(entry.kind, EntryKind::Note | EntryKind::Update);
    Entry {
        seq: entry.seq,
        happened_at: entry.happened_at,
        recorded_at: entry.recorded_at,
        actor: rows::actor(playbook, &entry.actor),
        kind: entry.kind,
        audience: entry.audience,
        text: if verbatim { entry.text } else { clock.humane(&entry.text) },
    }
}
