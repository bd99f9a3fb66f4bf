//! One commit: entries decided in order, written together, answered together.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use engine::{condense, needs};
use model::effect::RowKey;
use model::input::{Loaded, Need};
use model::{Answer, Entry, Input, Letter, LetterId, Row, Time};
use store::records::Saver;
use store::{StoreError, Tx};

use crate::handle::Waiting;
use crate::journal;
use crate::run::{Thread, publish_playbook};
use crate::{Ask, DeskError, News};

pub(crate) struct Batch {
    first: u64,
    count: u64,
    at: Time,
    /// The entries, as they go into the journal.
    journal: Vec<u8>,
    rows: Vec<Row>,
    send: Vec<LetterId>,
    /// What was asked, and the replies to it in the same order.
    asks: Vec<Waiting>,
    replies: Vec<Reply>,
}

/// What to say once the commit is on disk.
enum Reply {
    New(Answer),
    /// The same idempotency key was answered before.
    Again(Answer),
    /// Something needed could not be read.
    Unread(String),
}

impl Batch {
    /// Runs every input through the engine. From here on the state is ahead of the store. `Err` = working on one of them panicked:
    /// that one has been told, the others are given back, and the state may be half changed.
    pub(crate) fn decide(thread: &mut Thread, asks: Vec<Waiting>, now: Time) -> Result<Self, Vec<Waiting>> {
        let mut batch = Self {
            first: thread.last.0 + 1,
            count: 0,
            at: now,
            journal: Vec::with_capacity(4_096),
            rows: Vec::new(),
            send: Vec::new(),
            replies: Vec::with_capacity(asks.len()),
            asks,
        };
        for place in 0..batch.asks.len() {
            let own = batch.asks[place].0.input.is_own();
            match catch_unwind(AssertUnwindSafe(|| batch.one(thread, place, now))) {
                Ok(Ok(reply)) => batch.replies.push(reply),
                Ok(Err(error)) => batch.replies.push(Reply::Unread(error.to_string())),
                // What only the clock asked for would come again at once, for ever: the process ends, and is seen to.
                Err(panic) if own => resume_unwind(panic),
                Err(_) => {
                    // Nothing can be committed until the state is rebuilt; whoever hears of the fault can see that.
                    thread.desk.ready.store(false, Ordering::Relaxed);
                    let (_, culprit) = batch.asks.swap_remove(place);
                    let _ = culprit.send(Err(DeskError::Fault));
                    return Err(batch.asks);
                }
            }
        }
        journal::seal(&mut batch.journal, batch.first);
        Ok(batch)
    }

    fn one(&mut self, thread: &mut Thread, place: usize, now: Time) -> Result<Reply, StoreError> {
        let ask = &self.asks[place].0;
        if let Some(key) = &ask.idempotency
            && let Some(answer) = self.answered(thread, &ask.actor.to_string(), key)?
        {
            return Ok(Reply::Again(answer));
        }
        let loaded = self.load(thread, &ask.input)?;
        let ask = &mut self.asks[place].0;
        let input = std::mem::replace(&mut ask.input, Input::Clock);
        let input = condense(&thread.state, &input).unwrap_or(input);
        let entry = Entry { number: self.first + self.count, at: now, actor: ask.actor.clone(), input, loaded };
        if !journal::add(&mut self.journal, &entry) {
            return Ok(Reply::Unread("the input cannot be kept".into()));
        }
        self.count += 1;
        let effects = (thread.step)(&mut thread.state, entry);
        self.rows.extend(effects.rows);
        self.send.extend(effects.send);
        Ok(Reply::New(effects.answer))
    }

    fn answered_so_far(&self) -> impl Iterator<Item = (&Ask, &Reply)> {
        self.asks.iter().map(|(ask, _)| ask).zip(&self.replies)
    }

    /// An earlier answer to the same key, from this batch or from the store.
    fn answered(&self, thread: &Thread, actor: &str, key: &str) -> Result<Option<Answer>, StoreError> {
        let here = self.answered_so_far().find_map(|(ask, reply)| match reply {
            Reply::New(answer) if ask.idempotency.as_deref() == Some(key) && ask.actor.to_string() == actor => {
                Some(answer.clone())
            }
            _ => None,
        });
        if here.is_some() {
            return Ok(here);
        }
        let Some(text) = thread.records.idempotent_answer_blocking(actor, key)? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(StoreError::internal)
    }

    pub(crate) fn last(&self) -> u64 {
        self.first + self.count - 1
    }

    pub(crate) fn write(&self, thread: &mut Thread) -> Result<(), StoreError> {
        if self.count == 0 {
            return Ok(());
        }
        let Thread { writer, saver, .. } = thread;
        writer.transact(|tx| {
            saver.append(tx, self.first, self.count, self.at, &self.journal)?;
            self.write_rows(tx, saver)?;
            self.write_answers(tx, saver)
        })
    }

    /// Each row once, as it stands at the end: a group that sixty-four alerts joined is written once.
    fn write_rows(&self, tx: &mut Tx<'_>, saver: &mut Saver) -> Result<(), StoreError> {
        let mut seen: HashSet<RowKey> = HashSet::with_capacity(self.rows.len());
        let newest: Vec<bool> = self.rows.iter().rev().map(|row| seen.insert(row.key())).collect();
        for (row, newest) in self.rows.iter().zip(newest.iter().rev()) {
            if *newest {
                saver.save(tx, row)?;
            }
        }
        Ok(())
    }

    fn write_answers(&self, tx: &mut Tx<'_>, saver: &mut Saver) -> Result<(), StoreError> {
        for (ask, reply) in self.answered_so_far() {
            if let (Some(key), Reply::New(answer)) = (&ask.idempotency, reply)
                && !matches!(answer, Answer::Refused(_))
            {
                let text = serde_json::to_string(answer).map_err(StoreError::internal)?;
                saver.idempotency(tx, &ask.actor.to_string(), key, self.at, &text)?;
            }
        }
        Ok(())
    }

    /// The commit is on disk: hand out letters, answer, tell the views.
    pub(crate) fn announce(self, thread: &mut Thread) {
        for letter in self.outgoing() {
            // Nobody takes letters when the couriers have stopped; the next start sends them.
            let _ = thread.outbox.send(letter);
        }
        let news = self.news();
        thread.desk.last.store(news.number, Ordering::Relaxed);
        if news.playbook {
            publish_playbook(&thread.desk, &thread.state);
        }
        for ((_, answer), reply) in self.asks.into_iter().zip(self.replies) {
            // Whoever asked may have gone; the commit stands.
            let _ = answer.send(match reply {
                Reply::New(given) | Reply::Again(given) => Ok(given),
                Reply::Unread(why) => Err(DeskError::Unavailable(why)),
            });
        }
        // Each of these wakes tasks, in the time of those whose alert comes next: only whom it concerns.
        if news.public || news.playbook {
            thread.desk.public.send_replace(news.number);
        }
        if thread.desk.news.receiver_count() > 0 {
            let _ = thread.desk.news.send(Arc::new(news));
        }
    }

    fn outgoing(&self) -> Vec<Letter> {
        let wanted: HashSet<LetterId> = self.send.iter().copied().collect();
        let mut letters: Vec<Letter> = Vec::with_capacity(wanted.len());
        let mut seen = HashSet::new();
        for row in self.rows.iter().rev() {
            if let Row::Letter(letter) = row
                && seen.insert(letter.id)
                && wanted.contains(&letter.id)
                && matches!(letter.state, model::LetterState::Leased { .. })
            {
                letters.push(Letter::clone(letter));
            }
        }
        letters.reverse();
        letters
    }

    fn news(&self) -> News {
        let mut news = News { number: self.first + self.count.saturating_sub(1), ..News::default() };
        for row in &self.rows {
            match row {
                Row::Playbook(_) => (news.playbook, news.public) = (true, true),
                Row::Alert(alert) => news.alerts.push(alert.id),
                Row::Group(group) => news.groups.push(group.id),
                Row::GroupCounts(counts) => news.groups.push(counts.group),
                Row::Letter(letter) => news.letters.push(letter.id),
                Row::Incident(incident) => {
                    news.incidents.push(incident.id);
                    news.public |= incident.updates > 0;
                }
                Row::Update(_) => news.public = true,
                _ => {}
            }
        }
        news.alerts.truncate(1_000);
        news
    }

    pub(crate) fn give_back(self) -> Vec<Waiting> {
        self.asks
    }

    /// Reads what the input is about and the working set does not hold. What this batch changed is not in the store yet.
    fn load(&self, thread: &Thread, input: &Input) -> Result<Vec<Loaded>, StoreError> {
        let mut loaded = Vec::new();
        for need in needs(&thread.state, input) {
            let here = self.rows.iter().rev().find_map(|row| match (row, need) {
                (Row::Incident(incident), Need::Incident(id)) if incident.id == id => Some(Loaded::Incident(incident.clone())),
                (Row::Letter(letter), Need::Letter(id)) if letter.id == id => Some(Loaded::Letter(letter.clone())),
                _ => None,
            });
            loaded.extend(match (here, need) {
                (Some(here), _) => Some(here),
                (None, Need::Incident(id)) => thread.records.incident_blocking(id)?.map(|i| Loaded::Incident(Box::new(i))),
                (None, Need::Letter(id)) => thread.records.letter_blocking(id)?.map(|l| Loaded::Letter(Box::new(l))),
            });
        }
        Ok(loaded)
    }
}
