//! Escalation: a step finds its people, each person's rules ring them, silence leads to the next step.

use model::group::{NextStep, Ring, RingRule, TrailKind};
use model::{Channel, Group, GroupId, GroupState, LetterId, Name, Span};

use super::calls;
use crate::deadline::Deadline;
use crate::step::Step;
use crate::{LOOK_AGAIN, State};

/// People rung for one group, at most; a team beyond it is called as far as this.
const MOST_RINGS: usize = 200;
/// The round of a ring that is over, and is kept only because the machine it reached is to be told when all is well.
const TOLD: u32 = u32::MAX;

impl Step<'_> {
    /// Runs the group's next step if it is due. Steps that reach nobody are passed over at once.
    pub(crate) fn step_due(&mut self, id: GroupId) {
        loop {
            let Some(group) = self.state.groups.get(&id) else { return };
            let Some(next) = group.next.filter(|n| n.due <= self.now) else { return };
            match group.state {
                GroupState::Paging => {}
                GroupState::Exhausted { .. } => return self.look_again(id),
                _ => return,
            }
            let Some(step) = group.plan.steps.get(next.step as usize).cloned() else { return self.exhaust(id, next.round) };
            let people = rules::oncall::targets(&self.state.playbook, &step.notify, self.now);
            let called = self.call(id, next, &people);
            if !called {
                let names: Vec<String> = step.notify.iter().map(ToString::to_string).collect();
                let text = format!("Step {}: nobody to call in {}; the next step runs at once.", next.step + 1, names.join(", "));
                self.trail(id, TrailKind::Nobody, text);
            }
            // A wait of nothing would run through all rounds in one moment.
            self.plan_next(id, next, if called { step.wait.max(Span(1)) } else { Span(0) });
        }
    }

    /// Begins to ring each of these people. False when none of them can be reached.
    fn call(&mut self, id: GroupId, next: NextStep, people: &[Name]) -> bool {
        let mut called = Vec::new();
        for person in people {
            let rules: Vec<RingRule> = self.state.playbook.person(person).map_or_else(Vec::new, |p| {
                p.notify.iter().map(|r| RingRule { due: self.now + r.after, channel: r.by }).collect()
            });
            if rules.is_empty() {
                continue;
            }
            let ring = Ring {
                person: person.clone(),
                step: next.step,
                round: next.round,
                since: self.now,
                rules,
                letters: Vec::new(),
                reached: Vec::new(),
            };
            if self.state.ring(id, ring) {
                called.push(&**person);
            }
        }
        if called.is_empty() {
            return false;
        }
        let round = if next.round > 0 { format!(", repeat {}", next.round) } else { String::new() };
        let names: Vec<&str> = called.iter().map(|person| self.state.playbook.person_name(person)).collect();
        self.trail(id, TrailKind::Step, format!("Step {}{round}: calling {}.", next.step + 1, names.join(", ")));
        self.ring_due(id);
        true
    }

    /// A round that reached nobody is the last one: the rounds after it would reach nobody either, all in one moment.
    fn plan_next(&mut self, id: GroupId, ran: NextStep, wait: Span) {
        let due = self.now + wait;
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        let steps = group.plan.steps.len() as u32;
        let reached = group.rings.iter().any(|ring| ring.round == ran.round);
        let (step, round) = if ran.step + 1 < steps {
            (ran.step + 1, ran.round)
        } else if ran.round < group.plan.repeat && reached {
            (0, ran.round + 1)
        } else {
            // One past the last: when it is due, the plan is exhausted.
            (steps, ran.round)
        };
        group.next = Some(NextStep { step, round, due });
        self.groups.insert(id);
        self.watch(Deadline::Step(id));
    }

    fn exhaust(&mut self, id: GroupId, round: u32) {
        let now = self.now;
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        group.state = GroupState::Exhausted { at: now };
        let nobody = !group.rings.iter().any(|ring| ring.round == round);
        group.next = nobody.then_some(NextStep { step: 0, round: 0, due: now + LOOK_AGAIN });
        let text = if nobody {
            "No step reaches anybody now. It stays on the first screen, and is looked at again every minute: \
             whoever comes on call is called."
        } else {
            "Every step and repeat of the policy has run and nobody answered. It stays on the first screen until somebody does."
        };
        self.trail(id, TrailKind::Exhausted, text.into());
        self.watch(Deadline::Step(id));
    }

    /// Nobody could be called a minute ago; a shift may have begun since, or the playbook may have changed.
    fn look_again(&mut self, id: GroupId) {
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        let Some(next) = &mut group.next else { return };
        next.due = self.now + LOOK_AGAIN;
        let playbook = &self.state.playbook;
        let found = group.plan.steps.iter().any(|step| {
            let people = rules::oncall::targets(playbook, &step.notify, self.now);
            people.iter().any(|person| playbook.person(person).is_some_and(|p| !p.notify.is_empty()))
        });
        self.groups.insert(id);
        if found {
            self.page_again(id, "Somebody can be called now: paging starts.".into());
        } else {
            self.watch(Deadline::Step(id));
        }
    }

    /// Rings every person whose next notification rule is due.
    pub(crate) fn ring_due(&mut self, id: GroupId) {
        let now = self.now;
        let Some(group) = self.state.groups.get_mut(&id).filter(|group| calls(group)) else { return };
        let mut due: Vec<(Name, Channel)> = Vec::new();
        for ring in &mut group.rings {
            while ring.rules.first().is_some_and(|rule| rule.due <= now) {
                due.push((ring.person.clone(), ring.rules.remove(0).channel));
            }
        }
        self.groups.insert(id);
        self.watch(Deadline::Ring(id));
        for to in due {
            self.page(id, to);
        }
    }

    /// A contact method of this person does not work, or takes too long: the next one at once, and when there is none, and nobody
    /// else of the step may still be reached, the next step at once.
    pub(crate) fn move_on(&mut self, id: GroupId, person: &Name) {
        let now = self.now;
        let Some(group) = self.state.groups.get_mut(&id).filter(|group| calls(group)) else { return };
        let Some(ring) = group.rings.iter_mut().find(|r| r.person == *person && r.round != TOLD) else { return };
        if let Some(rule) = ring.rules.first_mut() {
            rule.due = rule.due.min(now);
            self.groups.insert(id);
            return self.ring_due(id);
        }
        let step = (ring.round, ring.step);
        let group = &self.state.groups[&id];
        let latest = group.rings.iter().filter(|r| r.round != TOLD).map(|r| (r.round, r.step)).max();
        let hope = group.rings.iter().any(|r| (r.round, r.step) == step && self.may_reach(group, r));
        // A round is repeated to call again later: contacts that fail now would only fail again.
        let next = group.next.filter(|n| n.due > now && (n.round, n.step) > step && n.round == step.0);
        let ends = next.is_none_or(|n| n.step as usize >= group.plan.steps.len());
        if latest != Some(step) || hope || ends || group.state != GroupState::Paging {
            return;
        }
        if let Some(next) = self.state.groups.get_mut(&id).and_then(|g| g.next.as_mut()) {
            next.due = now;
        }
        self.groups.insert(id);
        self.step_due(id);
        self.watch(Deadline::Step(id));
    }

    /// Something was delivered in this ring, or is under way, or still to come.
    fn may_reach(&self, group: &Group, ring: &Ring) -> bool {
        let under_way = |id: &LetterId| self.state.letters.get(id).is_none_or(|letter| !letter.overtaken);
        let decided = |channel: Channel| {
            let key = (ring.person.clone(), channel);
            let bundled = self.state.pagers.get(&key).is_some_and(|pager| pager.waiting.contains(&group.id));
            bundled || self.pages.get(&key).is_some_and(|groups| groups.contains(&group.id))
        };
        !ring.rules.is_empty()
            || !ring.reached.is_empty()
            || ring.letters.iter().any(under_way)
            || Channel::ALL.into_iter().any(decided)
    }
}

impl State {
    /// One ring a person: called anew, what is still to come of the call before goes on, or a rule that is later than the step's
    /// wait would be put off for ever. False when the group's bound is reached.
    fn ring(&mut self, id: GroupId, mut ring: Ring) -> bool {
        let Some(group) = self.groups.get_mut(&id) else { return false };
        if let Some(at) = group.rings.iter().position(|r| r.person == ring.person) {
            let before = group.rings.remove(at);
            for rule in before.rules {
                let later = ring.rules.iter_mut().find(|new| new.channel == rule.channel && new.due >= rule.due);
                match later {
                    Some(new) => *new = rule,
                    None => ring.rules.push(rule),
                }
            }
            ring.rules.sort_by_key(|rule| rule.due);
            ring.letters = before.letters.into_iter().filter(|letter| self.letters.contains_key(letter)).collect();
            ring.reached = before.reached.into_iter().filter(|channel| !channel.bundles()).collect();
        }
        if group.rings.len() >= MOST_RINGS {
            let Some(over) = group.rings.iter().position(|r| r.round == TOLD) else { return false };
            group.rings.remove(over);
        }
        group.rings.push(ring);
        true
    }
}

/// Of rings that are over, those that reached a machine.
pub(super) fn told(mut rings: Vec<Ring>) -> Vec<Ring> {
    for ring in &mut rings {
        ring.reached.retain(|channel| !channel.bundles());
        ring.rules.clear();
        ring.letters.clear();
        ring.round = TOLD;
    }
    rings.retain(|ring| !ring.reached.is_empty());
    rings
}
