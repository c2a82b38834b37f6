//! Which duties of the catalogue a clause of a regulation states, with a score and the words that gave it. Proposals
//! only: a person confirms. Reading the text into clauses is done in `reading`.

mod index;
mod passages;
mod report;
mod weights;
mod words;

use std::collections::HashMap;

use index::{Found, Index, LeftOut, Level, Scale};
pub use passages::{Provision, provisions};
pub use report::{Agreement, Report, Row, Sample, Town, report};
use weights::Weights;
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

/// The raw score at which a match is called half certain.
const HALF_SCORE: f32 = 6.0;

/// Matches clauses against a catalogue.
#[derive(Debug)]
pub struct Matcher {
    /// In the order of the catalogue.
    duties: Vec<DutyId>,
    stems: Index,
    kin: Index,
    weights: Weighing,
}

/// Weights made ready for both ways of comparing.
#[derive(Debug)]
struct Weighing {
    stems: Scale,
    kin: Scale,
    /// See [`Weights::kin`].
    share: f32,
}

impl Weighing {
    fn new(stems: &Index, kin: &Index, weights: Weights) -> Self {
        Self { stems: stems.scale(weights), kin: kin.scale(weights), share: weights.kin }
    }
}

/// What a clause holds of the catalogue, both ways.
#[derive(Debug)]
struct Finding {
    stems: Found,
    kin: Found,
}

impl Matcher {
    /// A matcher that knows the wording of the catalogue only.
    pub fn new(catalogue: &Catalogue) -> Self {
        Self::without(catalogue, &LeftOut::default(), Weights::SHIPPED)
    }

    fn without(catalogue: &Catalogue, left_out: &LeftOut, weights: Weights) -> Self {
        let stems = Index::new(catalogue, left_out, Level::Stem);
        let kin = Index::new(catalogue, left_out, Level::Kin);
        let duties = catalogue.duties().iter().map(|duty| duty.id.clone()).collect();
        let weights = Weighing::new(&stems, &kin, weights);
        Self { duties, stems, kin, weights }
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
        let finding = self.find(&clause, context);
        let ranked = self.rank(&finding, &self.weights).into_iter().take(MAX_PROPOSALS);
        let proposals = ranked.map(|(duty, sum)| {
            let mut places: Vec<usize> = finding.stems.words(duty).chain(finding.kin.words(duty)).collect();
            places.sort_unstable();
            let mut given: Vec<String> = Vec::new();
            for place in places {
                let surface = clause[place].surface;
                if !given.iter().any(|known| known == surface) {
                    given.push(surface.to_owned());
                }
            }
            Proposal { duty: self.duties[duty].clone(), score: sum / (sum + HALF_SCORE), words: given }
        });
        proposals.collect()
    }

    fn find(&self, clause: &[Word<'_>], context: &[Word<'_>]) -> Finding {
        Finding { stems: self.stems.find(clause, context), kin: self.kin.find(clause, context) }
    }

    /// Places and raw scores of all duties that have anything in common with the clause, best first; equal scores in
    /// the order of the catalogue.
    fn rank(&self, finding: &Finding, weighing: &Weighing) -> Vec<(usize, f32)> {
        let exact = self.stems.sums(&finding.stems, &weighing.stems);
        let kin = self.kin.sums(&finding.kin, &weighing.kin);
        let share = weighing.share;
        let sums = exact.iter().zip(&kin).map(|(exact, kin)| (1.0 - share) * exact + share * kin);
        let mut ranked: Vec<(usize, f32)> = sums.enumerate().filter(|(_, sum)| *sum > 0.0).collect();
        ranked.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        ranked
    }
}

#[cfg(test)]
mod tests;
