//! Going through the index: counting what is found and seen, and keeping the first of it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::index::SegmentReader;
use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, Score, Searcher};

use crate::seen::Layer;

/// Places of kinds, as a layer has them; zero is what is not seen.
const PLACES: usize = 256;

pub(crate) struct Pass<'a> {
    pub searcher: &'a Searcher,
    /// Of each part of the index which records are seen.
    pub layers: &'a [Arc<Layer>],
    /// Kinds of which records are given; the others are only counted.
    pub is_given: [bool; PLACES],
    pub counts: [usize; PLACES],
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
}

impl<'a> Pass<'a> {
    pub fn new(searcher: &'a Searcher, layers: &'a [Arc<Layer>]) -> Self {
        Self { searcher, layers, is_given: [false; PLACES], counts: [0; PLACES] }
    }

    fn parts(&self) -> impl Iterator<Item = Part<'a>> + use<'a> {
        let parts = self.searcher.segment_readers().iter().zip(self.layers).zip(0..);
        parts.map(|((reader, layer), place)| Part { place, reader, layer })
    }

    pub fn count(&mut self, weight: &dyn Weight) -> tantivy::Result<()> {
        for part in self.parts() {
            weight.for_each_no_score(part.reader, &mut |docs| {
                for doc in docs {
                    self.counts[part.kind(*doc)] += 1;
                }
            })?;
        }
        Ok(())
    }

    /// Counts, and gives the newest.
    pub fn newest(&mut self, weight: &dyn Weight, most: usize) -> tantivy::Result<Vec<DocAddress>> {
        let mut first = First::new(most);
        for part in self.parts() {
            let times = part.reader.fast_fields().i64("at")?;
            weight.for_each_no_score(part.reader, &mut |docs| {
                for doc in docs {
                    let kind = part.kind(*doc);
                    self.counts[kind] += 1;
                    if self.is_given[kind] {
                        let at = times.first(*doc).unwrap_or(i64::MIN);
                        first.offer(at, DocAddress::new(part.place, *doc));
                    }
                }
            })?;
        }
        Ok(first.sorted())
    }

    /// Counts, weighs each, and gives the best.
    pub fn weighed(&mut self, weight: &dyn Weight, most: usize) -> tantivy::Result<Vec<DocAddress>> {
        let mut first = First::new(most);
        for part in self.parts() {
            weight.for_each(part.reader, &mut |doc, score| {
                let kind = part.kind(doc);
                self.counts[kind] += 1;
                if self.is_given[kind] {
                    first.offer(rank(score), DocAddress::new(part.place, doc));
                }
            })?;
        }
        Ok(first.sorted())
    }

    /// Gives the best without going through all of them, and counts nothing.
    pub fn best(&self, weight: &dyn Weight, most: usize) -> tantivy::Result<Vec<DocAddress>> {
        let mut first = First::new(most);
        for part in self.parts() {
            let least = |first: &First| first.least().map_or(Score::MIN, score_of);
            weight.for_each_pruning(least(&first), part.reader, &mut |doc, score| {
                if self.is_given[part.kind(doc)] {
                    first.offer(rank(score), DocAddress::new(part.place, doc));
                }
                least(&first)
            })?;
        }
        Ok(first.sorted())
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
