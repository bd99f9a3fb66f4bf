//! Now, the list of incidents, and the room.

use model::incident::Impact;
use model::mark::{Confidence, MarkKind};
use model::page::ComponentStatus;
use model::update::PublicPhase;
use model::{
    Access, AlertId, AlertState, Audience, EntryKind, GroupId, IncidentRef, Phase, Role, Severity, Span,
};
use web::view::incidents::{self, Filter, IncidentRow, List};
use web::view::now::{self, Gap, Holder, Need, Now, OnCallRow, PageRow, Quiet};
use web::view::promise::Promise;
use web::view::room::composer::ComponentRow;
use web::view::room::{self, Composer, Entry, Lint, LintLevel, MarkRow, RoleRow, Room, Tab};
use web::view::alerts::AlertRow;
use web::view::{Nav, Said};

use super::{HOSTILE, SEV2, at, now as instant, shell};

pub(super) fn screens() -> Vec<(&'static str, String)> {
    let calm = Now { incidents: vec![], needs: vec![], gaps: vec![], quiet: Quiet { fine: 14, ..quiet() }, ..busy() };
    let fresh = Now { quiet: Quiet::default(), on_call: vec![], ..calm.clone() };
    let mut viewer = room();
    viewer.shell.access = Access::Viewer;
    viewer.composer = None;
    viewer.promise = Promise::Untold { since: at("2026-07-07T09:02:10Z") };
    viewer.first_public = None;
    let list = List { shell: shell(Nav::Incidents), filter: Filter::All, rows: rows(), next: Some("/incidents?cursor=7".into()) };
    let none = List { filter: Filter::Open, rows: vec![], next: None, ..list.clone() };
    let mut late = room();
    late.promise = Promise::Due { at: instant() - Span(190) };
    late.tab = Tab::Say;
    let mut know = room();
    know.tab = Tab::Know;
    vec![
        ("now", now::page(&busy()).into_string()),
        ("now-calm", now::page(&calm).into_string()),
        ("now-fresh", now::page(&fresh).into_string()),
        ("incidents", incidents::page(&list).into_string()),
        ("incidents-none", incidents::page(&none).into_string()),
        ("room", room::page(&room()).into_string()),
        ("room-say-late", room::page(&late).into_string()),
        ("room-know", room::page(&know).into_string()),
        ("room-viewer", room::page(&viewer).into_string()),
        ("room-hostile", room::page(&hostile()).into_string()),
        ("room-over", room::page(&over()).into_string()),
    ]
}

fn quiet() -> Quiet {
    Quiet {
        services: 14,
        fine: 12,
        last_incident: Some((IncidentRef(11), at("2026-07-01T13:00:00Z"))),
        promises_kept: 47,
        promises_made: 49,
    }
}

fn busy() -> Now {
    Now {
        shell: shell(Nav::Now),
        incidents: rows().into_iter().take(2).collect(),
        needs: vec![
            Need::Page(page_row()),
            Need::Page(PageRow {
                group: GroupId(8_211),
                summary: "Disk of search-3 is 96 % full".into(),
                severity: Severity::Sev3,
                service: "Search".into(),
                since: at("2026-07-07T09:14:00Z"),
                firing: 1,
                called: vec!["Cleo Ferreira".into(), "Dana Okafor".into()],
                next: None,
            }),
            Need::Promise { incident: IncidentRef(12), title: rows()[0].title.clone(), due: at("2026-07-07T09:30:00Z") },
            Need::Review {
                incident: IncidentRef(11),
                title: "Payments by card refused for 20 minutes".into(),
                resolved_at: at("2026-07-01T13:20:00Z"),
            },
        ],
        on_call: vec![
            call("Checkout", Some(("Ana Lima", "2026-07-13T08:00:00Z")), Some("Ben Adeyemi")),
            call("Search", Some(("Cleo Ferreira", "2026-07-08T08:00:00Z")), None),
            call("Payments", None, Some("Dana Okafor")),
        ],
        gaps: vec![Gap { schedule: "Search".into(), from: at("2026-07-11T01:00:00Z"), to: at("2026-07-11T05:00:00Z") }],
        quiet: quiet(),
    }
}

fn call(name: &str, holder: Option<(&str, &str)>, next: Option<&str>) -> OnCallRow {
    OnCallRow {
        schedule: name.to_lowercase().into(),
        name: name.into(),
        now: holder.map(|(person, until)| Holder { person: person.into(), until: Some(at(until)) }),
        next: next.map(Into::into),
    }
}

fn page_row() -> PageRow {
    PageRow {
        group: GroupId(8_200),
        summary: "Checkout answers 5 % of requests with an error".into(),
        severity: SEV2,
        service: "Checkout".into(),
        since: at("2026-07-07T09:19:40Z"),
        firing: 3,
        called: vec!["Ana Lima".into()],
        next: Some(("Ben Adeyemi".into(), at("2026-07-07T09:24:40Z"))),
    }
}

pub(super) fn rows() -> Vec<IncidentRow> {
    let row = IncidentRow {
        id: IncidentRef(12),
        title: "Login fails for about 15 % of users".into(),
        severity: SEV2,
        phase: Phase::Investigating,
        drill: false,
        started: at("2026-07-07T09:02:10Z"),
        resolved_at: None,
        promise: Promise::Due { at: at("2026-07-07T09:30:00Z") },
        commander: Some("Ana Lima".into()),
        communications: Some("Ben Adeyemi".into()),
        alerts: 3,
    };
    vec![
        row.clone(),
        IncidentRow {
            id: IncidentRef(13),
            title: "Search shows yesterday's prices, and some of our longest product names make this title wrap over two lines".into(),
            severity: Severity::Sev1,
            phase: Phase::Triage,
            drill: true,
            started: at("2026-07-07T08:02:10Z"),
            promise: Promise::Untold { since: at("2026-07-07T08:02:10Z") },
            commander: None,
            communications: None,
            alerts: 0,
            ..row.clone()
        },
        IncidentRow {
            id: IncidentRef(11),
            title: "Payments by card refused for 20 minutes".into(),
            phase: Phase::Resolved,
            started: at("2026-07-01T13:00:00Z"),
            resolved_at: Some(at("2026-07-01T13:20:00Z")),
            promise: Promise::Over { kept: 2, broken: 1 },
            alerts: 0,
            ..row.clone()
        },
        IncidentRow {
            id: IncidentRef(10),
            title: "Pictures load slowly".into(),
            severity: Severity::Sev4,
            phase: Phase::Closed,
            started: at("2026-06-02T03:00:00Z"),
            resolved_at: Some(at("2026-06-02T07:41:00Z")),
            promise: Promise::Over { kept: 6, broken: 0 },
            alerts: 0,
            ..row
        },
    ]
}

pub(super) fn alert_rows() -> Vec<AlertRow> {
    let row = AlertRow {
        id: AlertId(8_193),
        summary: "login_errors is above 5 % for 2 min on web".into(),
        severity: SEV2,
        state: AlertState::Firing,
        service: "Login".into(),
        first_seen: at("2026-07-07T09:03:10Z"),
        last_seen: at("2026-07-07T09:21:10Z"),
        count: 37,
        ended: None,
        incident: Some(IncidentRef(12)),
        paging: Some("calls Ben Adeyemi at 10:24 unless somebody answers".into()),
    };
    vec![
        row.clone(),
        AlertRow {
            id: AlertId(8_194),
            summary: "session_store_latency_p99 is 4.2 s".into(),
            state: AlertState::Acknowledged,
            paging: Some("acknowledged by Ana Lima, 10:05".into()),
            count: 1,
            ..row.clone()
        },
        AlertRow {
            id: AlertId(8_195),
            summary: "Certificate of shop.example.org ends in 12 days".into(),
            severity: Severity::Sev5,
            paging: Some("wakes nobody: severity SEV5".into()),
            incident: None,
            first_seen: at("2026-07-05T20:00:00Z"),
            service: "Edge".into(),
            ..row.clone()
        },
        AlertRow {
            id: AlertId(8_196),
            summary: "web-3 does not answer".into(),
            state: AlertState::Resolved,
            ended: Some(at("2026-07-07T09:12:00Z")),
            paging: None,
            ..row
        },
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
        impact: Impact { summary: "About 15 of 100 sign-ins end with an error page".into(), share_ppm: Some(150_000), customers: Some(2_300) },
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
    (EntryKind::Update, "Ben Adeyemi", "About 15 of 100 sign-ins fail since 10:02. We are sorry: this is ours to fix. We are looking at a change we shipped at 09:58 and will write again by 10:30."),
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
    room.shell.said = Some(Said { good: false, text: "The note is longer than 10,000 characters. It is kept in the box: shorten it and send it again.".into() });
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
