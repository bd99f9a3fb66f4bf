//! One listener's place among the event streams, and what it hears.

use std::sync::Arc;
use std::time::Duration;

use desk::News;
use http::{HeaderMap, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, broadcast, watch};
use tokio::time::Interval;

use crate::access::identify;
use crate::app::App;
use crate::problem::Problem;

/// Proxies cut a connection that says nothing; half of the shortest usual limit.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// One listener's place among the streams.
pub(crate) struct Listening {
    news: broadcast::Receiver<Arc<News>>,
    ending: watch::Receiver<bool>,
    heartbeat: Interval,
    changes: watch::Receiver<()>,
    /// Whoever listens again has missed something.
    missed: bool,
    _place: OwnedSemaphorePermit,
}

pub(crate) enum Heard {
    News(Arc<News>),
    /// Too slow: some news are gone, everything is to be read again.
    Missed,
    /// Nothing to tell; or somebody's rights changed, so it is to be asked again whether the listener still may.
    Silence,
}

impl Listening {
    /// With `Last-Event-ID` a listener says how far it heard before its stream broke. Nothing is kept to be said again: whoever
    /// is behind is told to read everything anew.
    pub(crate) async fn begin(app: &App, headers: &HeaderMap) -> Result<Self, Problem> {
        let full = || {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Problem::new(status, "too_many_streams", "Too many event streams are open. Try again later.").retry_after(30)
        };
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        heartbeat.reset();
        let place = app.server.stream_place().ok_or_else(full)?;
        // Listening begins before the journal is read, so that nothing falls between the two.
        let news = app.desk.news();
        let missed = match last_heard(headers) {
            Some(number) => number < app.records.last_entry().await?,
            None => false,
        };
        Ok(Self { news, ending: app.server.ending(), heartbeat, changes: app.access.changes(), missed, _place: place })
    }

    /// `None` = Candor stops.
    pub(crate) async fn next(&mut self) -> Option<Heard> {
        if std::mem::take(&mut self.missed) {
            return Some(Heard::Missed);
        }
        tokio::select! {
            biased;
            _ = self.ending.wait_for(|ending| *ending) => None,
            // Before the news: what happened after somebody was removed is not for them.
            Ok(()) = self.changes.changed() => Some(Heard::Silence),
            news = self.news.recv() => match news {
                Ok(news) => Some(Heard::News(news)),
                Err(broadcast::error::RecvError::Lagged(_)) => Some(Heard::Missed),
                Err(broadcast::error::RecvError::Closed) => None,
            },
            _ = self.heartbeat.tick() => Some(Heard::Silence),
        }
    }

    /// What has come in meanwhile, without waiting; true when some of it is lost.
    pub(super) fn drain(&mut self, take: &mut impl FnMut(&News)) -> bool {
        loop {
            match self.news.try_recv() {
                Ok(news) => take(&news),
                Err(broadcast::error::TryRecvError::Lagged(_)) => return true,
                Err(_) => return false,
            }
        }
    }
}

/// What is no number of ours was never said by us: then everything may be news.
fn last_heard(headers: &HeaderMap) -> Option<u64> {
    let id = headers.get("last-event-id")?.to_str().ok()?.trim();
    (!id.is_empty()).then(|| id.parse().unwrap_or(0))
}

/// Whether whoever opened a stream may still hear it. A store that is away changes nobody's rights.
pub(crate) async fn still_may(app: &App, headers: &HeaderMap) -> bool {
    match identify(app, headers).await {
        Ok(caller) => caller.is_some(),
        Err(problem) => !problem.status.is_client_error(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_says_how_far_it_heard() {
        let heard = |id: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("last-event-id", http::HeaderValue::from_static(id));
            last_heard(&headers)
        };
        assert_eq!(heard("42"), Some(42));
        assert_eq!(heard("nonsense"), Some(0));
        assert_eq!(heard(""), None);
        assert_eq!(last_heard(&HeaderMap::new()), None);
    }
}
