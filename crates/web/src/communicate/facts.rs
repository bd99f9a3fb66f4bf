//! What a rendering needs to know, read from the store. Closed incidents do not change: their updates are read once and kept.

use std::collections::HashMap;
use std::sync::Arc;

use model::{Incident, IncidentRef, Span, Time, Update};
use store::records::{PromiseCounts, Slice};
use store::{Records, StoreError};

/// A year and the rest of the month it began in.
const HISTORY: Span = Span::hours(24 * 397);
const NINETY_DAYS: Span = Span::hours(24 * 90);
/// Newest first; older ones are not on the page.
const MOST_INCIDENTS: usize = 2_000;
const AT_ONCE: u32 = 200;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Facts {
    /// Newest first.
    pub incidents: Vec<(Arc<Incident>, Arc<[Update]>)>,
    pub promises: PromiseCounts,
    /// When the first incident of all was declared: before it nothing was recorded. `None` = never yet.
    pub since: Option<Time>,
}

/// Reads, and remembers what cannot have changed.
#[derive(Default)]
pub(super) struct Reader {
    /// By the number of updates the incident had.
    updates: HashMap<IncidentRef, (u32, Arc<[Update]>)>,
    since: Option<Time>,
}

impl Reader {
    pub(super) async fn read(&mut self, records: &Records, now: Time) -> Result<Facts, StoreError> {
        let mut incidents = Vec::new();
        let mut seen = HashMap::new();
        for incident in self.chosen(records, now).await? {
            let updates = self.updates(records, &incident).await?;
            seen.insert(incident.id, (incident.updates, Arc::clone(&updates)));
            incidents.push((Arc::new(incident), updates));
        }
        self.updates = seen;
        if self.since.is_none() {
            let first = records.incident(IncidentRef(1)).await?;
            self.since = first.map(|incident| incident.declared_at);
        }
        Ok(Facts { incidents, promises: records.promises(now - NINETY_DAYS).await?, since: self.since })
    }

    /// Those of the last year that customers were told about, and whatever is open.
    async fn chosen(&self, records: &Records, now: Time) -> Result<Vec<Incident>, StoreError> {
        let mut chosen: Vec<Incident> = Vec::new();
        let mut slice = Slice { before: None, limit: AT_ONCE };
        let from = now - HISTORY;
        loop {
            let part = records.incidents(None, slice).await?;
            let Some(last) = part.last() else { break };
            let (older, whole) = (last.declared_at < from, part.len() == AT_ONCE as usize);
            slice.before = Some(u64::from(last.id.0));
            chosen.extend(part);
            if older || !whole || chosen.len() >= MOST_INCIDENTS {
                break;
            }
        }
        let open = records.incidents(Some(true), Slice { before: slice.before, limit: AT_ONCE }).await?;
        chosen.retain(|i| i.declared_at >= from || i.phase.is_open());
        for incident in open {
            if chosen.iter().all(|i| i.id != incident.id) {
                chosen.push(incident);
            }
        }
        chosen.retain(|i| i.updates > 0 && !i.drill && i.merged_into.is_none());
        Ok(chosen)
    }

    async fn updates(&self, records: &Records, incident: &Incident) -> Result<Arc<[Update]>, StoreError> {
        match self.updates.get(&incident.id) {
            Some((count, updates)) if *count == incident.updates => Ok(Arc::clone(updates)),
            _ => Ok(records.updates(incident.id).await?.into()),
        }
    }
}
