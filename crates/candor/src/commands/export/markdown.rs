//! Markdown for people: one file an incident, with timeline, updates and review.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use model::letter::Content;
use model::review::Review;
use model::{Group, GroupId, Incident, IncidentRef, Letter, Playbook, TimelineEntry, Update};
use rules::learn::Facts;
use serde_json::Value;

use crate::commands::show::stamp;

/// Incidents and what belongs to them, gathered while records pass by. Alerts pass through unkept, and so do groups and letters
/// of no incident: there are few incidents, and millions of those.
#[derive(Default)]
pub(super) struct Book {
    incidents: BTreeMap<IncidentRef, Chapter>,
    /// Incidents come before groups and letters.
    of_group: BTreeMap<GroupId, IncidentRef>,
}

#[derive(Default)]
struct Chapter {
    incident: Option<Incident>,
    timeline: Vec<TimelineEntry>,
    updates: Vec<Update>,
    groups: Vec<Group>,
    letters: Vec<Letter>,
    review: Option<Review>,
}

impl Book {
    pub(super) fn take(&mut self, kind: &str, value: Value) -> Result<()> {
        let unread = || format!("a record of kind {kind} cannot be read");
        match kind {
            "incidents" => {
                let incident: Incident = serde_json::from_value(value).with_context(unread)?;
                self.of_group.extend(incident.groups.iter().map(|group| (*group, incident.id)));
                let chapter = self.chapter(incident.id);
                chapter.incident = Some(incident);
            }
            "timeline" => {
                let entry: TimelineEntry = serde_json::from_value(value).with_context(unread)?;
                self.chapter(entry.incident).timeline.push(entry);
            }
            "updates" => {
                let update: Update = serde_json::from_value(value).with_context(unread)?;
                self.chapter(update.incident).updates.push(update);
            }
            "groups" => {
                let group: Group = serde_json::from_value(value).with_context(unread)?;
                if let Some(id) = self.of_group.get(&group.id).copied() {
                    self.chapter(id).groups.push(group);
                }
            }
            "letters" => {
                let letter: Letter = serde_json::from_value(value).with_context(unread)?;
                for id in self.of_letter(&letter) {
                    self.chapter(id).letters.push(letter.clone());
                }
            }
            "reviews" => {
                let review: Review = serde_json::from_value(value).with_context(unread)?;
                let chapter = self.chapter(review.incident);
                if chapter.review.as_ref().is_none_or(|kept| kept.revision < review.revision) {
                    chapter.review = Some(review);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn of_letter(&self, letter: &Letter) -> Vec<IncidentRef> {
        if let Content::PromiseReminder { incident, .. } | Content::PromiseBroken { incident, .. } = &letter.content {
            return vec![*incident];
        }
        let mut found: Vec<_> =
            letter.content.groups().iter().filter_map(|item| self.of_group.get(&item.group).copied()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn chapter(&mut self, id: IncidentRef) -> &mut Chapter {
        self.incidents.entry(id).or_default()
    }

    /// Writes `incidents/INC-1.md` and so on; gives their number.
    pub(super) fn write(mut self, out: &Path, playbook: &Playbook) -> Result<u64> {
        let folder = out.join("incidents");
        std::fs::create_dir_all(&folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
        let mut count = 0;
        for (id, chapter) in &mut self.incidents {
            chapter.timeline.sort_by_key(|entry| entry.seq);
            chapter.updates.sort_by_key(|update| update.id);
            let Some(text) = chapter.text(playbook) else { continue };
            let file = folder.join(format!("{id}.md"));
            std::fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
            count += 1;
        }
        Ok(count)
    }
}

impl Chapter {
    fn text(&self, playbook: &Playbook) -> Option<String> {
        let incident = self.incident.as_ref()?;
        let mut text = format!("# {}: {}\n\n", incident.id, one_line(&incident.title));
        head(&mut text, incident);
        text.push_str("\n## Timeline\n\n");
        for entry in &self.timeline {
            let line = entry.text.trim().replace('\n', "\n  ");
            let _ = writeln!(text, "- {} **{}** ({}): {line}", stamp(entry.happened_at), entry.actor, entry.kind.name());
        }
        text.push_str("\n## Updates\n");
        if self.updates.is_empty() {
            text.push_str("\nNone.\n");
        }
        for update in &self.updates {
            written(&mut text, update);
        }
        text.push_str("\n## Review\n\n");
        if let Some(review) = &self.review {
            let (by, at) = (&review.edited_by, stamp(review.edited_at));
            let _ = write!(text, "Revision {}, {by}, {at}.\n\n{}", review.revision, below(&review.markdown).trim());
        } else {
            let (timeline, updates, letters, groups) = (&self.timeline, &self.updates, &self.letters, &self.groups);
            let draft = rules::learn::draft(&Facts { incident, timeline, updates, letters, groups, playbook });
            text.push_str(below(&draft).trim());
        }
        text.push('\n');
        Some(text)
    }
}

fn head(text: &mut String, incident: &Incident) {
    let drill = if incident.drill { ", a drill" } else { "" };
    let _ = writeln!(text, "- {}, {}{drill}", incident.severity, incident.phase.name());
    let _ = writeln!(text, "- services: {}", incident.services.join(", "));
    if !incident.impact.summary.is_empty() {
        let _ = writeln!(text, "- impact: {}", one_line(&incident.impact.summary));
    }
    let _ = writeln!(text, "- declared {} by {}", stamp(incident.declared_at), incident.declared_by);
    if let Some(at) = incident.resolved_at {
        let _ = writeln!(text, "- resolved {} after {}", stamp(at), at.since(incident.declared_at).words());
    }
    let _ = writeln!(text, "- promises to customers: {} kept, {} broken", incident.promises_kept, incident.promises_broken);
}

fn written(text: &mut String, update: &Update) {
    let draft = &update.draft;
    let _ = writeln!(text, "\n### {} {}, for {}\n", stamp(update.published_at), draft.phase.name(), draft.audience.name());
    let _ = writeln!(text, "{}", update.body());
    if let Some(due) = draft.next_update_at {
        let _ = writeln!(text, "\nNext update promised for {}.", stamp(due));
    }
    if let Some(why) = &draft.lint_override {
        let _ = writeln!(text, "\nPublished over the lint: {}", one_line(why));
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Headings two levels down, so that the review stands under its own.
fn below(markdown: &str) -> String {
    let lines = markdown.lines().map(|line| if line.starts_with('#') { format!("##{line}") } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n")
}
