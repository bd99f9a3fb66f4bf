//! Components with their last ninety days. A bar's height says the same as its colour, and a sentence says the same as the bars.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use maud::{Markup, html};
use model::page::ComponentStatus;

use crate::communicate::view::{ComponentView, DayView, PageView};
use crate::view::parts::{Tone, state};
use crate::view::text::shown;
use crate::view::when::Clock;

pub(super) fn components(page: &PageView, clock: &Clock) -> Markup {
    // Groups in the order in which the playbook first names them.
    let mut order: Vec<Option<&str>> = Vec::new();
    let mut groups: BTreeMap<Option<&str>, Vec<&ComponentView>> = BTreeMap::new();
    for component in &page.components {
        let group = component.group.as_deref();
        if !order.contains(&group) {
            order.push(group);
        }
        groups.entry(group).or_default().push(component);
    }
    html! {
        section aria-labelledby="components" {
            h2 #components { "Services" }
            @if page.components.is_empty() { p.quiet { "None are listed here yet." } }
            @for group in order {
                @if let Some(name) = group { h3 { (shown(name)) } }
                ul.components { @for component in groups.get(&group).into_iter().flatten() { (component_row(component, group.is_some(), clock)) } }
            }
        }
    }
}

fn component_row(component: &ComponentView, nested: bool, clock: &Clock) -> Markup {
    let tone = Tone::of_component(component.status);
    html! {
        li {
            div.head {
                @if nested { h4 { (shown(&component.name)) } } @else { h3 { (shown(&component.name)) } }
                (state(tone, component.status.words()))
                @if let Some(ppm) = component.uptime_ppm { span.uptime { (percent(ppm)) " % in 90 days" } }
            }
            @if let Some(text) = &component.description { p.quiet { (shown(text)) } }
            @if component.days.iter().any(|d| d.worst.is_some()) { (bars(component, clock)) }
        }
    }
}

/// 999,700 → `99.97`. Rounded down: a page that had an outage never shows 100.
fn percent(ppm: u32) -> String {
    let hundredths = ppm / 100;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

const WIDTH: usize = 5;
const HEIGHT: u32 = 24;

fn bars(component: &ComponentView, clock: &Clock) -> Markup {
    let days = &component.days;
    html! {
        svg.bars role="img" aria-label=(aloud(component)) viewBox={ "0 0 " (days.len() * WIDTH) " " (HEIGHT) } preserveAspectRatio="none" {
            // One path a state instead of ninety rectangles: a fifth of the bytes.
            @for (class, path) in paths(days) { path class=(class) d=(path) {} }
        }
        p.scale aria-hidden="true" {
            span { @if let Some(first) = days.first() { (first.date.strftime("%-d %b")) } }
            span { (clock.zoned(clock.now).strftime("%-d %b")) }
        }
    }
}

fn paths(days: &[DayView]) -> BTreeMap<&'static str, String> {
    let mut paths: BTreeMap<&'static str, String> = BTreeMap::new();
    for (i, day) in days.iter().enumerate() {
        let (class, height) = match day.worst {
            None => ("none", 2),
            Some(ComponentStatus::Operational) => ("good", 8),
            Some(ComponentStatus::UnderMaintenance) => ("planned", 12),
            Some(ComponentStatus::DegradedPerformance) => ("warn", 16),
            Some(ComponentStatus::PartialOutage) => ("warn", 20),
            Some(ComponentStatus::MajorOutage) => ("bad", HEIGHT),
        };
        // Writing into a String cannot fail.
        _ = write!(paths.entry(class).or_default(), "M{} {}h4v{height}h-4Z", i * WIDTH, HEIGHT - height);
    }
    paths
}

/// The bars as a sentence.
fn aloud(component: &ComponentView) -> String {
    const MOST: usize = 10;
    let known = component.days.iter().filter(|d| d.worst.is_some()).count();
    let bad: Vec<String> = component
        .days
        .iter()
        .rev()
        .filter_map(|d| match d.worst {
            None | Some(ComponentStatus::Operational) => None,
            Some(status) => Some(format!("{} {}", d.date.strftime("%-d %b"), status.words().to_lowercase())),
        })
        .collect();
    let name = shown(&component.name);
    match bad.len() {
        0 => format!("{name}: operational on all of the last {known} days"),
        n if n > MOST => format!("{name}: trouble on {n} of {known} days, the latest {}", bad[..MOST].join(", ")),
        n => format!("{name}: trouble on {n} of {known} days: {}", bad.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_never_rounds_to_hundred() {
        assert_eq!(percent(999_999), "99.99");
        assert_eq!(percent(1_000_000), "100.00");
        assert_eq!(percent(950_040), "95.00");
    }
}
