//! The incident room. Three parts, side by side where there is room and as tabs on a phone: the timeline, what customers are told,
//! what we know. The promise clock is the largest thing in it.

pub mod composer;
pub mod head;
pub mod know;
pub mod timeline;

use maud::{Markup, html};
use model::incident::Impact;
use model::{IncidentRef, Name, Phase, Role, Severity, Time};

use super::alerts::AlertRow;
use super::now::PageRow;
use super::promise::Promise;
use super::text::shown;
use super::{Shell, shell};
pub use composer::{Composer, Lint, LintLevel};
pub use know::MarkRow;
pub use timeline::Entry;

#[derive(Clone, Debug)]
pub struct Room {
    pub shell: Shell,
    pub id: IncidentRef,
    pub title: String,
    pub severity: Severity,
    pub phase: Phase,
    pub drill: bool,
    pub merged_into: Option<IncidentRef>,
    /// Names of services.
    pub services: Vec<String>,
    pub impact: Impact,
    /// When customers began to feel it, if that is known.
    pub impact_start: Option<Time>,
    pub declared_at: Time,
    pub first_public: Option<Time>,
    pub resolved_at: Option<Time>,
    pub promise: Promise,
    /// Every role in order, with who holds it.
    pub roles: Vec<RoleRow>,
    /// Who may take a role: id and name.
    pub people: Vec<(Name, String)>,
    /// Unanswered groups of this incident.
    pub pages: Vec<PageRow>,
    pub alerts: Vec<AlertRow>,
    pub marks: Vec<MarkRow>,
    /// Oldest first; the newest few hundred of a long timeline.
    pub entries: Vec<Entry>,
    /// Address of the room with all entries, when some are left out.
    pub whole: Option<String>,
    /// `None` for viewers, and when no public page shows anything of this incident.
    pub composer: Option<Composer>,
    /// Other open incidents, to merge into.
    pub others: Vec<(IncidentRef, String)>,
    pub tab: Tab,
    /// What stands in the note box, after a refusal.
    pub note: String,
}

#[derive(Clone, Debug)]
pub struct RoleRow {
    pub role: Role,
    pub holder: Option<String>,
    pub since: Option<Time>,
}

/// Which part a narrow screen shows first (`?tab=say`, `?tab=know`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Timeline,
    Say,
    Know,
}

impl Tab {
    pub fn parse(text: &str) -> Self {
        match text {
            "say" => Self::Say,
            "know" => Self::Know,
            _ => Self::Timeline,
        }
    }
}

impl Room {
    fn started(&self) -> Time {
        self.impact_start.unwrap_or(self.declared_at)
    }

    /// People still work on it.
    fn open(&self) -> bool {
        self.phase.is_open()
    }
}

pub fn page(view: &Room) -> Markup {
    let title = format!("{} {}", view.id, shown(&view.title));
    shell::page(&view.shell, &title, main(view))
}

pub fn main(view: &Room) -> Markup {
    html! {
        div.room {
            (head::head(view))
            (tabs(view))
            div.columns {
                section #log.part.log aria-labelledby="log-h" {
                    h2 #log-h { "Timeline" }
                    (timeline::timeline(view))
                }
                section #say.part.say aria-labelledby="say-h" {
                    h2 #say-h { "Say to customers" }
                    (composer::composer(view))
                }
                section #know.part.know aria-labelledby="know-h" {
                    h2 #know-h.vh { "What we know" }
                    (know::know(view))
                }
            }
        }
    }
}

/// Tabs for narrow screens: radio buttons, so that they work without a script and keep what was typed in the other parts. The
/// style shows the part whose button is on.
fn tabs(view: &Room) -> Markup {
    html! {
        fieldset.switch {
            legend.vh { "Show" }
            @for (tab, id, words) in [
                (Tab::Timeline, "tab-log", "Timeline"),
                (Tab::Say, "tab-say", "Customers"),
                (Tab::Know, "tab-know", "Facts"),
            ] {
                input type="radio" name="tab" id=(id) checked[tab == view.tab];
                label for=(id) { (words) }
            }
        }
    }
}
