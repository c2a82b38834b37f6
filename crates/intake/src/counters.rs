//! What came, what was kept, and what was lost: for each sender, and for each kind of origin together. Loss is never
//! hidden: each place where a line can be lost has a figure of its own.

use crate::batch::{Kind, Origin};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

/// Figures of one sender or of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Datagrams that were read (UDP).
    pub datagrams: u64,
    /// Lines that came, in pieces or whole.
    pub lines: u64,
    /// Bytes of these lines.
    pub bytes: u64,
    /// Lines that the sink made durable.
    pub kept: u64,
    /// Datagrams that the kernel threw away because its buffer was full. It does not say whose they were, so this
    /// figure stands with the kind only.
    pub lost_in_kernel: u64,
    /// Lines that found the queue full (UDP).
    pub lost_in_queue: u64,
    /// Lines that the sink did not keep before we were stopped, or did not want.
    pub lost_at_sink: u64,
    /// Datagrams that were longer than their limit.
    pub truncated: u64,
    /// Messages that came in pieces because they are longer than [`lines::LONGEST_LINE`].
    pub cut: u64,
    /// Lines that were put together of two datagrams.
    pub joined: u64,
    /// Connections that are open.
    pub connections: u64,
    /// Connections that were turned away, for their number or for a handshake that failed.
    pub refused: u64,
    /// Files that were rotated away before they were read to their end, and not found again: how much is missing is
    /// not known.
    pub gaps: u64,
    /// When the last of it came.
    pub last_at_us: i64,
}

impl Figures {
    fn add(&mut self, other: &Self) {
        let Self { datagrams, lines, bytes, kept, lost_in_kernel, lost_in_queue, lost_at_sink, .. } = other;
        self.datagrams += datagrams;
        self.lines += lines;
        self.bytes += bytes;
        self.kept += kept;
        self.lost_in_kernel += lost_in_kernel;
        self.lost_in_queue += lost_in_queue;
        self.lost_at_sink += lost_at_sink;
        self.truncated += other.truncated;
        self.cut += other.cut;
        self.joined += other.joined;
        self.connections += other.connections;
        self.refused += other.refused;
        self.gaps += other.gaps;
        self.last_at_us = self.last_at_us.max(other.last_at_us);
    }

    /// Everything that is known to be gone, in lines; a datagram of the kernel is a line.
    pub fn lost(&self) -> u64 {
        self.lost_in_kernel + self.lost_in_queue + self.lost_at_sink
    }
}

/// The living figures of one sender.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub datagrams: AtomicU64,
    pub lines: AtomicU64,
    pub bytes: AtomicU64,
    pub kept: AtomicU64,
    pub lost_in_kernel: AtomicU64,
    pub lost_in_queue: AtomicU64,
    pub lost_at_sink: AtomicU64,
    pub truncated: AtomicU64,
    pub cut: AtomicU64,
    pub joined: AtomicU64,
    pub connections: AtomicU64,
    pub refused: AtomicU64,
    pub gaps: AtomicU64,
    pub last_at_us: AtomicI64,
}

impl Counts {
    pub fn figures(&self) -> Figures {
        Figures {
            datagrams: self.datagrams.load(Relaxed),
            lines: self.lines.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
            kept: self.kept.load(Relaxed),
            lost_in_kernel: self.lost_in_kernel.load(Relaxed),
            lost_in_queue: self.lost_in_queue.load(Relaxed),
            lost_at_sink: self.lost_at_sink.load(Relaxed),
            truncated: self.truncated.load(Relaxed),
            cut: self.cut.load(Relaxed),
            joined: self.joined.load(Relaxed),
            connections: self.connections.load(Relaxed),
            refused: self.refused.load(Relaxed),
            gaps: self.gaps.load(Relaxed),
            last_at_us: self.last_at_us.load(Relaxed),
        }
    }
}

/// Adds to a figure.
pub(crate) fn add(figure: &AtomicU64, more: usize) {
    figure.fetch_add(more as u64, Relaxed);
}

/// The figures of an intake. Reading them costs a walk over the senders.
#[derive(Debug)]
pub struct Counters {
    senders: Mutex<HashMap<Origin, Arc<Counts>>>,
    most_senders: usize,
    /// Senders that found no room, and those whose room was given to another.
    others: [Arc<Counts>; Kind::ALL.len()],
    pub(crate) is_kernel_silent: AtomicBool,
}

impl Counters {
    pub fn new(most_senders: usize) -> Self {
        Self {
            senders: Mutex::default(),
            most_senders,
            others: Default::default(),
            is_kernel_silent: AtomicBool::new(false),
        }
    }

    /// Everything of one kind.
    pub fn of(&self, kind: Kind) -> Figures {
        let mut sum = self.others[kind as usize].figures();
        let senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, counts) in senders.iter().filter(|(origin, _)| origin.kind() == kind) {
            sum.add(&counts.figures());
        }
        sum
    }

    /// Whether [`Figures::lost_in_kernel`] is unknown, because `/proc` does not show our socket. A page that shows
    /// losses says so.
    pub fn is_kernel_silent(&self) -> bool {
        self.is_kernel_silent.load(Relaxed)
    }

    /// Each sender that is counted for itself, in no order.
    pub fn senders(&self) -> Vec<(Origin, Figures)> {
        let senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        senders.iter().map(|(origin, counts)| (origin.clone(), counts.figures())).collect()
    }

    /// Those of a kind that are not counted each for itself.
    pub fn others(&self, kind: Kind) -> Figures {
        self.others[kind as usize].figures()
    }

    /// Counts lines of a sender that were lost on a way that is not ours.
    pub fn note_lost(&self, origin: &Origin, lines: u64) {
        self.sender(origin).lost_in_queue.fetch_add(lines, Relaxed);
    }

    /// Counts a file of a sender that was gone before it was read to its end.
    pub fn note_gap(&self, origin: &Origin) {
        self.sender(origin).gaps.fetch_add(1, Relaxed);
    }

    pub(crate) fn others_of(&self, kind: Kind) -> &Arc<Counts> {
        &self.others[kind as usize]
    }

    /// The figures of a sender, or those of the others when there is no room.
    pub(crate) fn sender(&self, origin: &Origin) -> Arc<Counts> {
        let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counts) = senders.get(origin) {
            return counts.clone();
        }
        if senders.len() >= self.most_senders {
            return self.others[origin.kind() as usize].clone();
        }
        let counts = Arc::<Counts>::default();
        senders.insert(origin.clone(), counts.clone());
        counts
    }

    /// Makes room: whoever was silent since then, and is held by nobody, is counted with the others from now on.
    pub(crate) fn forget_silent(&self, since_us: i64) {
        let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        senders.retain(|origin, counts| {
            let is_held = Arc::strong_count(counts) > 1;
            let stays = is_held || counts.last_at_us.load(Relaxed) >= since_us;
            if !stays {
                self.others[origin.kind() as usize].take_over(&counts.figures());
            }
            stays
        });
    }
}

impl Counts {
    fn take_over(&self, gone: &Figures) {
        let pairs = [
            (&self.datagrams, gone.datagrams),
            (&self.lines, gone.lines),
            (&self.bytes, gone.bytes),
            (&self.kept, gone.kept),
            (&self.lost_in_kernel, gone.lost_in_kernel),
            (&self.lost_in_queue, gone.lost_in_queue),
            (&self.lost_at_sink, gone.lost_at_sink),
            (&self.truncated, gone.truncated),
            (&self.cut, gone.cut),
            (&self.joined, gone.joined),
            (&self.refused, gone.refused),
            (&self.gaps, gone.gaps),
        ];
        for (figure, more) in pairs {
            figure.fetch_add(more, Relaxed);
        }
        self.last_at_us.fetch_max(gone.last_at_us, Relaxed);
    }
}
