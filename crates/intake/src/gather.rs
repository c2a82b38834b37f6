//! Bytes of one origin become batches: of a stream with the framing of RFC 6587, of a file by line feeds alone.

pub(crate) mod records;

use crate::batch::{Batch, Origin, Place, Shape};
use lines::{Framing, LONGEST_LINE};
use records::Records;
use std::sync::Arc;
use std::time::Duration;

/// Makes batches of the bytes of one stream. It holds the open batch and at most one unfinished line and one unfinished record of
/// several lines; whoever feeds it takes the batch when [`Gathering::cost`] reaches [`crate::BATCH_BYTES`].
#[derive(Debug)]
pub struct Gathering {
    origin: Arc<Origin>,
    cutter: Cutter,
    records: Records,
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

/// How long the end of a record of several lines is waited for.
pub(crate) const RECORD_PATIENCE: Duration = Duration::from_secs(2);

impl Gathering {
    /// Of a connection or a request.
    pub fn of_stream(origin: Arc<Origin>) -> Self {
        let cutter = Cutter::Stream(Framing::default());
        Self { origin, cutter, records: Records::default(), open: None, place: None }
    }

    /// Of a file, from an offset on; `file` is the digest of its first bytes.
    pub fn of_file(origin: Arc<Origin>, file: [u8; 16], from: u64) -> Self {
        let place = Some(Place { file, from, to: from });
        let cutter = Cutter::File(LineFeeds::at(from));
        Self { origin, cutter, records: Records::at(from), open: None, place }
    }

    pub fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }

    /// Adds bytes as they came.
    pub fn feed(&mut self, bytes: &[u8], received_at_us: i64) {
        let Self { origin, cutter, records, open, place } = self;
        let mut add = adding(origin, open, received_at_us);
        match cutter {
            Cutter::Stream(framing) => {
                framing.feed(bytes);
                while let Some(frame) = framing.next_frame() {
                    let shape = shape_of(frame.piece, frame.is_cut);
                    records.offer(frame.line, (shape, None), received_at_us, &mut add);
                }
            }
            Cutter::File(feeds) => {
                feeds.feed(bytes, &mut |line: &[u8], shape, to| {
                    records.offer(line, (shape, Some(to)), received_at_us, &mut add);
                });
                if let Some(place) = place {
                    place.to = records.open_from().unwrap_or(feeds.handed);
                }
            }
        }
    }

    /// The stream is over, or will not be read on: what is left is a line.
    pub fn end(&mut self, received_at_us: i64) {
        let Self { origin, cutter, records, open, place } = self;
        let mut add = adding(origin, open, received_at_us);
        match cutter {
            Cutter::Stream(framing) => {
                framing.end();
                while let Some(frame) = framing.next_frame() {
                    let shape = records.end_shape(frame.line, shape_of_end(frame.piece));
                    records.offer(frame.line, (shape, None), received_at_us, &mut add);
                }
                records.close(&mut add);
            }
            Cutter::File(feeds) => {
                let rest = std::mem::take(&mut feeds.rest);
                feeds.handed += rest.len() as u64;
                if !rest.is_empty() {
                    let shape = records.end_shape(&rest, shape_of_end(feeds.piece));
                    records.offer(&rest, (shape, Some(feeds.handed)), received_at_us, &mut add);
                }
                records.close(&mut add);
                feeds.piece = 0;
                if let Some(place) = place {
                    place.to = feeds.handed;
                }
            }
        }
    }

    /// A record of several lines waits for its end.
    pub(crate) fn has_open_record(&self) -> bool {
        self.records.open_since_us().is_some()
    }

    /// Hands out a record that has waited for its end for too long.
    pub(crate) fn end_record(&mut self, now_us: i64) {
        let patience_us = i64::try_from(RECORD_PATIENCE.as_micros()).unwrap_or(i64::MAX);
        let Some(since_us) = self.records.open_since_us() else { return };
        if now_us.saturating_sub(since_us) < patience_us {
            return;
        }
        let Self { origin, cutter, records, open, place } = self;
        records.close(&mut adding(origin, open, now_us));
        if let (Some(place), Cutter::File(feeds)) = (place, cutter) {
            place.to = feeds.handed;
        }
    }

    /// Bytes of the lines that are ready, with what they cost beside.
    pub fn cost(&self) -> usize {
        self.open.as_ref().map_or(0, Batch::cost)
    }

    /// Bytes that wait for the rest of their line.
    pub fn waiting_bytes(&self) -> usize {
        let unfinished = match &self.cutter {
            Cutter::Stream(framing) => framing.waiting_bytes(),
            Cutter::File(feeds) => feeds.rest.len(),
        };
        unfinished + self.records.waiting_bytes()
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

/// What puts lines into the open batch.
pub(crate) fn adding<'a>(
    origin: &'a Arc<Origin>,
    open: &'a mut Option<Batch>,
    received_at_us: i64,
) -> impl FnMut(&[u8], Shape, Option<u64>) + 'a {
    move |line, shape, to| {
        let batch = open.get_or_insert_with(|| Batch::new(origin.clone(), received_at_us));
        batch.push(line, shape, to);
    }
}

fn shape_of(piece: u32, is_cut: bool) -> Shape {
    if piece == 0 && !is_cut { Shape::Whole } else { Shape::Piece { number: piece, is_last: !is_cut } }
}

/// Of what is left when nothing more comes.
fn shape_of_end(piece: u32) -> Shape {
    if piece == 0 { Shape::Unended } else { Shape::Piece { number: piece, is_last: true } }
}

/// Lines by line feeds alone, empty ones too: they end records.
#[derive(Debug)]
struct LineFeeds {
    rest: Vec<u8>,
    piece: u32,
    /// Everything before this offset of the file was handed out.
    handed: u64,
}

impl LineFeeds {
    fn at(offset: u64) -> Self {
        Self { rest: Vec::new(), piece: 0, handed: offset }
    }

    fn feed(&mut self, bytes: &[u8], add: &mut impl FnMut(&[u8], Shape, u64)) {
        let mut from = 0;
        for at in memchr::memchr_iter(b'\n', bytes) {
            self.line(&bytes[from..at], add);
            from = at + 1;
        }
        self.rest.extend_from_slice(&bytes[from..]);
        self.pieces(add);
    }

    /// The last bytes of a line; a line feed is behind them.
    fn line(&mut self, end: &[u8], add: &mut impl FnMut(&[u8], Shape, u64)) {
        if self.rest.is_empty() && end.len() <= LONGEST_LINE {
            self.handed += end.len() as u64 + 1;
            add(end, shape_of(self.piece, false), self.handed);
        } else {
            self.rest.extend_from_slice(end);
            self.pieces(add);
            self.handed += self.rest.len() as u64 + 1;
            add(&self.rest, shape_of(self.piece, false), self.handed);
            self.rest.clear();
        }
        self.piece = 0;
    }

    /// Hands out what is too long to wait for its line feed.
    fn pieces(&mut self, add: &mut impl FnMut(&[u8], Shape, u64)) {
        let mut from = 0;
        while self.rest.len() - from > LONGEST_LINE {
            self.handed += LONGEST_LINE as u64;
            add(&self.rest[from..from + LONGEST_LINE], shape_of(self.piece, true), self.handed);
            self.piece += 1;
            from += LONGEST_LINE;
        }
        self.rest.drain(..from);
    }
}
