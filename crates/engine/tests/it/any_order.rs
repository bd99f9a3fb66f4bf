//! Whatever comes in, in whatever order: what must hold after every single entry.

use std::collections::BTreeMap;

use engine::{Snapshot, State, step};
use model::effect::RowKey;
use model::group::{Group, GroupState};
use model::input::Target;
use model::letter::{Content, Outcome};
use model::mark::MarkKind;
use model::signal::Lease;
use model::update::PublicPhase;
use model::{
    Actor, AlertId, Answer, Audience, Command, Entry, GroupId, IncidentRef, Input, LetterId, LetterState, Phase, Role, Row,
    Severity, SignalAction, Span, Time,
};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::book::{Book, Email, Webhook, book, word};
use crate::world::{World, firing};

/// A key, what is said of it, how bad it is, and a lease in seconds, assumed or not.
type Said = (u8, u8, u8, Option<(i16, bool)>);

/// Something that happens. Things are meant by index, so that most of what is asked for exists.
#[derive(Clone, Debug)]
enum Happens {
    Signals(Vec<Said>),
    Passes(u16),
    Receipt(Index, u8),
    Ack(Index, u8),
    Declare(Option<Index>, bool),
    On(Index, u8),
    Merge(Index, Index),
    Publish(Index, u8, i16),
    ResolveAlert(Index),
    Playbook(u8),
    Started,
    Stopping,
    /// The wall clock is set, by so many seconds.
    ClockSet(i32),
    Nonsense(u8),
}

fn happens() -> impl Strategy<Value = Happens> {
    let signal = (0_u8..10, 0_u8..8, 0_u8..5, proptest::option::weighted(0.6, (-5_i16..900, any::<bool>())));
    let index = any::<Index>;
    prop_oneof![
        8 => proptest::collection::vec(signal, 1..6).prop_map(Happens::Signals),
        8 => (0_u16..800).prop_map(Happens::Passes),
        8 => (index(), 0_u8..8).prop_map(|(i, o)| Happens::Receipt(i, o)),
        3 => (index(), 0_u8..4).prop_map(|(i, o)| Happens::Ack(i, o)),
        2 => (proptest::option::of(index()), any::<bool>()).prop_map(|(i, d)| Happens::Declare(i, d)),
        6 => (index(), 0_u8..16).prop_map(|(i, o)| Happens::On(i, o)),
        1 => (index(), index()).prop_map(|(i, j)| Happens::Merge(i, j)),
        3 => (index(), 0_u8..6, -60_i16..3000).prop_map(|(i, k, s)| Happens::Publish(i, k, s)),
        1 => index().prop_map(Happens::ResolveAlert),
        2 => (0_u8..6).prop_map(Happens::Playbook),
        1 => Just(Happens::Started),
        1 => Just(Happens::Stopping),
        1 => (-5_000_i32..5_000).prop_map(Happens::ClockSet),
        1 => (0_u8..8).prop_map(Happens::Nonsense),
    ]
}

/// The same people in several states of the playbook: policies gone, people gone, services gone.
fn playbook(which: u8) -> Book {
    let mut full = book()
        .person("ana", &[(0, Email), (2, Webhook)])
        .person("ben", &[(0, Email), (0, Webhook), (3, Email)])
        .team("all", &["ana", "ben", "cleo"])
        .weekly("primary", &["ana", "ben", "cleo"], "2026-03-02T11:10")
        .policy("default", &[("schedule:primary", 1), ("person:ben,person:cleo", 2), ("team:all", 3)])
        .repeat(1)
        .ack_expires(10)
        .service("search", "default")
        .declares_at(Severity::Sev2)
        .quiet_at(Severity::Sev5)
        .route(("to", "search"), "search");
    match which {
        1 => full.0.people.retain(|p| &*p.id != "ana"),
        2 => full.0.people.clear(),
        3 => full.0.services.retain(|s| &*s.id != "search"),
        4 => full.0.policies.clear(),
        5 => full.0.integrations.clear(),
        _ => {}
    }
    full
}

fn signals(list: &[Said], now: Time) -> Input {
    let one = |(key, what, severity, lease): &Said| {
        let mut says = firing(&format!("A{}", key / 2)).of(&key.to_string()).at(Severity::ALL[usize::from(*severity)]);
        if key % 3 == 0 {
            says = says.label("to", "search");
        }
        says.0.action = match what {
            0 | 1 => SignalAction::Resolve,
            2 => SignalAction::Acknowledge,
            _ => SignalAction::Trigger,
        };
        says.0.lease = lease.map(|(seconds, assumed)| Lease { until: now + Span::seconds(seconds.into()), assumed });
        says.0
    };
    Input::Signals { integration: "prom".into(), signals: list.iter().map(one).collect() }
}

fn pick<T: Copy>(index: Index, list: &[T]) -> Option<T> {
    (!list.is_empty()).then(|| list[index.index(list.len())])
}

/// A world that is checked after every entry.
struct Checked {
    w: World,
    /// Groups answered: when, and how bad they were then.
    answered: BTreeMap<GroupId, Time>,
    effects: Vec<model::Effects>,
    middle: Option<(usize, Snapshot)>,
}

impl Checked {
    fn new() -> Self {
        let mut w = World::new(&Book::default());
        (w.number, w.state, w.rows) = (0, State::default(), BTreeMap::new());
        w.journal = Some(Vec::new());
        let mut checked = Self { w, answered: BTreeMap::new(), effects: Vec::new(), middle: None };
        checked.feed(Actor::System, Input::Started { version: "test".into() });
        checked.feed(Actor::System, Input::Playbook { playbook: playbook(0).shared() });
        checked
    }

    fn keys(&self, id: impl Fn(&RowKey) -> Option<u64>) -> Vec<u64> {
        self.w.rows.keys().filter_map(id).collect()
    }

    fn alerts(&self) -> Vec<u64> {
        self.keys(|key| if let RowKey::Alert(id) = key { Some(*id) } else { None })
    }

    fn letters(&self) -> Vec<u64> {
        self.keys(|key| if let RowKey::Letter(id) = key { Some(*id) } else { None })
    }

    fn incidents(&self) -> Vec<u64> {
        self.keys(|key| if let RowKey::Incident(id) = key { Some(u64::from(*id)) } else { None })
    }

    fn happens(&mut self, what: &Happens) {
        match what {
            Happens::Signals(list) => {
                let input = signals(list, self.w.now);
                self.feed(Actor::Integration("prom".into()), input);
            }
            Happens::Passes(seconds) => self.passes(Span::seconds((*seconds).into())),
            Happens::Receipt(index, outcome) => self.receipt(*index, *outcome),
            Happens::Playbook(which) => {
                self.feed(Actor::System, Input::Playbook { playbook: playbook(*which).shared() });
            }
            Happens::Started => {
                self.w.state = self.w.rebuilt();
                self.feed(Actor::System, Input::Started { version: "test".into() });
            }
            Happens::ClockSet(seconds) => {
                self.w.now = self.w.now + Span::seconds((*seconds).into());
                self.feed(Actor::System, Input::ClockSet);
            }
            Happens::Stopping => {
                self.feed(Actor::System, Input::Stopping);
            }
            other => {
                if let Some(command) = self.command(other) {
                    self.feed(Actor::Person("cleo".into()), Input::Command(command));
                }
            }
        }
    }

    fn command(&self, what: &Happens) -> Option<Command> {
        let alert = |index: &Index| pick(*index, &self.alerts()).map(AlertId);
        let incident = |index: &Index| pick(*index, &self.incidents()).map(|n| IncidentRef(n as u32));
        Some(match what {
            Happens::Ack(index, 0) => Command::Acknowledge { target: Target::Alert(alert(index)?) },
            Happens::Ack(index, 1) => Command::Acknowledge { target: Target::Group(pick(*index, &self.alerts()).map(GroupId)?) },
            Happens::Ack(index, 2) => {
                Command::Acknowledge { target: Target::Letter(pick(*index, &self.letters()).map(LetterId)?) }
            }
            Happens::Ack(index, _) => Command::Acknowledge { target: Target::Incident(incident(index)?) },
            Happens::Declare(index, drill) => Command::Declare {
                title: "Something is wrong".into(),
                severity: Severity::Sev2,
                services: vec!["checkout".into()],
                impact: model::incident::Impact::default(),
                drill: *drill,
                alert: index.as_ref().and_then(alert),
            },
            Happens::On(index, kind) => self.on(*index, incident(index)?, *kind)?,
            Happens::Merge(one, two) => Command::Merge { incident: incident(one)?, into: incident(two)? },
            Happens::Publish(index, kind, seconds) => {
                let mut draft = word((*kind < 5).then(|| self.w.now + Span::seconds((*seconds).into())));
                draft.phase = PublicPhase::ALL[usize::from(*kind) % 5];
                draft.audience = if *kind == 3 { Audience::Internal } else { Audience::Public };
                Command::Publish { incident: incident(index)?, draft: Box::new(draft) }
            }
            Happens::ResolveAlert(index) => Command::ResolveAlert { alert: alert(index)? },
            Happens::Nonsense(kind) => Self::nonsense(*kind),
            _ => return None,
        })
    }

    fn on(&self, index: Index, id: IncidentRef, kind: u8) -> Option<Command> {
        let phase = |phase, reason: &str| Command::SetPhase { incident: id, phase, reason: reason.into() };
        let assign = |role, person: Option<&str>| Command::Assign { incident: id, role, person: person.map(Into::into) };
        Some(match kind {
            0 => Command::Note { incident: id, text: "looked".into(), happened_at: None, audience: Audience::Internal },
            1 => assign(Role::Commander, Some("ana")),
            2 => assign(Role::Communications, Some("ben")),
            3 => assign(Role::Observer, None),
            4 => phase(Phase::Identified, ""),
            5 => phase(Phase::Investigating, "back again"),
            6 => phase(Phase::Declined, "nothing"),
            7 => phase(Phase::Closed, ""),
            8 => Command::SetSeverity { incident: id, severity: Severity::Sev1, reason: "worse".into() },
            9 => Command::SetImpact { incident: id, impact: model::incident::Impact::default() },
            10 => Command::SetMark { incident: id, mark: MarkKind::ImpactStart, at: self.w.now },
            11 | 12 => Command::Link { incident: id, alert: pick(index, &self.alerts()).map(AlertId)? },
            13 => Command::EditReview { incident: id, from: 0, markdown: "# Learnt".into() },
            _ => Command::Resolve { incident: id, note: None },
        })
    }

    fn nonsense(kind: u8) -> Command {
        let incident = IncidentRef(999);
        match kind {
            0 => Command::Acknowledge { target: Target::Alert(AlertId(1)) },
            1 => Command::Acknowledge { target: Target::Letter(LetterId(1)) },
            2 => Command::Resolve { incident, note: None },
            3 => Command::Merge { incident, into: IncidentRef(1) },
            4 => Command::Link { incident, alert: AlertId(1) },
            5 => Command::Note { incident: IncidentRef(1), text: String::new(), happened_at: None, audience: Audience::Public },
            6 => Command::TestLetter { person: "ana".into(), channel: Email },
            _ => Command::Assign { incident: IncidentRef(1), role: Role::Scribe, person: Some("nobody".into()) },
        }
    }

    fn receipt(&mut self, index: Index, outcome: u8) {
        let Some(id) = pick(index, &self.letters()) else { return };
        let Row::Letter(letter) = &self.w.rows[&RowKey::Letter(id)] else { unreachable!() };
        let newest = letter.attempts.last().map_or(0, |a| a.number);
        let (attempt, outcome) = match outcome {
            0 | 1 => (newest, Outcome::Delivered),
            2 => (newest, Outcome::Failed),
            3 => (newest, Outcome::Unknown),
            4 => (newest, Outcome::Retry { after: Some(Span::seconds(90)) }),
            5 => (newest.saturating_sub(1), Outcome::Failed),
            6 => (77, Outcome::Delivered),
            _ => (newest, Outcome::Retry { after: None }),
        };
        self.feed(Actor::System, Input::Receipt { letter: LetterId(id), attempt, outcome, answer: "said so".into() });
    }

    fn passes(&mut self, span: Span) {
        let until = self.w.now + span;
        let mut in_one_moment = 0;
        while let Some(due) = self.w.state.next_deadline().filter(|due| *due <= until) {
            in_one_moment = if due > self.w.now { 0 } else { in_one_moment + 1 };
            assert!(in_one_moment < 4, "the clock spins");
            self.w.now = self.w.now.max(due);
            self.feed(Actor::System, Input::Clock);
        }
        self.w.now = until;
    }

    /// One entry, and all that must hold after it.
    fn feed(&mut self, actor: Actor, input: Input) {
        let before = self.w.state.clone();
        let answer = self.w.feed(actor, input);
        if matches!(answer, Answer::Refused(_)) {
            assert!(self.w.last.rows.is_empty() && self.w.last.send.is_empty());
            assert!(before.snapshot() == self.w.state.snapshot(), "an entry that is refused changes nothing");
        }
        self.effects.push(self.w.last.clone());
        if self.effects.len() == 40 {
            self.middle = Some((40, self.w.state.snapshot()));
        }
        self.rows_give_the_state();
        self.nobody_is_forgotten();
        self.nobody_is_called_after_answering(&before);
        self.ids_are_enough();
        self.w.expect_whole_timelines();
    }

    /// The pulse of firing alerts may be ahead of its row, and only that.
    fn rows_give_the_state(&self) {
        let settled = |mut snapshot: Snapshot| {
            snapshot.alerts.iter_mut().for_each(|(alert, saved)| alert.pulse = *saved);
            snapshot
        };
        let (live, rows) = (settled(self.w.state.snapshot()), settled(self.w.rebuilt().snapshot()));
        assert!(live == rows, "the rows give another state\nlive {live:#?}\nrows {rows:#?}");
        // The order of deadlines holds no less than one made anew, and nothing earlier.
        let restored = State::restore(self.w.state.snapshot()).next_deadline();
        assert_eq!(self.w.state.clone().next_deadline(), restored, "a deadline is lost or made up");
    }

    fn nobody_is_forgotten(&self) {
        for group in self.w.state.groups() {
            let open = self.open_alerts(group.id);
            assert_eq!(group.firing as usize, open, "group {} counts what fires in it", group.id);
            match group.state {
                GroupState::Paging => assert!(group.next.is_some(), "group {} pages and waits for nothing", group.id),
                GroupState::Exhausted { .. } => {
                    let tried = group.rings.iter().any(|ring| !ring.rules.is_empty() || ring.round < 9);
                    assert!(tried || group.next.is_some(), "nobody was called for {}, and nobody will be", group.id);
                }
                GroupState::Acknowledged { .. } | GroupState::Quiet => assert!(group.next.is_none()),
                GroupState::Resolved { .. } => panic!("{} is over and still here", group.id),
            }
            self.is_told(group);
        }
    }

    /// Whoever was rung has a rule to come, or a letter was written or waits for the bundle.
    fn is_told(&self, group: &Group) {
        if group.state != GroupState::Paging {
            return;
        }
        let snapshot = self.w.state.snapshot();
        for ring in group.rings.iter().filter(|ring| ring.round < 9) {
            let bundled = snapshot.pagers.iter().any(|p| p.person == ring.person && p.waiting.contains(&group.id));
            let wrote = self.w.rows.values().any(|row| match row {
                Row::Letter(letter) => {
                    letter.to == ring.person && letter.content.groups().iter().any(|item| item.group == group.id)
                }
                _ => false,
            });
            assert!(!ring.rules.is_empty() || bundled || wrote, "{} was never told of {}", ring.person, group.id);
        }
    }

    fn open_alerts(&self, group: GroupId) -> usize {
        self.w.rows.values().filter(|row| matches!(row, Row::Alert(a) if a.group == group && a.ended.is_none())).count()
    }

    /// A page goes out only for what nobody has answered. What was handed to a courier before may still arrive.
    fn nobody_is_called_after_answering(&mut self, before: &State) {
        for group in self.w.state.groups() {
            let was = before.group(group.id).map(|g| g.state.clone());
            match (&group.state, was) {
                (GroupState::Acknowledged { at, .. }, was) if was.as_ref() != Some(&group.state) => {
                    self.answered.insert(group.id, *at);
                }
                (GroupState::Acknowledged { .. }, _) => {}
                _ => drop(self.answered.remove(&group.id)),
            }
        }
        for id in &self.w.last.send {
            let letter = self.w.letter(*id);
            if let Content::Page { items, more: 0 } = &letter.content
                && matches!(letter.state, LetterState::Leased { .. })
            {
                let wanted = items.iter().any(|item| !self.answered.contains_key(&item.group));
                assert!(wanted, "letter {id} calls for what is answered");
            }
        }
        self.w.outbox.clear();
    }

    fn ids_are_enough(&self) {
        let mut made: Vec<u64> = Vec::new();
        for row in &self.w.last.rows {
            match row {
                Row::Alert(alert) => made.push(alert.id.0),
                Row::Letter(letter) => made.push(letter.id.0),
                Row::Update(update) => made.push(update.id.0),
                _ => {}
            }
        }
        made.retain(|id| id / model::id::PER_ENTRY == self.w.number);
        made.sort_unstable();
        let count = made.len();
        made.dedup();
        assert_eq!(count, made.len(), "no id is given twice");
    }

    /// The same journal gives the same effects, from its start and from a state kept in the middle of it. A start in the journal
    /// is a start of another process: what it rebuilt from rows and what the replay has must go on alike.
    fn replays(&self) {
        let journal = self.w.journal.as_ref().unwrap();
        let again = |mut state: State, from: usize| {
            for (entry, effects) in journal.iter().zip(&self.effects).skip(from) {
                let text = serde_json::to_string(entry).unwrap();
                let entry: Entry = serde_json::from_str(&text).unwrap();
                let number = entry.number;
                assert!(step(&mut state, entry) == *effects, "entry {number} has other effects the second time: {text}");
            }
            assert!(state.snapshot() == self.w.state.snapshot());
        };
        again(State::default(), 0);
        if let Some((at, snapshot)) = &self.middle {
            let text = serde_json::to_string(snapshot).unwrap();
            again(State::restore(serde_json::from_str(&text).unwrap()), *at);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_rows_give_the_state_and_nobody_is_forgotten(
        story in proptest::collection::vec(happens(), 1..120)
    ) {
        let mut checked = Checked::new();
        for what in &story {
            checked.happens(what);
        }
        checked.replays();
    }
}
