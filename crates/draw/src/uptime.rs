//! Uptime bars: one bar a day, the worse the day the taller and the warmer.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use model::page::ComponentStatus;

use crate::escape::attribute;

/// Units from one bar to the next; the bar itself is one narrower.
const PITCH: usize = 5;
const HEIGHT: u32 = 24;

/// Days, oldest first, as a strip of bars; `None` = nothing is known of that day, drawn as a mere line on the ground.
///
/// `alternative` says the same in words. The strip stretches to whatever size the style gives it: days have no natural width.
///
/// ```
/// use model::page::ComponentStatus::{MajorOutage, Operational};
/// let svg = draw::uptime::bars(&[None, Some(Operational), Some(MajorOutage)], "Login: trouble on 1 of 2 days");
/// assert!(svg.starts_with("<svg class=\"bars\" role=\"img\" aria-label=\"Login: trouble on 1 of 2 days\""));
/// ```
pub fn bars(days: &[Option<ComponentStatus>], alternative: &str) -> String {
    let mut svg = format!(
        r#"<svg class="bars" role="img" aria-label="{}" viewBox="0 0 {} {HEIGHT}" preserveAspectRatio="none">"#,
        attribute(alternative),
        days.len() * PITCH,
    );
    for (class, path) in paths(days) {
        // Writing into a String cannot fail.
        _ = write!(svg, r#"<path class="{class}" d="{path}"></path>"#);
    }
    svg.push_str("</svg>");
    svg
}

/// One path a state instead of ninety rectangles: a fifth of the bytes.
fn paths(days: &[Option<ComponentStatus>]) -> BTreeMap<&'static str, String> {
    let mut paths: BTreeMap<&'static str, String> = BTreeMap::new();
    for (i, day) in days.iter().enumerate() {
        let (class, height) = look(*day);
        let (path, wide) = (paths.entry(class).or_default(), PITCH - 1);
        _ = write!(path, "M{} {}h{wide}v{height}h-{wide}Z", i * PITCH, HEIGHT - height);
    }
    paths
}

const fn look(day: Option<ComponentStatus>) -> (&'static str, u32) {
    match day {
        None => ("none", 2),
        Some(ComponentStatus::Operational) => ("good", 8),
        Some(ComponentStatus::UnderMaintenance) => ("planned", 12),
        Some(ComponentStatus::DegradedPerformance) => ("warn", 16),
        Some(ComponentStatus::PartialOutage) => ("warn", 20),
        Some(ComponentStatus::MajorOutage) => ("bad", HEIGHT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_own_height() {
        let mut days = vec![None, None];
        days.extend(ComponentStatus::ALL.map(Some));
        insta::assert_snapshot!(bars(&days, "Login & \"mail\"").replace("><", ">\n<"));
    }

    #[test]
    fn no_days_are_an_empty_strip() {
        assert!(!bars(&[], "nothing").contains("<path"));
    }
}
