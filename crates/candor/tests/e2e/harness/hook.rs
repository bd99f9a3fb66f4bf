//! A receiver of webhooks that remembers when each delivery came, so that a test can tell a repeat from a retry.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use tokio::sync::watch;

/// One delivery.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    /// The `webhook-id` header: the same for every attempt at one letter.
    pub(crate) id: String,
    pub(crate) at: Instant,
    pub(crate) signature: String,
    pub(crate) body: String,
}

#[derive(Clone)]
struct Receiver {
    deliveries: Arc<Mutex<Vec<Delivery>>>,
    /// Whether deliveries are answered yet.
    answers: watch::Sender<bool>,
}

pub(crate) struct Hook {
    pub(crate) url: String,
    receiver: Receiver,
    server: tokio::task::JoinHandle<()>,
}

impl Hook {
    pub(crate) async fn start() -> Self {
        Self::start_with(true).await
    }

    /// One that takes what comes and answers nobody before [`Hook::answer`].
    pub(crate) async fn start_silent() -> Self {
        Self::start_with(false).await
    }

    async fn start_with(answers: bool) -> Self {
        let receiver = Receiver { deliveries: Arc::default(), answers: watch::Sender::new(answers) };
        let app = Router::new().route("/hook", post(receive)).with_state(receiver.clone());
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
        let address = socket.local_addr().expect("a bound socket has an address");
        let server = tokio::spawn(async move {
            axum::serve(socket, app).await.expect("the receiver serves");
        });
        Self { url: format!("http://{address}/hook"), receiver, server }
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.receiver.deliveries.lock().expect("no holder panics").clone()
    }

    /// From now on every delivery is answered, those that wait included.
    pub(crate) fn answer(&self) {
        self.receiver.answers.send_replace(true);
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> StatusCode {
    let at = Instant::now();
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let delivery = Delivery { id: header("webhook-id"), at, signature: header("webhook-signature"), body };
    receiver.deliveries.lock().expect("no holder panics").push(delivery);
    receiver.answers.subscribe().wait_for(|answers| *answers).await.expect("the sender is in our hands");
    StatusCode::OK
}
