//! One connection: it is read only as fast as the sink makes its lines durable. Plain syslog has no acknowledgement
//! (RFC 6587), so what a sender may rely on is that its connection stands still when nothing is kept.

use crate::batch::{Clock, Origin};
use crate::counters::Counts;
use crate::gather::{Gathering, RECORD_PATIENCE};
use crate::keep::{Keeper, Kept, count_lines};
use crate::limits::{BATCH_BYTES, GATHERING, READ_BYTES};
use futures_util::FutureExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

/// Bytes that one permit stands for.
pub(crate) const PERMIT_BYTES: usize = 1024;

/// Once stopped, what the machine has already taken from the sender is read too, up to this.
const LAST_BYTES: usize = 8 * 1024 * 1024;

/// What connections share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub keeper: Keeper,
    pub clock: Clock,
    /// Of [`crate::Limits::stream_bytes`].
    pub room: Arc<Semaphore>,
}

/// Why a connection is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Closed,
    Broken,
    Silent,
    Unwanted,
    Stopped,
}

/// What a look at the connection gave.
enum Read {
    Bytes(usize),
    Over(End),
    /// Nothing came for as long as a record waits for its end.
    Nothing,
}

impl Read {
    fn of(result: std::io::Result<usize>) -> Self {
        match result {
            Ok(0) => Self::Over(End::Closed),
            Ok(count) => Self::Bytes(count),
            Err(_) => Self::Over(End::Broken),
        }
    }
}

/// Reads a connection to its end, or to ours.
pub(crate) async fn read<S>(stream: &mut S, origin: Arc<Origin>, counts: &Counts, shared: &Shared) -> End
where
    S: AsyncRead + Unpin,
{
    let mut gathering = Gathering::of_stream(origin);
    let mut chunk = vec![0; READ_BYTES];
    let end = loop {
        let patience = gathering.has_open_record().then_some(RECORD_PATIENCE);
        let count = match first(stream, &mut chunk, shared, patience).await {
            Read::Bytes(count) => count,
            Read::Over(end) => break end,
            Read::Nothing => {
                gathering.end_record((shared.clock)());
                match hand_over(&mut gathering, counts, shared).await {
                    Kept::Yes => continue,
                    Kept::Unwanted => return End::Unwanted,
                    Kept::Stopped => return End::Stopped,
                }
            }
        };
        let Some(first) = room_for(count, shared).await else { break End::Stopped };
        let mut room = vec![first];
        gathering.feed(&chunk[..count], (shared.clock)());
        let over = more(stream, &mut chunk, &mut gathering, &mut room, shared).await;
        match (hand_over(&mut gathering, counts, shared).await, over) {
            (Kept::Yes, None) => {}
            (Kept::Yes, Some(end)) => break end,
            (Kept::Unwanted, _) => return End::Unwanted,
            (Kept::Stopped, _) => return End::Stopped,
        }
    };
    if end == End::Stopped {
        last(stream, &mut chunk, &mut gathering, counts, shared).await;
    }
    gathering.end((shared.clock)());
    hand_over(&mut gathering, counts, shared).await;
    end
}

/// Waits for the first bytes of a batch, as long as a connection may be silent.
async fn first<S: AsyncRead + Unpin>(
    stream: &mut S,
    chunk: &mut [u8],
    shared: &Shared,
    patience: Option<Duration>,
) -> Read {
    let late = if patience.is_some() { Read::Nothing } else { Read::Over(End::Silent) };
    tokio::select! {
        biased;
        () = shared.keeper.until_stopped() => Read::Over(End::Stopped),
        result = timeout(patience.unwrap_or(shared.keeper.limits.idle), stream.read(chunk)) =>
            result.map_or(late, Read::of),
    }
}

/// Room for the first bytes of a batch is waited for, holding none, so that connections never wait for each other.
pub(crate) async fn room_for(bytes: usize, shared: &Shared) -> Option<OwnedSemaphorePermit> {
    let permits = u32::try_from(bytes.div_ceil(PERMIT_BYTES)).unwrap_or(u32::MAX);
    shared.room.clone().acquire_many_owned(permits).await.ok()
}

/// Gathers what comes within [`GATHERING`], as long as there is room. Answers why the connection is over, if it is.
async fn more<S: AsyncRead + Unpin>(
    stream: &mut S,
    chunk: &mut [u8],
    gathering: &mut Gathering,
    room: &mut Vec<OwnedSemaphorePermit>,
    shared: &Shared,
) -> Option<End> {
    let deadline = Instant::now() + GATHERING;
    let permits = u32::try_from(chunk.len().div_ceil(PERMIT_BYTES)).unwrap_or(u32::MAX);
    while gathering.cost() < BATCH_BYTES {
        let mut permit = shared.room.clone().try_acquire_many_owned(permits).ok()?;
        let Ok(result) = timeout_at(deadline, stream.read(chunk)).await else { return None };
        match Read::of(result) {
            Read::Bytes(count) => {
                gathering.feed(&chunk[..count], (shared.clock)());
                room.extend(permit.split(count.div_ceil(PERMIT_BYTES)));
            }
            Read::Over(end) => return Some(end),
            Read::Nothing => {}
        }
    }
    None
}

/// The machine has told the sender that it has these bytes, so they would be lost if they were left.
async fn last<S: AsyncRead + Unpin>(
    stream: &mut S,
    chunk: &mut [u8],
    gathering: &mut Gathering,
    counts: &Counts,
    shared: &Shared,
) {
    let mut left = LAST_BYTES;
    while let Some(Ok(count @ 1..)) = stream.read(chunk).now_or_never() {
        gathering.feed(&chunk[..count], (shared.clock)());
        left = left.saturating_sub(count);
        let is_full = gathering.cost() >= BATCH_BYTES;
        if is_full && hand_over(gathering, counts, shared).await != Kept::Yes || left == 0 {
            return;
        }
    }
}

async fn hand_over(gathering: &mut Gathering, counts: &Counts, shared: &Shared) -> Kept {
    let Some(batch) = gathering.take() else { return Kept::Yes };
    count_lines(&batch, counts);
    shared.keeper.keep(Arc::new(batch), counts).await
}

/// A body that is not a stream: lines of a request, `text/plain`, with line feeds or octet counts. The route says who
/// sent it, and acknowledges when each batch was taken.
pub fn body(origin: Arc<Origin>, bytes: &[u8], received_at_us: i64) -> Vec<crate::Batch> {
    let mut gathering = Gathering::of_stream(origin);
    let mut batches = Vec::new();
    for part in bytes.chunks(READ_BYTES) {
        gathering.feed(part, received_at_us);
        if gathering.cost() >= BATCH_BYTES {
            batches.extend(gathering.take());
        }
    }
    gathering.end(received_at_us);
    batches.extend(gathering.take());
    batches
}
