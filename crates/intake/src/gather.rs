//! Bytes of one origin become batches: of a stream with the framing of RFC 6587, of a file by line feeds alone.

use crate::batch::{Batch, Origin, Place, Shape};
use lines::{Framing, LONGEST_LINE};
use std::sync::Arc;

/// Makes batches of the bytes of one stream. It holds the open batch and at most one unfinished line; whoever feeds it
/// takes the batch when [`Gathering::byte_count`] reaches [`crate::BATCH_BYTES`].
#[derive(Debug)]
pub struct Gathering {
    origin: Arc<Origin>,
    cutter: Cutter,
    open: Option<Batch>,
    place: Option<Place>,
}

#[derive(Debug)]
enum Cutter {
    /// Octet counts and line feeds, told apart for each message.
    Stream(Framing),
    /// Line feeds alone: a line of a file that begins with a number is no counted message.
    File(LineFeeds),
}

impl Gathering {
    /// Of a connection or a request.
    pub fn of_stream(origin: Arc<Origin>) -> Self {
        Self { origin, cutter: Cutter::Stream(Framing::default()), open: None, place: None }
    }

    /// Of a file, from an offset on; `file` is the digest of its first bytes.
    pub fn of_file(origin: Arc<Origin>, file: [u8; 16], from: u64) -> Self {
        let place = Some(Place { file, from, to: from });
        Self { origin, cutter: Cutter::File(LineFeeds::default()), open: None, place }
    }

    pub fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }

    /// Adds bytes as they came.
    pub fn feed(&mut self, bytes: &[u8], received_at_us: i64) {
        let Self { origin, cutter, open, place } = self;
        let mut add = |line: &[u8], shape| {
            open.get_or_insert_with(|| Batch::new(origin.clone(), received_at_us)).push(line, shape);
        };
        match cutter {
            Cutter::Stream(framing) => {
                framing.feed(bytes);
                while let Some(frame) = framing.next_frame() {
                    add(frame.line, shape_of(frame.piece, frame.is_cut));
                }
            }
            Cutter::File(feeds) => {
                let waiting_before = feeds.rest.len() as u64;
                feeds.feed(bytes, &mut add);
                if let Some(place) = place {
                    place.to += waiting_before + bytes.len() as u64 - feeds.rest.len() as u64;
                }
            }
        }
    }

    /// The stream is over, or will not be read on: what is left is a line.
    pub fn end(&mut self, received_at_us: i64) {
        let Self { origin, cutter, open, place } = self;
        let mut add = |line: &[u8]| {
            let batch = open.get_or_insert_with(|| Batch::new(origin.clone(), received_at_us));
            batch.push(line, Shape::Unended);
        };
        match cutter {
            Cutter::Stream(framing) => {
                framing.end();
                while let Some(frame) = framing.next_frame() {
                    add(frame.line);
                }
            }
            Cutter::File(feeds) => {
                let rest = std::mem::take(&mut feeds.rest);
                feeds.piece = 0;
                if !rest.is_empty() {
                    add(&rest);
                }
                if let Some(place) = place {
                    place.to += rest.len() as u64;
                }
            }
        }
    }

    /// Bytes of the lines that are ready.
    pub fn byte_count(&self) -> usize {
        self.open.as_ref().map_or(0, Batch::byte_count)
    }

    /// Bytes that wait for the rest of their line.
    pub fn waiting_bytes(&self) -> usize {
        match &self.cutter {
            Cutter::Stream(framing) => framing.waiting_bytes(),
            Cutter::File(feeds) => feeds.rest.len(),
        }
    }

    /// The lines that are ready, if there are any.
    pub fn take(&mut self) -> Option<Batch> {
        let mut batch = self.open.take()?;
        batch.place = self.place;
        if let Some(place) = &mut self.place {
            place.from = place.to;
        }
        Some(batch)
    }
}

fn shape_of(piece: u32, is_cut: bool) -> Shape {
    if piece == 0 && !is_cut { Shape::Whole } else { Shape::Piece { number: piece, is_last: !is_cut } }
}

/// Lines by line feeds alone. Empty lines say nothing and are passed over.
#[derive(Debug, Default)]
struct LineFeeds {
    rest: Vec<u8>,
    piece: u32,
}

impl LineFeeds {
    fn feed(&mut self, bytes: &[u8], add: &mut impl FnMut(&[u8], Shape)) {
        let mut from = 0;
        for at in memchr::memchr_iter(b'\n', bytes) {
            self.line(&bytes[from..at], add);
            from = at + 1;
        }
        self.rest.extend_from_slice(&bytes[from..]);
        self.pieces(LONGEST_LINE, add);
    }

    /// The last bytes of a line.
    fn line(&mut self, end: &[u8], add: &mut impl FnMut(&[u8], Shape)) {
        if self.rest.is_empty() && end.len() <= LONGEST_LINE {
            if !end.is_empty() || self.piece > 0 {
                add(end, shape_of(self.piece, false));
            }
        } else {
            self.rest.extend_from_slice(end);
            self.pieces(LONGEST_LINE, add);
            add(&self.rest, shape_of(self.piece, false));
            self.rest.clear();
        }
        self.piece = 0;
    }

    /// Hands out what is too long to wait for its line feed.
    fn pieces(&mut self, most: usize, add: &mut impl FnMut(&[u8], Shape)) {
        let mut from = 0;
        while self.rest.len() - from > most {
            add(&self.rest[from..from + most], shape_of(self.piece, true));
            self.piece += 1;
            from += most;
        }
        self.rest.drain(..from);
    }
}
