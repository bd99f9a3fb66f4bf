//! Pages: which letter carries which group, so that a storm makes one message a minute and not a thousand.

use std::collections::BTreeMap;

use model::group::TrailKind;
use model::letter::{Content, PageItem, Pager};
use model::{Channel, Group, GroupId, GroupState, Letter, LetterId, LetterState, Name, Time};

use crate::deadline::Deadline;
use crate::step::Step;
use crate::{BUNDLE_EVERY, LETTER_LEASE};

/// Groups named in one letter; beyond it only the count grows.
const MOST_ITEMS: usize = 20;
/// Groups kept waiting for one contact.
const MOST_WAITING: usize = 200;

impl Step<'_> {
    /// Notes that this contact is to be paged for this group; the letters are written when the step ends.
    pub(crate) fn page(&mut self, group: GroupId, to: (Name, Channel)) {
        let groups = self.pages.entry(to).or_default();
        if !groups.contains(&group) {
            groups.push(group);
        }
    }

    pub(crate) fn write_pages(&mut self) {
        for ((person, channel), groups) in std::mem::take(&mut self.pages) {
            if channel.bundles() {
                self.page_or_wait(person, channel, groups);
            } else {
                for group in groups {
                    self.write_page(&person, channel, &[group], 0);
                }
            }
        }
    }

    fn page_or_wait(&mut self, person: Name, channel: Channel, mut groups: Vec<GroupId>) {
        let key = (person.clone(), channel);
        let pager = self.state.pagers.get(&key);
        let free_at = pager.map_or(Time::MIN, |p| p.last_page + BUNDLE_EVERY);
        if free_at <= self.now {
            let (waiting, more) = self.state.pagers.get_mut(&key).map_or((Vec::new(), 0), |p| {
                (std::mem::take(&mut p.waiting), std::mem::take(&mut p.more))
            });
            groups.splice(0..0, waiting);
            self.write_page(&person, channel, &groups, more);
            return;
        }
        for id in &groups {
            let text = format!("{person} had a page by {} less than a minute ago: this one comes bundled.", channel.name());
            self.trail(*id, TrailKind::Bundled, text);
        }
        let Some(pager) = self.state.pagers.get_mut(&key) else { return };
        for id in groups {
            if pager.waiting.contains(&id) {
            } else if pager.waiting.len() < MOST_WAITING {
                pager.waiting.push(id);
            } else {
                pager.more += 1;
            }
        }
        self.pagers.insert(key);
        self.arm(free_at, Deadline::Bundle(person, channel));
    }

    pub(crate) fn bundle_due(&mut self, person: Name, channel: Channel) {
        let waits = self.state.pagers.get(&(person.clone(), channel)).is_some_and(|p| !p.waiting.is_empty());
        if waits {
            self.page_or_wait(person, channel, Vec::new());
        }
    }

    fn write_page(&mut self, person: &Name, channel: Channel, groups: &[GroupId], more: u32) {
        let wanted: Vec<&Group> = groups
            .iter()
            .filter_map(|id| self.state.groups.get(id))
            .filter(|group| group.state == GroupState::Paging)
            .collect();
        if wanted.is_empty() {
            // All answered or over while they waited.
            if let Some(pager) = self.state.pagers.get(&(person.clone(), channel)) {
                self.pagers.insert((pager.person.clone(), channel));
            }
            return;
        }
        let beyond = wanted.len().saturating_sub(MOST_ITEMS) as u32;
        let items: Vec<PageItem> = wanted.iter().take(MOST_ITEMS).map(|group| item(group)).collect();
        let ids: Vec<GroupId> = wanted.iter().map(|group| group.id).collect();
        let content = Content::Page { items, more: more.saturating_add(beyond) };
        let letter = self.write_letter(person.clone(), channel, content);
        for id in ids {
            if let Some(ring) =
                self.state.groups.get_mut(&id).and_then(|g| g.rings.iter_mut().rev().find(|r| r.person == *person))
            {
                ring.letters.push(letter);
            }
            self.trail(id, TrailKind::Paged, format!("Letter {letter} to {person} by {}.", channel.name()));
            self.paged_in_incident(id, person, channel);
        }
        if channel.bundles() {
            let key = (person.clone(), channel);
            let pager = Pager { person: person.clone(), channel, last_page: self.now, waiting: Vec::new(), more: 0 };
            self.state.pagers.insert(key.clone(), pager);
            self.pagers.insert(key);
        }
    }

    /// Puts a letter into the outbox, already leased to this node: it goes out right after the commit.
    pub(crate) fn write_letter(&mut self, to: Name, channel: Channel, content: Content) -> LetterId {
        let (number, k) = self.make();
        let id = LetterId::made_by(number, k);
        let until = self.now + LETTER_LEASE;
        let first = model::letter::Attempt { number: 1, started: self.now, ended: None, outcome: None, answer: String::new() };
        let letter = Letter {
            id,
            to,
            channel,
            created_at: self.now,
            state: LetterState::Leased { until },
            content,
            overtaken: false,
            attempts: vec![first],
        };
        self.state.insert_letter(letter);
        self.letters.insert(id);
        self.send.push(id);
        id
    }

    /// Tells the machines that were paged that it is over. People look at the screen; a machine waits for the word.
    pub(crate) fn all_clear(&mut self, id: GroupId) {
        let Some(group) = self.state.groups.get(&id) else { return };
        let item = item(group);
        let to: BTreeMap<Name, Channel> = group
            .rings
            .iter()
            .flat_map(|r| r.reached.iter().filter(|c| !c.bundles()).map(|c| (r.person.clone(), *c)))
            .collect();
        for (person, channel) in to {
            self.write_letter(person, channel, Content::AllClear { item: item.clone() });
        }
    }
}

fn item(group: &Group) -> PageItem {
    PageItem {
        group: group.id,
        service: group.service.clone(),
        severity: group.severity,
        summary: group.summary.clone(),
        since: group.opened_at,
        firing: group.firing,
        incident: group.incident,
    }
}
