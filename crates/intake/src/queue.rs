//! Datagrams that wait for the sink: bounded in bytes, one open batch for each sender. The thread that empties the
//! socket puts them in and never waits; what does not fit is counted as lost.

use crate::batch::{Batch, MARK_BYTES, Origin, Shape};
use crate::counters::{Counts, add};
use crate::limits::BATCH_BYTES;
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// What a batch costs beside its lines, roughly: its own size and that of its places in the maps.
const BATCH_COST: usize = 512;

/// Batches that are handed over at once, each of another sender.
const ROUND_BATCHES: usize = 256;

/// Bytes that are handed over at once.
const ROUND_BYTES: usize = 8 * BATCH_BYTES;

pub(crate) struct Queue {
    inside: Mutex<Inside>,
    /// Something is in the queue.
    pub some: Notify,
    /// A whole batch is in the queue, or no more will come: waiting for more lines is of no use.
    pub much: Notify,
}

#[derive(Default)]
pub(crate) struct Inside {
    waiting: VecDeque<Waiting>,
    /// The number of the first that waits; numbers go up by one.
    first_number: u64,
    /// The batch of a sender that more may be added to.
    open: HashMap<IpAddr, u64>,
    /// What waits and what was handed over and is not durable yet.
    bytes: usize,
    most_bytes: usize,
    is_over: bool,
}

pub(crate) struct Waiting {
    pub batch: Batch,
    pub counts: Arc<Counts>,
    pub cost: usize,
}

impl Queue {
    pub fn new(most_bytes: usize) -> Self {
        let inside = Inside { most_bytes, ..Inside::default() };
        Self { inside: Mutex::new(inside), some: Notify::new(), much: Notify::new() }
    }

    pub fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No more will come.
    pub fn end(&self) {
        self.lock().is_over = true;
        self.some.notify_one();
        self.much.notify_one();
    }
}

impl Inside {
    /// Adds a line, or counts it as lost.
    pub fn put(&mut self, sender: IpAddr, line: &[u8], shape: Shape, now_us: i64, counts: &Arc<Counts>) {
        let cost = line.len() + MARK_BYTES;
        add(&counts.lines, 1);
        add(&counts.bytes, line.len());
        if self.bytes + cost + BATCH_COST > self.most_bytes {
            add(&counts.lost_in_queue, 1);
            return;
        }
        let place = self.open.get(&sender).and_then(|number| number.checked_sub(self.first_number));
        let open = place.and_then(|place| self.waiting.get_mut(usize::try_from(place).ok()?));
        let open = open.filter(|it| it.cost + cost <= BATCH_BYTES);
        let waiting = if let Some(open) = open {
            open
        } else {
            self.open.insert(sender, self.first_number + self.waiting.len() as u64);
            self.bytes += BATCH_COST;
            let batch = Batch::new(Arc::new(Origin::Udp(sender)), now_us);
            self.waiting.push_back(Waiting { batch, counts: counts.clone(), cost: BATCH_COST });
            self.waiting.back_mut().expect("it was just put there")
        };
        waiting.batch.push(line, shape, None);
        waiting.cost += cost;
        self.bytes += cost;
    }

    /// The next batches, at most one of each sender, so that the lines of a sender stay in their order.
    pub fn round(&mut self) -> Vec<Waiting> {
        let (mut round, mut senders, mut bytes) = (Vec::new(), HashSet::new(), 0);
        while let Some(first) = self.waiting.front() {
            let is_first = first.batch.origin.address().is_none_or(|address| senders.insert(address));
            if !is_first || round.len() >= ROUND_BATCHES || bytes >= ROUND_BYTES {
                break;
            }
            bytes += first.cost;
            round.extend(self.waiting.pop_front());
            self.first_number += 1;
        }
        if self.waiting.is_empty() {
            self.open.clear();
        }
        round
    }

    /// A batch is durable or lost: its room is free.
    pub fn release(&mut self, cost: usize) {
        self.bytes = self.bytes.saturating_sub(cost);
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub fn is_over(&self) -> bool {
        self.is_over
    }
}
