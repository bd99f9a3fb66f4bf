//! The public page: with an open incident, with a promise overdue, and calm.

use jiff::civil::{Date, date};
use model::incident::Phase;
use model::page::ComponentStatus;
use model::update::PublicPhase;
use model::{IncidentRef, Span, Time, UpdateId};
use web::communicate::html::page_html;
use web::communicate::view::{
    ComponentView, DayView, Impact, IncidentView, Indicator, MonthView, PageView, PromiseView, UpdateView, Uptime,
};

use super::{HOSTILE, at, now};

pub(super) fn screens() -> Vec<(&'static str, String)> {
    let mut late = page();
    late.open[0].promise = Some(PromiseView { due: now() - Span(185), broken: true });
    late.open[0].title = HOSTILE.into();
    late.open[0].impact = Impact::Critical;
    let mut calm = page();
    calm.open.clear();
    calm.components.iter_mut().for_each(|c| c.status = ComponentStatus::Operational);
    calm.indicator = Indicator { impact: Impact::None, maintenance: false, description: "All Systems Operational" };
    let mut fresh = calm.clone();
    fresh.components.clear();
    fresh.history.clear();
    (fresh.promises_kept, fresh.promises_broken) = (0, 0);
    vec![
        ("public", page_html(&page())),
        ("public-late", page_html(&late)),
        ("public-calm", page_html(&calm)),
        ("public-fresh", page_html(&fresh)),
    ]
}

fn page() -> PageView {
    PageView {
        id: "k1m2n3p4q5r6".into(),
        slug: "shop".into(),
        name: "Shop status".into(),
        base_url: "https://candor.example.org".into(),
        timezone: "Europe/Lisbon".into(),
        rendered_at: now(),
        updated_at: now() - Span(700),
        indicator: Indicator { impact: Impact::Major, maintenance: false, description: "Partial System Outage" },
        components: vec![
            component("Login", Some("Shop"), ComponentStatus::PartialOutage, Some(999_100)),
            component("Checkout", Some("Shop"), ComponentStatus::Operational, Some(999_741)),
            component("Search", None, ComponentStatus::UnderMaintenance, None),
        ],
        open: vec![incident(12, "Login is failing for some of you", PublicPhase::Identified, None)],
        history: vec![
            MonthView {
                year: 2026,
                month: 7,
                incidents: vec![incident(
                    11,
                    "Payments by card were refused",
                    PublicPhase::Resolved,
                    Some(at("2026-07-01T13:20:00Z")),
                )],
            },
            MonthView { year: 2026, month: 6, incidents: vec![] },
            MonthView {
                year: 2026,
                month: 5,
                incidents: vec![incident(9, "Pictures loaded slowly", PublicPhase::Resolved, Some(at("2026-07-08T01:20:00Z")))],
            },
        ],
        promises_kept: 47,
        promises_broken: 2,
    }
}

fn component(name: &str, group: Option<&str>, status: ComponentStatus, ppm: Option<u32>) -> ComponentView {
    let today: Date = date(2026, 7, 7);
    ComponentView {
        id: name.to_lowercase(),
        name: name.into(),
        description: (name == "Search").then(|| "Finding products, and the suggestions while you type".into()),
        group: group.map(Into::into),
        status,
        created_at: at("2026-01-01T00:00:00Z"),
        updated_at: now(),
        days: (0..90i64)
            .map(|i| DayView {
                date: today.saturating_sub(jiff::Span::new().days(89 - i)),
                worst: match i {
                    0..20 => None,
                    41 | 42 => Some(ComponentStatus::DegradedPerformance),
                    70 => Some(ComponentStatus::MajorOutage),
                    80 => Some(ComponentStatus::UnderMaintenance),
                    89 => Some(status),
                    _ => Some(ComponentStatus::Operational),
                },
                incidents: vec![],
            })
            .collect(),
        uptime: ppm.map(|ppm| Uptime { ppm, days: 70 }),
    }
}

fn incident(number: u32, title: &str, phase: PublicPhase, resolved_at: Option<Time>) -> IncidentView {
    let started_at = resolved_at.map_or(at("2026-07-07T09:02:10Z"), |end| end - Span(6_000));
    let update = |id: u64, phase, minutes: i64, act: &str, next: Option<i64>| UpdateView {
        id: UpdateId(id),
        code: format!("u{number}x{id}"),
        phase,
        acknowledge: "About 15 of 100 sign-ins in the app fail since 10:02. The web site works.".into(),
        apologize: "We are sorry: a change of ours broke this.".into(),
        act: act.into(),
        at: started_at + Span::minutes(minutes),
        next_update_at: next.map(|m| started_at + Span::minutes(m)),
        changes: vec![],
    };
    IncidentView {
        reference: IncidentRef(number),
        code: format!("inc{number}"),
        title: title.into(),
        impact: Impact::Major,
        phase,
        internal_phase: Phase::Identified,
        started_at,
        created_at: started_at,
        updated_at: now(),
        monitoring_at: None,
        resolved_at,
        updates: vec![
            update(
                2,
                phase,
                8,
                "We are taking the change back. Until then please use the web site.",
                resolved_at.is_none().then_some(28),
            ),
            update(1, PublicPhase::Investigating, 3, "We are looking at what we shipped at 09:58.", Some(20)),
        ],
        promise: resolved_at.is_none().then(|| PromiseView { due: at("2026-07-07T09:30:00Z"), broken: false }),
        components: vec![0],
        drill: false,
    }
}
