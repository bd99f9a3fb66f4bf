//! From what is stored to what one page shows. Pure: the same facts at the same time make the same page.

use jiff::tz::TimeZone;
use model::playbook::{Component, Page};
use model::{Name, Time};

use super::code::code;
use super::days;
use super::facts::Facts;
use super::indicator::indicator;
use super::spans::Span;
use super::story::{Place, story};
use super::view::{ComponentView, IncidentView, MonthView, PageView};

const MONTHS: i32 = 12;
const MOST_PAST: usize = 300;

/// `born` stands for the beginning of the records where there are none yet.
pub(super) fn assemble(page: &Page, base_url: &str, facts: &Facts, born: Time, now: Time) -> PageView {
    let zone = TimeZone::get(&page.timezone).unwrap_or(TimeZone::UTC);
    let place = Place { page, now, zone: &zone };
    let (mut open, mut past, mut spans) = (Vec::new(), Vec::new(), Vec::new());
    for (incident, updates) in &facts.incidents {
        let Some((view, its_spans)) = story(&place, incident, updates) else {
            continue;
        };
        spans.extend(its_spans);
        if view.resolved_at.is_none() {
            open.push(view);
        } else if past.len() < MOST_PAST {
            past.push(view);
        }
    }
    open.sort_by_key(|view: &IncidentView| std::cmp::Reverse(view.started_at));
    past.sort_by_key(|view: &IncidentView| std::cmp::Reverse(view.started_at));
    let since = facts.since.unwrap_or(born);
    let components: Vec<ComponentView> = page
        .components
        .iter()
        .enumerate()
        .map(|(i, component)| {
            let its: Vec<&Span> = spans.iter().filter(|s| s.component == i).collect();
            component_view(&place, component, &its, facts.since, since)
        })
        .collect();
    let changed = open.iter().chain(&past).map(last_change);
    let updated_at = changed.max().unwrap_or(since).max(since).min(now);
    PageView {
        id: code("page", &[&page.slug]),
        slug: page.slug.clone(),
        name: page.name.clone(),
        base_url: base_url.to_owned(),
        timezone: page.timezone.clone(),
        rendered_at: now,
        updated_at,
        indicator: indicator(&components, &open),
        components,
        open,
        history: months(&zone, past, now),
        promises_kept: facts.promises.kept,
        promises_broken: facts.promises.broken,
    }
}

/// A promise that breaks changes what readers see, without an update.
fn last_change(view: &IncidentView) -> Time {
    let broken = view.promise.filter(|p| p.broken).map(|p| p.due);
    view.updated_at.max(broken.unwrap_or(view.updated_at))
}

fn component_view(
    place: &Place<'_>,
    component: &Component,
    spans: &[&Span],
    records_from: Option<Time>,
    created_at: Time,
) -> ComponentView {
    let slug: &Name = &place.page.slug;
    let status = spans.iter().filter(|span| span.to.is_none()).map(|span| span.status).max().unwrap_or_default();
    let changed = spans.iter().map(|span| span.to.unwrap_or(span.from));
    ComponentView {
        id: code("component", &[slug, &component.id]),
        name: component.name.clone(),
        description: component.description.clone(),
        group: component.group.clone(),
        status,
        created_at,
        updated_at: changed.max().unwrap_or(created_at).max(created_at),
        days: days::bars(place.zone, spans, records_from, place.now),
        uptime: days::uptime(place.zone, spans, records_from, place.now),
    }
}

/// The last twelve months, newest first.
fn months(zone: &TimeZone, past: Vec<IncidentView>, now: Time) -> Vec<MonthView> {
    let today = zone.to_datetime(now.stamp()).date();
    let count = |year: i16, month: i8| i32::from(year) * 12 + i32::from(month) - 1;
    let newest = count(today.year(), today.month());
    let mut months: Vec<MonthView> = (0..MONTHS)
        .map(|back| MonthView {
            year: ((newest - back) / 12) as i16,
            month: ((newest - back) % 12 + 1) as i8,
            incidents: Vec::new(),
        })
        .collect();
    for view in past {
        let date = zone.to_datetime(view.started_at.stamp()).date();
        // What began in the future by somebody's clock stands in this month.
        let back = (newest - count(date.year(), date.month())).max(0) as usize;
        if let Some(month) = months.get_mut(back) {
            month.incidents.push(view);
        }
    }
    months
}

#[cfg(test)]
mod tests;
