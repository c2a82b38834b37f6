//! Mail: a mailbox read over IMAP (RFC 3501), messages taken apart (RFC 5322), and letters sent over SMTP (RFC 5321). No database: callers
//! are handed what was said and decide what it means.

mod address;
mod mailbox;
mod message;
mod sender;

pub use mailbox::{Error, Mailbox, Waiting};
pub use message::{File, Message, parse};
pub use sender::{Letter, Sender};
