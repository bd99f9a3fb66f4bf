//! Statuspage's public API, version 2, field by field, so that its clients read Candor unchanged. One thing more than the
//! original: `next_update_at` on incidents and updates; clients skip what they do not know.

mod shapes;

use model::Time;
use model::page::ComponentStatus;
use serde::Serialize;

use self::shapes::{Affected, Component, Incident, Page, Status, Update};
use super::code::code;
use super::view::{ComponentView, IncidentView, PageView, UpdateView};

const MOST_INCIDENTS: usize = 50;

/// Maintenance is not planned here yet: the lists are there and empty.
const NONE: [(); 0] = [];

/// The documents of the API for one page, built from one view.
pub(super) struct Statuspage<'a> {
    view: &'a PageView,
    page: Page,
    /// Groups and components in the order they are shown.
    components: Vec<Component>,
    /// Where in `components` each of the view's stands.
    places: Vec<usize>,
}

impl<'a> Statuspage<'a> {
    pub(super) fn new(view: &'a PageView) -> Self {
        let page = Page {
            id: view.id.clone(),
            name: view.name.clone(),
            url: format!("{}/", view.root()),
            time_zone: view.timezone.clone(),
            updated_at: millis(view.updated_at),
        };
        let (components, places) = components(view);
        Self { view, page, components, places }
    }

    pub(super) fn summary(&self) -> Vec<u8> {
        print(&Summary {
            page: &self.page,
            components: &self.components,
            incidents: self.incidents(self.view.open.iter()),
            scheduled_maintenances: NONE,
            status: self.indicator(),
        })
    }

    pub(super) fn status(&self) -> Vec<u8> {
        print(&StatusOnly { page: &self.page, status: self.indicator() })
    }

    pub(super) fn component_list(&self) -> Vec<u8> {
        print(&ComponentList { page: &self.page, components: &self.components })
    }

    pub(super) fn all_incidents(&self) -> Vec<u8> {
        let mut all: Vec<&IncidentView> = self.view.incidents().collect();
        all.sort_by_key(|i| std::cmp::Reverse((i.created_at, i.reference)));
        print(&IncidentList { page: &self.page, incidents: self.incidents(all.into_iter().take(MOST_INCIDENTS)) })
    }

    pub(super) fn unresolved(&self) -> Vec<u8> {
        print(&IncidentList { page: &self.page, incidents: self.incidents(self.view.open.iter()) })
    }

    pub(super) fn maintenances(&self) -> Vec<u8> {
        print(&Maintenances { page: &self.page, scheduled_maintenances: NONE })
    }

    fn indicator(&self) -> Status {
        let indicator = self.view.indicator;
        Status {
            indicator: if indicator.maintenance { "maintenance" } else { indicator.impact.name() },
            description: indicator.description,
        }
    }

    fn incidents<'b>(&self, list: impl Iterator<Item = &'b IncidentView>) -> Vec<Incident> {
        list.map(|incident| self.incident(incident)).collect()
    }

    fn incident(&self, view: &IncidentView) -> Incident {
        let mut components: Vec<Component> = view.components.iter().map(|i| self.components[self.places[*i]].clone()).collect();
        components.sort_by_key(|c| c.position);
        Incident {
            id: view.code.clone(),
            name: view.title.clone(),
            status: view.phase.name(),
            created_at: millis(view.created_at),
            updated_at: millis(view.updated_at),
            monitoring_at: view.monitoring_at.map(millis),
            resolved_at: view.resolved_at.map(millis),
            impact: view.impact.name(),
            shortlink: format!("{}/incidents/{}", self.view.root(), view.code),
            started_at: millis(view.started_at),
            page_id: self.view.id.clone(),
            updates: view.updates.iter().map(|u| self.update(view, u)).collect(),
            components,
            reminder_intervals: None,
            next_update_at: view.promise.map(|p| millis(p.due)),
        }
    }

    fn update(&self, incident: &IncidentView, view: &UpdateView) -> Update {
        let at = millis(view.at);
        let affected: Vec<Affected> = view
            .changes
            .iter()
            .map(|change| {
                let component = &self.view.components[change.component];
                Affected {
                    code: component.id.clone(),
                    name: full_name(component),
                    old_status: change.old.name(),
                    new_status: change.new.name(),
                }
            })
            .collect();
        Update {
            id: view.code.clone(),
            status: view.phase.name(),
            body: view.parts().collect::<Vec<_>>().join("\n\n"),
            incident_id: incident.code.clone(),
            created_at: at.clone(),
            updated_at: at.clone(),
            display_at: at,
            affected_components: (!affected.is_empty()).then_some(affected),
            deliver_notifications: true,
            custom_tweet: None,
            tweet_id: None,
            next_update_at: view.next_update_at.map(millis),
        }
    }
}

/// These types hold nothing that cannot be printed.
fn print(document: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(document).unwrap_or_default()
}

/// "Group - Component".
fn full_name(component: &ComponentView) -> String {
    component.group.as_ref().map_or_else(|| component.name.clone(), |group| format!("{group} - {}", component.name))
}

/// A group counts as a component, stands before its first member, and is as bad as its worst.
fn components(view: &PageView) -> (Vec<Component>, Vec<usize>) {
    let mut list: Vec<Component> = Vec::new();
    let mut places = vec![0; view.components.len()];
    let mut done: Vec<&str> = Vec::new();
    for (i, component) in view.components.iter().enumerate() {
        let Some(group) = component.group.as_deref() else {
            places[i] = list.len();
            list.push(leaf(view, component, None, list.len()));
            continue;
        };
        if done.contains(&group) {
            continue;
        }
        done.push(group);
        let members: Vec<(usize, &ComponentView)> =
            view.components.iter().enumerate().filter(|(_, c)| c.group.as_deref() == Some(group)).collect();
        let head = group_of(view, group, &members, list.len());
        let id = head.id.clone();
        list.push(head);
        for (member, component) in members {
            places[member] = list.len();
            list.push(leaf(view, component, Some(id.clone()), list.len()));
        }
    }
    (list, places)
}

fn leaf(view: &PageView, of: &ComponentView, group: Option<String>, at: usize) -> Component {
    Component {
        id: of.id.clone(),
        name: of.name.clone(),
        status: of.status.name(),
        created_at: millis(of.created_at),
        updated_at: millis(of.updated_at),
        position: at + 1,
        description: of.description.clone(),
        showcase: true,
        start_date: None,
        group_id: group,
        page_id: view.id.clone(),
        group: false,
        only_show_if_degraded: false,
        components: None,
    }
}

fn group_of(view: &PageView, name: &str, members: &[(usize, &ComponentView)], at: usize) -> Component {
    let worst = members.iter().map(|(_, c)| c.status).max();
    let created = members.iter().map(|(_, c)| c.created_at).min();
    let updated = members.iter().map(|(_, c)| c.updated_at).max();
    Component {
        id: code("group", &[&view.slug, name]),
        name: name.to_owned(),
        status: worst.unwrap_or(ComponentStatus::Operational).name(),
        created_at: millis(created.unwrap_or_default()),
        updated_at: millis(updated.unwrap_or_default()),
        position: at + 1,
        description: None,
        showcase: false,
        start_date: None,
        group_id: None,
        page_id: view.id.clone(),
        group: true,
        only_show_if_degraded: false,
        components: Some(members.iter().map(|(_, c)| c.id.clone()).collect()),
    }
}

/// Statuspage always writes milliseconds, and some clients' patterns insist on them.
fn millis(at: Time) -> String {
    at.stamp().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[derive(Serialize)]
struct Summary<'a> {
    page: &'a Page,
    components: &'a [Component],
    incidents: Vec<Incident>,
    scheduled_maintenances: [(); 0],
    status: Status,
}

#[derive(Serialize)]
struct StatusOnly<'a> {
    page: &'a Page,
    status: Status,
}

#[derive(Serialize)]
struct ComponentList<'a> {
    page: &'a Page,
    components: &'a [Component],
}

#[derive(Serialize)]
struct IncidentList<'a> {
    page: &'a Page,
    incidents: Vec<Incident>,
}

#[derive(Serialize)]
struct Maintenances<'a> {
    page: &'a Page,
    scheduled_maintenances: [(); 0],
}

#[cfg(test)]
mod tests;
