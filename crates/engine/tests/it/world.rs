//! The world around the engine: a clock, a journal, a store of rows, and an outbox nobody empties but the test.

use std::collections::{BTreeMap, VecDeque};

use engine::{State, condense, needs, step};
use model::alert::AlertState;
use model::effect::RowKey;
use model::group::{Group, GroupState};
use model::input::{Loaded, Need, Target};
use model::letter::{Content, Outcome};
use model::signal::Lease;
use model::update::Draft;
use model::{
    Actor, Alert, AlertId, Answer, Channel, Command, Entry, EntryKind, GroupId, Incident, IncidentRef, Input, Labels, Letter,
    LetterId, LetterState, Refusal, Row, Severity, Signal, SignalAction, Span, Time, TimelineEntry,
};

use crate::book::Book;

pub(crate) struct World {
    pub(crate) now: Time,
    pub(crate) state: State,
    /// The newest row under each key: what a store would hold.
    pub(crate) rows: BTreeMap<RowKey, Row>,
    pub(crate) number: u64,
    /// Letters handed to couriers that the test has not looked at.
    pub(crate) outbox: VecDeque<Letter>,
    /// Every entry, when a test wants to replay.
    pub(crate) journal: Option<Vec<Entry>>,
    pub(crate) last: model::Effects,
}

/// What a sender says of one thing.
#[derive(Clone)]
pub(crate) struct Says(pub(crate) Signal);

pub(crate) fn firing(name: &str) -> Says {
    signal(name, SignalAction::Trigger)
}

fn signal(name: &str, action: SignalAction) -> Says {
    Says(Signal {
        key: name.into(),
        action,
        summary: format!("{name} on checkout").into(),
        severity: Some(Severity::Sev3),
        labels: Labels::from_pairs([("alertname", name)]),
        annotations: Labels::default(),
        link: None,
        starts_at: None,
        lease: None,
        ends_at: None,
    })
}

impl Says {
    pub(crate) fn at(mut self, severity: Severity) -> Self {
        self.0.severity = Some(severity);
        self
    }

    pub(crate) fn label(mut self, name: &str, value: &str) -> Self {
        let pairs: Vec<(&str, &str)> = self.0.labels.iter().chain([(name, value)]).collect();
        self.0.labels = Labels::from_pairs(pairs);
        self
    }

    /// One of several alerts of one name.
    pub(crate) fn of(mut self, instance: &str) -> Self {
        self.0.key = format!("{}/{instance}", self.0.key).into();
        self
    }

    pub(crate) fn until(mut self, until: Time, assumed: bool) -> Self {
        self.0.lease = Some(Lease { until, assumed });
        self
    }
}

impl World {
    /// Monday, 2026-03-02, 10:00 UTC, with this playbook taken.
    pub(crate) fn new(book: &Book) -> Self {
        let mut world = Self {
            now: Time::parse("2026-03-02T10:00:00Z").unwrap(),
            state: State::default(),
            rows: BTreeMap::new(),
            number: 0,
            outbox: VecDeque::new(),
            journal: None,
            last: model::Effects::default(),
        };
        world.takes(book);
        world
    }

    pub(crate) fn takes(&mut self, book: &Book) {
        self.feed(Actor::System, Input::Playbook { playbook: book.shared() });
    }

    // What comes in.

    /// One entry, as the desk makes it: condensed where it can be, with what it needs read from the store.
    pub(crate) fn feed(&mut self, actor: Actor, input: Input) -> Answer {
        let loaded = needs(&self.state, &input).into_iter().filter_map(|need| self.read(need)).collect();
        let input = condense(&self.state, &input).unwrap_or(input);
        self.number += 1;
        let entry = Entry { number: self.number, at: self.now, actor, input, loaded };
        if let Some(journal) = &mut self.journal {
            journal.push(entry.clone());
        }
        let effects = step(&mut self.state, entry);
        for row in &effects.rows {
            if matches!(row, Row::Timeline(_) | Row::Trail(_) | Row::Update(_) | Row::Review(_)) {
                assert!(!self.rows.contains_key(&row.key()), "{:?} is appended, never written over", row.key());
            }
            match row {
                Row::GroupCounts(counts) => {
                    let Some(Row::Group(group)) = self.rows.get_mut(&RowKey::Group(counts.group.0)) else {
                        panic!("group {} is counted and has no row", counts.group);
                    };
                    group.set_counts(*counts);
                }
                row => drop(self.rows.insert(row.key(), row.clone())),
            }
        }
        for id in &effects.send {
            let Some(Row::Letter(letter)) = self.rows.get(&RowKey::Letter(id.0)) else { panic!("letter {id} has no row") };
            if matches!(letter.state, LetterState::Leased { .. }) {
                self.outbox.push_back(Letter::clone(letter));
            }
        }
        let answer = effects.answer.clone();
        self.last = effects;
        answer
    }

    fn read(&self, need: Need) -> Option<Loaded> {
        match need {
            Need::Incident(id) => match self.rows.get(&RowKey::Incident(id.0))? {
                Row::Incident(incident) => Some(Loaded::Incident(incident.clone())),
                _ => None,
            },
            Need::Letter(id) => match self.rows.get(&RowKey::Letter(id.0))? {
                Row::Letter(letter) => Some(Loaded::Letter(letter.clone())),
                _ => None,
            },
        }
    }

    pub(crate) fn hears(&mut self, says: impl IntoIterator<Item = Says>) -> Vec<Option<AlertId>> {
        let signals = says.into_iter().map(|says| says.0).collect();
        match self.feed(Actor::Integration("prom".into()), Input::Signals { integration: "prom".into(), signals }) {
            Answer::Signals(alerts) => alerts,
            other => panic!("signals answered by {other:?}"),
        }
    }

    pub(crate) fn fires(&mut self, name: &str) -> AlertId {
        self.hears([firing(name)])[0].unwrap()
    }

    pub(crate) fn repeats(&mut self, name: &str) {
        self.fires(name);
    }

    pub(crate) fn resolves(&mut self, name: &str) -> Option<AlertId> {
        self.hears([signal(name, SignalAction::Resolve)])[0]
    }

    pub(crate) fn person(&mut self, person: &str, command: Command) -> Answer {
        self.feed(Actor::Person(person.into()), Input::Command(command))
    }

    pub(crate) fn acks_by(&mut self, person: &str, target: Target) {
        assert_eq!(self.person(person, Command::Acknowledge { target }), Answer::Done);
    }

    pub(crate) fn declares(&mut self, title: &str, alert: Option<AlertId>) -> IncidentRef {
        let command = Command::Declare {
            title: title.into(),
            severity: Severity::Sev2,
            services: vec!["checkout".into()],
            impact: model::incident::Impact::default(),
            drill: false,
            alert,
        };
        match self.person("ana", command) {
            Answer::Declared(id) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn publishes(&mut self, incident: IncidentRef, draft: Draft) -> Answer {
        self.person("ana", Command::Publish { incident, draft: Box::new(draft) })
    }

    pub(crate) fn refused(&mut self, person: &str, command: Command) -> Refusal {
        let before = self.state.snapshot();
        match self.person(person, command) {
            Answer::Refused(refusal) => {
                assert!(self.last.rows.is_empty(), "what is refused writes nothing");
                assert!(self.state.snapshot() == before, "what is refused changes nothing");
                refusal
            }
            other => panic!("expected a refusal, got {other:?}"),
        }
    }

    // The post.

    pub(crate) fn delivers(&mut self, letter: &Letter) {
        self.receipt(letter, Outcome::Delivered, "250 ok");
    }

    /// For good.
    pub(crate) fn bounces(&mut self, letter: &Letter) {
        self.receipt(letter, Outcome::Failed, "550 no such mailbox");
    }

    pub(crate) fn defers(&mut self, letter: &Letter) {
        self.receipt(letter, Outcome::Retry { after: None }, "451 try again later");
    }

    pub(crate) fn receipt(&mut self, letter: &Letter, outcome: Outcome, answer: &str) {
        let attempt = letter.attempts.last().unwrap().number;
        let input = Input::Receipt { letter: letter.id, attempt, outcome, answer: answer.into() };
        assert_eq!(self.feed(Actor::System, input), Answer::Done);
    }

    // Time.

    pub(crate) fn pass(&mut self, span: Span) {
        self.go(self.now + span);
    }

    /// Goes on to the next time the clock shows `time`, `10:30` or `10:30:01`, in UTC.
    pub(crate) fn at(&mut self, time: &str) {
        let day = self.now.rfc3339()[..10].to_owned();
        let seconds = if time.len() == 5 { ":00" } else { "" };
        let then = Time::parse(&format!("{day}T{time}{seconds}Z")).unwrap();
        self.go(if then < self.now { then + Span::hours(24) } else { then });
    }

    pub(crate) fn clock(&self, time: &str) -> Time {
        Time::parse(&format!("{}T{time}:00Z", &self.now.rfc3339()[..10])).unwrap()
    }

    /// Feeds the clock at each deadline, as the desk does.
    pub(crate) fn go(&mut self, until: Time) {
        let mut in_one_moment = 0;
        while let Some(due) = self.state.next_deadline().filter(|due| *due <= until) {
            in_one_moment = if due > self.now { 0 } else { in_one_moment + 1 };
            assert!(in_one_moment < 100, "the clock spins at {}", self.now.rfc3339());
            self.now = self.now.max(due);
            self.feed(Actor::System, Input::Clock);
        }
        self.now = self.now.max(until);
    }

    /// Candor is down for so long; then it starts again from its rows.
    pub(crate) fn sleeps(&mut self, span: Span) {
        self.now = self.now + span;
        self.restarts();
    }

    /// The wall clock is set by so much while Candor runs.
    pub(crate) fn clock_is_set(&mut self, by: Span) {
        self.now = self.now + by;
        self.feed(Actor::System, Input::ClockSet);
    }

    pub(crate) fn restarts(&mut self) {
        self.state = self.rebuilt();
        self.outbox.clear();
        self.feed(Actor::System, Input::Started { version: "test".into() });
    }

    pub(crate) fn rebuilt(&self) -> State {
        let last = self.rows.keys().filter_map(|key| if let RowKey::Incident(n) = key { Some(*n) } else { None }).max();
        State::rebuild(self.rows.values().cloned(), last.unwrap_or(0))
    }

    // What is there.

    pub(crate) fn alert(&self, id: AlertId) -> &Alert {
        match &self.rows[&RowKey::Alert(id.0)] {
            Row::Alert(alert) => alert,
            _ => unreachable!(),
        }
    }

    pub(crate) fn is_over(&self, id: AlertId) -> bool {
        self.alert(id).state == AlertState::Resolved
    }

    pub(crate) fn group(&self, id: GroupId) -> &Group {
        match &self.rows[&RowKey::Group(id.0)] {
            Row::Group(group) => group,
            _ => unreachable!(),
        }
    }

    pub(crate) fn group_of(&self, alert: AlertId) -> &Group {
        self.group(self.alert(alert).group)
    }

    pub(crate) fn letter(&self, id: LetterId) -> &Letter {
        match &self.rows[&RowKey::Letter(id.0)] {
            Row::Letter(letter) => letter,
            _ => unreachable!(),
        }
    }

    pub(crate) fn incident(&self, id: IncidentRef) -> &Incident {
        match &self.rows[&RowKey::Incident(id.0)] {
            Row::Incident(incident) => incident,
            _ => unreachable!(),
        }
    }

    pub(crate) fn incident_count(&self) -> usize {
        self.rows.keys().filter(|key| matches!(key, RowKey::Incident(_))).count()
    }

    pub(crate) fn timeline(&self, id: IncidentRef) -> Vec<&TimelineEntry> {
        let entries = self.rows.range(RowKey::Timeline(id.0, 0)..=RowKey::Timeline(id.0, u32::MAX));
        entries.filter_map(|(_, row)| if let Row::Timeline(entry) = row { Some(&**entry) } else { None }).collect()
    }

    pub(crate) fn trail(&self, id: GroupId) -> String {
        let entries = self.rows.range(RowKey::Trail(id.0, 0)..=RowKey::Trail(id.0, u32::MAX));
        let texts = entries.filter_map(|(_, row)| if let Row::Trail(entry) = row { Some(entry.text.clone()) } else { None });
        texts.collect::<Vec<_>>().join("\n")
    }

    // What is expected.

    /// The next letter in the outbox goes to this person over this channel.
    #[track_caller]
    pub(crate) fn expect_letter_to(&mut self, person: &str, channel: Channel) -> Letter {
        let at = self.outbox.iter().position(|letter| &*letter.to == person && letter.channel == channel);
        let there: Vec<String> = self.outbox.iter().map(|l| format!("{} by {}", l.to, l.channel.name())).collect();
        let at = at.unwrap_or_else(|| panic!("no letter to {person} by {} but {there:?}", channel.name()));
        self.outbox.remove(at).unwrap()
    }

    /// That letter, and it arrives.
    #[track_caller]
    pub(crate) fn reaches(&mut self, person: &str, channel: Channel) -> Letter {
        let letter = self.expect_letter_to(person, channel);
        self.delivers(&letter);
        letter
    }

    #[track_caller]
    pub(crate) fn expect_no_letter(&self) {
        let there: Vec<String> =
            self.outbox.iter().map(|l| format!("{} by {}: {:?}", l.to, l.channel.name(), l.content)).collect();
        assert!(there.is_empty(), "letters that nobody expects at {}: {there:#?}", self.now.rfc3339());
    }

    #[track_caller]
    pub(crate) fn expect_state(&self, alert: AlertId, state: &str) {
        assert_eq!(
            self.group_of(alert).state.name(),
            state,
            "at {}\n{}",
            self.now.rfc3339(),
            self.trail(self.alert(alert).group)
        );
    }

    /// An entry of this kind with this in its text.
    #[track_caller]
    pub(crate) fn expect_timeline(&self, id: IncidentRef, kind: EntryKind, text: &str) -> &TimelineEntry {
        let found = self.timeline(id).into_iter().find(|entry| entry.kind == kind && entry.text.contains(text));
        let all: Vec<&str> = self.timeline(id).iter().map(|entry| &*entry.text).collect();
        found.unwrap_or_else(|| panic!("no {} with “{text}” among {all:#?}", kind.name()))
    }

    #[track_caller]
    pub(crate) fn expect_trail(&self, alert: AlertId, text: &str) {
        let trail = self.trail(self.alert(alert).group);
        assert!(trail.contains(text), "no “{text}” in\n{trail}");
    }

    /// Each timeline is counted without a gap, fits its hashes, and ends where its incident says.
    pub(crate) fn expect_whole_timelines(&self) {
        for incident in self.rows.values().filter_map(|row| if let Row::Incident(i) = row { Some(i) } else { None }) {
            let mut hash = TimelineEntry::ORIGIN.to_owned();
            for (i, entry) in self.timeline(incident.id).into_iter().enumerate() {
                assert_eq!(entry.seq as usize, i + 1, "{}", incident.id);
                assert_eq!(entry.expected_hash(&hash), entry.hash, "{} entry {}", incident.id, entry.seq);
                assert!(entry.text_is_whole());
                hash.clone_from(&entry.hash);
            }
            assert_eq!(incident.timeline.hash, hash, "{}", incident.id);
        }
    }
}

/// The summaries of the groups a page names.
pub(crate) fn named(letter: &Letter) -> Vec<String> {
    letter.content.groups().iter().map(|item| item.summary.to_string()).collect()
}

pub(crate) fn counted(letter: &Letter) -> usize {
    match &letter.content {
        Content::Page { items, more } => items.len() + *more as usize,
        _ => 0,
    }
}

pub(crate) fn is_paging(group: &Group) -> bool {
    group.state == GroupState::Paging
}
