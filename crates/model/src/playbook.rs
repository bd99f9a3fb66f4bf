//! The playbook: who is called, for what, how; and which pages customers read. Addresses and keys are not in it: they are in the
//! vault, under the person's or the integration's id.

use serde::{Deserialize, Serialize};

use crate::{Labels, Name, Severity, Span};

/// How a person is reached. Only the first two are built; the others are names the playbook may use later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Email,
    Webhook,
}

impl Channel {
    pub const ALL: [Self; 2] = [Self::Email, Self::Webhook];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Webhook => "webhook",
        }
    }

    /// People get at most one message a minute over it, the rest bundled; a machine takes every message.
    pub const fn bundles(self) -> bool {
        matches!(self, Self::Email)
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == text)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Playbook {
    pub people: Vec<Person>,
    pub teams: Vec<Team>,
    pub schedules: Vec<Schedule>,
    pub policies: Vec<Policy>,
    pub services: Vec<Service>,
    pub integrations: Vec<Integration>,
    pub routes: Vec<Route>,
    pub severities: Vec<SeverityRule>,
    pub pages: Vec<Page>,
    pub templates: Vec<Template>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: Name,
    pub name: String,
    /// IANA name.
    pub timezone: String,
    /// Soonest first. Every channel named here has a contact in the vault.
    pub notify: Vec<NotifyRule>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifyRule {
    pub after: Span,
    pub by: Channel,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: Name,
    pub name: String,
    pub members: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub id: Name,
    pub name: String,
    pub timezone: String,
    /// A later layer goes before an earlier one, where it has somebody.
    pub layers: Vec<Layer>,
}

/// One rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    pub people: Vec<Name>,
    pub every: Period,
    /// Local wall-clock time of the first hand-over, `2026-01-05T09:00`, in the schedule's zone.
    pub from: String,
    /// Local wall-clock time after which the layer has nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// How long a shift is. Days, weeks and months hand over at the local wall-clock time; hours count elapsed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Hours(u32),
    Days(u32),
    Weeks(u32),
    Months(u32),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub id: Name,
    pub name: String,
    pub steps: Vec<Step>,
    /// How many times the steps run again when nobody answers.
    pub repeat: u32,
    /// An acknowledgement older than this no longer counts, and paging starts again.
    pub ack_expires: Option<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub notify: Vec<Target>,
    pub wait: Span,
}

/// Whom a step calls: written `schedule:primary`, `person:ana`, `team:web`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Schedule(Name),
    Person(Name),
    Team(Name),
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Schedule(id) => write!(f, "schedule:{id}"),
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Team(id) => write!(f, "team:{id}"),
        }
    }
}

impl Target {
    /// As people read it.
    pub fn named(&self, playbook: &Playbook) -> String {
        match self {
            Self::Schedule(id) => format!("whoever is on call in {}", playbook.schedule(id).map_or(&**id, |s| &s.name)),
            Self::Person(id) => playbook.person_name(id).to_owned(),
            Self::Team(id) => format!("everybody in {}", playbook.team(id).map_or(&**id, |team| &team.name)),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub id: Name,
    pub name: String,
    pub policy: Option<Name>,
    pub team: Option<Name>,
    /// An alert at least this severe declares an incident by itself.
    pub declare_at: Option<Severity>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    pub id: Name,
    pub service: Name,
}

/// Where alerts with certain labels go. The first route that matches takes the alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    pub id: Name,
    /// Every one of these labels must have exactly this value.
    pub labels: Labels,
    /// Only alerts of this integration.
    pub integration: Option<Name>,
    pub service: Option<Name>,
    pub severity: Option<Severity>,
    /// Labels whose values decide which alerts page together. `None` = `alertname`.
    pub group_by: Option<Vec<String>>,
    /// False: these alerts are kept and shown, and wake nobody.
    pub page: bool,
}

/// What a severity means here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeverityRule {
    pub id: Severity,
    pub name: String,
    /// Words of senders (the `severity` label) that mean this severity.
    pub words: Vec<String>,
    /// False: alerts of this severity wake nobody.
    pub page: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub slug: Name,
    pub name: String,
    pub timezone: String,
    pub components: Vec<Component>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    pub id: Name,
    pub name: String,
    pub description: Option<String>,
    pub service: Option<Name>,
    /// The heading it stands under.
    pub group: Option<String>,
}

/// A ready text for an update. Plain placeholders only: `{title}`, `{impact}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub id: Name,
    pub name: String,
    pub acknowledge: String,
    pub apologize: String,
    pub act: String,
}

impl Playbook {
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|p| &*p.id == id)
    }
    /// What people call a person; the id of one who is no longer here.
    pub fn person_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.person(id).map_or(id, |person| &person.name)
    }
    /// What people call a service; the id of one that is no longer here.
    pub fn service_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.service(id).map_or(id, |service| &service.name)
    }
    pub fn team(&self, id: &str) -> Option<&Team> {
        self.teams.iter().find(|t| &*t.id == id)
    }
    pub fn schedule(&self, id: &str) -> Option<&Schedule> {
        self.schedules.iter().find(|s| &*s.id == id)
    }
    pub fn policy(&self, id: &str) -> Option<&Policy> {
        self.policies.iter().find(|p| &*p.id == id)
    }
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|s| &*s.id == id)
    }
    pub fn integration(&self, id: &str) -> Option<&Integration> {
        self.integrations.iter().find(|i| &*i.id == id)
    }
    pub fn page(&self, slug: &str) -> Option<&Page> {
        self.pages.iter().find(|p| &*p.slug == slug)
    }
}
