//! Playbooks for tests, built in a few words.

use std::sync::Arc;

use model::page::ComponentStatus;
use model::playbook::{
    Component, Integration, Layer, NotifyRule, Page, Period, Person, Policy, Route, Schedule, Service, SeverityRule, Step,
    Target, Team,
};
use model::update::{Draft, PublicPhase};
use model::{Audience, Channel, Labels, Playbook, Severity, Span, Time};

pub(crate) use model::Channel::{Email, Webhook};

pub(crate) const fn minutes(n: i64) -> Span {
    Span::minutes(n)
}

#[derive(Clone, Default)]
pub(crate) struct Book(pub(crate) Playbook);

/// Ana is called first, Ben five minutes later, each by e-mail; nobody a second time.
pub(crate) fn book() -> Book {
    Book::default()
        .person("ana", &[(0, Email)])
        .person("ben", &[(0, Email)])
        .person("cleo", &[(0, Email)])
        .policy("default", &[("person:ana", 5), ("person:ben", 5)])
        .service("checkout", "default")
        .integration("prom", "checkout")
        .page("status", &["web", "api"])
}

impl Book {
    /// Rules as (minutes after the call, channel). Somebody known is written anew.
    pub(crate) fn person(mut self, id: &str, rules: &[(i64, Channel)]) -> Self {
        let notify = rules.iter().map(|(after, by)| NotifyRule { after: minutes(*after), by: *by }).collect();
        self.0.people.retain(|p| &*p.id != id);
        self.0.people.push(Person { id: id.into(), name: id.to_uppercase(), timezone: "UTC".into(), notify });
        self
    }

    pub(crate) fn team(mut self, id: &str, members: &[&str]) -> Self {
        let members = members.iter().map(|m| (*m).into()).collect();
        self.0.teams.push(Team { id: id.into(), name: id.into(), members });
        self
    }

    /// A weekly rotation that hands over at `from`'s local time, in Berlin.
    pub(crate) fn weekly(self, id: &str, people: &[&str], from: &str) -> Self {
        self.rotation(id, people, from, None)
    }

    pub(crate) fn rotation(mut self, id: &str, people: &[&str], from: &str, until: Option<&str>) -> Self {
        let people = people.iter().map(|m| (*m).into()).collect();
        let layer = Layer { people, every: Period::Weeks(1), from: from.into(), until: until.map(Into::into) };
        match self.0.schedules.iter_mut().find(|s| &*s.id == id) {
            Some(schedule) => schedule.layers.push(layer),
            None => self.0.schedules.push(Schedule {
                id: id.into(),
                name: id.into(),
                timezone: "Europe/Berlin".into(),
                layers: vec![layer],
            }),
        }
        self
    }

    /// Steps as (whom, separated by commas; minutes to wait).
    pub(crate) fn policy(mut self, id: &str, steps: &[(&str, i64)]) -> Self {
        let target = |text: &str| match text.split_once(':').unwrap() {
            ("schedule", id) => Target::Schedule(id.into()),
            ("team", id) => Target::Team(id.into()),
            (_, id) => Target::Person(id.into()),
        };
        let steps = steps.iter().map(|(whom, wait)| Step { notify: whom.split(',').map(target).collect(), wait: minutes(*wait) });
        let policy = Policy { id: id.into(), name: id.into(), steps: steps.collect(), repeat: 0, ack_expires: None };
        self.0.policies.retain(|p| &*p.id != id);
        self.0.policies.push(policy);
        self
    }

    pub(crate) fn repeat(mut self, times: u32) -> Self {
        self.0.policies.last_mut().unwrap().repeat = times;
        self
    }

    pub(crate) fn ack_expires(mut self, after: i64) -> Self {
        self.0.policies.last_mut().unwrap().ack_expires = Some(minutes(after));
        self
    }

    /// `policy` = "" for a service that calls nobody.
    pub(crate) fn service(mut self, id: &str, policy: &str) -> Self {
        let policy = (!policy.is_empty()).then(|| policy.into());
        self.0.services.push(Service { id: id.into(), name: id.into(), policy, team: None, declare_at: None });
        self
    }

    /// The service added last declares incidents by itself.
    pub(crate) fn declares_at(mut self, severity: Severity) -> Self {
        self.0.services.last_mut().unwrap().declare_at = Some(severity);
        self
    }

    pub(crate) fn integration(mut self, id: &str, service: &str) -> Self {
        self.0.integrations.push(Integration { id: id.into(), service: service.into() });
        self
    }

    pub(crate) fn page(mut self, slug: &str, components: &[&str]) -> Self {
        let component =
            |id: &&str| Component { id: (*id).into(), name: (*id).into(), description: None, service: None, group: None };
        let components = components.iter().map(component).collect();
        self.0.pages.push(Page { slug: slug.into(), name: slug.into(), timezone: "UTC".into(), components });
        self
    }

    /// Alerts of this severity wake nobody.
    pub(crate) fn quiet_at(mut self, severity: Severity) -> Self {
        self.0.severities.push(SeverityRule { id: severity, name: severity.name().into(), words: Vec::new(), page: false });
        self
    }

    /// Alerts with this label go to this service.
    pub(crate) fn route(mut self, label: (&str, &str), service: &str) -> Self {
        self.0.routes.push(Route {
            id: format!("route-{}", self.0.routes.len()).as_str().into(),
            labels: Labels::from_pairs([label]),
            integration: None,
            service: Some(service.into()),
            severity: None,
            group_by: None,
            page: true,
        });
        self
    }

    pub(crate) fn shared(&self) -> Arc<Playbook> {
        Arc::new(self.0.clone())
    }
}

/// An update with all three A's, and the next word at `next`.
pub(crate) fn word(next: Option<Time>) -> Draft {
    Draft {
        page: None,
        audience: Audience::Public,
        phase: PublicPhase::Investigating,
        acknowledge: "Payments with cards fail for some customers since 10:00.".into(),
        apologize: "We are sorry that you cannot pay at the moment.".into(),
        act: "We are looking into the card gateway.".into(),
        next_update_at: next,
        components: std::iter::once(("web".into(), ComponentStatus::PartialOutage)).collect(),
        lint_override: None,
    }
}
