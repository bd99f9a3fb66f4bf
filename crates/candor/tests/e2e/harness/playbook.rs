//! The playbook of the tests: a shop with one service, Ana on call, Ben behind her, Cleo behind him.

/// The integration's key; also its PagerDuty routing key, which must be 32 characters long.
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef";

/// Ana by e-mail for `wait`, then Ben by e-mail for `wait`, then Cleo.
pub(crate) fn by_mail(wait: &str) -> String {
    let people = ["ana:Ana Lima", "ben:Ben Okafor", "cleo:Cleo Marsh"].map(|person| {
        let (id, name) = person.split_once(':').expect("id:name");
        format!(
            r#"[[person]]
id = "{id}"
name = "{name}"
email = "{id}@example.org"
timezone = "Europe/Lisbon"
notify = [{{ after = "0m", by = "email" }}]
"#
        )
    });
    let steps = ["schedule:primary", "person:ben", "person:cleo"].map(|target| step(target, wait));
    format!("{}\n{}\n{}", people.join("\n"), steps_of(&steps), shop())
}

/// Ana's e-mail address is never used: everything goes to her webhook, and nobody is behind her.
pub(crate) fn by_webhook(url: &str) -> String {
    let person = format!(
        r#"[[person]]
id = "ana"
name = "Ana Lima"
email = "ana@example.org"
timezone = "Europe/Lisbon"
webhook = "{url}"
notify = [{{ after = "0m", by = "webhook" }}]
"#
    );
    format!("{person}\n{}\n{}", steps_of(&[step("schedule:primary", "1h")]), shop())
}

fn step(target: &str, wait: &str) -> String {
    format!("[[policy.step]]\nnotify = [\"{target}\"]\nwait = \"{wait}\"\n")
}

fn steps_of(steps: &[String]) -> String {
    format!("[[policy]]\nid = \"checkout\"\n{}", steps.concat())
}

fn shop() -> String {
    format!(
        r#"[[schedule]]
id = "primary"
timezone = "Europe/Lisbon"
[[schedule.layer]]
people = ["ana"]
every = "1w"
from = "2026-01-05T09:00"

[[service]]
id = "checkout"
name = "Checkout"
policy = "checkout"

[[integration]]
id = "prometheus"
service = "checkout"
key = "{KEY}"

[[page]]
slug = "shop"
name = "Shop status"
[[page.component]]
id = "checkout"
name = "Checkout"
service = "checkout"
"#
    )
}
