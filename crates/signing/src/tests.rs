//! Tests against real peers: everything is made and judged by the `openssl` command, too.

mod corpus;
mod enveloped;
mod helpers;
mod hostile;
mod joined;
mod judging;
mod kamusm;
mod levels;
mod paths;
mod pdf;
mod peers;
#[cfg(feature = "token")]
mod token;
