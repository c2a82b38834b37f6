//! What every test stands on: fresh databases, a clock that stands still, people with the powers of a role.
//! Only tests depend on it; nothing here ships.
//!
//! Because it stands on `kernel`, `web` and `ui`, their own tests that use it live in `tests/` of those crates:
//! inside `src` they would meet a second copy of their own types.

mod actor;
mod app;
mod db;
mod disk;
mod dovecot;
mod page;
mod postgres;
mod stamps;

pub use actor::{Person, role_actor};
pub use app::TestApp;
pub use db::{START, TestDb, dbs, each, each_filled};
pub use disk::Disk;
pub use dovecot::Dovecot;
pub use page::Page;
pub use postgres::{DropDatabase, empty_postgresql};
pub use stamps::{Manner, StampServer};
