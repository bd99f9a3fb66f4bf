//! One step: dispatch an input to its phase, then gather what changed.

use std::collections::{BTreeMap, BTreeSet};

use model::input::{Loaded, Need, Target};
use model::{
    Actor, AlertId, Answer, Channel, Command, Effects, Entry, GroupId, IncidentRef, Input, LetterId, Name, Refusal, RefusalKind,
    Row, Time,
};

use crate::State;
use crate::deadline::Deadline;

/// Everything one input changes. The state is changed in place; an entry that is refused changes nothing.
pub fn step(state: &mut State, entry: Entry) -> Effects {
    let Entry { number, at, actor, input, loaded } = entry;
    let mut visiting = Vec::new();
    for document in loaded {
        visiting.push(match document {
            Loaded::Incident(incident) => {
                let id = incident.id;
                state.insert_incident(*incident);
                Need::Incident(id)
            }
            Loaded::Letter(letter) => {
                let id = letter.id;
                state.insert_letter(*letter);
                Need::Letter(id)
            }
        });
    }
    let mut step = Step {
        state,
        number,
        now: at,
        actor,
        made: 0,
        rows: Vec::new(),
        send: Vec::new(),
        alerts: BTreeSet::new(),
        groups: BTreeSet::new(),
        counted: BTreeSet::new(),
        letters: BTreeSet::new(),
        incidents: BTreeSet::new(),
        pagers: BTreeSet::new(),
        pages: BTreeMap::new(),
        visiting,
    };
    let answer = step.dispatch(input).unwrap_or_else(|refusal| step.refused(refusal));
    step.finish(answer)
}

/// What `input` is about and is not in the working set: the desk reads it and puts it into the entry.
pub fn needs(state: &State, input: &Input) -> Vec<Need> {
    let Input::Command(command) = input else { return Vec::new() };
    let incident = |id: &IncidentRef| (!state.incidents.contains_key(id)).then_some(Need::Incident(*id));
    match command {
        Command::Note { incident: id, .. }
        | Command::Assign { incident: id, .. }
        | Command::SetPhase { incident: id, .. }
        | Command::SetSeverity { incident: id, .. }
        | Command::SetImpact { incident: id, .. }
        | Command::SetMark { incident: id, .. }
        | Command::Link { incident: id, .. }
        | Command::Resolve { incident: id, .. }
        | Command::Publish { incident: id, .. }
        | Command::EditReview { incident: id, .. }
        | Command::Acknowledge { target: Target::Incident(id) } => incident(id).into_iter().collect(),
        Command::Merge { incident: id, into } => incident(id).into_iter().chain(incident(into)).collect(),
        Command::Acknowledge { target: Target::Letter(id) } if !state.letters.contains_key(id) => vec![Need::Letter(*id)],
        _ => Vec::new(),
    }
}

/// A step under way.
pub(crate) struct Step<'a> {
    pub(crate) state: &'a mut State,
    number: u64,
    pub(crate) now: Time,
    pub(crate) actor: Actor,
    made: u64,
    /// Rows that are final already: appended entries, and things that leave the working set.
    pub(crate) rows: Vec<Row>,
    pub(crate) send: Vec<LetterId>,
    /// Things of the working set that changed; written once, at the end.
    pub(crate) alerts: BTreeSet<AlertId>,
    pub(crate) groups: BTreeSet<GroupId>,
    /// Groups of which nothing but the number of alerts may have changed.
    pub(crate) counted: BTreeSet<GroupId>,
    pub(crate) letters: BTreeSet<LetterId>,
    pub(crate) incidents: BTreeSet<IncidentRef>,
    pub(crate) pagers: BTreeSet<(Name, Channel)>,
    /// Pages decided in this step: one letter a contact, however many groups.
    pub(crate) pages: BTreeMap<(Name, Channel), Vec<GroupId>>,
    /// Documents that are in the working set for this step only.
    visiting: Vec<Need>,
}

pub(crate) type Outcome = Result<Answer, Refusal>;

impl Step<'_> {
    fn dispatch(&mut self, input: Input) -> Outcome {
        match input {
            Input::Signals { integration, signals } => self.signals(&integration, signals),
            Input::Repeats { alerts, .. } => Ok(self.repeats(&alerts)),
            Input::Command(command) => self.command(command),
            Input::Receipt { letter, attempt, outcome, answer } => Ok(self.receipt(letter, attempt, outcome, answer)),
            Input::Clock => Ok(self.clock()),
            Input::Playbook { playbook } => Ok(self.playbook(playbook)),
            Input::Vault { .. } => Ok(Answer::Done),
            Input::Started { .. } => Ok(self.started()),
            Input::ClockSet => Ok(self.clock_set()),
            Input::Stopping => Ok(self.stopping()),
        }
    }

    fn command(&mut self, command: Command) -> Outcome {
        match command {
            Command::Declare { title, severity, services, impact, drill, alert } => {
                self.declare(title, severity, services, impact, drill, alert)
            }
            Command::Note { incident, text, happened_at, audience } => self.note(incident, text, happened_at, audience),
            Command::Assign { incident, role, person } => self.assign(incident, role, person),
            Command::SetPhase { incident, phase, reason } => self.set_phase(incident, phase, &reason),
            Command::SetSeverity { incident, severity, reason } => self.set_severity(incident, severity, reason),
            Command::SetImpact { incident, impact } => self.set_impact(incident, impact),
            Command::SetMark { incident, mark, at } => self.set_mark(incident, mark, at),
            Command::Link { incident, alert } => self.link(incident, alert),
            Command::Merge { incident, into } => self.merge(incident, into),
            Command::Acknowledge { target } => self.acknowledge(target),
            Command::ResolveAlert { alert } => self.resolve_alert(alert),
            Command::Resolve { incident, note } => self.resolve(incident, note),
            Command::Publish { incident, draft } => self.publish(incident, *draft),
            Command::EditReview { incident, from, markdown } => self.edit_review(incident, from, markdown),
            Command::TestLetter { person, channel } => self.test_letter(person, channel),
        }
    }

    fn clock(&mut self) -> Answer {
        for _ in 0..crate::MOST_DEADLINES {
            if self.is_full() {
                break;
            }
            let Some(deadline) = self.state.passed(self.now) else { break };
            match deadline {
                Deadline::Lease(id) => self.end(id, model::alert::HowEnded::Lease),
                Deadline::Step(id) => self.step_due(id),
                Deadline::Ring(id) => self.ring_due(id),
                Deadline::AckExpiry(id) => self.ack_expiry_due(id),
                Deadline::Close(id) => self.close_group(id),
                Deadline::Letter(id) => self.letter_due(id),
                Deadline::Bundle(person, channel) => self.bundle_due(person, channel),
                Deadline::Remind(id) => self.remind_due(id),
                Deadline::Promise(id) => self.promise_due(id),
                Deadline::PromiseCall(id) => self.promise_call_due(id),
            }
        }
        Answer::Done
    }

    /// What people call this person.
    pub(crate) fn name_of<'n>(&'n self, person: &'n str) -> &'n str {
        self.state.playbook.person_name(person)
    }

    /// Whoever does this, as people read it.
    pub(crate) fn actor_name(&self) -> String {
        self.actor.named(&self.state.playbook)
    }

    /// The number for the next thing this step makes.
    pub(crate) fn make(&mut self) -> (u64, u64) {
        let k = self.made;
        self.made += 1;
        debug_assert!(k < model::id::PER_ENTRY, "one entry makes no more things than it has ids for");
        (self.number, k)
    }

    /// Enough for one entry: what can wait waits for the clock, so that the rest of the step never runs out of ids.
    pub(crate) fn is_full(&self) -> bool {
        self.made >= model::id::PER_ENTRY / 2
    }

    /// One more letter and no id would be left.
    pub(crate) fn is_spent(&self) -> bool {
        self.made + 1 >= model::id::PER_ENTRY
    }

    pub(crate) fn watch(&mut self, deadline: Deadline) {
        self.state.watch(deadline);
    }

    /// Every refusal comes before the first change, so nothing is to be written for it.
    fn refused(&mut self, refusal: Refusal) -> Answer {
        debug_assert!(self.rows.is_empty() && self.made == 0, "an input that is refused changes nothing");
        self.incidents.clear();
        Answer::Refused(refusal)
    }

    fn finish(mut self, answer: Answer) -> Effects {
        self.write_pages();
        let state = &mut *self.state;
        let mut rows = self.rows;
        rows.extend(self.alerts.iter().filter_map(|id| {
            let open = state.alerts.get_mut(id)?;
            open.saved = open.alert.pulse;
            Some(Row::Alert(open.alert.clone()))
        }));
        rows.extend(self.groups.iter().filter_map(|id| Some(Row::Group(Box::new(state.groups.get(id)?.clone())))));
        let counted = self.counted.difference(&self.groups);
        rows.extend(counted.filter_map(|id| Some(Row::GroupCounts(state.groups.get(id)?.counts()))));
        rows.extend(self.letters.iter().filter_map(|id| Some(Row::Letter(Box::new(state.letters.get(id)?.clone())))));
        rows.extend(self.pagers.iter().filter_map(|key| Some(Row::Pager(Box::new(state.pagers.get(key)?.clone())))));
        rows.extend(self.incidents.iter().filter_map(|id| Some(Row::Incident(Box::new(state.incidents.get(id)?.clone())))));
        // What is done leaves the working set; it can be loaded again when somebody asks.
        let visitors = self.visiting.iter();
        for id in self.letters.iter().copied().chain(visitors.clone().filter_map(letter_of)) {
            if state.letters.get(&id).is_some_and(|letter| letter.state.is_done()) {
                state.letters.remove(&id);
            }
        }
        for id in self.incidents.iter().copied().chain(visitors.filter_map(incident_of)) {
            if state.incidents.get(&id).is_some_and(|incident| !incident.phase.is_open()) {
                state.incidents.remove(&id);
            }
        }
        Effects { rows, send: self.send, answer }
    }
}

fn letter_of(need: &Need) -> Option<LetterId> {
    if let Need::Letter(id) = need { Some(*id) } else { None }
}

fn incident_of(need: &Need) -> Option<IncidentRef> {
    if let Need::Incident(id) = need { Some(*id) } else { None }
}

pub(crate) fn not_found(what: &str) -> Refusal {
    Refusal::new(RefusalKind::NotFound, "not_found", format!("There is no {what}."))
}

/// `field` is the part of the command at fault, as the API names it; it is the code as well.
pub(crate) fn invalid(field: &str, detail: impl Into<String>) -> Refusal {
    let mut refusal = Refusal::new(RefusalKind::Invalid, field, detail);
    refusal.reasons = vec![(field.to_owned(), refusal.detail.clone())];
    refusal
}

pub(crate) fn conflict(code: &str, detail: impl Into<String>) -> Refusal {
    Refusal::new(RefusalKind::Conflict, code, detail)
}
