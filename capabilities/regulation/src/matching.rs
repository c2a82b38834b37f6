//! Which duties of the catalogue a clause of a regulation states, with a score and the words that gave it. Proposals
//! only: a person confirms. Reading the text into clauses is done in `reading`.

mod index;
mod passages;
mod report;
mod words;

use std::collections::HashMap;

use index::{Index, LeftOut, Weights};
pub use passages::{Provision, provisions};
pub use report::{Agreement, Report, Row, Sample, Town, report};
use words::{Word, words};

use crate::catalogue::{Catalogue, DutyId};

/// Most duties proposed for one clause.
pub const MAX_PROPOSALS: usize = 10;
/// From this score on a proposal may be offered as already chosen; a clause whose best proposal is below it most
/// likely states no duty. Where it stands is a measurement: see `docs/benchmarks.md`.
pub const LIKELY_SCORE: f32 = 0.65;

/// A clause to be matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage<'a> {
    /// The clause itself.
    pub text: &'a str,
    /// What stands above it: headings and the sentence that opens its list. May be empty.
    pub context: &'a str,
}

/// One proposed duty.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    pub duty: DutyId,
    /// 0 to 1; comparable between clauses, not a probability.
    pub score: f32,
    /// The words of the clause that spoke for the duty, as they stand there, each once.
    pub words: Vec<String>,
}

/// Matches clauses against a catalogue.
#[derive(Debug)]
pub struct Matcher {
    index: Index,
}

impl Matcher {
    /// A matcher that knows the wording of the catalogue only.
    pub fn new(catalogue: &Catalogue) -> Self {
        Self { index: Index::new(catalogue, &LeftOut::default(), Weights::SHIPPED) }
    }

    /// The duties the passage may state, best first, at most [`MAX_PROPOSALS`]; empty when no word of it is known.
    pub fn propose(&self, passage: &Passage<'_>) -> Vec<Proposal> {
        self.answer(passage.text, &words(passage.context))
    }

    /// [`Matcher::propose`] for every provision of a text, in the given order. Provisions that stand in one list share
    /// their context, so that it is worked out once for each list.
    pub fn propose_all(&self, provisions: &[Provision]) -> Vec<Vec<Proposal>> {
        let mut contexts: HashMap<&str, Vec<Word<'_>>> = HashMap::new();
        provisions
            .iter()
            .map(|provision| {
                let context = contexts.entry(&provision.context).or_insert_with(|| words(&provision.context));
                self.answer(&provision.text, context)
            })
            .collect()
    }

    fn answer(&self, text: &str, context: &[Word<'_>]) -> Vec<Proposal> {
        let clause = words(text);
        let scores = self.index.ask(&clause, context);
        let proposals = scores.into_iter().take(MAX_PROPOSALS).map(|score| {
            let mut given: Vec<String> = Vec::new();
            for place in score.words {
                let surface = clause[place].surface;
                if !given.iter().any(|known| known == surface) {
                    given.push(surface.to_owned());
                }
            }
            Proposal { duty: self.index.duties()[score.duty].clone(), score: score.score, words: given }
        });
        proposals.collect()
    }
}

#[cfg(test)]
mod tests;
