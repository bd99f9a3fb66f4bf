//! The room: in the middle of it, late, seen by a viewer, under attack, and over.

use model::incident::Impact;
use model::mark::{Confidence, MarkKind};
use model::page::ComponentStatus;
use model::update::PublicPhase;
use model::{Access, Audience, EntryKind, GroupId, IncidentRef, Phase, Role, Span};
use web::view::now::PageRow;
use web::view::promise::Promise;
use web::view::room::composer::ComponentRow;
use web::view::room::{self, Composer, Entry, Lint, LintLevel, MarkRow, RoleRow, Room, Tab};
use web::view::{Nav, Said};

use super::running::{alert_rows, page_row};
use super::{HOSTILE, SEV2, at, now, shell};

pub(super) fn screens() -> Vec<(&'static str, String)> {
    let mut viewer = room();
    viewer.shell.access = Access::Viewer;
    viewer.composer = None;
    viewer.promise = Promise::Untold { since: at("2026-07-07T09:02:10Z") };
    viewer.first_public = None;
    let mut late = room();
    late.promise = Promise::Due { at: now() - Span(190) };
    late.tab = Tab::Say;
    late.pages.push(PageRow {
        group: GroupId(8_212),
        summary: "Sessions are lost after a minute".into(),
        next: None,
        ..page_row()
    });
    let mut know = room();
    know.tab = Tab::Know;
    vec![
        ("room", room::page(&room()).into_string()),
        ("room-say-late", room::page(&late).into_string()),
        ("room-know", room::page(&know).into_string()),
        ("room-viewer", room::page(&viewer).into_string()),
        ("room-hostile", room::page(&hostile()).into_string()),
        ("room-over", room::page(&over()).into_string()),
    ]
}

fn room() -> Room {
    Room {
        shell: shell(Nav::Incidents),
        id: IncidentRef(12),
        title: "Login fails for about 15 % of users".into(),
        severity: SEV2,
        phase: Phase::Investigating,
        drill: false,
        merged_into: None,
        services: vec!["Login".into(), "Checkout".into()],
        impact: Impact {
            summary: "About 15 of 100 sign-ins end with an error page".into(),
            share_ppm: Some(150_000),
            customers: Some(2_300),
        },
        impact_start: Some(at("2026-07-07T09:02:10Z")),
        declared_at: at("2026-07-07T09:06:02Z"),
        first_public: Some(at("2026-07-07T09:09:30Z")),
        resolved_at: None,
        promise: Promise::Due { at: at("2026-07-07T09:30:00Z") },
        roles: Role::ALL
            .map(|role| RoleRow {
                role,
                holder: (role == Role::Commander).then(|| "Ana Lima".into()),
                since: Some(at("2026-07-07T09:06:02Z")),
            })
            .to_vec(),
        people: vec![("ana".into(), "Ana Lima".into()), ("ben".into(), "Ben Adeyemi".into())],
        pages: vec![page_row()],
        alerts: alert_rows(),
        marks: [
            (MarkKind::ImpactStart, "2026-07-07T09:02:10Z", "alert 8193", Confidence::Stated),
            (MarkKind::Detected, "2026-07-07T09:03:10Z", "alert 8193", Confidence::Certain),
            (MarkKind::FirstHuman, "2026-07-07T09:05:01Z", "Ana Lima", Confidence::Certain),
            (MarkKind::Declared, "2026-07-07T09:06:02Z", "Ana Lima", Confidence::Certain),
            (MarkKind::FirstPublic, "2026-07-07T09:09:30Z", "update 8200", Confidence::Certain),
        ]
        .map(|(kind, t, source, confidence)| MarkRow { kind, at: at(t), source: source.into(), confidence })
        .to_vec(),
        entries: entries(),
        whole: None,
        composer: Some(composer()),
        others: vec![(IncidentRef(13), "Search shows yesterday's prices".into())],
        tab: Tab::Timeline,
        note: String::new(),
    }
}

const STORY: [(EntryKind, &str, &str); 14] = [
    (EntryKind::Alert, "Prometheus", "login_errors is above 5 % for 2 min on web"),
    (EntryKind::Paged, "Candor", "Called Ana Lima by e-mail: delivered after 4 s"),
    (EntryKind::Acknowledged, "Ana Lima", "Ana Lima answered the page"),
    (EntryKind::Declared, "Ana Lima", "Declared as SEV3: Login fails for about 15 % of users"),
    (EntryKind::Role, "Ana Lima", "Ana Lima is commander"),
    (EntryKind::Severity, "Ana Lima", "SEV3 → SEV2: checkout needs a login, so orders stop too"),
    (EntryKind::Note, "Ana Lima", "Errors began four minutes after web 42 went out. Looking at the diff."),
    (
        EntryKind::Update,
        "Ben Adeyemi",
        "About 15 of 100 sign-ins fail since 10:02. We are sorry: this is ours to fix. We are looking at a change we shipped at 09:58 and will write again by 10:30.",
    ),
    (EntryKind::Note, "Ana Lima", "SELECT pg_stat_activity:\n  idle in transaction  41\n  active                9"),
    (EntryKind::Phase, "Ana Lima", "triage → investigating"),
    (EntryKind::PromiseKept, "Candor", "The word promised for 10:15 came at 10:09"),
    (EntryKind::Impact, "Ana Lima", "15 % of sign-ins, about 2,300 customers"),
    (EntryKind::PromiseReminder, "Candor", "Reminded Ben Adeyemi: the next word falls due at 10:30"),
    (EntryKind::Note, "Ben Adeyemi", "Support has 31 tickets, all from the app and none from the web site"),
];

fn entries() -> Vec<Entry> {
    (0..42u32)
        .map(|i| {
            let (kind, actor, text) = STORY[i as usize % STORY.len()];
            let happened_at = at("2026-07-07T09:03:10Z") + Span(i64::from(i) * 26);
            Entry {
                seq: i + 1,
                happened_at: if i < 2 { at("2026-07-06T22:58:00Z") } else { happened_at },
                recorded_at: happened_at + Span(if i % 9 == 8 { 240 } else { 1 }),
                actor: actor.into(),
                kind,
                audience: if kind == EntryKind::Update { Audience::Public } else { Audience::Internal },
                text: text.into(),
            }
        })
        .collect()
}

fn composer() -> Composer {
    let lint = |level, text: &str| Lint { level, text: text.into() };
    Composer {
        pages: vec![("shop".into(), "Shop status".into())],
        page: None,
        acknowledge: "About 15 of 100 sign-ins in the app fail since 10:02. The web site is not affected.".into(),
        apologize: "We are sorry. We broke this with a change of ours.".into(),
        act: "We are taking the change back and expect to be done by 11:00.".into(),
        phase: PublicPhase::Identified,
        next_minutes: 30,
        components: vec![
            ComponentRow { id: "login".into(), name: "Login".into(), status: ComponentStatus::PartialOutage },
            ComponentRow { id: "checkout".into(), name: "Checkout".into(), status: ComponentStatus::Operational },
        ],
        templates: vec![("first".into(), "First word".into()), ("rollback".into(), "Rolling back".into())],
        lint: vec![
            lint(LintLevel::Fine, "Says what is hit, for whom and since when"),
            lint(LintLevel::Fine, "Takes responsibility"),
            lint(LintLevel::Todo, "Say what customers can do meanwhile"),
            lint(LintLevel::Refused, "Promises a time for the fix (“done by 11:00”). Promise the next word instead."),
        ],
        refused: true,
        override_reason: String::new(),
        last: Some((at("2026-07-07T09:09:30Z"), "About 15 of 100 sign-ins fail.\n\nWe are sorry.".into())),
    }
}

fn hostile() -> Room {
    let mut room = room();
    room.title = HOSTILE.into();
    room.drill = true;
    room.promise = Promise::Told;
    room.impact.summary = HOSTILE.into();
    room.services = vec![HOSTILE.into()];
    room.note = "kept </textarea><b>note</b>".into();
    room.shell.said = Some(Said {
        good: false,
        text: "The note is longer than 10,000 characters. It is kept in the box: shorten it and send it again.".into(),
    });
    room.shell.account = "averyverylongaccountnamethatnevereverends".into();
    for (i, entry) in room.entries.iter_mut().enumerate() {
        entry.actor = if i % 2 == 0 { HOSTILE.into() } else { entry.actor.clone() };
        entry.text = format!("{HOSTILE}\n{}", entry.text);
    }
    for alert in &mut room.alerts {
        alert.summary = HOSTILE.into();
        alert.service = HOSTILE.into();
    }
    room.pages[0].summary = HOSTILE.into();
    room
}

fn over() -> Room {
    let mut room = room();
    room.phase = Phase::Resolved;
    room.resolved_at = Some(at("2026-07-07T09:21:00Z"));
    room.promise = Promise::Over { kept: 4, broken: 0 };
    room.pages = vec![];
    room.composer = None;
    room.shell.said = Some(Said { good: true, text: "INC-12 is resolved. The review draft is ready to be read.".into() });
    room
}
