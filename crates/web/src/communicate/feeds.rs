//! Feeds. `history.atom` and `history.rss` hold one entry an incident, as Statuspage's do, with the updates inside, newest first:
//! readers' parsers go by the entry's id, its `updated` and the bold word. `updates.rss` holds one item an update.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use model::Time;

use super::view::{IncidentView, PageView, UpdateView};
use super::xml::escape;

const MOST_ENTRIES: usize = 50;
const MOST_UPDATES: usize = 100;

/// The feeds of one page.
pub(super) struct Feeds<'a> {
    view: &'a PageView,
    zone: TimeZone,
    root: String,
    /// What the ids of the entries begin with.
    tag: String,
}

impl<'a> Feeds<'a> {
    pub(super) fn new(view: &'a PageView) -> Self {
        let parsed = url::Url::parse(&view.base_url).ok();
        let host = parsed.as_ref().and_then(url::Url::host_str);
        Self {
            view,
            zone: TimeZone::get(&view.timezone).unwrap_or(TimeZone::UTC),
            root: view.root(),
            tag: format!("tag:{},2005:", host.unwrap_or("localhost")),
        }
    }

    pub(super) fn atom(&self) -> String {
        let (root, tag) = (escape(&self.root), escape(&self.tag));
        let name = escape(&self.view.name);
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <feed xml:lang=\"en-US\" xmlns=\"http://www.w3.org/2005/Atom\">\n\
             <id>{tag}/status/{slug}/history</id>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{root}/\"/>\n\
             <link rel=\"self\" type=\"application/atom+xml\" href=\"{root}/history.atom\"/>\n\
             <title>{name} - Incident History</title>\n\
             <updated>{updated}</updated>\n\
             <author><name>{name}</name></author>\n",
            slug = escape(&self.view.slug),
            updated = seconds(self.view.updated_at),
        );
        for incident in self.newest() {
            let _ = write!(
                out,
                "<entry>\n<id>{tag}Incident/{number}</id>\n\
                 <published>{published}</published>\n<updated>{updated}</updated>\n\
                 <link rel=\"alternate\" type=\"text/html\" href=\"{root}/incidents/{code}\"/>\n\
                 <title>{title}</title>\n<content type=\"html\">{content}</content>\n</entry>\n",
                number = incident.reference.0,
                published = seconds(incident.created_at),
                updated = seconds(incident.updated_at),
                code = incident.code,
                title = escape(&incident.title),
                content = escape(&self.content(incident)),
            );
        }
        out.push_str("</feed>\n");
        out
    }

    pub(super) fn history_rss(&self) -> String {
        let mut items = String::new();
        for incident in self.newest() {
            let link = format!("{}/incidents/{}", self.root, incident.code);
            let _ = write!(
                items,
                "<item>\n<title>{title}</title>\n<description>{content}</description>\n<pubDate>{date}</pubDate>\n\
                 <link>{link}</link>\n<guid>{link}</guid>\n</item>\n",
                title = escape(&incident.title),
                content = escape(&self.content(incident)),
                date = self.mail_date(incident.created_at),
                link = escape(&link),
            );
        }
        self.channel("Incident History", "history.rss", &items)
    }

    pub(super) fn updates_rss(&self) -> String {
        let mut updates: Vec<(&IncidentView, &UpdateView)> =
            self.view.incidents().flat_map(|incident| incident.updates.iter().map(move |u| (incident, u))).collect();
        updates.sort_by_key(|(_, update)| std::cmp::Reverse((update.at, update.id)));
        let mut items = String::new();
        for (incident, update) in updates.into_iter().take(MOST_UPDATES) {
            let _ = write!(
                items,
                "<item>\n<title>{title} - {phase}</title>\n<description>{content}</description>\n<pubDate>{date}</pubDate>\n\
                 <link>{root}/incidents/{code}</link>\n<guid isPermaLink=\"false\">{tag}Update/{id}</guid>\n</item>\n",
                title = escape(&incident.title),
                phase = word(update),
                content = escape(&self.paragraph(update)),
                date = self.mail_date(update.at),
                root = escape(&self.root),
                code = incident.code,
                tag = escape(&self.tag),
                id = update.id,
            );
        }
        self.channel("Updates", "updates.rss", &items)
    }

    fn channel(&self, what: &str, path: &str, items: &str) -> String {
        let (root, name) = (escape(&self.root), escape(&self.view.name));
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n\
             <title>{name} - {what}</title>\n<link>{root}/</link>\n\
             <atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{root}/{path}\"/>\n\
             <description>{name}: {description}</description>\n<lastBuildDate>{date}</lastBuildDate>\n\
             {items}</channel>\n</rss>\n",
            description = escape(self.view.indicator.description),
            date = self.mail_date(self.view.updated_at),
        )
    }

    fn newest(&self) -> Vec<&'a IncidentView> {
        let mut all: Vec<&IncidentView> = self.view.incidents().collect();
        all.sort_by_key(|i| std::cmp::Reverse((i.created_at, i.reference)));
        all.truncate(MOST_ENTRIES);
        all
    }

    /// The updates of an incident as HTML.
    fn content(&self, incident: &IncidentView) -> String {
        incident.updates.iter().map(|u| self.paragraph(u)).collect()
    }

    fn paragraph(&self, update: &UpdateView) -> String {
        let parts: Vec<String> = update.parts().map(|part| escape(part).replace('\n', "<br />")).collect();
        format!(
            "<p><small>{date}</small><br /><strong>{phase}</strong> - {body}</p>",
            date = update.at.stamp().to_zoned(self.zone.clone()).strftime("%b %-d, %H:%M %Z"),
            phase = word(update),
            body = parts.join("<br /><br />"),
        )
    }

    fn mail_date(&self, at: Time) -> String {
        jiff::fmt::rfc2822::to_string(&at.stamp().to_zoned(self.zone.clone())).unwrap_or_default()
    }
}

/// "Resolved" and its like.
fn word(update: &UpdateView) -> &'static str {
    use model::update::PublicPhase;
    match update.phase {
        PublicPhase::Investigating => "Investigating",
        PublicPhase::Identified => "Identified",
        PublicPhase::Monitoring => "Monitoring",
        PublicPhase::Resolved => "Resolved",
        PublicPhase::Postmortem => "Postmortem",
    }
}

/// RFC 3339 in whole seconds.
fn seconds(at: Time) -> String {
    Time::from_seconds(at.seconds()).rfc3339()
}

#[cfg(test)]
mod tests;
