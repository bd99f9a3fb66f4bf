//! Letters after they are written: receipts, retries, moving on, and what a restart does with them.
//!
//! The courier makes one attempt at a time and reports it. Everything else is decided here, so that it can be replayed: when to
//! try again, when to stop trying, and when to stop *waiting* (a page that a mail server defers for a minute counts as failed for
//! paging, while its retries go on for hours).

use model::group::TrailKind;
use model::letter::{Attempt, Content, Outcome, PageItem};
use model::{Answer, Channel, GroupId, Letter, LetterId, LetterState, Name, Span};

use crate::deadline::Deadline;
use crate::step::{Outcome as Answered, Step, invalid};
use crate::{BACKOFF_MOST, LETTER_LEASE, LETTER_LIFE, OVERTAKE_AFTER};

/// Seconds before each further attempt; the last one is repeated. Greylisting servers defer for three to ten minutes.
const BACKOFF: [i64; 9] = [5, 15, 30, 60, 120, 300, 600, 900, 1_800];

impl Step<'_> {
    pub(crate) fn receipt(&mut self, id: LetterId, attempt: u32, outcome: Outcome, answer: String) -> Answer {
        let now = self.now;
        // A receipt for a letter that is done comes too late to change anything.
        let Some(letter) = self.state.letters.get_mut(&id) else { return Answer::Done };
        let current = letter.attempts.last().map_or(0, |a| a.number);
        // An attempt that was never made has no outcome.
        let Some(row) = letter.attempts.iter_mut().rev().find(|a| a.number == attempt) else { return Answer::Done };
        row.ended = Some(now);
        row.outcome = Some(outcome);
        row.answer = answer;
        self.letters.insert(id);
        match outcome {
            Outcome::Delivered => self.delivered(id),
            // A late failure of an attempt that was given up already: the one after it decides.
            _ if attempt < current => {}
            Outcome::Failed => self.failed(id),
            Outcome::Retry { after } => self.again(id, after),
            Outcome::Unknown => self.again(id, None),
        }
        Answer::Done
    }

    fn delivered(&mut self, id: LetterId) {
        let now = self.now;
        let Some(letter) = self.state.letters.get_mut(&id) else { return };
        letter.state = LetterState::Delivered { at: now };
        let letter = letter.clone();
        let took = now.since(letter.created_at).words();
        for group in self.about(&letter) {
            if let Some(group) = self.state.groups.get_mut(&group) {
                let ring = group.rings.iter_mut().rev().find(|r| r.person == letter.to);
                if let Some(ring) = ring.filter(|r| !r.reached.contains(&letter.channel)) {
                    ring.reached.push(letter.channel);
                }
            }
            let text =
                format!("Letter {id} to {} by {} delivered after {took}.", self.name_of(&letter.to), letter.channel.name());
            self.trail(group, TrailKind::Delivered, text);
        }
        self.too_late(&letter);
    }

    /// A machine was paged for what is over by now: it gets the word that nobody could send it before.
    fn too_late(&mut self, letter: &Letter) {
        let Content::Page { items, .. } = &letter.content else { return };
        if letter.channel.bundles() {
            return;
        }
        for item in items {
            if self.state.groups.contains_key(&item.group) {
                continue;
            }
            let item = PageItem { firing: 0, ..item.clone() };
            self.write_letter(letter.to.clone(), letter.channel, Content::AllClear { item });
        }
    }

    fn failed(&mut self, id: LetterId) {
        let now = self.now;
        let Some(letter) = self.state.letters.get_mut(&id) else { return };
        letter.state = LetterState::Failed { at: now };
        let overtaken = letter.overtaken;
        let letter = letter.clone();
        let answer = letter.attempts.last().map_or("", |a| a.answer.as_str());
        let groups = self.about(&letter);
        for group in &groups {
            let text =
                format!("Letter {id} to {} by {} failed for good: {answer}", self.name_of(&letter.to), letter.channel.name());
            self.trail(*group, TrailKind::Failed, text);
            if let Some(group) = self.state.groups.get_mut(group) {
                group.rings.iter_mut().for_each(|ring| ring.letters.retain(|known| *known != id));
            }
        }
        if !overtaken {
            self.overtake(&letter, groups);
        }
    }

    /// The next contact method, because this one does not work or takes too long.
    fn overtake(&mut self, letter: &Letter, groups: Vec<GroupId>) {
        match &letter.content {
            Content::Page { .. } => {
                for group in groups {
                    self.move_on(group, &letter.to);
                }
            }
            Content::PromiseReminder { .. } | Content::PromiseBroken { .. } => {
                if let Some(channel) = self.channel_after(&letter.to, letter.channel).filter(|_| self.is_wanted(letter)) {
                    self.write_letter(letter.to.clone(), channel, letter.content.clone());
                }
            }
            Content::AllClear { .. } | Content::Test => {}
        }
    }

    fn channel_after(&self, person: &str, channel: Channel) -> Option<Channel> {
        let person = self.state.playbook.person(person)?;
        let mut channels = person.notify.iter().map(|r| r.by);
        channels.find(|c| *c == channel)?;
        channels.find(|c| *c != channel)
    }

    /// Plans another attempt, or gives up.
    fn again(&mut self, id: LetterId, after: Option<Span>) {
        let now = self.now;
        let Some(letter) = self.state.letters.get_mut(&id) else { return };
        let tried = letter.attempts.len();
        let backoff = Span(BACKOFF[tried.saturating_sub(1).min(BACKOFF.len() - 1)]);
        let wait = after.map_or(backoff, |asked| asked.max(backoff).min(BACKOFF_MOST));
        let due = now + wait;
        if due.since(letter.created_at) > LETTER_LIFE || tried >= Letter::MOST_ATTEMPTS {
            self.failed(id);
            return;
        }
        letter.state = LetterState::Waiting { due };
        self.letters.insert(id);
        let slow = due.since(letter.created_at) >= OVERTAKE_AFTER && !letter.overtaken;
        letter.overtaken |= slow;
        let letter = letter.clone();
        self.watch(Deadline::Letter(id));
        if slow {
            let groups = self.about(&letter);
            for group in &groups {
                let text = format!(
                    "Letter {id} to {} by {} is not through after {} attempts: moving on while retries go on.",
                    self.name_of(&letter.to),
                    letter.channel.name(),
                    tried
                );
                self.trail(*group, TrailKind::Failed, text);
            }
            self.overtake(&letter, groups);
        }
    }

    pub(crate) fn letter_due(&mut self, id: LetterId) {
        let Some(letter) = self.state.letters.get_mut(&id) else { return };
        match letter.state {
            LetterState::Leased { until } if until <= self.now => {
                // The courier never answered: it may have been sent. Try again with the same key.
                if let Some(attempt) = letter.attempts.last_mut().filter(|a| a.outcome.is_none()) {
                    attempt.outcome = Some(Outcome::Unknown);
                }
                self.letters.insert(id);
                self.again(id, None);
            }
            LetterState::Waiting { due } if due <= self.now => self.attempt(id),
            _ => {}
        }
    }

    /// One more attempt, if anybody still needs the letter.
    fn attempt(&mut self, id: LetterId) {
        let (now, until) = (self.now, self.now + LETTER_LEASE);
        let wanted = self.state.letters.get(&id).is_some_and(|letter| self.is_wanted(letter));
        let Some(letter) = self.state.letters.get_mut(&id) else { return };
        self.letters.insert(id);
        if !wanted {
            letter.state = LetterState::Cancelled { at: now };
            return;
        }
        if letter.attempts.len() >= Letter::MOST_ATTEMPTS {
            return self.failed(id);
        }
        let number = letter.attempts.last().map_or(0, |a| a.number) + 1;
        letter.attempts.push(Attempt { number, started: now, ended: None, outcome: None, answer: String::new() });
        letter.state = LetterState::Leased { until };
        self.send.push(id);
        self.watch(Deadline::Letter(id));
    }

    fn is_wanted(&self, letter: &Letter) -> bool {
        match &letter.content {
            Content::Page { .. } => self.about(letter).iter().any(|id| self.state.groups.get(id).is_some_and(super::calls)),
            Content::PromiseReminder { incident, due, .. } | Content::PromiseBroken { incident, due, .. } => {
                let promise = self.state.incidents.get(incident).and_then(|i| i.promise.as_ref());
                promise.is_some_and(|p| p.due == *due)
            }
            Content::AllClear { .. } | Content::Test => true,
        }
    }

    /// Letters that wait and are about nothing but this group are not needed any more.
    pub(crate) fn cancel_letters(&mut self, group: GroupId, why: &str) {
        let now = self.now;
        let ids: Vec<LetterId> = self
            .state
            .groups
            .get(&group)
            .map_or_else(Vec::new, |g| g.rings.iter().flat_map(|r| r.letters.iter().copied()).collect());
        for id in ids {
            let Some(letter) = self.state.letters.get_mut(&id) else { continue };
            let only = matches!(&letter.content, Content::Page { items, more: 0 } if items.len() == 1);
            if only && matches!(letter.state, LetterState::Waiting { .. }) {
                letter.state = LetterState::Cancelled { at: now };
                self.letters.insert(id);
                self.trail(group, TrailKind::Cancelled, format!("Letter {id} is not needed any more: {why}."));
            }
        }
    }

    /// At a start nobody is sending: what was leased is tried again at once, with the same key.
    pub(crate) fn reclaim_letters(&mut self) {
        let leased = self.state.letters.values().filter(|l| matches!(l.state, LetterState::Leased { .. }));
        let ids: Vec<LetterId> = leased.map(|l| l.id).collect();
        for id in ids {
            if let Some(letter) = self.state.letters.get_mut(&id) {
                if let Some(attempt) = letter.attempts.last_mut().filter(|a| a.outcome.is_none()) {
                    attempt.outcome = Some(Outcome::Unknown);
                    attempt.answer = "The work was taken up anew while it was being sent; it may have arrived.".into();
                }
                letter.state = LetterState::Waiting { due: self.now };
            }
            self.attempt(id);
        }
    }

    pub(crate) fn test_letter(&mut self, person: Name, channel: Channel) -> Answered {
        let known = self.state.playbook.person(&person).is_some_and(|p| p.notify.iter().any(|r| r.by == channel));
        if !known {
            return Err(invalid("channel", format!("{person} has no {} contact in the playbook.", channel.name())));
        }
        self.write_letter(person, channel, Content::Test);
        Ok(Answer::Done)
    }
}
