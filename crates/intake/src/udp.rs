//! Syslog in datagrams (RFC 5426). A thread of its own empties the socket, however slow the sink is: what the kernel's
//! buffer cannot hold is lost without a word to anybody but `/proc`, so it is emptied into a queue that counts.

use crate::batch::{Clock, Kind, Origin, Shape};
use crate::counters::{Counters, Counts, add};
use crate::gather::RECORD_PATIENCE;
use crate::gather::records::Records;
use crate::keep::Keeper;
use crate::limits::{GATHERING, Limits};
use crate::queue::{Inside, Queue};
use lines::{Joined, Joiner};
use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg};
use std::collections::{HashMap, HashSet};
use std::io::IoSliceMut;
use std::net::{IpAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// Datagrams that one call takes.
const AT_ONCE: usize = 64;

/// When less than that was there, a moment passes before the next call, so that a steady stream of datagrams does not
/// cost one awakening each. The buffer that a kernel gives without being asked holds some five hundred datagrams of 200
/// bytes, which is why more is asked for.
const RESTING: Duration = Duration::from_micros(500);

/// How long the thread waits for a datagram before it looks whether it is stopped and whether a half line waits in vain.
const LOOKING: Duration = Duration::from_millis(100);

/// How often the kernel is asked what it threw away.
const ASKING: Duration = Duration::from_secs(1);

/// Once stopped, what the kernel still holds is taken, but a flood must not keep us.
const LAST_CALLS: usize = 1024;

/// A sender that was silent for so long gives its room to another.
const SILENT_US: i64 = 60 * 60 * 1_000_000;

/// How often room is looked for.
const FORGETTING_US: i64 = 60 * 1_000_000;

/// The socket with its buffer. Answers also how large the kernel made it.
pub(crate) fn bind(address: std::net::SocketAddr, limits: &Limits) -> std::io::Result<(UdpSocket, usize)> {
    use socket2::{Domain, Protocol, Socket, Type};
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        // One socket for both, whatever the machine's default is.
        socket.set_only_v6(false)?;
    }
    let wanted = limits.udp_buffer_bytes;
    if nix::sys::socket::setsockopt(&socket, nix::sys::socket::sockopt::RcvBufForce, &wanted).is_err() {
        socket.set_recv_buffer_size(wanted)?;
    }
    let bytes = socket.recv_buffer_size()?;
    socket.bind(&address.into())?;
    socket.set_read_timeout(Some(LOOKING))?;
    Ok((socket.into(), bytes))
}

/// However the thread ends, nobody waits for more.
struct Ending<'q>(&'q Queue);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Empties the socket until we are stopped. Runs in a thread of its own.
pub(crate) fn receive(
    socket: &UdpSocket,
    queue: &Queue,
    counters: Arc<Counters>,
    clock: &Clock,
    keeper: &Keeper,
) {
    let _ending = Ending(queue);
    let datagram_bytes = keeper.limits.datagram_bytes;
    let mut buffer = vec![0; AT_ONCE * datagram_bytes];
    let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(AT_ONCE, None);
    let mut drops = Drops::of(socket);
    let mut senders = Senders::new(counters);
    let mut looked_at = Instant::now();
    let mut last_calls = 0;
    while last_calls < LAST_CALLS {
        let is_stopped = keeper.is_stopped();
        let flags = if is_stopped { MsgFlags::MSG_DONTWAIT } else { MsgFlags::MSG_WAITFORONE };
        last_calls += usize::from(is_stopped);
        let mut slices: Vec<[IoSliceMut; 1]> =
            buffer.chunks_mut(datagram_bytes).map(|it| [IoSliceMut::new(it)]).collect();
        match recvmmsg(socket.as_raw_fd(), &mut headers, slices.iter_mut(), flags, None) {
            Ok(messages) => {
                let now_us = clock();
                let mut inside = queue.lock();
                let mut count = 0;
                for message in messages {
                    count += 1;
                    let Some(address) = message.address.as_ref().and_then(address_of) else { continue };
                    let bytes = message.iovs().next().unwrap_or_default();
                    let is_truncated = message.flags.contains(MsgFlags::MSG_TRUNC);
                    senders.datagram(address, bytes, is_truncated, now_us, &mut inside);
                }
                tell(queue, &inside);
                drop(inside);
                if count < AT_ONCE && !is_stopped {
                    std::thread::sleep(RESTING);
                }
            }
            Err(nix::errno::Errno::EAGAIN) if is_stopped => break,
            Err(nix::errno::Errno::EAGAIN | nix::errno::Errno::EINTR) => {}
            Err(error) => {
                tracing::error!(%error, "datagrams cannot be read");
                std::thread::sleep(LOOKING);
            }
        }
        if looked_at.elapsed() >= LOOKING {
            looked_at = Instant::now();
            senders.overdue(clock(), queue);
            drops.ask_now_and_then(&senders.counters);
        }
    }
    senders.overdue(i64::MAX, queue);
    drops.ask(&senders.counters);
}

/// Hands over what is in the queue until no more will come.
pub(crate) async fn deliver(queue: Arc<Queue>, keeper: Keeper) {
    loop {
        let (is_empty, is_over, bytes) = {
            let inside = queue.lock();
            (inside.is_empty(), inside.is_over(), inside.bytes())
        };
        if is_empty {
            if is_over {
                return;
            }
            queue.some.notified().await;
            continue;
        }
        if !is_over && bytes < crate::limits::BATCH_BYTES {
            // Others may have come meanwhile: a wake-up that was meant for an earlier batch does no harm.
            let _ = tokio::time::timeout(GATHERING, queue.much.notified()).await;
        }
        let round = queue.lock().round();
        let (keeper, queue) = (&keeper, &queue);
        let keeping = round.into_iter().map(|waiting| async move {
            keeper.keep(Arc::new(waiting.batch), &waiting.counts).await;
            queue.lock().release(waiting.cost);
        });
        futures_util::future::join_all(keeping).await;
    }
}

fn tell(queue: &Queue, inside: &Inside) {
    if inside.is_empty() {
        return;
    }
    queue.some.notify_one();
    if inside.bytes() >= crate::limits::BATCH_BYTES {
        queue.much.notify_one();
    }
}

fn address_of(address: &SockaddrStorage) -> Option<IpAddr> {
    let four = address.as_sockaddr_in().map(|it| IpAddr::V4(it.ip()));
    four.or_else(|| address.as_sockaddr_in6().map(|it| IpAddr::V6(it.ip()).to_canonical()))
}

/// What is known of each sender while it sends.
struct Senders {
    counters: Arc<Counters>,
    known: HashMap<IpAddr, Sender>,
    /// Those of whom half a line or the beginning of a record is kept.
    with_rest: HashSet<IpAddr>,
    forgot_at_us: i64,
}

struct Sender {
    counts: Arc<Counts>,
    joiner: Joiner,
    records: Records,
}

impl Senders {
    fn new(counters: Arc<Counters>) -> Self {
        Self { counters, known: HashMap::new(), with_rest: HashSet::new(), forgot_at_us: i64::MIN }
    }

    fn datagram(
        &mut self,
        address: IpAddr,
        bytes: &[u8],
        is_truncated: bool,
        now_us: i64,
        inside: &mut Inside,
    ) {
        if !self.known.contains_key(&address) && !self.remember(address, now_us) {
            // No room for another sender: its lines are taken all the same, but halves stay halves.
            let counts = self.counters.others_of(Kind::Udp).clone();
            count_datagram(&counts, is_truncated, now_us);
            return put(inside, address, bytes, is_truncated, now_us, &counts);
        }
        let Some(Sender { counts, joiner, records }) = self.known.get_mut(&address) else { return };
        count_datagram(counts, is_truncated, now_us);
        let mut add_line = |line: &[u8], shape, _| inside.put(address, line, shape, now_us, counts);
        let mut offer = |line: &[u8], shape| {
            if !says_nothing(line) {
                records.offer(line, (shape, None), now_us, &mut add_line);
            }
        };
        let shape = if is_truncated { Shape::Truncated } else { Shape::Whole };
        match joiner.offer(bytes, now_us) {
            Joined::Kept => {}
            Joined::Line { line, first_bytes: None } => offer(line, shape),
            Joined::Line { line, first_bytes: Some(first_bytes) } => {
                add(&counts.joined, 1);
                offer(line, Shape::Joined { first_bytes: u32::try_from(first_bytes).unwrap_or(u32::MAX) });
            }
            Joined::Alone { half, next } => {
                offer(half, Shape::Whole);
                if let Some(next) = next {
                    offer(next, shape);
                }
            }
        }
        if joiner.is_waiting() || records.open_since_us().is_some() {
            self.with_rest.insert(address);
        } else {
            self.with_rest.remove(&address);
        }
    }

    /// Whether there is room for another sender; then it is known from now on.
    fn remember(&mut self, address: IpAddr, now_us: i64) -> bool {
        let counts = self.counters.sender(&Origin::Udp(address));
        let others = self.counters.others_of(Kind::Udp);
        if !Arc::ptr_eq(&counts, others) {
            let sender = Sender { counts, joiner: Joiner::default(), records: Records::default() };
            self.known.insert(address, sender);
            return true;
        }
        if now_us.saturating_sub(self.forgot_at_us) >= FORGETTING_US {
            self.forgot_at_us = now_us;
            let since_us = now_us.saturating_sub(SILENT_US);
            self.known.retain(|_, sender| sender.counts.last_at_us.load(Relaxed) >= since_us);
            self.counters.forget_silent(since_us);
        }
        false
    }

    /// Halves that waited too long are lines of their own, and records that did are over.
    fn overdue(&mut self, now_us: i64, queue: &Queue) {
        if self.with_rest.is_empty() {
            return;
        }
        let patience_us = i64::try_from(RECORD_PATIENCE.as_micros()).unwrap_or(i64::MAX);
        let mut inside = queue.lock();
        self.with_rest.retain(|address| {
            let Some(Sender { counts, joiner, records }) = self.known.get_mut(address) else { return false };
            let received_us = counts.last_at_us.load(Relaxed);
            let mut add_line = |line: &[u8], shape, _| inside.put(*address, line, shape, received_us, counts);
            if let Some(half) = joiner.overdue(now_us) {
                records.offer(half, (Shape::Whole, None), received_us, &mut add_line);
            }
            if records.open_since_us().is_some_and(|since_us| now_us.saturating_sub(since_us) >= patience_us)
            {
                records.close(&mut add_line);
            }
            joiner.is_waiting() || records.open_since_us().is_some()
        });
        tell(queue, &inside);
    }
}

fn count_datagram(counts: &Counts, is_truncated: bool, now_us: i64) {
    add(&counts.datagrams, 1);
    add(&counts.truncated, usize::from(is_truncated));
    counts.last_at_us.store(now_us, Relaxed);
}

/// A datagram that holds nothing but the end of a line.
fn says_nothing(line: &[u8]) -> bool {
    line.iter().all(|it| matches!(it, b'\r' | b'\n' | 0))
}

/// A datagram is a line as it is.
fn put(
    inside: &mut Inside,
    address: IpAddr,
    line: &[u8],
    is_truncated: bool,
    now_us: i64,
    counts: &Arc<Counts>,
) {
    if says_nothing(line) {
        return;
    }
    let shape = if is_truncated { Shape::Truncated } else { Shape::Whole };
    inside.put(address, line, shape, now_us, counts);
}

/// What the kernel threw away because nobody read fast enough, as `/proc/net/udp` says it of our socket. The count that
/// a socket gives with its datagrams (SO_RXQ_OVFL) is silent about what was lost behind the last one; this one is not.
struct Drops {
    inode: Option<u64>,
    seen: u32,
    asked_at: Instant,
    has_told: bool,
}

impl Drops {
    fn of(socket: &UdpSocket) -> Self {
        let inode = std::fs::metadata(format!("/proc/self/fd/{}", socket.as_raw_fd())).map(|it| it.ino());
        Self { inode: inode.ok(), seen: 0, asked_at: Instant::now(), has_told: false }
    }

    fn ask_now_and_then(&mut self, counters: &Counters) {
        if self.asked_at.elapsed() >= ASKING {
            self.ask(counters);
        }
    }

    fn ask(&mut self, counters: &Counters) {
        self.asked_at = Instant::now();
        let tables = ["/proc/self/net/udp", "/proc/self/net/udp6"];
        let found = tables.iter().find_map(|table| drops_in(&std::fs::read(table).ok()?, self.inode?));
        if let Some(drops) = found {
            let more = drops.wrapping_sub(self.seen);
            self.seen = drops;
            add(&counters.others_of(Kind::Udp).lost_in_kernel, more as usize);
        } else if !self.has_told {
            tracing::error!(
                "/proc/net/udp does not show the syslog socket: what the kernel loses stays unknown"
            );
            self.has_told = true;
        }
    }
}

/// The last column of the socket's line; the inode is the tenth.
fn drops_in(table: &[u8], inode: u64) -> Option<u32> {
    let table = String::from_utf8_lossy(table);
    table.lines().find_map(|line| {
        let mut words = line.split_ascii_whitespace();
        let is_ours = words.nth(9)?.parse::<u64>().ok()? == inode;
        is_ours.then(|| words.last()?.parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_table_says_what_was_dropped() {
        let table = b"   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops             \n\
              24: 0100007F:2710 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 501 2 00000000 0         \n\
              31: 00000000:0202 00000000:0000 07 00000000:0001F900 00:00000000 00000000     0        0 502 2 00000000 4294967295\n";
        assert_eq!(drops_in(table, 501), Some(0));
        assert_eq!(drops_in(table, 502), Some(u32::MAX));
        assert_eq!(drops_in(table, 503), None);
    }
}
