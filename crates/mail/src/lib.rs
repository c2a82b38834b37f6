//! Mail that comes in: a mailbox read over IMAP (RFC 3501) and messages taken apart (RFC 5322). No database: callers are handed what
//! was said and decide what it means.

mod mailbox;
mod message;

pub use mailbox::{Error, Mailbox, Waiting};
pub use message::{File, Message, parse};
