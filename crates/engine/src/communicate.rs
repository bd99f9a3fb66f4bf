//! Communicate: updates go out, and the promise of the next word is kept or broken at the second.

use std::collections::BTreeMap;

use model::incident::{Promise, PromiseState};
use model::letter::Content;
use model::mark::{Confidence, MarkKind};
use model::page::ComponentStatus;
use model::update::{Draft, PublicPhase};
use model::{Actor, Answer, Audience, EntryKind, IncidentRef, Name, Phase, Refusal, Role, Row, Span, Time, Update, UpdateId};
use rules::communicate::{Level, lint, promise_lead, reminder_draft};

use crate::deadline::Deadline;
use crate::step::{Outcome, Step, conflict, invalid};

/// After a promise broke, the next person is called this often, this many times.
const CALL_EVERY: Span = Span::minutes(10);
const MOST_CALLS: u32 = 6;

impl Step<'_> {
    pub(crate) fn publish(&mut self, id: IncidentRef, draft: Draft) -> Outcome {
        let now = self.now;
        let incident = self.incident(id)?;
        if incident.phase == Phase::Merged {
            return Err(conflict("merged", format!("{id} was merged; write for the other one.")));
        }
        let open = incident.phase.is_open();
        let for_customers = matches!(draft.audience, Audience::Public | Audience::Customers);
        let before: BTreeMap<Name, ComponentStatus> =
            draft.components.keys().map(|c| (c.clone(), incident.components.get(c).copied().unwrap_or_default())).collect();
        self.check(&draft, open && for_customers)?;
        let ends = matches!(draft.phase, PublicPhase::Resolved | PublicPhase::Postmortem);
        if !open && for_customers && !ends && draft.next_update_at.is_some() {
            // A promise that nobody keeps the clock for.
            let mut refusal = invalid("update_refused", format!("{id} is over: reopen it, or leave out the next word."));
            refusal.reasons = vec![("next_update_at".into(), "Only an open incident has a next word.".into())];
            return Err(refusal);
        }
        let (number, k) = self.make();
        let update_id = UpdateId::made_by(number, k);
        let update = Update { id: update_id, incident: id, published_at: now, by: self.actor.clone(), draft, before };
        if for_customers {
            self.keep_promise(id, &update);
            self.show(id, &update);
        }
        let why = update.draft.lint_override.as_ref().map(|why| format!(" (published over the lint: {why})"));
        let text = format!("{}{}", update.body(), why.unwrap_or_default());
        self.timeline_at(id, EntryKind::Update, update.draft.audience, text, now);
        if let Ok(incident) = self.incident(id) {
            incident.updates += 1;
        }
        if update.draft.audience == Audience::Public {
            self.mark_once(id, MarkKind::FirstPublic, now, format!("update {update_id}"), Confidence::Certain);
        }
        self.human_in(id);
        self.rows.push(Row::Update(Box::new(update)));
        Ok(Answer::Published(update_id))
    }

    fn check(&self, draft: &Draft, promise_needed: bool) -> Result<(), Refusal> {
        let playbook = &self.state.playbook;
        if let Some(page) = &draft.page
            && playbook.page(page).is_none()
        {
            return Err(invalid("page", format!("The playbook has no page {page}.")));
        }
        let known = |id: &Name| playbook.pages.iter().any(|p| p.components.iter().any(|c| c.id == *id));
        if let Some(unknown) = draft.components.keys().find(|id| !known(id)) {
            return Err(invalid("components", format!("No public page has a component {unknown}.")));
        }
        let overridden = draft.lint_override.as_ref().is_some_and(|why| !why.trim().is_empty());
        let reasons: Vec<(String, String)> = lint(draft, self.now, promise_needed)
            .into_iter()
            .filter(|finding| finding.level == Level::Refuse)
            // The time of the next word is the promise itself: no reason lets an update go without it.
            .filter(|finding| !overridden || finding.field == "next_update_at")
            .map(|finding| (finding.field.to_owned(), finding.text))
            .collect();
        if reasons.is_empty() {
            return Ok(());
        }
        let mut refusal =
            invalid("update_refused", "This update is not ready to go out; each reason says what to write instead.");
        refusal.reasons = reasons;
        Err(refusal)
    }

    /// The word has come: the promise before it is kept, and a new one is made.
    fn keep_promise(&mut self, id: IncidentRef, update: &Update) {
        let now = self.now;
        self.break_promise(id);
        let Ok(incident) = self.incident(id) else { return };
        let before = incident.promise.take();
        let ends = matches!(update.draft.phase, PublicPhase::Resolved | PublicPhase::Postmortem);
        if let Some(due) = update.draft.next_update_at.filter(|_| !ends) {
            let remind_at = due - promise_lead(now, due);
            let promise = Promise {
                made_at: now,
                due,
                by: update.id,
                state: PromiseState::Open,
                remind_at: Some(remind_at),
                calls: 0,
                call_again: None,
            };
            incident.promise = Some(promise);
            self.state.watch_incident(id);
        }
        self.count_kept(id, before);
    }

    fn count_kept(&mut self, id: IncidentRef, promise: Option<Promise>) {
        let Some(promise) = promise.filter(|p| p.state == PromiseState::Open) else { return };
        let Ok(incident) = self.incident(id) else { return };
        incident.promises_kept += 1;
        let early = promise.due.since(self.now).words();
        let text = format!("Promise kept: the next word came {early} before {}.", promise.due.rfc3339());
        self.timeline_at(id, EntryKind::PromiseKept, Audience::Public, text, self.now);
    }

    /// The incident ends: that is the word, if it comes in time.
    pub(crate) fn settle_promise(&mut self, id: IncidentRef) {
        self.break_promise(id);
        let Ok(incident) = self.incident(id) else { return };
        let promise = incident.promise.take();
        self.count_kept(id, promise);
    }

    /// What customers see follows the update.
    fn show(&mut self, id: IncidentRef, update: &Update) {
        let resolved = update.draft.phase == PublicPhase::Resolved;
        let Ok(incident) = self.incident(id) else { return };
        incident.last_word = Some(Box::new(update.draft.clone()));
        for (component, status) in &update.draft.components {
            if *status == ComponentStatus::Operational {
                incident.components.remove(component);
            } else {
                incident.components.insert(component.clone(), *status);
            }
        }
        if resolved {
            incident.components.clear();
        }
        let phase = incident.phase;
        let forward = match update.draft.phase {
            PublicPhase::Investigating if phase == Phase::Triage => Some(Phase::Investigating),
            PublicPhase::Identified if phase < Phase::Identified => Some(Phase::Identified),
            PublicPhase::Monitoring if phase < Phase::Monitoring => Some(Phase::Monitoring),
            _ => None,
        };
        if let Some(phase) = forward {
            self.enter_phase(id, phase, "");
            let (now, source) = (self.now, self.actor.to_string());
            match phase {
                Phase::Identified => self.mark_once(id, MarkKind::CauseUnderstood, now, source, Confidence::Estimated),
                Phase::Monitoring => self.mark_once(id, MarkKind::Mitigated, now, source, Confidence::Estimated),
                _ => {}
            }
        }
    }

    pub(crate) fn remind_due(&mut self, id: IncidentRef) {
        let Some(promise) = self.state.incidents.get_mut(&id).and_then(|i| i.promise.as_mut()) else { return };
        promise.remind_at = None;
        let due = promise.due;
        self.incidents.insert(id);
        let called = self.call_for_word(id, 0, due, |incident, title, due, draft| Content::PromiseReminder {
            incident,
            title,
            due,
            draft,
        });
        let whom =
            called.map_or("nobody to remind: give somebody a role".into(), |name| format!("reminded {}", self.name_of(&name)));
        self.as_system(|step| step.timeline(id, EntryKind::PromiseReminder, format!("Next word due {}; {whom}.", due.rfc3339())));
    }

    /// The second has come. Without a newer word the promise is broken: shown, counted, and the next person is called.
    pub(crate) fn promise_due(&mut self, id: IncidentRef) {
        self.break_promise(id);
        self.promise_call_due(id);
    }

    /// A word that comes at the promised second or after it is late, even when the clock has not come yet to say so.
    fn break_promise(&mut self, id: IncidentRef) {
        let now = self.now;
        let Some(incident) = self.state.incidents.get_mut(&id) else { return };
        let Some(promise) = incident.promise.as_mut().filter(|p| p.state == PromiseState::Open && p.due <= now) else { return };
        promise.state = PromiseState::Broken;
        promise.remind_at = None;
        promise.call_again = Some(now);
        incident.promises_broken += 1;
        let due = promise.due;
        self.incidents.insert(id);
        let text = format!("Promise broken: customers were told to expect the next word by {}.", due.rfc3339());
        self.as_system(|step| step.timeline_at(id, EntryKind::PromiseBroken, Audience::Public, text, due));
    }

    pub(crate) fn promise_call_due(&mut self, id: IncidentRef) {
        let now = self.now;
        let Some(promise) = self.state.incidents.get_mut(&id).and_then(|i| i.promise.as_mut()) else { return };
        if promise.state != PromiseState::Broken || promise.call_again.is_none_or(|at| at > now) {
            return;
        }
        promise.calls += 1;
        let (calls, due) = (promise.calls, promise.due);
        promise.call_again = (calls < MOST_CALLS).then_some(now + CALL_EVERY);
        self.watch(Deadline::PromiseCall(id));
        self.incidents.insert(id);
        let called = self.call_for_word(id, calls as usize, due, |incident, title, due, draft| Content::PromiseBroken {
            incident,
            title,
            due,
            draft,
        });
        let text = called.map_or("Nobody can be called for the overdue word.".into(), |n| {
            format!("Called {} for the overdue word.", self.name_of(&n))
        });
        self.as_system(|step| step.timeline(id, EntryKind::Paged, text));
    }

    /// Writes to the `nth` person who answers for the next word, going round. Returns whom.
    fn call_for_word(
        &mut self,
        id: IncidentRef,
        nth: usize,
        due: Time,
        content: impl FnOnce(IncidentRef, String, Time, String) -> Content,
    ) -> Option<Name> {
        let incident = self.state.incidents.get(&id)?;
        let (title, draft) = (incident.title.clone(), reminder_draft(incident, incident.last_word.as_deref()));
        let people = self.who_answers(id);
        let person = people.get(nth % people.len().max(1))?.clone();
        let channel = self.state.playbook.person(&person)?.notify.first()?.by;
        self.write_letter(person.clone(), channel, content(id, title, due, draft));
        Some(person)
    }

    /// The communications lead, the commander, then whoever is on call for the incident's services, step by step.
    fn who_answers(&self, id: IncidentRef) -> Vec<Name> {
        let Some(incident) = self.state.incidents.get(&id) else { return Vec::new() };
        let playbook = &self.state.playbook;
        let mut people: Vec<Name> =
            [Role::Communications, Role::Commander].iter().filter_map(|r| incident.holder(*r).cloned()).collect();
        for service in &incident.services {
            let policy = playbook.service(service).and_then(|s| s.policy.as_ref()).and_then(|p| playbook.policy(p));
            for step in policy.map_or(&[][..], |p| &p.steps) {
                people.extend(rules::oncall::targets(playbook, &step.notify, self.now));
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        people.retain(|p| playbook.person(p).is_some_and(|p| !p.notify.is_empty()) && seen.insert(p.clone()));
        people
    }

    /// Lets the timeline say that Candor did it, whoever's input brought it about.
    fn as_system(&mut self, act: impl FnOnce(&mut Self)) {
        let actor = std::mem::replace(&mut self.actor, Actor::System);
        act(self);
        self.actor = actor;
    }
}
