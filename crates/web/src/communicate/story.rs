//! One incident as one page tells it: only updates for the public, only those for this page, and nothing before the first.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use model::incident::PromiseState;
use model::mark::MarkKind;
use model::page::ComponentStatus;
use model::playbook::Page;
use model::update::PublicPhase;
use model::{Audience, Incident, Name, Phase, Severity, Time, Update};

use super::code::code;
use super::spans::{Span, Spans};
use super::view::{ChangeView, Impact, IncidentView, PromiseView, UpdateView};

/// Which page, when.
pub(super) struct Place<'a> {
    pub page: &'a Page,
    pub now: Time,
    pub zone: &'a TimeZone,
}

impl Place<'_> {
    fn index(&self, component: &Name) -> Option<usize> {
        self.page.components.iter().position(|c| c.id == *component)
    }

    /// An update without a page goes to every page that shows one of the incident's services or of the components it names.
    fn shows(&self, incident: &Incident, update: &Update) -> bool {
        if update.draft.audience != Audience::Public {
            return false;
        }
        if let Some(slug) = &update.draft.page {
            return *slug == self.page.slug;
        }
        let of_service = |service: &Name| incident.services.contains(service);
        let mut components = self.page.components.iter();
        components.any(|c| c.service.as_ref().is_some_and(of_service))
            || update.draft.components.keys().any(|id| self.index(id).is_some())
    }
}

/// `None` when customers of this page know nothing of it.
pub(super) fn story(place: &Place<'_>, incident: &Incident, updates: &[Update]) -> Option<(IncidentView, Vec<Span>)> {
    let gone = matches!(incident.phase, Phase::Merged | Phase::Declined);
    if incident.drill || incident.merged_into.is_some() || gone {
        return None;
    }
    let mut shown: Vec<&Update> = updates.iter().filter(|update| place.shows(incident, update)).collect();
    shown.sort_by_key(|update| (update.published_at, update.id));
    let (first, last) = (shown.first()?, shown.last()?);
    let number = incident.id.to_string();
    let code = code("incident", &[&place.page.slug, &number]);
    let started_at =
        incident.marks.get(&MarkKind::ImpactStart).map_or(incident.declared_at, |mark| mark.at).min(first.published_at);
    let resolved_at = resolved_at(incident, &shown);
    let (views, mut spans, worst) = tell(place, &shown, started_at, &code);
    if let Some(at) = resolved_at {
        spans.end_all(at);
    }
    let view = IncidentView {
        reference: incident.id,
        title: incident.title.clone(),
        impact: impact(worst, incident.severity),
        phase: match resolved_at {
            Some(_) if last.draft.phase != PublicPhase::Postmortem => PublicPhase::Resolved,
            _ => last.draft.phase,
        },
        internal_phase: incident.phase,
        started_at,
        created_at: first.published_at,
        updated_at: last.published_at.max(resolved_at.unwrap_or(last.published_at)),
        monitoring_at: shown.iter().find(|u| u.draft.phase == PublicPhase::Monitoring).map(|u| u.published_at),
        resolved_at,
        promise: promise(place, incident, &shown).filter(|_| resolved_at.is_none()),
        components: affected(place, incident, &views),
        updates: views,
        code,
        drill: incident.drill,
    };
    Some((view, spans.finish()))
}

/// Over for customers: they were told so, or the incident is closed without a word to them.
fn resolved_at(incident: &Incident, shown: &[&Update]) -> Option<Time> {
    let last = shown.last()?;
    let told = matches!(last.draft.phase, PublicPhase::Resolved | PublicPhase::Postmortem);
    if told {
        let mut ends =
            shown.iter().rev().take_while(|u| matches!(u.draft.phase, PublicPhase::Resolved | PublicPhase::Postmortem));
        return ends.by_ref().last().map(|u| u.published_at);
    }
    (!incident.phase.is_open()).then(|| incident.resolved_at.unwrap_or(last.published_at))
}

/// The updates, newest first; the states they put components into; the worst of those.
fn tell(place: &Place<'_>, shown: &[&Update], started_at: Time, incident: &str) -> (Vec<UpdateView>, Spans, ComponentStatus) {
    let mut now: BTreeMap<usize, ComponentStatus> = BTreeMap::new();
    let (mut spans, mut worst) = (Spans::default(), ComponentStatus::Operational);
    let mut views = Vec::with_capacity(shown.len());
    for (i, update) in shown.iter().enumerate() {
        // What the first word told had already begun.
        let from = if i == 0 { started_at } else { update.published_at };
        let mut changes = Vec::new();
        for (id, status) in &update.draft.components {
            let Some(component) = place.index(id) else {
                continue;
            };
            let old = now.insert(component, *status).unwrap_or_default();
            worst = worst.max(*status);
            if old != *status {
                spans.set(component, *status, from, incident);
            }
            changes.push(ChangeView { component, old, new: *status });
        }
        views.push(UpdateView {
            id: update.id,
            code: code("update", &[&place.page.slug, &update.id.to_string()]),
            phase: update.draft.phase,
            acknowledge: update.draft.acknowledge.clone(),
            apologize: update.draft.apologize.clone(),
            act: update.draft.act.clone(),
            at: update.published_at,
            next_update_at: update.draft.next_update_at,
            changes,
        });
    }
    views.reverse();
    (views, spans, worst)
}

fn impact(worst: ComponentStatus, severity: Severity) -> Impact {
    match worst {
        ComponentStatus::MajorOutage => Impact::Critical,
        ComponentStatus::PartialOutage => Impact::Major,
        ComponentStatus::DegradedPerformance => Impact::Minor,
        // No component says how bad it is.
        ComponentStatus::Operational | ComponentStatus::UnderMaintenance => match severity {
            Severity::Sev1 => Impact::Critical,
            Severity::Sev2 => Impact::Major,
            Severity::Sev3 | Severity::Sev4 => Impact::Minor,
            Severity::Sev5 => Impact::None,
        },
    }
}

fn promise(place: &Place<'_>, incident: &Incident, shown: &[&Update]) -> Option<PromiseView> {
    let promise = incident.promise.as_ref()?;
    // A promise made to another audience is not this page's.
    shown
        .iter()
        .any(|u| u.id == promise.by)
        .then(|| PromiseView { due: promise.due, broken: promise.state == PromiseState::Broken || promise.due <= place.now })
}

/// The components that updates name, else those of the incident's services.
fn affected(place: &Place<'_>, incident: &Incident, updates: &[UpdateView]) -> Vec<usize> {
    let mut named: Vec<usize> = updates.iter().flat_map(|u| u.changes.iter().map(|c| c.component)).collect();
    if named.is_empty() {
        let components = place.page.components.iter().enumerate();
        named = components
            .filter(|(_, c)| c.service.as_ref().is_some_and(|s| incident.services.contains(s)))
            .map(|(i, _)| i)
            .collect();
    }
    named.sort_unstable();
    named.dedup();
    named
}
