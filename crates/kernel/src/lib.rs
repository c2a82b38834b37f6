//! What everything may stand on: time, errors, database, events, jobs, settings, numbers, record kinds
//! and the capability descriptor. Knows no HTTP and no HTML.

pub mod access;
pub mod capability;
pub mod clock;
pub mod db;
pub mod error;
pub mod event;
pub mod job;
pub mod migrate;
pub mod notice;
pub mod number;
pub mod record;
pub mod schema;
pub mod secret;
pub mod setting;
mod tables;
pub mod tr;
pub mod tx;
pub mod value;

pub use access::{Act, ActingFor, Actor, Grant, Scope, Source};
pub use capability::{Capability, Registry};
pub use clock::Clock;
pub use db::Db;
pub use error::{Error, ErrorKind, Result, Violation};
pub use event::NewEvent;
pub use tx::Tx;
pub use value::{Day, Instant, Ref};

/// A boxed future, as hooks of declarations return them.
pub type Boxed<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
