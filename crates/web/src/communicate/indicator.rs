//! The one line at the top, by Statuspage's rules: from the states of all components, and from open incidents that name none.

use model::page::ComponentStatus;

use super::view::{ComponentView, Impact, IncidentView, Indicator};

pub(super) fn indicator(components: &[ComponentView], open: &[IncidentView]) -> Indicator {
    let by_components = from_components(components);
    let by_incidents = open
        .iter()
        .filter(|incident| incident.monitoring_at.is_none())
        .filter(|incident| incident.updates.iter().all(|u| u.changes.is_empty()))
        .map(|incident| incident.impact)
        .max()
        .unwrap_or_default();
    if by_incidents <= by_components.impact {
        return by_components;
    }
    line(
        by_incidents,
        match by_incidents {
            Impact::Critical => "Major Service Outage",
            Impact::Major => "Partial System Outage",
            _ => "Minor Service Outage",
        },
    )
}

const fn line(impact: Impact, description: &'static str) -> Indicator {
    Indicator { impact, maintenance: false, description }
}

fn from_components(components: &[ComponentView]) -> Indicator {
    let count = |status| components.iter().filter(|c| c.status == status).count();
    let all = components.len();
    let (major, partial, degraded, maintained) = (
        count(ComponentStatus::MajorOutage),
        count(ComponentStatus::PartialOutage),
        count(ComponentStatus::DegradedPerformance),
        count(ComponentStatus::UnderMaintenance),
    );
    match () {
        () if all == 0 => line(Impact::None, "All Systems Operational"),
        () if major == all => line(Impact::Critical, "Major Service Outage"),
        () if major > 0 || partial == all => line(Impact::Major, "Partial System Outage"),
        () if partial > 0 => line(Impact::Minor, "Minor Service Outage"),
        () if degraded == all => line(Impact::Minor, "Degraded System Service"),
        () if degraded > 0 => line(Impact::Minor, "Partially Degraded Service"),
        () if maintained > 0 => Indicator { maintenance: true, ..line(Impact::None, "Service Under Maintenance") },
        () => line(Impact::None, "All Systems Operational"),
    }
}

#[cfg(test)]
mod tests {
    use model::Time;

    use super::*;

    fn components(states: &[ComponentStatus]) -> Vec<ComponentView> {
        states
            .iter()
            .map(|status| ComponentView {
                id: String::new(),
                name: String::new(),
                description: None,
                group: None,
                status: *status,
                created_at: Time(0),
                updated_at: Time(0),
                days: Vec::new(),
                uptime: None,
            })
            .collect()
    }

    #[test]
    fn by_the_states_of_components() {
        use ComponentStatus::{
            DegradedPerformance as D, MajorOutage as M, Operational as O, PartialOutage as P, UnderMaintenance as U,
        };
        for (states, impact, description) in [
            (&[][..], "none", "All Systems Operational"),
            (&[O, O], "none", "All Systems Operational"),
            (&[M], "critical", "Major Service Outage"),
            (&[M, M], "critical", "Major Service Outage"),
            (&[M, O], "major", "Partial System Outage"),
            (&[P, P], "major", "Partial System Outage"),
            (&[P, O], "minor", "Minor Service Outage"),
            (&[D, D], "minor", "Degraded System Service"),
            (&[D, O], "minor", "Partially Degraded Service"),
            (&[U, O], "none", "Service Under Maintenance"),
        ] {
            let found = indicator(&components(states), &[]);
            assert_eq!((found.impact.name(), found.description), (impact, description));
        }
    }
}
