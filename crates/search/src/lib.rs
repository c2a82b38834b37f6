//! Finding records by every word of their texts: an index on the disk of each node, made from the records, kept up by following
//! the event log, and thrown away and made again whenever there is doubt about it (docs/adr/0030). The rule of who may see what
//! is part of each question, so that hits and counts are right; what is shown is read from the database again.
//! Short fields are found by the words in the database (docs/adr/0006); this is for texts.

mod access;
mod ask;
mod examine;
mod excerpt;
mod fields;
mod follow;
mod gather;
mod index;
mod pass;
mod seen;
mod store;
mod wanted;
mod words;

pub use ask::{Answer, Hit, MOST_HITS, Order, Question};
pub use examine::{Examined, examine};
pub use excerpt::{Excerpt, Piece, excerpt};
pub use follow::follow;
pub use gather::{Beside, NothingBeside, texts};
pub use index::{Index, State};
pub use wanted::{MOST_LETTERS, MOST_WORDS, Wanted};
