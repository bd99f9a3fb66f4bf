//! The small pieces that every screen is made of. A state is always colour, word and shape together.

use maud::{Markup, html};
use model::page::ComponentStatus;
use model::{AlertState, Phase, Severity};

/// What a colour means; see the legend on the page of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Firing, SEV1, broken: ▲
    Bad,
    /// Degraded, SEV2 and SEV3, waiting for somebody: ◆
    Warn,
    /// A promise that is running: ◷
    Due,
    /// Fine: ●
    Good,
    /// Maintenance, drill: ■
    Planned,
    /// Unknown, or not worth a colour: ○
    Plain,
}

impl Tone {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Due => "due",
            Self::Good => "good",
            Self::Planned => "planned",
            Self::Plain => "plain",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Bad => "M8 1.5 15.5 14.5H.5Z",
            Self::Warn => "M8 .5 15.5 8 8 15.5.5 8Z",
            Self::Due => {
                "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 2a5 5 0 1 1 0 10A5 5 0 0 1 8 3Zm-1 1.5v4.2l3.4 2 1-1.7-2.4-1.4V4.5Z"
            }
            Self::Good => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z",
            Self::Planned => "M2 2h12v12H2Z",
            Self::Plain => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z",
        }
    }

    /// Drawn, not a character: not every phone has a font with all six.
    pub fn shape(self) -> Markup {
        html! {
            svg.shape viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" {
                path fill-rule="evenodd" d=(self.path()) {}
            }
        }
    }

    pub const fn of_severity(severity: Severity) -> Self {
        match severity {
            Severity::Sev1 => Self::Bad,
            Severity::Sev2 | Severity::Sev3 => Self::Warn,
            Severity::Sev4 | Severity::Sev5 => Self::Plain,
        }
    }

    pub const fn of_alert(state: AlertState) -> Self {
        match state {
            AlertState::Firing => Self::Bad,
            AlertState::Acknowledged => Self::Warn,
            AlertState::Resolved => Self::Good,
        }
    }

    pub const fn of_component(status: ComponentStatus) -> Self {
        match status {
            ComponentStatus::Operational => Self::Good,
            ComponentStatus::DegradedPerformance | ComponentStatus::PartialOutage => Self::Warn,
            ComponentStatus::MajorOutage => Self::Bad,
            ComponentStatus::UnderMaintenance => Self::Planned,
        }
    }

    pub const fn of_phase(phase: Phase) -> Self {
        match phase {
            Phase::Triage | Phase::Investigating | Phase::Identified => Self::Warn,
            Phase::Mitigated | Phase::Monitoring | Phase::Resolved | Phase::Reviewed | Phase::Closed => Self::Good,
            Phase::Declined | Phase::Merged => Self::Plain,
        }
    }
}

/// A state: shape and word in one colour.
pub fn state(tone: Tone, word: &str) -> Markup {
    html! { span class={ "state " (tone.class()) } { (tone.shape()) (word) } }
}

pub fn severity(severity: Severity) -> Markup {
    state(Tone::of_severity(severity), severity.name())
}

pub fn phase(phase: Phase) -> Markup {
    state(Tone::of_phase(phase), phase.name())
}

pub fn alert_state(alert: AlertState) -> Markup {
    state(Tone::of_alert(alert), alert.name())
}

pub fn drill() -> Markup {
    state(Tone::Planned, "drill")
}

/// A button that says under itself what pressing it does to other people.
pub fn act(label: &str, consequence: &str) -> Markup {
    html! {
        button.primary type="submit" { (label) }
        @if !consequence.is_empty() { p.consequence { (consequence) } }
    }
}

/// What is wrong with one field, tied to it by `aria-describedby`.
pub fn fault(id: &str, text: Option<&str>) -> Markup {
    html! {
        @if let Some(text) = text { p.fault id={ (id) "-fault" } { (Tone::Bad.shape()) (text) } }
    }
}

/// Nothing to list: what that means, and the next step.
pub fn empty(what: &str, next: Markup) -> Markup {
    html! { div.empty { p { strong { (what) } } p { (next) } } }
}

/// The options of a `<select>`: value, words.
pub fn options<'a>(choices: impl IntoIterator<Item = (&'a str, &'a str)>, chosen: &str) -> Markup {
    html! {
        @for (value, words) in choices {
            option value=(value) selected[value == chosen] { (words) }
        }
    }
}

/// Every severity as options, with what it means.
pub fn severities(chosen: Severity) -> Markup {
    const WORDS: [(&str, &str); 5] = [
        ("SEV1", "SEV1 – all customers, or data at risk"),
        ("SEV2", "SEV2 – many customers, or one flow down"),
        ("SEV3", "SEV3 – some customers, a way around"),
        ("SEV4", "SEV4 – hardly noticed"),
        ("SEV5", "SEV5 – not noticed by customers"),
    ];
    options(WORDS, chosen.name())
}

/// The link to the next part of a long list.
pub fn more(next: Option<&str>) -> Markup {
    html! {
        @if let Some(next) = next { p.more { a href=(next) rel="next" { "Show older" } } }
    }
}
