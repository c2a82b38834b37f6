//! Which records of the index somebody may see, as one byte for each record: nothing, or the place of its kind. It is laid out
//! once for a part of the index and a rule, and kept, so that a question reads the lists of its words only, counts every kind
//! in one pass, and asks one byte for each record it meets. Parts never change; what is deleted from them is known apart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tantivy::index::{SegmentId, SegmentReader};
use tantivy::query::{ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, Searcher, TERMINATED, Term};

use crate::access::Seen;
use crate::fields::Fields;

/// Bytes that are kept at most: sixteen rules over four million records.
const MOST_KEPT: usize = 64 * 1024 * 1024;

/// Who sees what: for each kind in its place what somebody sees of it, if anything.
pub(crate) type Rule = Vec<Option<Seen>>;

/// The records of a part of the index as a rule shows them.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    /// By record: zero where it is not seen, or else one more than the place of its kind.
    pub kinds: Vec<u8>,
    /// How many are seen.
    pub seen: usize,
}

/// The layers of one rule.
type Parts = HashMap<SegmentId, Arc<Layer>>;

/// Layers that were laid out before. The rule that was asked for longest ago goes first.
#[derive(Default)]
pub(crate) struct Layers(Mutex<Vec<(Rule, Parts)>>);

impl Layers {
    /// The layer of every part of the index, in its order.
    pub fn of(&self, searcher: &Searcher, fields: &Fields, rule: &Rule) -> tantivy::Result<Vec<Arc<Layer>>> {
        let known = self.take(rule);
        let mut layers = Vec::new();
        for part in searcher.segment_readers() {
            layers.push(match known.get(&part.segment_id()) {
                Some(layer) => layer.clone(),
                None => Arc::new(lay_out(part, fields, rule)?),
            });
        }
        let ids = searcher.segment_readers().iter().map(SegmentReader::segment_id);
        self.keep(rule, ids.zip(layers.iter().cloned()).collect());
        Ok(layers)
    }

    fn take(&self, rule: &Rule) -> Parts {
        let all = self.0.lock().expect("no panic holds the lock");
        all.iter().find(|(one, _)| one == rule).map(|(_, layers)| layers.clone()).unwrap_or_default()
    }

    fn keep(&self, rule: &Rule, layers: Parts) {
        let mut all = self.0.lock().expect("no panic holds the lock");
        all.retain(|(one, _)| one != rule);
        all.push((rule.clone(), layers));
        let mut room = MOST_KEPT;
        let fits = |(_, layers): &&(Rule, Parts)| {
            let size = layers.values().map(|layer| layer.kinds.len()).sum();
            let left = room.checked_sub(size);
            room = left.unwrap_or(0);
            left.is_some()
        };
        let kept = all.iter().rev().take_while(fits).count();
        let gone = all.len() - kept;
        all.drain(..gone);
    }
}

fn lay_out(part: &SegmentReader, fields: &Fields, rule: &Rule) -> tantivy::Result<Layer> {
    let mut kinds = vec![0_u8; part.max_doc() as usize];
    let lists = part.inverted_index(fields.access)?;
    let each = |term: &str, found: &mut dyn FnMut(DocId)| -> tantivy::Result<()> {
        let term = Term::from_field_text(fields.access, term);
        let Some(mut list) = lists.read_postings(&term, IndexRecordOption::Basic)? else { return Ok(()) };
        while list.doc() != TERMINATED {
            found(list.doc());
            list.advance();
        }
        Ok(())
    };
    // No more kinds than a byte has places for; whatever were beyond would not be seen.
    for (seen, place) in rule.iter().zip(1_u8..) {
        let Some(seen) = seen else { continue };
        for term in &seen.scope {
            each(term, &mut |doc| kinds[doc as usize] = place)?;
        }
        for kept in &seen.kept {
            let mut own = Vec::new();
            for owner in &kept.but {
                each(owner, &mut |doc| own.push(doc))?;
            }
            own.sort_unstable();
            each(&kept.term, &mut |doc| {
                if own.binary_search(&doc).is_err() {
                    kinds[doc as usize] = 0;
                }
            })?;
        }
    }
    let seen = kinds.iter().filter(|kind| **kind > 0).count();
    Ok(Layer { kinds, seen })
}

/// The seen records as a part of a question: where they are few, the lists of the words are read only at their places.
#[derive(Clone, Debug)]
pub(crate) struct SeenQuery(Arc<Parts>);

impl SeenQuery {
    pub fn new(searcher: &Searcher, layers: &[Arc<Layer>]) -> Self {
        let ids = searcher.segment_readers().iter().map(SegmentReader::segment_id);
        Self(Arc::new(ids.zip(layers.iter().cloned()).collect()))
    }
}

impl Query for SeenQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for SeenQuery {
    fn scorer(&self, part: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let layer = self.0.get(&part.segment_id()).cloned().unwrap_or_default();
        // It says nothing of how well a record fits.
        Ok(Box::new(ConstScorer::new(SeenDocs::new(layer), 0.0)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("is seen", 0.0))
    }
}

struct SeenDocs {
    layer: Arc<Layer>,
    doc: DocId,
}

impl SeenDocs {
    fn new(layer: Arc<Layer>) -> Self {
        let mut docs = Self { layer, doc: 0 };
        docs.doc = docs.from(0);
        docs
    }

    fn from(&self, doc: DocId) -> DocId {
        let rest = self.layer.kinds.get(doc as usize..).unwrap_or_default();
        rest.iter().zip(doc..).find(|(kind, _)| **kind > 0).map_or(TERMINATED, |(_, doc)| doc)
    }
}

impl DocSet for SeenDocs {
    fn advance(&mut self) -> DocId {
        self.seek(self.doc.saturating_add(1))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = self.from(target);
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        u32::try_from(self.layer.seen).unwrap_or(u32::MAX)
    }
}
