//! The doors: a socket for datagrams, listeners for connections, and what is done with them when we are stopped.

use crate::batch::{Clock, Origin, Sink};
use crate::counters::{Counters, Counts, add};
use crate::keep::Keeper;
use crate::limits::Limits;
use crate::queue::Queue;
use crate::stream::{self, End, PERMIT_BYTES, Shared};
use crate::{relp, tls, udp};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

/// Which doors to open. Port 0 takes any that is free.
#[derive(Clone, Default)]
pub struct Listening {
    pub udp: Option<SocketAddr>,
    pub tcp: Option<SocketAddr>,
    /// Each line is acknowledged when it is durable; over TLS where there is a server's side of it.
    pub relp: Option<(SocketAddr, Option<Arc<rustls::ServerConfig>>)>,
    /// With what [`crate::tls_config`] makes.
    pub tls: Option<(SocketAddr, Arc<rustls::ServerConfig>)>,
    pub limits: Limits,
}

/// The doors are open.
#[derive(Debug)]
pub struct Bound {
    pub udp: Option<SocketAddr>,
    pub tcp: Option<SocketAddr>,
    pub relp: Option<SocketAddr>,
    pub tls: Option<SocketAddr>,
    /// What the kernel keeps of datagrams that were not read yet; the operator is told when it is less than wanted.
    pub udp_buffer_bytes: usize,
    pub counters: Arc<Counters>,
    /// Ends when we were stopped and everything that was read is durable or counted as lost.
    pub task: JoinHandle<()>,
}

/// Whom lines go to, and when to stop.
#[derive(Clone)]
pub struct Taking {
    pub sink: Arc<dyn Sink>,
    pub clock: Clock,
    /// Becomes true when we are to stop; so does its sender's end.
    pub stopped: watch::Receiver<bool>,
    /// Counts of files and doors together.
    pub counters: Arc<Counters>,
}

/// How long a listener that cannot accept (no more file handles) waits.
const PAUSE: Duration = Duration::from_millis(100);

/// A peer that does not take our goodbye is left.
const GOODBYE: Duration = Duration::from_secs(1);

/// After so long a silence the machine asks whether the peer is still there, and how often after that.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// Opens the doors.
///
/// # Errors
/// An address that cannot be had; then nothing is open.
pub async fn listen(listening: Listening, taking: Taking) -> std::io::Result<Bound> {
    let limits = Arc::new(listening.limits);
    let Taking { sink, clock, stopped, counters } = taking;
    let keeper = Keeper { sink, stopped, limits: limits.clone() };
    let udp = listening.udp.map(|address| udp::bind(address, &limits)).transpose()?;
    let tcp = open(listening.tcp).await?;
    let relp = open(listening.relp.as_ref().map(|(address, _)| *address)).await?;
    let tls = open(listening.tls.as_ref().map(|(address, _)| *address)).await?;
    let udp_address = udp.as_ref().map(|(socket, _)| socket.local_addr()).transpose()?;
    let address = |it: &Option<TcpListener>| it.as_ref().map(TcpListener::local_addr).transpose();
    let (tcp_address, relp_address, tls_address) = (address(&tcp)?, address(&relp)?, address(&tls)?);
    let udp_buffer_bytes = udp.as_ref().map_or(0, |(_, bytes)| *bytes);

    let room = Arc::new(Semaphore::new(limits.stream_bytes / PERMIT_BYTES));
    let shared = Shared { keeper: keeper.clone(), clock: clock.clone(), room };
    let doors = Doors { shared, counters: counters.clone(), guests: Arc::default() };
    let mut tasks = JoinSet::new();
    if let Some((socket, _)) = udp {
        let queue = Arc::new(Queue::new(limits.udp_queue_bytes));
        tasks.spawn(udp::deliver(queue.clone(), keeper.clone()));
        let counters = counters.clone();
        let thread = std::thread::Builder::new().name("syslog-udp".to_owned());
        thread.spawn(move || udp::receive(&socket, &queue, counters, &clock, &keeper))?;
    }
    if let Some(listener) = tcp {
        tasks.spawn(doors.clone().accept(listener, Door { speech: Speech::Syslog, tls: None }));
    }
    if let Some((listener, (_, config))) = relp.zip(listening.relp) {
        let tls = config.map(tokio_rustls::TlsAcceptor::from);
        tasks.spawn(doors.clone().accept(listener, Door { speech: Speech::Relp, tls }));
    }
    if let Some((listener, (_, config))) = tls.zip(listening.tls) {
        let tls = Some(tokio_rustls::TlsAcceptor::from(config));
        tasks.spawn(doors.accept(listener, Door { speech: Speech::Syslog, tls }));
    }
    let task = tokio::spawn(async move { while tasks.join_next().await.is_some() {} });
    Ok(Bound {
        udp: udp_address,
        tcp: tcp_address,
        relp: relp_address,
        tls: tls_address,
        udp_buffer_bytes,
        counters,
        task,
    })
}

async fn open(address: Option<SocketAddr>) -> std::io::Result<Option<TcpListener>> {
    let Some(address) = address else { return Ok(None) };
    TcpListener::bind(address).await.map(Some)
}

/// What is spoken behind a listener, and whether nobody can listen in.
#[derive(Clone)]
struct Door {
    speech: Speech,
    tls: Option<tokio_rustls::TlsAcceptor>,
}

#[derive(Clone, Copy)]
enum Speech {
    Syslog,
    Relp,
}

#[derive(Clone)]
struct Doors {
    shared: Shared,
    counters: Arc<Counters>,
    guests: Arc<Mutex<Guests>>,
}

/// Who is connected, on all doors.
#[derive(Default)]
struct Guests {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

/// A connection that was let in; dropping it makes room for the next.
struct Guest {
    address: IpAddr,
    guests: Arc<Mutex<Guests>>,
}

impl Doors {
    /// Lets connections in until we are stopped, then waits for those that are in.
    async fn accept(self, listener: TcpListener, door: Door) {
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                biased;
                () = self.shared.keeper.until_stopped() => break,
                Some(_) = connections.join_next() => continue,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let address = peer.ip().to_canonical();
                    let Some(guest) = self.let_in(address) else {
                        let origin = origin_of(address, &door, None);
                        add(&self.counters.sender(&origin).refused, 1);
                        continue;
                    };
                    connections.spawn(self.clone().serve(stream, guest, door.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        drop(listener);
        while connections.join_next().await.is_some() {}
    }

    fn let_in(&self, address: IpAddr) -> Option<Guest> {
        let limits = &self.shared.keeper.limits;
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = guests.of.get(&address).copied().unwrap_or_default();
        if guests.all >= limits.connections || of_address >= limits.connections_per_address {
            return None;
        }
        guests.all += 1;
        guests.of.insert(address, of_address + 1);
        Some(Guest { address, guests: self.guests.clone() })
    }

    async fn serve(self, stream: TcpStream, guest: Guest, door: Door) {
        let keepalive = socket2::TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE);
        if let Err(error) = socket2::SockRef::from(&stream).set_tcp_keepalive(&keepalive) {
            tracing::debug!(%error, "no keep-alive");
        }
        let address = guest.address;
        let Some(acceptor) = &door.tls else {
            return self.take_in(stream, origin_of(address, &door, None), &door).await;
        };
        let handshake = tokio::time::timeout(self.shared.keeper.limits.handshake, acceptor.accept(stream));
        let handshake = tokio::select! {
            () = self.shared.keeper.until_stopped() => return,
            handshake = handshake => handshake,
        };
        match handshake {
            Ok(Ok(stream)) => {
                let name = tls::client_name(stream.get_ref().1);
                self.take_in(stream, origin_of(address, &door, name), &door).await;
            }
            failed => {
                let why = failed.map_or_else(
                    |_| "too slow".to_owned(),
                    |it| it.err().map(|it| it.to_string()).unwrap_or_default(),
                );
                tracing::warn!(%address, why, "a TLS handshake failed");
                add(&self.counters.sender(&origin_of(address, &door, None)).refused, 1);
            }
        }
    }

    async fn take_in<S: AsyncRead + AsyncWrite + Unpin>(&self, mut stream: S, origin: Origin, door: &Door) {
        let counts = self.counters.sender(&origin);
        let _connected = Connected::new(&counts);
        let shared_origin = Arc::new(origin.clone());
        let end = match door.speech {
            Speech::Relp => relp::read(&mut stream, shared_origin, &counts, &self.shared).await,
            Speech::Syslog => stream::read(&mut stream, shared_origin, &counts, &self.shared).await,
        };
        tracing::debug!(?origin, ?end, "a connection is over");
        if end == End::Unwanted {
            add(&counts.refused, 1);
        }
        let _ = tokio::time::timeout(GOODBYE, stream.shutdown()).await;
    }
}

fn origin_of(address: IpAddr, door: &Door, name: Option<String>) -> Origin {
    match door.tls {
        None => Origin::Tcp(address),
        Some(_) => Origin::Tls(address, name),
    }
}

/// Counts a connection as open for as long as it is.
struct Connected<'c>(&'c Counts);

impl<'c> Connected<'c> {
    fn new(counts: &'c Counts) -> Self {
        add(&counts.connections, 1);
        Self(counts)
    }
}

impl Drop for Connected<'_> {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Relaxed);
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        guests.all -= 1;
        let left = guests.of.get(&self.address).copied().unwrap_or_default().saturating_sub(1);
        if left == 0 {
            guests.of.remove(&self.address);
        } else {
            guests.of.insert(self.address, left);
        }
    }
}
