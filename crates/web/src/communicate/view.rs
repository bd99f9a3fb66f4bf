//! What a public page shows, gathered once per change and then printed as HTML, JSON and feeds. All of it is public: nothing
//! that is not meant for customers ever gets into these types, so a printer cannot leak.

use jiff::civil::Date;
use model::incident::Phase;
use model::page::ComponentStatus;
use model::update::PublicPhase;
use model::{IncidentRef, Name, Time, UpdateId};

/// One public page as it looks now.
#[derive(Clone, Debug, PartialEq)]
pub struct PageView {
    /// Stable code, 12 characters, made from the slug.
    pub id: String,
    pub slug: Name,
    pub name: String,
    /// Scheme and host without a slash at the end: the page is at `{base_url}/status/{slug}/`.
    pub base_url: String,
    /// IANA name; the days of the bars and the months of the history are days and months there.
    pub timezone: String,
    pub rendered_at: Time,
    /// When something that a reader can see last changed.
    pub updated_at: Time,
    pub indicator: Indicator,
    /// In the order of the playbook; those of one group need not stand together.
    pub components: Vec<ComponentView>,
    /// Unresolved incidents, newest first.
    pub open: Vec<IncidentView>,
    /// The last twelve months, newest first, also those without an incident. Resolved incidents only.
    pub history: Vec<MonthView>,
    /// In the last 90 days, over all incidents of the installation.
    pub promises_kept: u64,
    pub promises_broken: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ComponentView {
    /// Stable code, 12 characters.
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    /// The heading it stands under.
    pub group: Option<String>,
    pub status: ComponentStatus,
    pub created_at: Time,
    /// The last change of `status`.
    pub updated_at: Time,
    /// The last 90 days, oldest first, today last.
    pub days: Vec<DayView>,
    /// `None` = the records are younger than a day: a share of minutes says nothing about a service.
    pub uptime: Option<Uptime>,
}

/// The share of time without an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uptime {
    /// Parts of a million.
    pub ppm: u32,
    /// Of how many whole days, 1 to 90: the time since records begin.
    pub days: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DayView {
    pub date: Date,
    /// The worst status on that day; `None` = before records begin.
    pub worst: Option<ComponentStatus>,
    /// Codes of the incidents that touched the component on that day.
    pub incidents: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct IncidentView {
    pub reference: IncidentRef,
    /// Stable code, 12 characters. The page carries it as the `id` of the incident's element: links point to `#{code}`.
    pub code: String,
    pub title: String,
    pub impact: Impact,
    /// What customers were last told; `Resolved` once the incident is no longer open.
    pub phase: PublicPhase,
    /// Where the people who run it are.
    pub internal_phase: Phase,
    pub started_at: Time,
    pub created_at: Time,
    pub updated_at: Time,
    pub monitoring_at: Option<Time>,
    pub resolved_at: Option<Time>,
    /// Newest first, never empty: an incident becomes public with its first update.
    pub updates: Vec<UpdateView>,
    /// `None` when none is running.
    pub promise: Option<PromiseView>,
    /// Indexes into [`PageView::components`].
    pub components: Vec<usize>,
    /// Always false on a public page; kept so that the printers can say so if drills ever get a page.
    pub drill: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct UpdateView {
    pub id: UpdateId,
    /// Stable code, 12 characters.
    pub code: String,
    pub phase: PublicPhase,
    pub acknowledge: String,
    pub apologize: String,
    pub act: String,
    pub at: Time,
    pub next_update_at: Option<Time>,
    /// Components of this page whose status it set.
    pub changes: Vec<ChangeView>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ChangeView {
    /// Index into [`PageView::components`].
    pub component: usize,
    pub old: ComponentStatus,
    pub new: ComponentStatus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromiseView {
    pub due: Time,
    /// Its time has passed without a word.
    pub broken: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MonthView {
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
    /// Newest first, by when they started.
    pub incidents: Vec<IncidentView>,
}

/// How bad it is for customers, in Statuspage's words; also the page's indicator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    #[default]
    None,
    Minor,
    Major,
    Critical,
}

/// The one line at the top of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indicator {
    pub impact: Impact,
    /// Nothing is broken and something is being maintained.
    pub maintenance: bool,
    /// "All Systems Operational" and its like.
    pub description: &'static str,
}

impl Impact {
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }
}

impl UpdateView {
    /// The three A's that have a text, in order.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        [&self.acknowledge, &self.apologize, &self.act].into_iter().map(|part| part.trim()).filter(|part| !part.is_empty())
    }
}

impl PageView {
    /// `{base_url}/status/{slug}`, without a slash at the end.
    pub fn root(&self) -> String {
        format!("{}/status/{}", self.base_url, self.slug)
    }

    /// Every incident of the page, open ones first, newest first.
    pub fn incidents(&self) -> impl Iterator<Item = &IncidentView> {
        self.open.iter().chain(self.history.iter().flat_map(|m| &m.incidents))
    }
}
