//! `candor verify`: the journal, replayed, must give what is stored.
//!
//! From the oldest checkpoint that this version of the program wrote, every entry is stepped again. Three things must then hold:
//! each row that the replay wrote last stands in the store to the letter; the state that the replay ends in is the state that the
//! rows give; and the timeline's hash chain is whole.

use std::collections::BTreeMap;

use engine::{Snapshot, State, step};
use model::effect::RowKey;
use model::incident::TimelineHead;
use model::{Alert, IncidentRef, Row, TimelineEntry};
use store::records::Slice;
use store::{Records, StoreError};
use xxhash_rust::xxh3::xxh3_64;

use crate::journal;
use crate::start::rebuild;

/// Faults beyond this many are counted, not listed.
const MOST_FAULTS: usize = 50;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries of the journal that were replayed, and rows compared.
    pub entries: u64,
    pub rows: u64,
    /// Timeline entries whose chain was checked, and texts that were redacted.
    pub timeline: u64,
    pub redacted: u64,
    /// Empty when all holds.
    pub faults: Vec<String>,
}

impl Report {
    fn fault(&mut self, text: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(text);
        }
    }
}

/// Replays and compares. Reads only; nothing else may be writing.
pub async fn verify(records: &Records, version: &str) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let (mut state, from) = match records.first_checkpoint(version).await? {
        Some(checkpoint) => {
            let snapshot: Snapshot = serde_json::from_slice(&checkpoint.body).map_err(StoreError::internal)?;
            (State::restore(snapshot), checkpoint.number)
        }
        None if records.last_entry().await? == 0 => return Ok(report),
        None => {
            report.fault(format!(
                "there is no checkpoint of version {version}: start that version once on this folder, then verify"
            ));
            return Ok(report);
        }
    };
    if let Some(expected) = replay(records, &mut state, from, &mut report).await? {
        compare_rows(records, expected, &mut report).await?;
        compare_states(records, state, &mut report).await?;
    }
    check_chain(records, &mut report).await?;
    Ok(report)
}

/// Steps every entry after `from`; gives the hash of the text each row must now have. `None` when the journal itself is damaged:
/// what comes after the damage cannot be replayed.
async fn replay(
    records: &Records,
    state: &mut State,
    from: u64,
    report: &mut Report,
) -> Result<Option<BTreeMap<RowKey, u64>>, StoreError> {
    let mut expected = BTreeMap::new();
    let mut last = from;
    loop {
        let rows = records.journal_after(last, 64).await?;
        if rows.is_empty() {
            return Ok(Some(expected));
        }
        for body in rows {
            let entries = match journal::entries(&body, last + 1) {
                Ok(entries) => entries,
                Err(why) => {
                    report.fault(format!("the journal after entry {last} {why}"));
                    return Ok(None);
                }
            };
            for entry in entries {
                if entry.number != last + 1 {
                    report.fault(format!("the journal goes from entry {last} to {}", entry.number));
                    return Ok(None);
                }
                last = entry.number;
                report.entries += 1;
                for row in step(state, entry).rows {
                    if let Row::Group(group) = &row {
                        expect(&mut expected, &Row::GroupCounts(group.counts()))?;
                    }
                    expect(&mut expected, &row)?;
                }
            }
        }
    }
}

fn expect(expected: &mut BTreeMap<RowKey, u64>, row: &Row) -> Result<(), StoreError> {
    expected.insert(row.key(), xxh3_64(text_of(row)?.as_bytes()));
    Ok(())
}

async fn compare_rows(records: &Records, expected: BTreeMap<RowKey, u64>, report: &mut Report) -> Result<(), StoreError> {
    let kept = records.kept().await?;
    for (key, hash) in expected {
        report.rows += 1;
        match records.body_of(&key).await? {
            None if kept.may_be_gone(&key) => report.rows -= 1,
            None => report.fault(format!("{key:?} is missing")),
            Some(text) if xxh3_64(text.as_bytes()) != hash => report.fault(format!("{key:?} is not what the journal says")),
            Some(_) => {}
        }
    }
    Ok(())
}

/// The state after the replay against the state from the rows. The pulse of firing alerts may be ahead of its row, and only that.
async fn compare_states(records: &Records, replayed: State, report: &mut Report) -> Result<(), StoreError> {
    // Reads that block, as the desk's own thread does them.
    let reader = records.clone();
    let stored = tokio::task::spawn_blocking(move || rebuild(&reader)).await.map_err(StoreError::internal)??;
    let (replayed, stored) = (settled(replayed.snapshot()), settled(stored.snapshot()));
    if replayed == stored {
        return Ok(());
    }
    let parts: [(&str, bool); 7] = [
        ("playbook", replayed.playbook == stored.playbook),
        ("open alerts", replayed.alerts == stored.alerts),
        ("open groups", replayed.groups == stored.groups),
        ("unfinished letters", replayed.letters == stored.letters),
        ("pagers", replayed.pagers == stored.pagers),
        ("open incidents", replayed.incidents == stored.incidents),
        ("the last incident's number", replayed.last_incident == stored.last_incident),
    ];
    for (name, _) in parts.iter().filter(|(_, same)| !same) {
        report.fault(format!("{name}: the rows do not give the state that the journal gives"));
    }
    Ok(())
}

/// Every alert's pulse as its row has it.
fn settled(mut snapshot: Snapshot) -> Snapshot {
    for (alert, saved) in &mut snapshot.alerts {
        let alert: &mut Alert = alert;
        alert.pulse = *saved;
    }
    snapshot
}

async fn check_chain(records: &Records, report: &mut Report) -> Result<(), StoreError> {
    let mut before: Option<TimelineEntry> = None;
    let mut heads: BTreeMap<IncidentRef, TimelineHead> = BTreeMap::new();
    let mut faults = Vec::new();
    let (mut count, mut redacted) = (0, 0);
    records
        .each_timeline_entry(&mut |entry| {
            let previous = before.as_ref().filter(|b| b.incident == entry.incident);
            let hash = previous.map_or(TimelineEntry::ORIGIN, |b| b.hash.as_str());
            if entry.seq != previous.map_or(0, |b| b.seq) + 1 {
                faults.push(format!("{}: timeline entry {} does not follow the one before", entry.incident, entry.seq));
            } else if entry.expected_hash(hash) != entry.hash {
                faults.push(format!("{}: timeline entry {} does not fit the hash chain", entry.incident, entry.seq));
            }
            redacted += u64::from(!entry.text_is_whole());
            count += 1;
            heads.insert(entry.incident, TimelineHead { seq: entry.seq, hash: entry.hash.clone() });
            before = Some(entry);
        })
        .await?;
    (report.timeline, report.redacted) = (count, redacted);
    for fault in faults {
        report.fault(fault);
    }
    check_heads(records, &heads, report).await
}

/// Each incident knows its newest entry, so that a chain cannot lose its end unseen.
async fn check_heads(
    records: &Records,
    heads: &BTreeMap<IncidentRef, TimelineHead>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut slice = Slice { before: None, limit: 500 };
    loop {
        let incidents = records.incidents(None, slice).await?;
        let Some(oldest) = incidents.last().map(|incident| incident.id.0) else { return Ok(()) };
        for incident in incidents {
            if heads.get(&incident.id) != Some(&incident.timeline) {
                report.fault(format!("{}: the timeline does not end where the incident says", incident.id));
            }
        }
        slice.before = Some(u64::from(oldest));
    }
}

/// As the store writes it.
fn text_of(row: &Row) -> Result<String, StoreError> {
    let text = match row {
        Row::Playbook(row) => serde_json::to_string(row),
        Row::Alert(row) => serde_json::to_string(row),
        Row::Group(row) => serde_json::to_string(row),
        Row::GroupCounts(row) => Ok(format!("{} {}", row.firing, row.alerts)),
        Row::Trail(row) => serde_json::to_string(row),
        Row::Letter(row) => serde_json::to_string(row),
        Row::Pager(row) => serde_json::to_string(row),
        Row::Incident(row) => serde_json::to_string(row),
        Row::Timeline(row) => serde_json::to_string(row),
        Row::Update(row) => serde_json::to_string(row),
        Row::Review(row) => serde_json::to_string(row),
        Row::Pull(row) => serde_json::to_string(row),
    };
    text.map_err(StoreError::internal)
}
