//! Which component was in which state from when to when, as customers were told.

use model::Time;
use model::page::ComponentStatus;

/// One incident held one component in one state that is not operational.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    /// Index of the component on its page.
    pub component: usize,
    pub status: ComponentStatus,
    pub from: Time,
    /// `None` = still.
    pub to: Option<Time>,
    /// The incident's code.
    pub incident: String,
}

impl Span {
    /// The part of it between two moments; `None` when it lies outside.
    pub(super) fn within(&self, from: Time, to: Time) -> Option<(Time, Time)> {
        let (from, to) = (self.from.max(from), self.to.unwrap_or(to).min(to));
        (from < to).then_some((from, to))
    }

    pub(super) fn is_outage(&self) -> bool {
        matches!(self.status, ComponentStatus::PartialOutage | ComponentStatus::MajorOutage)
    }
}

/// Collects spans from changes in the order they happened.
#[derive(Debug, Default)]
pub(super) struct Spans {
    done: Vec<Span>,
    open: Vec<Span>,
}

impl Spans {
    pub(super) fn set(&mut self, component: usize, status: ComponentStatus, at: Time, incident: &str) {
        self.end(|span| span.component == component, at);
        if status != ComponentStatus::Operational {
            self.open.push(Span { component, status, from: at, to: None, incident: incident.to_owned() });
        }
    }

    pub(super) fn end_all(&mut self, at: Time) {
        self.end(|_| true, at);
    }

    pub(super) fn finish(mut self) -> Vec<Span> {
        self.done.append(&mut self.open);
        self.done
    }

    fn end(&mut self, which: impl Fn(&Span) -> bool, at: Time) {
        for mut span in self.open.extract_if(.., |span| which(span)) {
            span.to = Some(at.max(span.from));
            self.done.push(span);
        }
    }
}
