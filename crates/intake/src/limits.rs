//! Every limit of the intake, with its reason.

use std::time::Duration;

/// A batch is handed over when it has grown to this.
pub const BATCH_BYTES: usize = 1024 * 1024;

/// How long a batch waits for more lines, so that one sync serves many.
pub const GATHERING: Duration = Duration::from_millis(5);

/// What is read of a connection or a file at once.
pub(crate) const READ_BYTES: usize = 32 * 1024;

/// Limits that an installation may want otherwise.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Datagrams that wait for the sink, with what they cost beside their bytes. What does not fit is counted as lost.
    pub udp_queue_bytes: usize,
    /// What the kernel is asked to keep of datagrams that were not read yet. It gives no more than
    /// `net.core.rmem_max` to a program without CAP_NET_ADMIN; [`crate::Bound::udp_buffer_bytes`] says what it gave.
    pub udp_buffer_bytes: usize,
    /// A datagram is cut behind this.
    pub datagram_bytes: usize,
    /// Connections at once, TCP and TLS together. Each may hold [`lines::LONGEST_LINE`] of an unfinished line and two
    /// reads of 32 KiB.
    pub connections: usize,
    /// Connections of one address at once.
    pub connections_per_address: usize,
    /// Lines that were read of connections and are not durable yet.
    pub stream_bytes: usize,
    /// A silent connection is closed. Long, because senders notice a closed connection only by losing the next line;
    /// dead peers are found by keep-alive.
    pub idle: Duration,
    /// Time for the TLS handshake.
    pub handshake: Duration,
    /// What a sink could not keep is offered again after this.
    pub retry: Duration,
    /// Time for what was read to become durable, once we are stopped.
    pub stop: Duration,
    /// Senders that are counted each for itself; the others are counted together.
    pub senders: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            udp_queue_bytes: 64 * 1024 * 1024,
            udp_buffer_bytes: 32 * 1024 * 1024,
            datagram_bytes: 64 * 1024,
            connections: 1024,
            connections_per_address: 64,
            stream_bytes: 64 * 1024 * 1024,
            idle: Duration::from_secs(24 * 60 * 60),
            handshake: Duration::from_secs(10),
            retry: Duration::from_secs(1),
            stop: Duration::from_secs(15),
            senders: 4096,
        }
    }
}
