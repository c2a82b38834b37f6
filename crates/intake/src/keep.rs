//! A batch is offered to the sink until it is kept, is not wanted, or we are stopped.

use crate::batch::{Batch, NotKept, Shape, Sink};
use crate::counters::{Counts, add};
use crate::limits::Limits;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use tokio::sync::watch;

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Yes,
    /// Nobody wants lines of this origin.
    Unwanted,
    /// We were stopped before the sink could keep it.
    Stopped,
}

#[derive(Clone)]
pub(crate) struct Keeper {
    pub sink: Arc<dyn Sink>,
    pub stopped: watch::Receiver<bool>,
    pub limits: Arc<Limits>,
}

impl Keeper {
    pub fn is_stopped(&self) -> bool {
        // Whoever could stop us is gone.
        *self.stopped.borrow() || self.stopped.has_changed().is_err()
    }

    /// Resolves when we are stopped.
    pub async fn until_stopped(&self) {
        let _ = self.stopped.clone().wait_for(|it| *it).await;
    }

    /// Offers the batch, and counts what becomes of it.
    pub async fn keep(&self, batch: Arc<Batch>, counts: &Counts) -> Kept {
        let kept = tokio::select! {
            kept = self.offer(&batch) => kept,
            () = self.until_given_up() => Kept::Stopped,
        };
        let figure = if kept == Kept::Yes { &counts.kept } else { &counts.lost_at_sink };
        add(figure, batch.len());
        kept
    }

    async fn offer(&self, batch: &Arc<Batch>) -> Kept {
        let mut has_told = false;
        loop {
            // A sink that panics must not end the one task that hands datagrams over.
            let taking = AssertUnwindSafe(async { self.sink.take(batch.clone()).await }).catch_unwind();
            let taken = taking.await.unwrap_or_else(|_| Err(NotKept::Later("the sink panicked".to_owned())));
            match taken {
                Ok(()) => return Kept::Yes,
                Err(NotKept::Never(why)) => {
                    tracing::warn!(origin = ?batch.origin, lines = batch.len(), why, "lines are not wanted");
                    return Kept::Unwanted;
                }
                Err(NotKept::Later(why)) => {
                    if !has_told {
                        tracing::warn!(origin = ?batch.origin, lines = batch.len(), why, "lines wait for the sink");
                        has_told = true;
                    }
                    tokio::time::sleep(self.limits.retry).await;
                }
            }
        }
    }

    /// The time that is left for the sink once we are stopped.
    async fn until_given_up(&self) {
        self.until_stopped().await;
        tokio::time::sleep(self.limits.stop).await;
    }
}

/// Counts lines that came.
pub(crate) fn count_lines(batch: &Batch, counts: &Counts) {
    add(&counts.lines, batch.len());
    add(&counts.bytes, batch.byte_count());
    counts.last_at_us.fetch_max(batch.received_at_us, Relaxed);
    let cut = batch.lines().filter(|it| matches!(it.shape, Shape::Piece { number: 0, .. })).count();
    if cut > 0 {
        add(&counts.cut, cut);
    }
}
