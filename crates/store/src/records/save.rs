//! Writing rows inside the desk's transaction.

use model::group::Counts;
use model::{AlertState, Channel, Group, GroupState, IncidentRef, Row, Time};
use serde::Serialize;

use super::int;
use crate::tables::{journal, save as texts};
use crate::{StoreError, Tx};

/// Turns rows into statements. Keeps one buffer, because it runs a hundred thousand times a second.
#[derive(Default)]
pub struct Saver {
    buffer: Vec<u8>,
}

impl Saver {
    /// Appends entries to the journal: `count` of them, the first numbered `first`, as one row.
    pub fn append(&mut self, tx: &mut Tx<'_>, first: u64, count: u64, at: Time, body: &[u8]) -> Result<(), StoreError> {
        tx.exec(&journal::APPEND, &[int(first).into(), int(count).into(), at.0.into(), body.into()])
    }

    pub fn checkpoint(&mut self, tx: &mut Tx<'_>, number: u64, version: &str, at: Time, body: &[u8]) -> Result<(), StoreError> {
        tx.exec(&journal::CHECKPOINT, &[int(number).into(), version.into(), at.0.into(), body.into()])?;
        tx.exec(&journal::PRUNE, &[version.into()])
    }

    pub fn idempotency(&mut self, tx: &mut Tx<'_>, actor: &str, key: &str, at: Time, answer: &str) -> Result<(), StoreError> {
        tx.exec(&texts::IDEMPOTENCY, &[actor.into(), key.into(), at.0.into(), answer.into()])
    }

    pub fn forget_idempotency(&mut self, tx: &mut Tx<'_>, before: Time) -> Result<(), StoreError> {
        tx.exec(&texts::FORGET_IDEMPOTENCY, &[before.0.into()])
    }

    /// Writes a row over whatever was there.
    pub fn save(&mut self, tx: &mut Tx<'_>, row: &Row) -> Result<(), StoreError> {
        match row {
            Row::Playbook(playbook) => tx.exec(&texts::PLAYBOOK, &[self.json(playbook)?.into()]),
            Row::Alert(alert) => {
                let body = self.json(alert)?;
                let open = alert.state != AlertState::Resolved;
                let params = [
                    int(alert.id.0).into(),
                    open.into(),
                    (&*alert.service).into(),
                    (&*alert.integration).into(),
                    int(alert.group.0).into(),
                    body.into(),
                ];
                tx.exec(&texts::ALERT, &params)
            }
            Row::Group(group) => self.group(tx, group),
            Row::GroupCounts(Counts { group, firing, alerts }) => {
                let params = [i64::from(*firing).into(), i64::from(*alerts).into(), int(group.0).into()];
                tx.exec(&texts::GROUP_COUNTS, &params)
            }
            Row::Trail(entry) => {
                tx.exec(&texts::TRAIL, &[int(entry.group.0).into(), i64::from(entry.seq).into(), self.json(entry)?.into()])
            }
            Row::Letter(letter) => self.letter(tx, letter),
            Row::Pager(pager) => {
                let channel: Channel = pager.channel;
                tx.exec(&texts::PAGER, &[(&*pager.person).into(), channel.name().into(), self.json(pager)?.into()])
            }
            Row::Incident(incident) => {
                let params = [
                    i64::from(incident.id.0).into(),
                    incident.phase.is_open().into(),
                    incident.drill.into(),
                    self.json(incident)?.into(),
                ];
                tx.exec(&texts::INCIDENT, &params)
            }
            Row::Timeline(entry) => {
                let params = [
                    i64::from(entry.incident.0).into(),
                    i64::from(entry.seq).into(),
                    entry.happened_at.0.into(),
                    entry.kind.name().into(),
                    self.json(entry)?.into(),
                ];
                tx.exec(&texts::TIMELINE, &params)
            }
            Row::Update(update) => {
                let params = [int(update.id.0).into(), i64::from(update.incident.0).into(), self.json(update)?.into()];
                tx.exec(&texts::UPDATE, &params)
            }
            Row::Review(review) => {
                let params = [i64::from(review.incident.0).into(), i64::from(review.revision).into(), self.json(review)?.into()];
                tx.exec(&texts::REVIEW, &params)
            }
            Row::Pull(pull) => tx.exec(&texts::PULL, &[int(pull.id).into(), self.json(pull)?.into()]),
        }
    }

    fn group(&mut self, tx: &mut Tx<'_>, group: &Group) -> Result<(), StoreError> {
        let open = !matches!(group.state, GroupState::Resolved { .. });
        let acknowledged = matches!(group.state, GroupState::Acknowledged { .. });
        let params = [
            int(group.id.0).into(),
            open.into(),
            acknowledged.into(),
            number(group.incident).into(),
            i64::from(group.firing).into(),
            i64::from(group.alerts).into(),
            self.json(group)?.into(),
        ];
        tx.exec(&texts::GROUP, &params)
    }

    fn letter(&mut self, tx: &mut Tx<'_>, letter: &model::Letter) -> Result<(), StoreError> {
        let incident = match &letter.content {
            model::letter::Content::PromiseReminder { incident, .. } | model::letter::Content::PromiseBroken { incident, .. } => {
                number(Some(*incident))
            }
            _ => None,
        };
        let params = [int(letter.id.0).into(), letter.state.name().into(), incident.into(), self.json(letter)?.into()];
        tx.exec(&texts::LETTER, &params)?;
        // Only when it is new: what a letter is about never changes.
        if letter.attempts.len() <= 1 {
            for item in letter.content.groups() {
                tx.exec(&texts::LETTER_GROUP, &[int(item.group.0).into(), int(letter.id.0).into()])?;
            }
        }
        Ok(())
    }

    fn json<T: Serialize>(&mut self, value: &T) -> Result<&str, StoreError> {
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, value).map_err(StoreError::internal)?;
        std::str::from_utf8(&self.buffer).map_err(StoreError::internal)
    }
}

fn number(incident: Option<IncidentRef>) -> Option<i64> {
    incident.map(|id| i64::from(id.0))
}
