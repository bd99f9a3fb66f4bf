//! Retention: what is over long enough is let go, in steps so small that no commit waits for long.
//!
//! What belongs to an incident stays: reviews lean on it for years. Of the rest an alert goes when it has been over for long
//! enough, a group when all its alerts have gone, a letter when all its groups have. The highest number that ever went is kept,
//! so that `candor verify` can tell what was let go from what was lost.
//!
//! The journal goes up to a checkpoint from which a replay can begin. One checkpoint is marked as the next such base and waits
//! until it is old enough; so between one and two spans of the journal are kept. Its newest row always stays, because numbers go on
//! from it.

use model::effect::RowKey;
use model::{Alert, Group, GroupState, Letter, LetterState, Time};

use super::{Records, int, read};
use crate::tables::sweep as texts;
use crate::{Query, Row, StoreError, Value, values};

/// Rows looked at, and at most let go, in one transaction.
const CHUNK: i64 = 200;

/// What is to be let go. `None` = that is kept for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Alerts, groups and letters that were over before this.
    pub alerts_before: Option<Time>,
    /// Journal entries from before this.
    pub journal_before: Option<Time>,
}

/// What was let go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub alerts: u64,
    pub groups: u64,
    pub letters: u64,
    pub journal_rows: u64,
}

/// How far records have been let go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Alerts, groups and letters with a lower number may be gone.
    pub below: u64,
    pub swept_at: Option<Time>,
}

impl Kept {
    /// A row of this key may have been let go.
    pub fn may_be_gone(&self, key: &RowKey) -> bool {
        match key {
            RowKey::Alert(id) | RowKey::Group(id) | RowKey::GroupCounts(id) | RowKey::Trail(id, _) | RowKey::Letter(id) => {
                *id < self.below
            }
            _ => false,
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Alerts,
    Groups,
    Letters,
}

impl Kind {
    fn query(self) -> &'static Query {
        match self {
            Self::Alerts => &texts::ENDED_ALERTS,
            Self::Groups => &texts::ENDED_GROUPS,
            Self::Letters => &texts::DONE_LETTERS,
        }
    }
}

/// What to do about one old row.
enum Verdict {
    /// This and all after it are too young.
    End,
    Keep,
    Go(Vec<Statement>),
}

type Statement = (&'static Query, Vec<Value>);

impl Records {
    /// Lets go what may go. `version` is the program's: only its own checkpoints can begin a replay.
    pub async fn sweep(&self, sweep: Sweep, version: &str, now: Time) -> Result<Swept, StoreError> {
        let mut swept = Swept::default();
        if let Some(before) = sweep.alerts_before {
            swept.alerts = self.sweep_rows(Kind::Alerts, before, now).await?;
            swept.groups = self.sweep_rows(Kind::Groups, before, now).await?;
            swept.letters = self.sweep_rows(Kind::Letters, before, now).await?;
        }
        if let Some(before) = sweep.journal_before {
            swept.journal_rows = self.sweep_journal(before, version).await?;
        }
        Ok(swept)
    }

    pub async fn kept(&self) -> Result<Kept, StoreError> {
        let Some(row) = self.db.one(&texts::RETENTION, &[]).await? else { return Ok(Kept::default()) };
        Ok(Kept { below: row.int(0)?.unsigned_abs(), swept_at: Some(Time(row.int(1)?)) })
    }

    async fn sweep_rows(&self, kind: Kind, before: Time, now: Time) -> Result<u64, StoreError> {
        let (mut after, mut gone) = (0, 0);
        loop {
            let rows: Vec<Row> = self.db.many(kind.query(), &[after.into(), CHUNK.into()]).await?;
            let mut statements = Vec::new();
            let (mut end, mut highest) = ((rows.len() as i64) < CHUNK, 0);
            for row in rows {
                after = row.int(1)?;
                let verdict = match kind {
                    Kind::Alerts => old_alert(&read(&row)?, after, before),
                    Kind::Groups => old_group(&read(&row)?, after, before),
                    Kind::Letters => self.old_letter(&read(&row)?, after, before).await?,
                };
                match verdict {
                    Verdict::End => {
                        end = true;
                        break;
                    }
                    Verdict::Keep => {}
                    Verdict::Go(these) => {
                        statements.extend(these);
                        (gone, highest) = (gone + 1, after);
                    }
                }
            }
            if !statements.is_empty() {
                statements.push((&texts::SWEPT, values![highest + 1, now.0]));
                self.db.write(statements).await?;
            }
            if end {
                return Ok(gone);
            }
        }
    }

    async fn old_letter(&self, letter: &Letter, id: i64, before: Time) -> Result<Verdict, StoreError> {
        if letter.created_at >= before {
            return Ok(Verdict::End);
        }
        let (LetterState::Delivered { at } | LetterState::Failed { at } | LetterState::Cancelled { at }) = letter.state else {
            return Ok(Verdict::Keep);
        };
        for item in letter.content.groups() {
            if self.db.one(&texts::GROUP_IS_THERE, &[int(item.group.0).into()]).await?.is_some() {
                return Ok(Verdict::Keep);
            }
        }
        Ok(if at < before { Verdict::Go(vec![(&texts::FORGET_LETTER, values![id])]) } else { Verdict::Keep })
    }

    async fn sweep_journal(&self, before: Time, version: &str) -> Result<u64, StoreError> {
        let rows = self.db.many(&texts::CHECKPOINTS, &[version.into()]).await?;
        let checkpoints: Vec<(i64, i64, bool)> =
            rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?, row.bool(2)?))).collect::<Result<_, StoreError>>()?;
        let (Some(&(mut first, ..)), Some(&(newest, ..))) = (checkpoints.first(), checkpoints.last()) else { return Ok(0) };
        let base = checkpoints.iter().find(|(.., base)| *base);
        match base {
            Some((number, at, _)) if *at < before.0 => {
                first = *number;
                self.db.write(vec![(&texts::FORGET_CHECKPOINTS, values![version.to_owned(), first])]).await?;
                self.db.write(vec![(&texts::SET_BASE, values![newest, version.to_owned()])]).await?;
            }
            Some(_) => {}
            None => drop(self.db.write(vec![(&texts::SET_BASE, values![newest, version.to_owned()])]).await?),
        }
        let mut gone = 0;
        loop {
            let some = self.db.write(vec![(&texts::FORGET_JOURNAL, values![first, before.0, CHUNK])]).await?;
            gone += some;
            if some < CHUNK.unsigned_abs() {
                return Ok(gone);
            }
        }
    }
}

fn old_alert(alert: &Alert, id: i64, before: Time) -> Verdict {
    match &alert.ended {
        _ if alert.first_seen >= before => Verdict::End,
        Some(ended) if ended.at < before => Verdict::Go(vec![(&texts::FORGET_ALERT, values![id])]),
        _ => Verdict::Keep,
    }
}

fn old_group(group: &Group, id: i64, before: Time) -> Verdict {
    match group.state {
        _ if group.opened_at >= before => Verdict::End,
        GroupState::Resolved { at } if at < before => Verdict::Go(vec![
            (&texts::FORGET_TRAIL, values![id]),
            (&texts::FORGET_LETTERS_OF, values![id]),
            (&texts::FORGET_GROUP, values![id]),
        ]),
        _ => Verdict::Keep,
    }
}
