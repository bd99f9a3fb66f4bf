//! A receiver of webhooks that remembers when each delivery came, so that a test can tell a repeat from a retry.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;

/// One delivery.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    /// The `webhook-id` header: the same for every attempt at one letter.
    pub(crate) id: String,
    pub(crate) at: Instant,
    pub(crate) signature: String,
    pub(crate) body: String,
}

type Deliveries = Arc<Mutex<Vec<Delivery>>>;

pub(crate) struct Hook {
    pub(crate) url: String,
    deliveries: Deliveries,
    server: tokio::task::JoinHandle<()>,
}

impl Hook {
    pub(crate) async fn start() -> Self {
        let deliveries = Deliveries::default();
        let app = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&deliveries));
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
        let address = socket.local_addr().expect("a bound socket has an address");
        let server = tokio::spawn(async move {
            axum::serve(socket, app).await.expect("the receiver serves");
        });
        Self { url: format!("http://{address}/hook"), deliveries, server }
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.lock().expect("no holder panics").clone()
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn receive(State(deliveries): State<Deliveries>, headers: HeaderMap, body: String) -> StatusCode {
    let at = Instant::now();
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let delivery = Delivery { id: header("webhook-id"), at, signature: header("webhook-signature"), body };
    deliveries.lock().expect("no holder panics").push(delivery);
    StatusCode::OK
}
