//! Log lines taken apart and put together again, byte for byte: what firewalls, DHCP servers and sign-in servers write,
//! which law 5651 wants kept. No network, no database, no clock, and no allocation per line.
//!
//! A line goes through three steps:
//!
//! 1. [`Framing`] takes lines out of a stream; datagrams are lines as they are, but for the halves that [`Joiner`]
//!    puts together.
//! 2. [`take_apart`] fills a [`Taken`]: the [`Format`], the *layout* — the line with placeholders where its values
//!    were — and the values by [`Column`]. A day of a device has few layouts, so they are kept in a dictionary, and
//!    the values go into columns: addresses beside addresses, ports beside ports. [`put_together`] makes the same bytes of
//!    both ([`layout`](Layout) says how a layout reads). A line that is not understood has no layout and is kept whole.
//! 3. [`Meaning::of`] says what the line means for the law: a lease, a session, a translation, a sign-in.
//!
//! ```
//! use lines::{Column, Format, Meaning, Moment, Taken, Value, What, put_together, take_apart};
//!
//! let line = b"<134>Nov 30 00:39:50 gw dhcpd[77]: DHCPACK on 10.0.0.5 to 4c:55:41:a0:fa:99 (muhtar) via eth0";
//! let moment = Moment { received_us: 1_795_988_391_000_000, offset_minutes: 180 };
//! let mut taken = Taken::default();
//! take_apart(line, moment, None, &mut taken);
//! assert_eq!(taken.format(), Format::IscDhcp);
//! assert_eq!(taken.get(line, Column::IP), Some(Value::Text(b"10.0.0.5")));
//!
//! let values: Vec<Value> = taken.fields(line).map(|(_, value)| value).collect();
//! assert_eq!(put_together(taken.layout(), &values)?, line);
//!
//! let meaning = Meaning::of(line, &taken);
//! assert_eq!(meaning.device_us, Some(1_795_988_390_000_000));
//! assert!(matches!(meaning.what, What::Lease(lease) if lease.host == Some(b"muhtar")));
//! # Ok::<(), lines::Broken>(())
//! ```
//!
//! Every value fits its column: a number is one whose digits are printed the same again, a time one that its pattern
//! writes again. What does not fit is a text in a spare column. So any bytes at all come back, which a property test
//! and a fuzz target (`lines`) try.

mod columns;
mod envelope;
mod format;
mod formats;
mod framing;
mod header;
mod instant;
mod layout;
#[cfg(any(test, feature = "made"))]
pub mod made;
mod meaning;
mod refusal;
mod taken;

pub use columns::{COLUMNS, Column, Described, Kind, Names};
pub use format::{
    Doubt, FORMATS, Format, LONGEST_LAYOUT, LONGEST_LINE, Recognised, device, recognise, take_apart,
};
pub use framing::{Folding, Frame, Framing, Joined, Joiner};
pub use header::Header;
pub use instant::Moment;
pub use layout::{Broken, CLOSE, How, Layout, Need, OPEN, Printed, Value, Within, put_together};
pub use meaning::{Lease, Login, Mac, Meaning, Phase, Session, Side, What, side_ip};
pub use refusal::refusal;
pub use taken::Taken;

#[cfg(test)]
mod tests;
