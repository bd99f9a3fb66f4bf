//! Components with their last ninety days. A bar's height says the same as its colour, and a sentence says the same as the bars.

use std::collections::BTreeMap;

use maud::{Markup, PreEscaped, html};
use model::page::ComponentStatus;

use crate::communicate::view::{ComponentView, PageView, Uptime};
use crate::view::parts::{Tone, state};
use crate::view::text::{count, shown};
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
                @if let Some(uptime) = component.uptime { span.uptime { (share(uptime)) } }
            }
            @if let Some(text) = &component.description { p.quiet { (shown(text)) } }
            @if component.days.iter().any(|d| d.worst.is_some()) { (bars(component, clock)) }
        }
    }
}

/// `99.97 % in 12 days`: a share without the time it is a share of says nothing.
fn share(uptime: Uptime) -> String {
    format!("{} % in {}", percent(uptime.ppm), count(u64::from(uptime.days), "day", "days"))
}

/// 999,700 → `99.97`. Rounded down: a page that had an outage never shows 100.
fn percent(ppm: u32) -> String {
    let hundredths = ppm / 100;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn bars(component: &ComponentView, clock: &Clock) -> Markup {
    let days: Vec<_> = component.days.iter().map(|day| day.worst).collect();
    html! {
        (PreEscaped(draw::uptime::bars(&days, &aloud(component))))
        p.scale aria-hidden="true" {
            span { @if let Some(first) = component.days.first() { (first.date.strftime("%-d %b")) } }
            span { (clock.zoned(clock.now).strftime("%-d %b")) }
        }
    }
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
        assert_eq!(share(Uptime { ppm: 950_040, days: 1 }), "95.00 % in 1 day");
    }
}
