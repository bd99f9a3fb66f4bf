//! The working set, how it is rebuilt from rows, and how it is kept as a checkpoint.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::alert::Pulse;
use model::group::GroupState;
use model::letter::Pager;
use model::{Alert, AlertId, Channel, Group, GroupId, Incident, IncidentRef, Letter, LetterId, Name, Playbook, Row, Time};
use serde::{Deserialize, Serialize};

use crate::deadline::{Deadline, Deadlines};
use crate::identity::Identity;

/// An open alert, and what its row says of its pulse.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) alert: Arc<Alert>,
    pub(crate) saved: Pulse,
    /// Where its lease stands in the order of deadlines: at its end or before it.
    pub(crate) armed: Option<Time>,
}

#[derive(Clone, Debug, Default)]
pub struct State {
    pub(crate) playbook: Arc<Playbook>,
    pub(crate) alerts: BTreeMap<AlertId, Open>,
    /// Open alerts by integration and dedup key.
    pub(crate) identity: Identity,
    /// Groups that are not resolved.
    pub(crate) groups: BTreeMap<GroupId, Group>,
    /// Open groups by service and key, oldest first: one, unless the incident of an older one is over.
    pub(crate) group_keys: BTreeMap<Name, BTreeMap<Box<str>, Vec<GroupId>>>,
    /// Open groups of each service in the order they opened, for the storm rule.
    pub(crate) opened: BTreeMap<Name, BTreeSet<(Time, GroupId)>>,
    /// Letters that are not done.
    pub(crate) letters: BTreeMap<LetterId, Letter>,
    pub(crate) pagers: BTreeMap<(Name, Channel), Pager>,
    /// Incidents people still work on.
    pub(crate) incidents: BTreeMap<IncidentRef, Incident>,
    pub(crate) last_incident: u32,
    pub(crate) deadlines: Deadlines,
}

/// A whole `State` as data: kept as a checkpoint, and compared by `candor verify`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub playbook: Playbook,
    pub alerts: Vec<(Alert, Pulse)>,
    pub groups: Vec<Group>,
    pub letters: Vec<Letter>,
    pub pagers: Vec<Pager>,
    pub incidents: Vec<Incident>,
    pub last_incident: u32,
}

impl State {
    /// From rows in any order: the playbook, open alerts, unresolved groups, unfinished letters, pagers and open incidents.
    /// Other rows are passed over; a group's row has its newest counts in it. `last_incident` is the highest number ever given,
    /// closed incidents included.
    pub fn rebuild(rows: impl IntoIterator<Item = Row>, last_incident: u32) -> Self {
        let mut state = Self { last_incident, ..Self::default() };
        let mut names = BTreeSet::new();
        for row in rows {
            match row {
                Row::Playbook(playbook) => state.playbook = playbook,
                Row::Alert(alert) if alert.ended.is_none() => {
                    let mut alert = Arc::unwrap_or_clone(alert);
                    alert.service = shared(&mut names, alert.service);
                    alert.integration = shared(&mut names, alert.integration);
                    let saved = alert.pulse;
                    state.insert_alert(Arc::new(alert), saved);
                }
                Row::Group(group) if !matches!(group.state, GroupState::Resolved { .. }) => state.insert_group(*group),
                Row::Letter(letter) if !letter.state.is_done() => state.insert_letter(*letter),
                Row::Pager(pager) => state.insert_pager(*pager),
                Row::Incident(incident) if incident.phase.is_open() => state.insert_incident(*incident),
                _ => {}
            }
        }
        state
    }

    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            playbook: Playbook::clone(&self.playbook),
            alerts: self.alerts.values().map(|open| (Alert::clone(&open.alert), open.saved)).collect(),
            groups: self.groups.values().cloned().collect(),
            letters: self.letters.values().cloned().collect(),
            pagers: self.pagers.values().cloned().collect(),
            incidents: self.incidents.values().cloned().collect(),
            last_incident: self.last_incident,
        }
    }

    pub fn restore(snapshot: Snapshot) -> Self {
        let mut state = Self { playbook: Arc::new(snapshot.playbook), last_incident: snapshot.last_incident, ..Self::default() };
        for (alert, saved) in snapshot.alerts {
            state.insert_alert(Arc::new(alert), saved);
        }
        snapshot.groups.into_iter().for_each(|g| state.insert_group(g));
        snapshot.letters.into_iter().for_each(|l| state.insert_letter(l));
        snapshot.pagers.into_iter().for_each(|p| state.insert_pager(p));
        snapshot.incidents.into_iter().for_each(|i| state.insert_incident(i));
        state
    }

    pub fn playbook(&self) -> &Arc<Playbook> {
        &self.playbook
    }

    pub fn open_alerts(&self) -> usize {
        self.alerts.len()
    }

    pub fn alert(&self, id: AlertId) -> Option<&Arc<Alert>> {
        self.alerts.get(&id).map(|open| &open.alert)
    }

    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.get(&id)
    }

    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    pub fn incident(&self, id: IncidentRef) -> Option<&Incident> {
        self.incidents.get(&id)
    }

    pub fn letter(&self, id: LetterId) -> Option<&Letter> {
        self.letters.get(&id)
    }

    pub(crate) fn alert_by_key(&self, integration: &str, key: &str) -> Option<AlertId> {
        let has = |id: AlertId| {
            let open = self.alerts.get(&id);
            open.is_some_and(|open| &*open.alert.key == key && &*open.alert.integration == integration)
        };
        self.identity.find(integration, key, has)
    }

    pub(crate) fn insert_alert(&mut self, alert: Arc<Alert>, saved: Pulse) {
        let id = alert.id;
        self.identity.insert(&alert.integration, &alert.key, id);
        self.alerts.insert(id, Open { alert, saved, armed: None });
        self.watch_lease(id);
    }

    pub(crate) fn remove_alert(&mut self, id: AlertId) -> Option<Arc<Alert>> {
        let open = self.alerts.remove(&id)?;
        self.forget_lease(id, open.armed);
        self.identity.remove(&open.alert.integration, &open.alert.key, id);
        Some(open.alert)
    }

    pub(crate) fn insert_group(&mut self, group: Group) {
        let id = group.id;
        let same = self.group_keys.entry(group.service.clone()).or_default().entry(group.key.clone()).or_default();
        if let Err(at) = same.binary_search(&id) {
            same.insert(at, id);
        }
        self.opened.entry(group.service.clone()).or_default().insert((group.opened_at, id));
        self.groups.insert(id, group);
        self.watch_group(id);
    }

    pub(crate) fn remove_group(&mut self, id: GroupId) -> Option<Group> {
        let group = self.groups.remove(&id)?;
        if let Some(keys) = self.group_keys.get_mut(&group.service)
            && let Some(same) = keys.get_mut(&group.key)
        {
            same.retain(|other| *other != id);
            if same.is_empty() {
                keys.remove(&group.key);
            }
        }
        if let Some(opened) = self.opened.get_mut(&group.service) {
            opened.remove(&(group.opened_at, id));
        }
        Some(group)
    }

    pub(crate) fn insert_letter(&mut self, letter: Letter) {
        let id = letter.id;
        self.letters.insert(id, letter);
        self.watch(Deadline::Letter(id));
    }

    pub(crate) fn insert_pager(&mut self, pager: Pager) {
        let key = (pager.person.clone(), pager.channel);
        self.pagers.insert(key.clone(), pager);
        self.watch(Deadline::Bundle(key.0, key.1));
    }

    pub(crate) fn insert_incident(&mut self, incident: Incident) {
        let id = incident.id;
        self.incidents.insert(id, incident);
        self.watch_incident(id);
    }
}

/// One allocation a name, however many alerts carry it.
fn shared(names: &mut BTreeSet<Name>, name: Name) -> Name {
    if let Some(known) = names.get(&name) {
        return known.clone();
    }
    names.insert(name.clone());
    name
}
