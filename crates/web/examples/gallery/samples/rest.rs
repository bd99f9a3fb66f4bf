//! Review, settings, signing in, declaring, searching, and when something goes wrong.

use model::{Access, AlertId, IncidentRef, Severity, Span};
use web::view::settings::{
    self, AccountPage, AccountRow, Accounts, Fault, IntegrationRow, Integrations, MailState, Overview, PlaybookForm, SessionRow,
    TokenRow, Tokens,
};
use web::view::{Clock, Nav, declare, error, keys, review, search, signin};

use super::running::{alert_rows, rows};
use super::{now, shell};

pub(super) fn screens() -> Vec<(&'static str, String)> {
    [settings_screens(), others()].concat()
}

fn others() -> Vec<(&'static str, String)> {
    let clock = Clock::new(now(), "Europe/Lisbon");
    let wrong = signin::SignIn {
        clock: clock.clone(),
        name: "ana".into(),
        next: "/incidents/INC-12".into(),
        problem: Some("Name and password do not fit together. After five wrong tries wait a minute.".into()),
        said: None,
    };
    let set_up = signin::SetUp { clock: clock.clone(), token: "s3tup".into(), name: String::new(), problem: None };
    let form = declare::Declare {
        shell: shell(Nav::Other),
        title: String::new(),
        severity: Severity::Sev3,
        services: vec![("login".into(), "Login".into(), true), ("edge".into(), "Edge".into(), false)],
        impact: String::new(),
        drill: false,
        alert: Some((AlertId(8_193), "login_errors is above 5 % for 2 min on web".into())),
        fault: Some("Say in a few words what customers see; nothing else is needed.".into()),
    };
    let plain = declare::Declare { alert: None, fault: None, ..form.clone() };
    let problem = error::Problem {
        frame: error::Frame::Signed(shell(Nav::Other)),
        status: 503,
        code: "store_unavailable".into(),
        happened: "Candor cannot write at the moment".into(),
        kept: "Your update was not published. Its text is still in the form you came from.".into(),
        todo: "Go back and publish again in a minute; if it stays like this, look at the disk of the server.".into(),
        back: Some(("/incidents/INC-12?tab=say".into(), "Back to INC-12".into())),
    };
    let lost = error::Problem {
        frame: error::Frame::Bare(clock),
        status: 404,
        code: "not_found".into(),
        happened: "There is nothing here".into(),
        kept: String::new(),
        todo: "Check the address; a link in a mail ends after 30 days.".into(),
        back: None,
    };
    let found = search::Results {
        shell: shell(Nav::Other),
        query: "login".into(),
        incidents: rows().into_iter().take(1).collect(),
        alerts: alert_rows().into_iter().take(2).collect(),
        entries: vec![search::Hit {
            incident: IncidentRef(12),
            title: "Login fails for about 15 % of users".into(),
            seq: 7,
            at: now() - Span(600),
            text: "Errors began four minutes after web 42 went out; login only.".into(),
        }],
    };
    let nothing = search::Results { query: "zebra".into(), incidents: vec![], alerts: vec![], entries: vec![], ..found.clone() };
    vec![
        ("sign-in", signin::page(&wrong).into_string()),
        ("sign-in-removed", signin::page(&removed()).into_string()),
        ("set-up", signin::set_up(&set_up).into_string()),
        ("declare", declare::page(&plain).into_string()),
        ("declare-fault", declare::page(&form).into_string()),
        ("keys", keys::page(&shell(Nav::Other)).into_string()),
        ("problem", error::page(&problem).into_string()),
        ("problem-bare", error::page(&lost).into_string()),
        ("search", search::page(&found).into_string()),
        ("search-none", search::page(&nothing).into_string()),
        ("review", review::page(&document(false)).into_string()),
        ("review-conflict", review::page(&document(true)).into_string()),
    ]
}

/// Where somebody lands who has removed their own account.
fn removed() -> signin::SignIn {
    signin::SignIn {
        clock: Clock::new(now(), "Europe/Lisbon"),
        name: String::new(),
        next: "/".into(),
        problem: None,
        said: Some("Your account is removed and you are signed out. An administrator can make you a new one.".into()),
    }
}

fn document(editing: bool) -> review::Review {
    review::Review {
        shell: shell(Nav::Incidents),
        id: IncidentRef(12),
        title: "Login fails for about 15 % of users".into(),
        revision: u32::from(editing) * 3,
        markdown: "# INC-12 Login fails for about 15 % of users\n\n- impact started: 10:02:10 (alert 8193)\n- declared: 10:06:02, 3 min 52 s later\n- first public word: 10:09:30\n\n## What customers felt\n\nAbout 15 of 100 sign-ins ended with an error page.\n\n<b>not markup</b>\n".into(),
        edited: editing.then(|| ("Ben Adeyemi".into(), now() - Span(900))),
        editing,
        conflict: editing.then(|| "# INC-12\n\nBen's text.".into()),
        gaps: vec!["What changed just before it began?".into(), "What made it worse, and what held?".into()],
    }
}

fn settings_screens() -> Vec<(&'static str, String)> {
    let overview = Overview {
        shell: shell(Nav::Settings),
        version: "0.1.0".into(),
        journal: 40_312,
        database: "SQLite, 12 MB".into(),
        base_url: "https://candor.example.org".into(),
        mail: MailState::Failing {
            server: "smtp://mail.example.org:587".into(),
            since: now() - Span(1_800),
            answer: "454 4.7.0 TLS not available".into(),
        },
        waiting: 3,
        failed: 0,
        pages: vec![("shop".into(), "Shop status".into())],
        people: vec![("ana".into(), "Ana Lima".into())],
        password_fault: Some("The old password is not right. Nothing was changed.".into()),
        sessions: sessions(),
    };
    let playbook = PlaybookForm {
        shell: shell(Nav::Settings),
        text: "[[person]]\nid = \"ana\"\nnmae = \"Ana Lima\"\n".into(),
        faults: vec![
            Fault { line: Some(3), what: "`nmae` is not a field of a person".into(), fix: "write `name`".into() },
            Fault { line: Some(1), what: "ana has no time zone".into(), fix: "add timezone = \"Europe/Lisbon\"".into() },
        ],
        changes: None,
    };
    let example = PlaybookForm { text: String::new(), faults: vec![], ..playbook.clone() };
    let mut forbidden = example.clone();
    forbidden.shell.access = Access::Responder;
    let integrations = Integrations {
        shell: shell(Nav::Settings),
        base_url: "https://candor.example.org".into(),
        rows: vec![
            IntegrationRow {
                id: "prometheus".into(),
                service: "Checkout".into(),
                key: Some("0123456789abcdef0123456789abcdef".into()),
                last_heard: None,
            },
            IntegrationRow { id: "probes".into(), service: "Edge".into(), key: None, last_heard: Some(now() - Span(40)) },
        ],
    };
    vec![
        ("settings", settings::page(&overview).into_string()),
        ("settings-playbook", settings::playbook::page(&playbook).into_string()),
        ("settings-playbook-new", settings::playbook::page(&example).into_string()),
        ("settings-forbidden", settings::playbook::page(&forbidden).into_string()),
        ("settings-integrations", settings::integrations::page(&integrations).into_string()),
        ("settings-accounts", settings::accounts::page(&accounts()).into_string()),
        ("settings-account", settings::accounts::one::page(&account(1)).into_string()),
        ("settings-account-last", settings::accounts::one::page(&account(0)).into_string()),
        ("settings-account-remove", settings::accounts::remove::page(&account(1)).into_string()),
        ("settings-tokens", settings::tokens::page(&tokens()).into_string()),
    ]
}

fn accounts() -> Accounts {
    let account = |name: &str, access, person: Option<&str>, seen: Option<i64>| AccountRow {
        name: name.into(),
        access,
        person: person.map(Into::into),
        created_at: now() - Span(7_000_000),
        last_seen: seen.map(|s| now() - Span(s)),
        sessions: u32::from(seen.is_some()) * 2,
        own: name == "ana",
        last_administrator: name == "ana",
    };
    Accounts {
        shell: shell(Nav::Settings),
        rows: vec![
            account("ana", Access::Administrator, Some("Ana Lima"), Some(30)),
            account("ben", Access::Responder, Some("Ben Adeyemi"), Some(3_000_000)),
            account("wall-screen", Access::Viewer, None, None),
        ],
        fault: Some("A name has lower-case letters, digits and - only.".into()),
        name: "Ben!".into(),
    }
}

fn account(which: usize) -> AccountPage {
    let Accounts { shell, mut rows, .. } = accounts();
    AccountPage { shell, row: rows.swap_remove(which), password_fault: None }
}

fn sessions() -> Vec<SessionRow> {
    let session = |id: &str, device: &str, seen, began| SessionRow {
        id: id.into(),
        device: device.into(),
        began: now() - Span(began),
        last_seen: now() - Span(seen),
        this: seen == 0,
    };
    vec![
        session("q2Jb0cYhUoP4mT7sV1xZtA", "Firefox on Linux", 0, 9_000),
        session("Zk81LmWn3RfD5gHj6KaQeB", "Chrome on Android", 4_000, 900_000),
        session("H0xYp2cVb7NtS4uEwMi9rC", "Safari on iPhone", 700_000, 1_900_000),
    ]
}

fn tokens() -> Tokens {
    Tokens {
        shell: shell(Nav::Settings),
        rows: vec![TokenRow {
            name: "deploys".into(),
            access: Access::Responder,
            created_at: now() - Span(864_000),
            last_used: Some(now() - Span(3_700)),
        }],
        made: Some(("deploys".into(), "candor_6vQm1nX0kYp4tB8s2rZc7wHd".into())),
        fault: None,
    }
}
