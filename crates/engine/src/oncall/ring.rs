//! Escalation: a step finds its people, each person's rules ring them, silence leads to the next step.

use model::group::{NextStep, Ring, RingRule, TrailKind};
use model::{Channel, GroupId, GroupState, Name};

use crate::deadline::Deadline;
use crate::step::Step;

impl Step<'_> {
    /// Runs the group's next step if it is due. Steps that reach nobody are passed over at once.
    pub(crate) fn step_due(&mut self, id: GroupId) {
        // At most every step of every round, and the end.
        for _ in 0..1_000 {
            let Some(group) = self.state.groups.get(&id) else { return };
            let Some(next) = group.next.filter(|n| n.due <= self.now) else { return };
            if group.state != GroupState::Paging {
                return;
            }
            let Some(step) = group.plan.steps.get(next.step as usize).cloned() else {
                self.exhaust(id);
                return;
            };
            let people = rules::oncall::targets(&self.state.playbook, &step.notify, self.now);
            let called = self.call(id, next, &people);
            let wait = if called { step.wait } else { model::Span(0) };
            if !called {
                let names: Vec<String> = step.notify.iter().map(ToString::to_string).collect();
                let text = format!("Step {}: nobody to call in {}; the next step runs at once.", next.step + 1, names.join(", "));
                self.trail(id, TrailKind::Nobody, text);
            }
            self.plan_next(id, next, wait);
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
            called.push(&**person);
            let ring = Ring {
                person: person.clone(),
                step: next.step,
                round: next.round,
                since: self.now,
                rules,
                letters: Vec::new(),
                reached: Vec::new(),
            };
            if let Some(group) = self.state.groups.get_mut(&id) {
                // A new round rings the same person anew.
                group.rings.retain(|r| r.person != ring.person || !r.rules.is_empty() || !r.reached.is_empty());
                group.rings.push(ring);
                group.rings.truncate(200);
            }
        }
        if called.is_empty() {
            return false;
        }
        let round = if next.round > 0 { format!(", repeat {}", next.round) } else { String::new() };
        self.trail(id, TrailKind::Step, format!("Step {}{round}: calling {}.", next.step + 1, called.join(", ")));
        self.ring_due(id);
        true
    }

    fn plan_next(&mut self, id: GroupId, ran: NextStep, wait: model::Span) {
        let due = self.now + wait;
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        let steps = group.plan.steps.len() as u32;
        let (step, round) = match (ran.step + 1 < steps, ran.round < group.plan.repeat) {
            (true, _) => (ran.step + 1, ran.round),
            (false, true) => (0, ran.round + 1),
            // One past the last: when it is due, the plan is exhausted.
            (false, false) => (steps, ran.round),
        };
        // A plan that reaches nobody at all must not spin through its repeats.
        let nobody_ever = group.rings.is_empty() && !matches!((step, round), (s, 0) if s > 0 && s < steps);
        let (step, round) = if nobody_ever && wait == model::Span(0) && step == 0 { (steps, ran.round) } else { (step, round) };
        group.next = Some(NextStep { step, round, due });
        self.groups.insert(id);
        self.arm(due, Deadline::Step(id));
    }

    fn exhaust(&mut self, id: GroupId) {
        let now = self.now;
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        group.state = GroupState::Exhausted { at: now };
        group.next = None;
        let text = "Every step and repeat of the policy has run and nobody answered. It stays on the first screen until somebody does.";
        self.trail(id, TrailKind::Exhausted, text.into());
    }

    /// Rings every person whose next notification rule is due.
    pub(crate) fn ring_due(&mut self, id: GroupId) {
        let now = self.now;
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        if group.state != GroupState::Paging {
            return;
        }
        let mut due: Vec<(Name, Channel)> = Vec::new();
        for ring in &mut group.rings {
            while ring.rules.first().is_some_and(|rule| rule.due <= now) {
                due.push((ring.person.clone(), ring.rules.remove(0).channel));
            }
        }
        let next = group.rings.iter().filter_map(|r| r.rules.first()).map(|r| r.due).min();
        self.groups.insert(id);
        if let Some(at) = next {
            self.arm(at, Deadline::Ring(id));
        }
        for to in due {
            self.page(id, to);
        }
    }

    /// A contact method of this person does not work: the next one at once, and when there is none, the next step at once.
    pub(crate) fn move_on(&mut self, id: GroupId, person: &Name) {
        let now = self.now;
        let Some(group) = self.state.groups.get_mut(&id) else { return };
        if group.state != GroupState::Paging {
            return;
        }
        if let Some(rule) = group.rings.iter_mut().rev().find(|r| r.person == *person).and_then(|r| r.rules.first_mut()) {
            rule.due = now;
            self.groups.insert(id);
            self.ring_due(id);
            return;
        }
        // Somebody else of the same step may still be reachable: then the step's own wait stands.
        let others = group.rings.iter().any(|r| r.person != *person && (!r.rules.is_empty() || !r.letters.is_empty()));
        if !others && let Some(next) = group.next.as_mut() {
            next.due = now;
            self.groups.insert(id);
            self.step_due(id);
        }
    }
}
