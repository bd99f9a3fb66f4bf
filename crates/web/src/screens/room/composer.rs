//! The composer: what is in its fields, and what the lint says about it.

use std::collections::BTreeMap;

use model::page::ComponentStatus;
use model::playbook::{Component, Template};
use model::update::{Draft, PublicPhase};
use model::{Audience, Incident, Name, Playbook, Span, Time, Update};
use rules::communicate::{Level, lint};

use crate::screens::form::Form;
use crate::view::room::composer::ComponentRow;
use crate::view::room::{Composer, Lint, LintLevel};

const USUAL_MINUTES: u32 = 30;

/// What somebody typed into it.
#[derive(Clone, Debug)]
pub(in crate::screens) struct Words {
    pub draft: Draft,
    pub next_minutes: Option<u32>,
    /// The lint refused it: ask for the reason to publish all the same.
    pub refused: bool,
}

impl Words {
    pub(in crate::screens) fn read(form: &Form, incident: &Incident, now: Time) -> Self {
        let phase = PublicPhase::parse(form.text("phase")).unwrap_or(PublicPhase::Investigating);
        let next_minutes = Span::parse(form.text("next")).map(|span| (span.0 / 60) as u32);
        let closing = matches!(phase, PublicPhase::Resolved | PublicPhase::Postmortem);
        let promised = next_minutes.filter(|_| !closing);
        // Only what changes is said: a status that stands as it stood is no news.
        let components = form.under("component.").filter_map(|(id, status)| {
            let status = ComponentStatus::parse(status)?;
            let held = incident.components.get(id).copied();
            (status != held.unwrap_or_default()).then(|| (id.into(), status))
        });
        let draft = Draft {
            page: form.given("page").map(Into::into),
            audience: Audience::parse(form.text("audience")).unwrap_or(Audience::Public),
            phase,
            acknowledge: form.lines("acknowledge"),
            apologize: form.lines("apologize"),
            act: form.lines("act"),
            next_update_at: promised.map(|m| now + Span::minutes(i64::from(m))),
            components: components.collect(),
            lint_override: form.given("override").map(Into::into),
        };
        Self { draft, next_minutes, refused: false }
    }
}

/// `None` when there is no page to publish to, or nothing more to say.
pub(in crate::screens) fn fill(
    playbook: &Playbook,
    incident: &Incident,
    last: Option<&Update>,
    words: Option<Words>,
    template: Option<&str>,
    now: Time,
) -> Option<Composer> {
    let pages: Vec<_> = playbook.pages.iter().filter(|page| page.components.iter().any(|c| shows(c, incident))).collect();
    if pages.is_empty() || !incident.phase.is_open() {
        return None;
    }
    let typed = words.is_some();
    let words = words.unwrap_or_else(|| fresh(playbook, incident, last, template));
    let mut components: BTreeMap<Name, ComponentRow> = BTreeMap::new();
    for component in pages.iter().flat_map(|page| &page.components).filter(|c| shows(c, incident)) {
        let held = incident.components.get(&component.id);
        let status = words.draft.components.get(&component.id).or(held);
        components.entry(component.id.clone()).or_insert_with(|| ComponentRow {
            id: component.id.clone(),
            name: component.name.clone(),
            status: status.copied().unwrap_or_default(),
        });
    }
    let found = if typed { check(&words.draft, now) } else { Vec::new() };
    Some(Composer {
        pages: pages.iter().map(|page| (page.slug.clone(), page.name.clone())).collect(),
        components: components.into_values().collect(),
        templates: playbook.templates.iter().map(|t| (t.id.clone(), t.name.clone())).collect(),
        lint: found,
        refused: words.refused,
        next_minutes: words.next_minutes.unwrap_or(USUAL_MINUTES),
        last: last.map(|update| (update.published_at, update.body())),
        page: words.draft.page,
        acknowledge: words.draft.acknowledge,
        apologize: words.draft.apologize,
        act: words.draft.act,
        phase: words.draft.phase,
        override_reason: words.draft.lint_override.unwrap_or_default(),
    })
}

fn shows(component: &Component, incident: &Incident) -> bool {
    component.service.as_ref().is_some_and(|s| incident.services.contains(s)) || incident.components.contains_key(&component.id)
}

/// Empty, or begun from a template of the playbook.
fn fresh(playbook: &Playbook, incident: &Incident, last: Option<&Update>, template: Option<&str>) -> Words {
    let template = template.and_then(|id| playbook.templates.iter().find(|t| &*t.id == id));
    let text = |part: fn(&Template) -> &String| template.map_or_else(String::new, |t| placed(part(t), incident));
    let phase = last.map_or(PublicPhase::Investigating, |update| update.draft.phase);
    Words {
        draft: Draft {
            page: None,
            audience: Audience::Public,
            phase,
            acknowledge: text(|t| &t.acknowledge),
            apologize: text(|t| &t.apologize),
            act: text(|t| &t.act),
            next_update_at: None,
            components: BTreeMap::new(),
            lint_override: None,
        },
        next_minutes: None,
        refused: false,
    }
}

/// Plain placeholders, each put in once: what they stand for is never read again, so it cannot hold another.
fn placed(text: &str, incident: &Incident) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let known = [("{title}", &incident.title), ("{impact}", &incident.impact.summary)];
        let (taken, value) = match known.iter().find(|(name, _)| rest.starts_with(name)) {
            Some((name, value)) => (name.len(), value.as_str()),
            None => (1, "{"),
        };
        out.push_str(value);
        rest = &rest[taken..];
    }
    out + rest
}

/// The lint's findings, and beside them what is fine, so that an author sees how far they are.
pub(in crate::screens) fn check(draft: &Draft, now: Time) -> Vec<Lint> {
    let findings = lint(draft, now, true);
    let parts = [
        ("acknowledge", "says what is hit", !draft.acknowledge.trim().is_empty()),
        ("apologize", "apologizes", !draft.apologize.trim().is_empty()),
        ("act", "says what is being done", !draft.act.trim().is_empty()),
        ("next_update_at", "promises the next word", draft.next_update_at.is_some()),
    ];
    if parts[..3].iter().all(|part| !part.2) {
        return Vec::new();
    }
    let mut shown: Vec<Lint> = findings
        .iter()
        .map(|finding| Lint {
            level: match finding.level {
                Level::Refuse => LintLevel::Refused,
                Level::Advise => LintLevel::Todo,
            },
            text: finding.text.clone(),
        })
        .collect();
    let fine = parts.iter().filter(|(field, _, there)| *there && !findings.iter().any(|f| f.field == *field));
    shown.extend(fine.map(|(_, text, _)| Lint { level: LintLevel::Fine, text: (*text).into() }));
    shown
}
