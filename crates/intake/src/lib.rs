//! How log lines come into the house: syslog over UDP, TCP and TLS (RFC 5424 to 5426, 6587, 3164), RELP, files that are
//! written on, archives, bodies of requests. It knows where a line begins and ends and nothing of what it means; no
//! database, no HTTP server, no pages.
//!
//! Whoever wants lines is a [`Sink`]: it gets a [`Batch`] of one [`Origin`] and answers when it is durable. Then, and
//! only then, a connection is read on, a file's place is written down, a request is acknowledged. Datagrams cannot wait:
//! a thread takes them off the kernel into a bounded queue, and what is lost is counted where it is lost
//! ([`Counters`]): in the kernel, in the queue, at the sink.
//!
//! - [`listen`] opens the doors, [`body`] takes a request's lines apart, [`Gathering`] does so for one that streams.
//! - [`tail`] follows files through their rotation, [`import`] takes archives in.
//! - Everything that grows has a limit ([`Limits`]).

mod archive;
mod batch;
mod counters;
mod gather;
mod import;
mod keep;
mod limits;
mod listen;
mod queue;
mod relp;
mod stream;
mod tail;
mod tls;
mod udp;

pub use archive::{ArchiveFault, ArchiveLimits};
pub use batch::{Batch, Clock, Kind, Line, NotKept, Origin, Place, Shape, Sink};
pub use counters::{Counters, Figures};
pub use gather::Gathering;
pub use import::{Import, ImportFault, ImportWhy, Imported, import};
pub use limits::{BATCH_BYTES, GATHERING, Limits};
pub use listen::{Bound, Listening, Taking, listen};
pub use rustls::ServerConfig;
pub use stream::body;
pub use tail::{Tail, tail};
pub use tls::{TlsFault, tls_config};

#[cfg(test)]
mod tests;
