//! Alerts. Whether one is acknowledged, and which incident it belongs to, is its group's to say: filled in here.

use model::{Alert, AlertId, AlertState, IncidentRef, Name};

use super::{AlertCounts, AlertFilter, AlertFilterState, Records, Slice, int, read};
use crate::tables::read as texts;
use crate::{Row, StoreError};

impl Records {
    pub async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError> {
        self.db.one(&texts::ALERT, &[int(id.0).into()]).await?.map(|row| alert(&row)).transpose()
    }

    pub async fn alerts(&self, filter: &AlertFilter, slice: Slice) -> Result<Vec<Alert>, StoreError> {
        let mut list = Vec::new();
        let take = |row: Row| {
            list.push(alert(&row)?);
            Ok(())
        };
        let (before, limit) = (slice.before(), i64::from(slice.limit));
        let service = filter.service.as_deref();
        let integration = filter.integration.as_deref();
        let incident = filter.incident.map(|i| i64::from(i.0));
        let group = filter.group.map(|g| int(g.0));
        let acknowledged = match filter.state {
            Some(AlertFilterState::Firing) => Some(false),
            Some(AlertFilterState::Acknowledged) => Some(true),
            _ => None,
        };
        match filter.state {
            Some(AlertFilterState::Resolved) | None => {
                let text = if filter.state.is_some() { &texts::RESOLVED_ALERTS } else { &texts::ALERTS };
                let params = [before.into(), service.into(), integration.into(), incident.into(), group.into(), limit.into()];
                self.db.each(text, &params, take).await?;
            }
            Some(_) => {
                let params = [
                    before.into(),
                    service.into(),
                    integration.into(),
                    incident.into(),
                    group.into(),
                    acknowledged.into(),
                    limit.into(),
                ];
                self.db.each(&texts::OPEN_ALERTS, &params, take).await?;
            }
        }
        Ok(list)
    }

    /// Every open alert, by id, one at a time: there may be a hundred thousand.
    pub async fn each_open_alert(
        &self,
        integration: Option<&Name>,
        visit: &mut (dyn FnMut(Alert) + Send),
    ) -> Result<(), StoreError> {
        let params = [integration.map(|name| &**name).into()];
        self.db
            .each(&texts::EVERY_OPEN_ALERT, &params, |row| {
                visit(alert(&row)?);
                Ok(())
            })
            .await
    }

    pub async fn alert_counts(&self) -> Result<AlertCounts, StoreError> {
        let Some(row) = self.db.one(&texts::COUNT_ALERTS, &[]).await? else { return Ok(AlertCounts::default()) };
        Ok(AlertCounts { firing: row.int(0)?.unsigned_abs(), acknowledged: row.int(1)?.unsigned_abs() })
    }
}

fn alert(row: &Row) -> Result<Alert, StoreError> {
    let mut alert: Alert = read(row)?;
    alert.incident = row.opt_int(2)?.and_then(|n| u32::try_from(n).ok()).map(IncidentRef);
    if alert.state == AlertState::Firing && row.opt_bool(1)? == Some(true) {
        alert.state = AlertState::Acknowledged;
    }
    Ok(alert)
}
