//! The accept loop: who may connect, how a connection is driven, and how all of them end.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use super::front::Front;
use super::line::{Line, Lines};
use super::shared::told;
use super::wire::Wire;
use super::{Limits, Trusted};
use crate::access::block_of;

/// How long connections may finish what they do after the listener has closed.
const DRAIN: Duration = Duration::from_secs(8);

pub(super) struct Acceptor {
    front: Arc<Front>,
    tls: Option<TlsAcceptor>,
    builder: Arc<Builder<TokioExecutor>>,
    lines: Arc<Lines>,
    seats: Arc<Semaphore>,
    places: u32,
    addresses: Arc<Addresses>,
}

impl Acceptor {
    pub(super) fn new(front: Front, tls: Option<TlsAcceptor>, limits: Limits) -> Self {
        let proxies = front.app.proxies.clone();
        Self {
            front: Arc::new(front),
            tls,
            builder: Arc::new(builder()),
            lines: Arc::default(),
            seats: Arc::new(Semaphore::new(limits.connections as usize)),
            places: limits.connections,
            addresses: Arc::new(Addresses { open: Mutex::default(), most: limits.per_address, proxies }),
        }
    }

    /// Accepts until `stop` says so, then lets what is open finish, at most for [`DRAIN`].
    pub(super) async fn run(self, listener: TcpListener, stop: watch::Receiver<bool>) {
        let sweeper = tokio::spawn(sweep(self.lines.clone(), self.front.clone()));
        let mut stopped = std::pin::pin!(told(stop.clone()));
        loop {
            tokio::select! {
                biased;
                () = &mut stopped => break,
                accepted = listener.accept() => match accepted {
                    Ok((socket, peer)) => self.take(socket, peer, stop.clone()),
                    Err(error) => pause(&error).await,
                },
            }
        }
        drop(listener);
        let all = self.seats.acquire_many(self.places);
        if tokio::time::timeout(DRAIN, all).await.is_err() {
            tracing::warn!("connections were cut because they did not end in time");
        }
        self.lines.cut_all();
        sweeper.abort();
    }

    fn take(&self, socket: TcpStream, peer: SocketAddr, stop: watch::Receiver<bool>) {
        let counts = &self.front.app.server;
        let seat = self.seats.clone().try_acquire_owned().ok().and_then(|permit| self.addresses.sit(peer.ip(), permit));
        let Some(seat) = seat else {
            counts.refused();
            return;
        };
        counts.accepted();
        // Answers are written whole; waiting for more to send with them only delays them.
        let _ = socket.set_nodelay(true);
        let line = Line::new(self.lines.ticks.clone());
        let wire = Wire { socket, line: line.clone() };
        let (front, builder, tls) = (self.front.clone(), self.builder.clone(), self.tls.clone());
        let its_line = line.clone();
        let task = tokio::spawn(async move {
            let _seat = seat;
            match tls {
                None => drive(wire, peer, its_line, front, builder, stop).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(wire).await {
                        drive(stream, peer, its_line, front, builder, stop).await;
                    }
                }
            }
        });
        self.lines.add(line, task.abort_handle());
    }
}

async fn drive<T: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: T,
    peer: SocketAddr,
    line: Arc<Line>,
    front: Arc<Front>,
    builder: Arc<Builder<TokioExecutor>>,
    stop: watch::Receiver<bool>,
) {
    let service = service_fn(move |request| front.clone().answer(line.clone(), peer, request));
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        result = connection.as_mut() => return done(result),
        () = told(stop) => connection.as_mut().graceful_shutdown(),
    }
    done(connection.await);
}

/// What clients do wrong on the wire is their affair; it is worth a line only to whoever looks for it.
fn done(result: Result<(), Box<dyn std::error::Error + Send + Sync>>) {
    if let Err(error) = result {
        tracing::debug!(error = &*error as &dyn std::error::Error, "connection ended early");
    }
}

/// Limits against floods of headers, frames and resets. Deadlines are the sweeper's.
fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().header_read_timeout(None).max_headers(100).max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10))
        .max_concurrent_streams(128)
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(256)
        .max_header_list_size(32 * 1024)
        .max_send_buf_size(256 * 1024);
    builder
}

async fn sweep(lines: Arc<Lines>, front: Arc<Front>) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        second.tick().await;
        front.app.server.cut(lines.sweep());
    }
}

/// No file handles left, say. The connection waits in the queue; trying at once again would only burn the processor.
async fn pause(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    tracing::error!(%error, "cannot accept connections");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// How many connections each address has.
struct Addresses {
    open: Mutex<HashMap<IpAddr, u32>>,
    most: u32,
    /// They speak for everybody, so they have no cap.
    proxies: Trusted,
}

struct Seat {
    _permit: OwnedSemaphorePermit,
    /// `None` for this machine and for proxies, which have no cap of their own.
    counted: Option<(Arc<Addresses>, IpAddr)>,
}

impl Addresses {
    fn sit(self: &Arc<Self>, address: IpAddr, permit: OwnedSemaphorePermit) -> Option<Seat> {
        let plain = address.to_canonical();
        if plain.is_loopback() || (self.proxies)(plain) {
            return Some(Seat { _permit: permit, counted: None });
        }
        let block = block_of(address);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(block).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Seat { _permit: permit, counted: Some((Arc::clone(self), block)) })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some((addresses, block)) = &self.counted else {
            return;
        };
        let mut open = addresses.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(block) {
            *count -= 1;
            if *count == 0 {
                open.remove(block);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_all_seats() {
        let proxy = IpAddr::from([192, 0, 2, 80]);
        let addresses = Arc::new(Addresses { open: Mutex::default(), most: 2, proxies: Arc::new(move |ip| ip == proxy) });
        let seats = Arc::new(Semaphore::new(100));
        let sit = |ip: [u8; 4]| {
            let permit = seats.clone().try_acquire_owned().expect("a seat");
            addresses.sit(ip.into(), permit)
        };
        let first = sit([192, 0, 2, 1]);
        let second = sit([192, 0, 2, 1]);
        assert!(first.is_some() && second.is_some());
        assert!(sit([192, 0, 2, 1]).is_none());
        assert!(sit([192, 0, 2, 2]).is_some());
        drop(first);
        assert!(sit([192, 0, 2, 1]).is_some());
        for speaks_for_many in [[127, 0, 0, 1], [192, 0, 2, 80]] {
            let seats: Vec<_> = (0..10).map(|_| sit(speaks_for_many)).collect();
            assert!(seats.iter().all(Option::is_some));
        }
    }
}
