//! Pages: which letter carries which group, so that a storm makes one message a minute and not a thousand.

use std::collections::BTreeSet;

use model::group::{RingRule, TrailKind};
use model::letter::{Content, PageItem, Pager};
use model::{Channel, Group, GroupId, IncidentRef, Letter, LetterId, LetterState, Name, Time};

use super::calls;
use crate::deadline::Deadline;
use crate::step::Step;
use crate::{BUNDLE_EVERY, LETTER_LEASE};

/// Groups named in one letter; beyond it only the count grows.
const MOST_ITEMS: usize = 20;
/// Groups kept waiting for one contact by number; beyond it they are counted, and found again when the bundle is written.
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
                if self.is_spent() {
                    self.put_off(&person, channel, &groups);
                } else {
                    self.page_or_wait(person, channel, groups);
                }
                continue;
            }
            for group in groups {
                if self.is_spent() {
                    self.put_off(&person, channel, &[group]);
                } else {
                    self.write_page(&person, channel, &[group], 0);
                }
            }
        }
    }

    /// This entry has made all the letters it has ids for: the rule stays due, and the clock comes for it at once.
    fn put_off(&mut self, person: &Name, channel: Channel, groups: &[GroupId]) {
        for id in groups {
            let group = self.state.groups.get_mut(id);
            let Some(ring) = group.and_then(|g| g.rings.iter_mut().rev().find(|r| r.person == *person)) else { continue };
            ring.rules.insert(0, RingRule { due: self.now, channel });
            self.groups.insert(*id);
            self.watch(Deadline::Ring(*id));
        }
    }

    fn page_or_wait(&mut self, person: Name, channel: Channel, mut groups: Vec<GroupId>) {
        let key = (person.clone(), channel);
        let pager = self.state.pagers.get(&key);
        let free_at = pager.map_or(Time::MIN, |p| p.last_page + BUNDLE_EVERY);
        if free_at <= self.now {
            let (waiting, more) = self
                .state
                .pagers
                .get_mut(&key)
                .map_or((Vec::new(), 0), |p| (std::mem::take(&mut p.waiting), std::mem::take(&mut p.more)));
            if !waiting.is_empty() {
                self.pagers.insert(key);
                groups.splice(0..0, waiting);
            }
            if more > 0 {
                self.find_uncalled(&person, channel, &mut groups);
            }
            self.write_page(&person, channel, &groups, 0);
            return;
        }
        for id in &groups {
            let text = format!(
                "{} had a page by {} less than a minute ago: this one comes bundled.",
                self.name_of(&person),
                channel.name()
            );
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
        self.watch(Deadline::Bundle(person, channel));
    }

    /// Groups that ring this person, that no letter tells of yet, and whose rule for this channel has come.
    fn find_uncalled(&self, person: &Name, channel: Channel, groups: &mut Vec<GroupId>) {
        let named: BTreeSet<GroupId> = groups.iter().copied().collect();
        let uncalled = |g: &&Group| {
            let mut rings = g.rings.iter().filter(|r| r.person == *person && r.letters.is_empty());
            rings.any(|r| r.rules.iter().all(|rule| rule.channel != channel))
        };
        let others = self.state.groups.values().filter(|g| calls(g) && !named.contains(&g.id)).filter(uncalled);
        groups.extend(others.map(|g| g.id));
    }

    pub(crate) fn bundle_due(&mut self, person: Name, channel: Channel) {
        self.page_or_wait(person, channel, Vec::new());
    }

    /// One letter about those of `groups` that still call; none when all are answered or over.
    fn write_page(&mut self, person: &Name, channel: Channel, groups: &[GroupId], more: u32) {
        let wanted: Vec<&Group> = groups.iter().filter_map(|id| self.state.groups.get(id)).filter(|group| calls(group)).collect();
        if wanted.is_empty() {
            return;
        }
        let beyond = wanted.len().saturating_sub(MOST_ITEMS) as u32;
        let items: Vec<PageItem> = wanted.iter().take(MOST_ITEMS).map(|group| item(group)).collect();
        let ids: Vec<GroupId> = wanted.iter().map(|group| group.id).collect();
        let incidents: BTreeSet<IncidentRef> = wanted.iter().filter_map(|group| group.incident).collect();
        let content = Content::Page { items, more: more.saturating_add(beyond) };
        let letter = self.write_letter(person.clone(), channel, content);
        for id in ids {
            let group = self.state.groups.get_mut(&id);
            if let Some(ring) = group.and_then(|g| g.rings.iter_mut().rev().find(|r| r.person == *person)) {
                ring.letters.push(letter);
            }
            let text = format!("Letter {letter} to {} by {}.", self.name_of(person), channel.name());
            self.trail(id, TrailKind::Paged, text);
        }
        for incident in incidents {
            self.paged_in_incident(incident, person, channel);
        }
        if channel.bundles() {
            let key = (person.clone(), channel);
            let pager = Pager { person: person.clone(), channel, last_page: self.now, waiting: Vec::new(), more: 0 };
            self.state.pagers.insert(key.clone(), pager);
            self.pagers.insert(key);
        }
    }

    /// The groups a page is about, those included that it only counts.
    pub(crate) fn about(&self, letter: &Letter) -> Vec<GroupId> {
        let mut groups: Vec<GroupId> = letter.content.groups().iter().map(|item| item.group).collect();
        if matches!(letter.content, Content::Page { more: 1.., .. }) {
            let named: BTreeSet<GroupId> = groups.iter().copied().collect();
            let others = self.state.groups.values().filter(|g| !named.contains(&g.id));
            groups.extend(others.filter(|g| g.rings.iter().any(|r| r.letters.contains(&letter.id))).map(|g| g.id));
        }
        groups
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
        let to: BTreeSet<(Name, Channel)> =
            group.rings.iter().flat_map(|r| r.reached.iter().filter(|c| !c.bundles()).map(|c| (r.person.clone(), *c))).collect();
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
