//! The objects of the API, in the order of its documentation.

use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub(super) struct Page {
    pub id: String,
    pub name: String,
    pub url: String,
    pub time_zone: String,
    pub updated_at: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Status {
    pub indicator: &'static str,
    pub description: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Component {
    pub id: String,
    pub name: String,
    pub status: &'static str,
    pub created_at: String,
    pub updated_at: String,
    pub position: usize,
    pub description: Option<String>,
    pub showcase: bool,
    pub start_date: Option<String>,
    pub group_id: Option<String>,
    pub page_id: String,
    pub group: bool,
    pub only_show_if_degraded: bool,
    /// Only groups have the key at all; clients tell them apart by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<Vec<String>>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Incident {
    pub id: String,
    pub name: String,
    pub status: &'static str,
    pub created_at: String,
    pub updated_at: String,
    pub monitoring_at: Option<String>,
    pub resolved_at: Option<String>,
    pub impact: &'static str,
    pub shortlink: String,
    pub started_at: String,
    pub page_id: String,
    /// Newest first.
    #[serde(rename = "incident_updates")]
    pub updates: Vec<Update>,
    pub components: Vec<Component>,
    pub reminder_intervals: Option<String>,
    pub next_update_at: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Update {
    pub id: String,
    pub status: &'static str,
    pub body: String,
    pub incident_id: String,
    pub created_at: String,
    pub updated_at: String,
    pub display_at: String,
    pub affected_components: Option<Vec<Affected>>,
    pub deliver_notifications: bool,
    pub custom_tweet: Option<String>,
    pub tweet_id: Option<String>,
    pub next_update_at: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Affected {
    pub code: String,
    pub name: String,
    pub old_status: &'static str,
    pub new_status: &'static str,
}
