//! Going through the index: counting what is found and seen, and keeping the first of it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tantivy::index::SegmentReader;
use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, Score, Searcher};

use crate::seen::Layer;

/// Places of kinds, as a layer has them; zero is what is not seen.
const PLACES: usize = 256;
/// Parts of the index with so many records are worth a thread, and so many threads one question.
const LARGE: DocId = 50_000;
const MOST_AT_ONCE: usize = 4;

pub(crate) struct Pass<'a> {
    pub searcher: &'a Searcher,
    /// Of each part of the index which records are seen.
    pub layers: &'a [Arc<Layer>],
    /// Kinds of which records are given; the others are only counted.
    pub is_given: [bool; PLACES],
    /// So many are given.
    pub most: usize,
}

/// What was found: how many of each kind, and the first of them.
pub(crate) struct Found {
    pub counts: [usize; PLACES],
    first: First,
}

impl Found {
    pub fn first(self) -> Vec<DocAddress> {
        self.first.sorted()
    }

    fn add(&mut self, other: Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self.first.heap.extend(other.first.heap);
        while self.first.heap.len() > self.first.most {
            self.first.heap.pop();
        }
    }
}

/// A part of the index, and what is seen of it.
struct Part<'a> {
    place: u32,
    reader: &'a SegmentReader,
    layer: &'a Layer,
}

impl Part<'_> {
    fn kind(&self, doc: DocId) -> usize {
        match self.reader.alive_bitset() {
            Some(alive) if !alive.is_alive(doc) => 0,
            _ => usize::from(self.layer.kinds[doc as usize]),
        }
    }

    fn address(&self, doc: DocId) -> DocAddress {
        DocAddress::new(self.place, doc)
    }
}

impl<'a> Pass<'a> {
    fn nothing(&self) -> Found {
        Found { counts: [0; PLACES], first: First::new(self.most) }
    }

    fn parts(&self) -> impl Iterator<Item = Part<'a>> + use<'a> {
        let parts = self.searcher.segment_readers().iter().zip(self.layers).zip(0..);
        parts.map(|((reader, layer), place)| Part { place, reader, layer })
    }

    /// Goes through the parts, several at a time where there is much to do and the machine has the cores.
    fn go(&self, work: impl Fn(&Part, &mut Found) -> tantivy::Result<()> + Sync) -> tantivy::Result<Found> {
        let parts: Vec<Part> = self.parts().collect();
        let next = AtomicUsize::new(0);
        let run = || -> tantivy::Result<Found> {
            let mut found = self.nothing();
            while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
                work(part, &mut found)?;
            }
            Ok(found)
        };
        let large = parts.iter().filter(|part| part.reader.max_doc() >= LARGE).count();
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let helpers = large.min(cores).min(MOST_AT_ONCE).saturating_sub(1);
        std::thread::scope(|scope| {
            let others: Vec<_> = (0..helpers).map(|_| scope.spawn(run)).collect();
            let mut found = run()?;
            for other in others {
                found.add(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            }
            Ok(found)
        })
    }

    pub fn count(&self, weight: &dyn Weight) -> tantivy::Result<Found> {
        self.go(|part, found| {
            weight.for_each_no_score(part.reader, &mut |docs| {
                for doc in docs {
                    found.counts[part.kind(*doc)] += 1;
                }
            })
        })
    }

    /// Counts, and gives the newest.
    pub fn newest(&self, weight: &dyn Weight) -> tantivy::Result<Found> {
        self.go(|part, found| {
            let times = part.reader.fast_fields().i64("at")?;
            weight.for_each_no_score(part.reader, &mut |docs| {
                for doc in docs {
                    let kind = part.kind(*doc);
                    found.counts[kind] += 1;
                    if self.is_given[kind] {
                        found.first.offer(times.first(*doc).unwrap_or(i64::MIN), part.address(*doc));
                    }
                }
            })
        })
    }

    /// Counts, weighs each, and gives the best.
    pub fn weighed(&self, weight: &dyn Weight) -> tantivy::Result<Found> {
        self.go(|part, found| {
            weight.for_each(part.reader, &mut |doc, score| {
                let kind = part.kind(doc);
                found.counts[kind] += 1;
                if self.is_given[kind] {
                    found.first.offer(rank(score), part.address(doc));
                }
            })
        })
    }

    /// Counts by the plain weight, and gives the best by the other without going through all of them: each part is left when
    /// nothing better can come.
    pub fn best(&self, plain: &dyn Weight, weighing: &dyn Weight) -> tantivy::Result<Found> {
        let mut found = self.count(plain)?;
        let least = |first: &First| first.least().map_or(Score::MIN, score_of);
        for part in self.parts() {
            let first = &mut found.first;
            weighing.for_each_pruning(least(first), part.reader, &mut |doc, score| {
                if self.is_given[part.kind(doc)] {
                    first.offer(rank(score), part.address(doc));
                }
                least(first)
            })?;
        }
        Ok(found)
    }
}

/// A score as a number of the same order; scores are never below zero.
fn rank(score: Score) -> i64 {
    i64::from(score.max(0.0).to_bits())
}

fn score_of(rank: i64) -> Score {
    Score::from_bits(u32::try_from(rank).unwrap_or(0))
}

/// The records of the highest ranks; of equal ones those that came first.
struct First {
    most: usize,
    heap: BinaryHeap<Reverse<(i64, Reverse<DocAddress>)>>,
}

impl First {
    fn new(most: usize) -> Self {
        Self { most, heap: BinaryHeap::with_capacity(most + 1) }
    }

    /// What has to be exceeded, once there are enough.
    fn least(&self) -> Option<i64> {
        let Reverse((rank, _)) = self.heap.peek()?;
        (self.heap.len() >= self.most).then_some(*rank)
    }

    /// Places come in their order.
    fn offer(&mut self, rank: i64, place: DocAddress) {
        if self.least().is_some_and(|least| rank <= least) {
            return;
        }
        self.heap.push(Reverse((rank, Reverse(place))));
        if self.heap.len() > self.most {
            self.heap.pop();
        }
    }

    fn sorted(self) -> Vec<DocAddress> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse((_, Reverse(place)))| place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_come_first_and_of_equal_ones_those_that_were_met_first() {
        let place = |doc| DocAddress::new(0, doc);
        let mut first = First::new(3);
        for (doc, score) in [(0, 1.5_f32), (1, 2.0), (2, 1.5), (3, 0.0), (4, 2.0), (5, 1.5)] {
            first.offer(rank(score), place(doc));
        }
        assert_eq!(first.least().map(score_of), Some(1.5));
        assert_eq!(first.sorted(), [1, 4, 0].map(place));
        assert!(First::new(2).least().is_none());
    }
}
