use std::fmt::Write as _;

use model::playbook::{Period, Target};
use model::{Severity, Span};
use proptest::prelude::*;

use super::*;

/// The example of the command's documentation.
const LEAST: &str = r#"
[[person]]
id = "ana"
name = "Ana Lima"
email = "ana@example.org"
timezone = "Europe/Lisbon"
notify = [{ after = "0m", by = "email" }]

[[schedule]]
id = "primary"
timezone = "Europe/Lisbon"
[[schedule.layer]]
people = ["ana"]
every = "1w"
from = "2026-01-05T09:00"

[[policy]]
id = "checkout"
[[policy.step]]
notify = ["schedule:primary"]
wait = "5m"

[[service]]
id = "checkout"
name = "Checkout"
policy = "checkout"

[[integration]]
id = "prometheus"
service = "checkout"
key = "0123456789abcdef0123456789abcdef"

[[page]]
slug = "shop"
name = "Shop status"
[[page.component]]
id = "checkout"
name = "Checkout"
service = "checkout"
"#;

const FULL: &str = r#"
[[person]]
id = "ana"
email = "ana@example.org"
webhook = "https://hooks.example.org/ana"
webhook_secret = "whsec_0123456789abcdef"
notify = [{ after = "10m", by = "webhook" }, { by = "email" }]
[[person]]
id = "ben"
webhook = "http://127.0.0.1:9000/ben"
[[team]]
id = "web"
members = ["ana", "ben"]
[[schedule]]
id = "primary"
name = "Primary"
timezone = "America/New_York"
[[schedule.layer]]
people = ["ana", "ben"]
every = "1mo"
from = 2026-01-05T09:00:00
until = "2027-01-05T09:00"
[[policy]]
id = "web"
repeat = 0
ack_expires = "30m"
[[policy.step]]
notify = ["schedule:primary", "person:ben", "team:web"]
[[service]]
id = "web"
policy = "web"
team = "web"
declare = "SEV2"
[[integration]]
id = "grafana"
service = "web"
key = "abcdefghijklmnop"
[[route]]
id = "db"
match = { team = "db", env = "prod" }
integration = "grafana"
service = "web"
severity = "SEV1"
group_by = ["cluster", "alertname"]
[[route]]
id = "staging"
match = { env = "staging" }
page = false
[[severity]]
id = "SEV1"
name = "Everybody"
words = ["critical", "boom"]
[[severity]]
id = "SEV5"
page = false
[[page]]
slug = "shop"
[[page.component]]
id = "web"
group = "Shop"
description = "The shop itself"
[[template]]
id = "first"
acknowledge = "{title}: {impact}"
apologize = "We are sorry."
act = "We are looking."
"#;

fn faults(text: &str) -> String {
    match parse(text) {
        Ok(_) => "no fault".to_owned(),
        Err(faults) => listed(&faults),
    }
}

fn listed(faults: &[Fault]) -> String {
    faults.iter().fold(String::new(), |mut out, fault| {
        let _ = writeln!(out, "{fault}");
        out
    })
}

#[test]
fn the_least_playbook_that_pages_somebody() {
    let parsed = parse(LEAST).map_err(|f| listed(&f)).expect("no fault");
    assert_eq!(parsed.warnings, []);
    let book = &parsed.playbook;
    assert_eq!(book.policies[0].repeat, 2);
    assert_eq!(book.policies[0].steps[0].wait, Span::minutes(5));
    assert_eq!(book.schedules[0].layers[0].every, Period::Weeks(1));
    assert_eq!(book.schedules[0].name, "primary");
    assert_eq!(parsed.keys, [("prometheus".into(), "0123456789abcdef0123456789abcdef".to_owned())]);
    assert_eq!(parsed.contacts[0].address, "ana@example.org");
    let json = serde_json::to_string(book).expect("serialises");
    assert!(!json.contains("ana@example.org") && !json.contains("0123456789abcdef"));
    assert!(!format!("{parsed:?}").contains("0123456789abcdef"));
    let at = model::Time::parse("2026-02-01T00:00:00Z").expect("a time");
    assert_eq!(crate::oncall::on_call(book, "primary", at).map(|s| s.person), Some("ana".into()));
}

#[test]
fn every_field_arrives() {
    let parsed = parse(FULL).map_err(|f| listed(&f)).expect("no fault");
    assert_eq!(listed(&parsed.warnings), "");
    let addresses: Vec<_> = parsed.contacts.iter().map(|c| (&*c.owner, c.channel, &*c.address)).collect();
    assert_eq!(
        addresses,
        [
            ("ana", Channel::Email, "ana@example.org"),
            ("ana", Channel::Webhook, "https://hooks.example.org/ana whsec_0123456789abcdef"),
            ("ben", Channel::Webhook, "http://127.0.0.1:9000/ben"),
        ]
    );
    let book = parsed.playbook;
    let rules = |i: usize| book.people[i].notify.iter().map(|n| (n.after.0, n.by)).collect::<Vec<_>>();
    assert_eq!(rules(0), [(0, Channel::Email), (600, Channel::Webhook)]);
    assert_eq!(rules(1), [(0, Channel::Webhook)]);
    assert_eq!(book.schedules[0].layers[0].every, Period::Months(1));
    assert_eq!(book.policies[0].steps[0].notify[2], Target::Team("web".into()));
    assert_eq!((book.policies[0].repeat, book.policies[0].ack_expires), (0, Some(Span::minutes(30))));
    assert_eq!(book.services[0].declare_at, Some(Severity::Sev2));
    assert_eq!(book.routes[0].labels.get("env"), Some("prod"));
    assert_eq!(book.routes[0].group_by.as_deref().map(<[String]>::len), Some(2));
    assert!(book.routes[0].page && !book.routes[1].page);
    assert!(book.severities[0].page && !book.severities[1].page);
    assert_eq!(book.pages[0].components[0].group.as_deref(), Some("Shop"));
    assert_eq!(book.templates[0].acknowledge, "{title}: {impact}");
}

#[test]
fn all_faults_come_at_once_with_what_to_write() {
    insta::assert_snapshot!(faults(
        r#"
[[persn]]
id = "x"
[[person]]
id = "Ana Lima"
emial = "ana@example.org"
[[person]]
name = "Ben"
email = "ben at example.org"
timezone = "Lisbon"
notify = [{ after = "5 minutes", by = "webhook" }, { after = "0m", by = "emial" }, { after = 3, by = "sms" }]
[[person]]
id = "cleo"
slack = "@cleo"
webhook = "ftp://host/x"
webhook_secret = "short"
[[person]]
id = "cleo"
[[team]]
id = "cleo"
members = ["cleo", "clo", 3]
[[schedule]]
id = "primary"
[[schedule.layer]]
people = []
every = "weekly"
from = "2026-02-30T09:00"
[[schedule.layer]]
people = ["nobody-like-this"]
every = "30m"
from = "2026-02-20"
[[schedule.layer]]
people = ["cleo"]
every = "1d"
from = "2026-02-20T09:00"
until = "2026-02-20T09:00"
[[schedule]]
id = "empty"
timezone = "UTC"
[[policy]]
id = "p"
repeat = 99
[[policy.step]]
notify = ["primary", "schdule:primary", "schedule:primry", "someone"]
wait = "0s"
[[policy]]
id = "q"
"#
    ));
}

#[test]
fn faults_of_services_pages_and_the_rest() {
    insta::assert_snapshot!(faults(
        r#"
[[service]]
id = "checkout"
policy = "chekout"
declare = "2"
[[service]]
id = "search"
polcy = "checkout"
[[policy]]
id = "checkout"
step = "now"
[[policy]]
id = "empty"
step = []
[[integration]]
id = "one"
service = "chekcout"
key = "0123456789abcdef"
[[integration]]
id = "two"
service = "checkout"
key = "0123456789abcdef"
[[integration]]
id = "three"
service = "checkout"
key = "tooshort"
[[integration]]
id = "four"
key = "0123456789 abcdef"
[[route]]
id = "r"
match = { team = 3, env = "" }
integration = "five"
severity = "bad"
group_by = "alertname"
page = "no"
[[severity]]
id = "critical"
words = ["x"]
[[severity]]
id = "SEV2"
words = ["X"]
[[page]]
slug = "Shop"
timezone = "Europe/Lisboa"
[[page.component]]
id = "web"
service = "serch"
[[page]]
slug = "two"
[[page.component]]
id = "web"
colour = "red"
[[template]]
id = "t"
act = "{titel} {who}"
"#
    ));
}

#[test]
fn a_file_that_is_not_toml_says_what_to_write() {
    let cases = [
        "[[person]]\nid = \"ana\nname = \"Ana\"\n",
        "[[person]]\nid = ana\n",
        "[[person]\nid = \"ana\"",
        "[[person]]\nid = \"ana\"\nid = \"ben\"",
        "[[person]]\nnotify = [{ after = \"0m\" by = \"email\" }]",
        "[[person]]\nid: \"ana\"\n\n[[team]]\nid = web\n",
        "[[route]]\npage = False",
        "[[policy]]\nx == 3",
        "[person]\nid = \"ana\"",
        "person = \"ana\"",
        "\u{feff}[[person]]\nid = \"a\u{7}\"",
    ];
    let all = cases.map(|case| format!("{case}\n{}", faults(case)));
    insta::assert_snapshot!(all.join("----\n"));
}

#[test]
fn odd_things_are_warned_of_and_loaded() {
    let parsed = parse(
        r#"
[[person]]
id = "ana"
[[team]]
id = "web"
webhook = "https://hooks.example.org/web"
[[service]]
id = "checkout"
[[route]]
id = "all"
[[route]]
id = "never"
[[page]]
slug = "shop"
"#,
    );
    insta::assert_snapshot!(listed(&parsed.map_err(|f| listed(&f)).expect("loads").warnings));
}

#[test]
fn an_empty_file_is_an_empty_playbook_and_a_huge_one_is_refused() {
    assert_eq!(parse("").map(|p| p.playbook), Ok(Playbook::default()));
    let huge = "# a comment\n".repeat(100_000);
    insta::assert_snapshot!(faults(&huge), @"1: the file is larger than 1 MiB; write a smaller playbook; 5,000 people fit into one");
}

#[test]
fn the_list_of_faults_ends_somewhere() {
    let text: String = (0..4_000).fold(String::new(), |mut out, i| {
        let _ =
            writeln!(out, "[[person]]\nid = \"p{i}\"\ntimezone = \"No/Where{i}\"\n[[team]]\nid = \"t{i}\"\nmembers = [\"q{i}\"]");
        out
    });
    let faults = parse(&text).expect_err("faults");
    assert_eq!(faults.len(), MOST_FAULTS);
    assert!(faults.is_sorted());
}

#[test]
fn the_difference_is_told_entry_by_entry() {
    let old = parse(LEAST).map_err(|f| listed(&f)).expect("no fault").playbook;
    let mut new = old.clone();
    assert_eq!(difference(&old, &new), Vec::<String>::new());
    new.people[0].name = "Ana Souza".into();
    new.policies[0].repeat = 5;
    new.policies[0].steps.clear();
    new.services[0].policy = None;
    let mut second = new.people[0].clone();
    second.id = "ben".into();
    new.people.push(second);
    new.integrations.clear();
    insta::assert_snapshot!(difference(&old, &new).join("\n"), @r#"
    changed person ana: name "Ana Lima" → "Ana Souza"
    added person ben
    changed policy checkout: repeat 2 → 5, steps
    changed service checkout: policy "checkout" → nothing
    removed integration prometheus
    "#);
    let full = parse(FULL).map_err(|f| listed(&f)).expect("no fault").playbook;
    let mut turned = full.clone();
    turned.routes.reverse();
    assert_eq!(difference(&full, &turned).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    /// Whatever is cut out of a good file or put into it: an answer, never a panic, and a place inside the file.
    #[test]
    fn any_damage_is_answered(at in 0..FULL.len(), cut in 0..40_usize, put in "[\\[\\]{}\"'=a-z0-9.,\n é]{0,8}") {
        let mut text = FULL.to_owned();
        text.replace_range(at..(at + cut).min(text.len()), &put);
        if let Err(faults) = parse(&text) {
            prop_assert!(!faults.is_empty());
            let lines = text.split('\n').count();
            prop_assert!(faults.iter().all(|f| f.line >= 1 && f.line <= lines && f.column >= 1));
        }
    }
}
