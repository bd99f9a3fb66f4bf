//! `/metrics` for Prometheus. Free for readers on this machine, else for viewers: the figures say how much is going on.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use axum::extract::State;
use axum::response::IntoResponse;
use http::{Method, header};
use model::letter::LetterState;
use model::{Letter, Time};
use store::records::{LetterFilter, Slice};

use super::route::Route;
use crate::access::Need;
use crate::app::App;
use crate::problem::Problem;

/// Letters beyond this many are not looked at; the figure says so by standing still.
const MOST_LETTERS: u32 = 200;

pub(super) fn route() -> Route {
    let need = Need::LoopbackOrViewer;
    Route::api(Method::GET, "/metrics", need, "Figures for Prometheus", handle)
}

async fn handle(State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    let mut text = Text::default();
    own(&app, &mut text);
    records(&app, &mut text).await?;
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text.0))
}

fn own(app: &App, text: &mut Text) {
    let server = &app.server;
    let count = |n: &AtomicU64| n.load(Relaxed) as f64;
    text.family("candor_build_info", "gauge", "Which program this is.");
    text.sample("candor_build_info", &[("version", app.settings.version)], 1.0);
    text.family("candor_ready", "gauge", "1 while inputs can be committed.");
    text.sample("candor_ready", &[], f64::from(u8::from(app.desk.is_ready())));
    text.family("candor_journal_number", "counter", "The newest journal entry.");
    text.sample("candor_journal_number", &[], app.desk.last_entry() as f64);
    text.family("candor_http_connections_total", "counter", "Connections by what became of them.");
    for (fate, n) in [("accepted", &server.accepted), ("refused", &server.refused), ("cut", &server.cut)] {
        text.sample("candor_http_connections_total", &[("fate", fate)], count(n));
    }
    text.family("candor_http_responses_total", "counter", "Answers by class of status.");
    for (class, n) in ["1xx", "2xx", "3xx", "4xx", "5xx"].iter().zip(&server.responses[1..]) {
        text.sample("candor_http_responses_total", &[("class", class)], count(n));
    }
    text.family("candor_event_streams", "gauge", "Open event streams.");
    text.sample("candor_event_streams", &[], server.open_streams() as f64);
    text.family("candor_access_failures_total", "counter", "Refused sign-ins, tokens and roles.");
    text.sample("candor_access_failures_total", &[], count(&app.access.failures));
}

async fn records(app: &App, text: &mut Text) -> Result<(), Problem> {
    let alerts = app.records.alert_counts().await?;
    text.family("candor_alerts", "gauge", "Open alerts by state.");
    text.sample("candor_alerts", &[("state", "firing")], alerts.firing as f64);
    text.sample("candor_alerts", &[("state", "acknowledged")], alerts.acknowledged as f64);
    let slice = Slice { before: None, limit: MOST_LETTERS };
    text.family("candor_letters", "gauge", "Letters not yet delivered, by state, counted up to 200.");
    let mut unsent: Vec<Letter> = Vec::new();
    for (state, filter) in [("waiting", LetterFilter::Waiting), ("sending", LetterFilter::Sending)] {
        let letters = app.records.letters(Some(filter), slice).await?;
        text.sample("candor_letters", &[("state", state)], letters.len() as f64);
        unsent.extend(letters);
    }
    let now = app.now();
    let oldest = unsent.iter().filter_map(due).min();
    let age = oldest.map_or(0, |due| now.since(due).0);
    text.family("candor_letter_overdue_seconds", "gauge", "How long the oldest unsent letter has been due.");
    text.sample("candor_letter_overdue_seconds", &[], age as f64);
    Ok(())
}

fn due(letter: &Letter) -> Option<Time> {
    match letter.state {
        LetterState::Waiting { due } => Some(due),
        LetterState::Leased { .. } => Some(letter.created_at),
        _ => None,
    }
}

/// Prometheus' text format. Writing into a String cannot fail.
#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.0.push_str(name);
        for (i, (label, value)) in labels.iter().enumerate() {
            let open = if i == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{open}{label}={value:?}");
        }
        let close = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{close} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let mut text = Text::default();
        text.family("x_total", "counter", "Xs.");
        text.sample("x_total", &[("a", "b\"c"), ("d", "e")], 3.0);
        text.sample("x_total", &[], 4.5);
        assert_eq!(text.0, "# HELP x_total Xs.\n# TYPE x_total counter\nx_total{a=\"b\\\"c\",d=\"e\"} 3\nx_total 4.5\n");
    }
}
