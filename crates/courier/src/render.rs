//! What a letter says: the most urgent fact first, one thing to do, and where to look.
//!
//! Mails are plain on purpose: they are read on a lock screen at night. No text of a sender goes into a header uncleaned, and the
//! HTML part is built by escaping everything.

use model::letter::{Content, PageItem};
use model::{Letter, Playbook, Time};
use serde_json::json;

use crate::{safe, safe_lines};

/// What rendering needs to know beside the letter.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub playbook: &'a Playbook,
    /// Without a slash at the end.
    pub base_url: &'a str,
    /// Where whoever holds the letter may acknowledge.
    pub ack: &'a str,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
    pub json: serde_json::Value,
    /// Mails of one group thread together.
    pub thread: Option<String>,
}

pub fn render(letter: &Letter, facts: Facts<'_>) -> Rendered {
    let body = match &letter.content {
        Content::Page { items, more } => page(items, *more, facts),
        Content::AllClear { item } => all_clear(item, facts),
        Content::PromiseReminder { incident, title, due, draft } => word(&incident.to_string(), title, *due, draft, facts, false),
        Content::PromiseBroken { incident, title, due, draft } => word(&incident.to_string(), title, *due, draft, facts, true),
        Content::Test => Body {
            subject: "Candor test: this contact works".into(),
            lines: vec!["This is a test. Nobody needs to do anything.".into()],
            button: None,
            after: Vec::new(),
        },
    };
    let attempt = letter.attempts.last().map_or(1, |a| a.number);
    Rendered {
        text: body.text(),
        html: body.html(),
        json: data(letter, facts, attempt),
        thread: thread(&letter.content),
        subject: body.subject,
    }
}

struct Body {
    subject: String,
    lines: Vec<String>,
    /// A label and an address.
    button: Option<(&'static str, String)>,
    after: Vec<String>,
}

impl Body {
    fn text(&self) -> String {
        let mut parts = self.lines.clone();
        if let Some((label, url)) = &self.button {
            parts.push(format!("{label}:\n{url}"));
        }
        parts.extend(self.after.iter().cloned());
        parts.join("\n\n") + "\n"
    }

    fn html(&self) -> String {
        let paragraph = |line: &String| format!("<p>{}</p>\n", escape(line).replace('\n', "<br>\n"));
        let mut html = String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"></head><body>\n");
        html.extend(self.lines.iter().map(paragraph));
        if let Some((label, url)) = &self.button {
            html.extend(["<p><a href=\"", &escape(url), "\"><strong>", label, "</strong></a></p>\n"]);
        }
        html.extend(self.after.iter().map(paragraph));
        html + "</body></html>\n"
    }
}

fn page(items: &[PageItem], more: u32, facts: Facts<'_>) -> Body {
    let all = items.len() as u32 + more;
    let worst = items.iter().min_by_key(|item| item.severity);
    let subject = match (items, worst) {
        ([one], _) if more == 0 => headline(one, facts),
        (_, Some(worst)) => format!("{all} pages, worst {}", headline(worst, facts)),
        _ => format!("{all} pages"),
    };
    let mut lines: Vec<String> = items.iter().map(|item| story(item, facts)).collect();
    if more > 0 {
        lines.push(format!("And {more} more: {}/alerts", facts.base_url));
    }
    let after = "The link opens a page with a button; opening it changes nothing. Until somebody acknowledges, the next person on the policy is called.";
    Body {
        subject: safe(&subject),
        lines,
        button: Some(("Acknowledge", facts.ack.to_owned())),
        after: vec![after.into(), format!("All alerts: {}/alerts", facts.base_url)],
    }
}

fn all_clear(item: &PageItem, facts: Facts<'_>) -> Body {
    Body {
        subject: safe(&format!("Over: {}", headline(item, facts))),
        lines: vec![story(item, facts), "Every alert of this page is over.".into()],
        button: None,
        after: Vec::new(),
    }
}

fn word(incident: &str, title: &str, due: Time, draft: &str, facts: Facts<'_>, broken: bool) -> Body {
    let due = due.rfc3339();
    let (subject, first) = if broken {
        (
            format!("Overdue: the next word on {incident} was promised for {due}"),
            format!("Customers were told to expect the next word by {due}. It has not come. The public page says so."),
        )
    } else {
        (
            format!("Next word on {incident} is due at {due}"),
            format!(
                "Customers expect the next word by {due}. No news is also news: say so, and promise the time of the next word."
            ),
        )
    };
    Body {
        subject: safe(&subject),
        lines: vec![format!("{incident}: {}", safe(title)), first],
        button: Some(("Write the update", format!("{}/incidents/{incident}#say", facts.base_url))),
        after: vec![format!("A draft to start from; nothing is published until you do it:\n\n{}", safe_lines(draft))],
    }
}

fn headline(item: &PageItem, facts: Facts<'_>) -> String {
    format!("{} {}: {}", item.severity, service(item, facts), item.summary)
}

fn story(item: &PageItem, facts: Facts<'_>) -> String {
    let alerts = if item.firing == 1 { "1 alert".to_owned() } else { format!("{} alerts", item.firing) };
    let incident = item.incident.map(|id| format!("\nIncident {id}: {}/incidents/{id}", facts.base_url)).unwrap_or_default();
    format!(
        "{} {}\n{}\nSince {}, {alerts} firing.{incident}",
        item.severity,
        safe(&service(item, facts)),
        safe(&item.summary),
        item.since.rfc3339()
    )
}

fn service(item: &PageItem, facts: Facts<'_>) -> String {
    facts.playbook.service(&item.service).map_or_else(|| item.service.to_string(), |s| s.name.clone())
}

/// What a machine gets: the letter's facts, plain.
fn data(letter: &Letter, facts: Facts<'_>, attempt: u32) -> serde_json::Value {
    let items: Vec<_> = letter
        .content
        .groups()
        .iter()
        .map(|item| {
            json!({
                "group": item.group.to_string(),
                "service": item.service,
                "severity": item.severity,
                "summary": item.summary,
                "since": item.since.rfc3339(),
                "firing": item.firing,
                "incident": item.incident,
            })
        })
        .collect();
    let mut data = json!({
        "letter": letter.id.to_string(),
        "attempt": attempt,
        "to": letter.to,
        "kind": letter.content.kind(),
        "groups": items,
        "url": format!("{}/alerts", facts.base_url),
    });
    match &letter.content {
        Content::Page { more, .. } => {
            data["more"] = json!(more);
            data["acknowledge_url"] = json!(facts.ack);
        }
        Content::PromiseReminder { incident, title, due, .. } | Content::PromiseBroken { incident, title, due, .. } => {
            data["incident"] = json!(incident);
            data["title"] = json!(title);
            data["due"] = json!(due.rfc3339());
            data["url"] = json!(format!("{}/incidents/{incident}", facts.base_url));
        }
        Content::AllClear { .. } | Content::Test => {}
    }
    data
}

fn thread(content: &Content) -> Option<String> {
    match content {
        Content::Page { items, more: 0 } if items.len() == 1 => Some(format!("group-{}", items[0].group)),
        Content::AllClear { item } => Some(format!("group-{}", item.group)),
        Content::PromiseReminder { incident, .. } | Content::PromiseBroken { incident, .. } => Some(incident.to_string()),
        Content::Page { .. } | Content::Test => None,
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use model::letter::{Attempt, LetterState};
    use model::{Channel, GroupId, LetterId, Severity};

    use super::*;

    fn letter(content: Content) -> Letter {
        let first = Attempt { number: 1, started: Time(0), ended: None, outcome: None, answer: String::new() };
        Letter {
            id: LetterId(4097),
            to: "ana".into(),
            channel: Channel::Email,
            created_at: Time(0),
            state: LetterState::Leased { until: Time(1) },
            content,
            overtaken: false,
            attempts: vec![first],
        }
    }

    fn item(summary: &str) -> PageItem {
        PageItem {
            group: GroupId(4096),
            service: "checkout".into(),
            severity: Severity::Sev2,
            summary: summary.into(),
            since: Time(0),
            firing: 1,
            incident: None,
        }
    }

    fn rendered(content: Content) -> Rendered {
        let playbook = Playbook::default();
        render(
            &letter(content),
            Facts { playbook: &playbook, base_url: "http://candor.test", ack: "http://candor.test/ack/4097/x" },
        )
    }

    #[test]
    fn a_page_says_the_most_urgent_fact_first_and_how_to_answer() {
        let page = rendered(Content::Page { items: vec![item("Payments fail")], more: 0 });
        assert_eq!(page.subject, "SEV2 checkout: Payments fail");
        assert!(page.text.contains("Acknowledge:\nhttp://candor.test/ack/4097/x"), "{}", page.text);
        assert_eq!(page.json["acknowledge_url"], "http://candor.test/ack/4097/x");
        assert_eq!(page.thread.as_deref(), Some("group-4096"));
    }

    #[test]
    fn a_bundle_counts_what_it_does_not_name() {
        let page = rendered(Content::Page { items: vec![item("a"), item("b")], more: 40 });
        assert_eq!(page.subject, "42 pages, worst SEV2 checkout: a");
        assert!(page.text.contains("And 40 more"));
        assert_eq!(page.thread, None);
    }

    #[test]
    fn a_senders_text_stays_text() {
        let page = rendered(Content::Page { items: vec![item("<b>x</b>\r\nBcc: eve@example.org\u{202e}")], more: 0 });
        assert!(!page.subject.contains(['\r', '\n', '\u{202e}']), "{:?}", page.subject);
        assert!(!page.html.contains("<b>x"), "{}", page.html);
    }
}
