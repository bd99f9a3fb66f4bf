//! One rendering of one page: all of its documents, printed. Never changed, only replaced.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;

use super::feeds::Feeds;
use super::html::page_html;
use super::printed::Printed;
use super::statuspage::Statuspage;
use super::view::PageView;

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
const ATOM: &str = "application/atom+xml; charset=utf-8";
const RSS: &str = "application/rss+xml; charset=utf-8";

pub struct Edition {
    pub html: Arc<Printed>,
    pub summary: Arc<Printed>,
    pub status: Arc<Printed>,
    pub components: Arc<Printed>,
    pub incidents: Arc<Printed>,
    pub unresolved: Arc<Printed>,
    pub maintenances: Arc<Printed>,
    pub atom: Arc<Printed>,
    pub rss: Arc<Printed>,
    pub updates: Arc<Printed>,
    /// Where the address without the slash leads.
    pub home: HeaderValue,
    /// Where an incident's own address leads, by its code.
    pub anchors: HashMap<String, HeaderValue>,
    pub(super) view: PageView,
}

impl Edition {
    /// Prints; what has not changed is taken from the edition before.
    pub(super) fn print(view: PageView, before: Option<&Self>) -> Self {
        let api = Statuspage::new(&view);
        let feeds = Feeds::new(&view);
        let again = |body: Vec<u8>, kind, pick: fn(&Self) -> &Arc<Printed>| match before.map(pick) {
            Some(same) if same.plain.body == body => Arc::clone(same),
            _ => Arc::new(Printed::new(body, kind)),
        };
        let home = format!("/status/{}/", view.slug);
        let anchors = view.incidents().filter_map(|i| Some((i.code.clone(), location(&format!("{home}#{}", i.code))?))).collect();
        Self {
            html: again(page_html(&view).into_bytes(), HTML, |e| &e.html),
            summary: again(api.summary(), JSON, |e| &e.summary),
            status: again(api.status(), JSON, |e| &e.status),
            components: again(api.component_list(), JSON, |e| &e.components),
            incidents: again(api.all_incidents(), JSON, |e| &e.incidents),
            unresolved: again(api.unresolved(), JSON, |e| &e.unresolved),
            maintenances: again(api.maintenances(), JSON, |e| &e.maintenances),
            atom: again(feeds.atom().into_bytes(), ATOM, |e| &e.atom),
            rss: again(feeds.history_rss().into_bytes(), RSS, |e| &e.rss),
            updates: again(feeds.updates_rss().into_bytes(), RSS, |e| &e.updates),
            home: location(&home).unwrap_or(HeaderValue::from_static("/")),
            anchors,
            view,
        }
    }

    /// The document at a path below the page's own; `None` = there is none.
    pub fn at(&self, path: &str) -> Option<&Printed> {
        Some(match path {
            "" => &self.html,
            "api/v2/summary.json" => &self.summary,
            "api/v2/status.json" => &self.status,
            "api/v2/components.json" => &self.components,
            "api/v2/incidents.json" => &self.incidents,
            "api/v2/incidents/unresolved.json" => &self.unresolved,
            "api/v2/scheduled-maintenances.json"
            | "api/v2/scheduled-maintenances/upcoming.json"
            | "api/v2/scheduled-maintenances/active.json" => &self.maintenances,
            "history.atom" => &self.atom,
            "history.rss" => &self.rss,
            "updates.rss" => &self.updates,
            _ => return None,
        })
    }

    /// Whether printing `view` would change anything a reader can see.
    pub(super) fn shows(&self, view: &PageView) -> bool {
        let at = self.view.rendered_at;
        let same_time = PageView { rendered_at: at, ..view.clone() };
        self.view == same_time
    }
}

fn location(path: &str) -> Option<HeaderValue> {
    HeaderValue::from_maybe_shared(Bytes::from(path.to_owned())).ok()
}
