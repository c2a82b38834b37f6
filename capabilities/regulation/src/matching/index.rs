//! The catalogue turned into something a clause can be asked against: stems, their rarity and the phrases that hold
//! them. Which text is asked and what is done with the answer is decided by the callers.

use std::collections::{HashMap, HashSet};

use super::words::{Word, words};
use crate::catalogue::{Catalogue, Duty, DutyId};

/// Words that may stand between the words of a phrase.
const MAX_GAP: usize = 7;
/// What the parts of the wording are worth, where a word of a keyword that stands whole in the clause is worth 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// A stem of a title.
    pub title: f32,
    /// A stem of a text.
    pub text: f32,
    /// A stem of a phrase that does not stand in the clause as a whole.
    pub loose: f32,
    /// What each further word of a phrase that does stand there adds to the worth of all its words.
    pub gain: f32,
    /// The words around the clause (headings, the sentence that opens the list).
    pub context: f32,
    /// How much more a rare stem is worth than a common one.
    pub rarity: f32,
}

impl Weights {
    /// Those in use, chosen on the five regulations of the profiles.
    pub const SHIPPED: Self =
        Self { title: 1.0, text: 0.6, loose: 0.6, gain: 0.25, context: 0.1, rarity: 1.5 };
}

/// What of the catalogue is not to be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Keywords by place of the duty and place of the keyword.
    pub keywords: HashSet<(usize, usize)>,
    /// Stems of titles and texts, and of keywords that do not stand in the clause as a whole.
    pub stems: HashSet<String>,
}

/// The raw score at which a match is called half certain.
const HALF_SCORE: f32 = 6.0;

/// Ready-made answer machine over a catalogue; cheap to keep, some milliseconds to make.
#[derive(Debug)]
pub struct Index {
    duties: Vec<DutyId>,
    weights: Weights,
    stems: HashMap<String, usize>,
    /// How telling a stem is: high when few duties use it.
    rarity: Vec<f32>,
    /// Per stem: duties that use it loosely, with the worth.
    loose: Vec<Vec<(usize, f32)>>,
    phrases: Vec<Phrase>,
    /// Per stem: the phrases that hold it.
    holders: Vec<Vec<usize>>,
}

#[derive(Debug)]
struct Phrase {
    duty: usize,
    /// Place among the keywords of the duty.
    keyword: usize,
    stems: Vec<usize>,
}

/// What one duty got from one clause.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Place of the duty in the catalogue.
    pub duty: usize,
    /// 0 (nothing in common) to 1.
    pub score: f32,
    /// Places of the clause's words that gave the score, in order.
    pub words: Vec<usize>,
}

impl Index {
    /// Reads the wording of every duty, without what is left out.
    pub fn new(catalogue: &Catalogue, left_out: &LeftOut, weights: Weights) -> Self {
        let mut index = Self {
            duties: catalogue.duties().iter().map(|duty| duty.id.clone()).collect(),
            weights,
            stems: HashMap::new(),
            rarity: Vec::new(),
            loose: Vec::new(),
            phrases: Vec::new(),
            holders: Vec::new(),
        };
        for (place, duty) in catalogue.duties().iter().enumerate() {
            index.add_wording(place, duty, left_out);
            for (number, keyword) in duty.keywords_tr.iter().enumerate() {
                if !left_out.keywords.contains(&(place, number)) {
                    index.add_keyword(place, number, keyword, left_out);
                }
            }
        }
        let count = index.duties.len() as f32;
        index.rarity = index
            .loose
            .iter()
            .map(|users| (1.0 + count / users.len().max(1) as f32).ln().powf(weights.rarity))
            .collect();
        index
    }

    fn add_keyword(&mut self, duty: usize, number: usize, keyword: &str, left_out: &LeftOut) {
        let mut stems: Vec<usize> = Vec::new();
        for word in words(keyword) {
            let stem = self.stem(&word.stem);
            if !stems.contains(&stem) {
                stems.push(stem);
            }
            if !left_out.stems.contains(&word.stem) {
                self.use_loosely(stem, duty, self.weights.loose);
            }
        }
        for &stem in &stems {
            self.holders[stem].push(self.phrases.len());
        }
        self.phrases.push(Phrase { duty, keyword: number, stems });
    }

    fn add_wording(&mut self, duty: usize, wording: &Duty, left_out: &LeftOut) {
        let Weights { title, text, .. } = self.weights;
        for (text, worth) in [(&wording.title_tr, title), (&wording.text_tr, text)] {
            for word in words(text).into_iter().filter(|word| !left_out.stems.contains(&word.stem)) {
                let stem = self.stem(&word.stem);
                self.use_loosely(stem, duty, worth);
            }
        }
    }

    fn stem(&mut self, stem: &str) -> usize {
        if let Some(&known) = self.stems.get(stem) {
            return known;
        }
        let number = self.stems.len();
        self.stems.insert(stem.to_owned(), number);
        self.loose.push(Vec::new());
        self.holders.push(Vec::new());
        number
    }

    fn use_loosely(&mut self, stem: usize, place: usize, worth: f32) {
        let users = &mut self.loose[stem];
        match users.iter_mut().find(|(user, _)| *user == place) {
            Some((_, known)) => *known = known.max(worth),
            None => users.push((place, worth)),
        }
    }

    /// Ids in the order of the places in [`Score::duty`].
    pub fn duties(&self) -> &[DutyId] {
        &self.duties
    }

    /// Scores of all duties that have anything in common with the clause, best first; equal scores in the order of
    /// the catalogue.
    pub fn ask(&self, clause: &[Word<'_>], context: &[Word<'_>]) -> Vec<Score> {
        let own = self.known(clause);
        let around = self.known(context);
        let mut sums: Vec<f32> = vec![0.0; self.duties.len()];
        let mut gave: Vec<Vec<usize>> = vec![Vec::new(); self.duties.len()];
        for (duty, best) in self.best_worths(&own).into_iter().enumerate() {
            for (stem, worth) in best {
                sums[duty] += worth * self.rarity[stem];
                gave[duty].extend(own.iter().filter(|known| known.stem == stem).map(|known| known.place));
            }
        }
        for (duty, best) in self.best_worths(&around).into_iter().enumerate() {
            if sums[duty] > 0.0 {
                sums[duty] += self.weights.context
                    * best.iter().map(|(stem, worth)| worth * self.rarity[*stem]).sum::<f32>();
            }
        }
        let mut scores: Vec<Score> = sums
            .into_iter()
            .zip(gave)
            .enumerate()
            .filter(|(_, (sum, _))| *sum > 0.0)
            .map(|(duty, (sum, mut words))| {
                words.sort_unstable();
                Score { duty, score: sum / (sum + HALF_SCORE), words }
            })
            .collect();
        scores.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.duty.cmp(&other.duty)));
        scores
    }

    /// The clause's words the catalogue knows.
    fn known(&self, clause: &[Word<'_>]) -> Vec<Known> {
        clause
            .iter()
            .enumerate()
            .filter_map(|(place, word)| Some(Known { place, stem: self.look_up(&word.stem)? }))
            .collect()
    }

    /// The stem, or the one known stem that differs from it by a letter an optical reader takes for another.
    fn look_up(&self, stem: &str) -> Option<usize> {
        if let Some(&known) = self.stems.get(stem) {
            return Some(known);
        }
        if !stem.is_ascii() {
            return None;
        }
        let mut letters = stem.as_bytes().to_vec();
        for at in 0..letters.len() {
            let printed = letters[at];
            for &meant in mistaken_for(printed) {
                letters[at] = meant;
                let mended = std::str::from_utf8(&letters).ok()?;
                if let Some(&known) = self.stems.get(mended) {
                    return Some(known);
                }
            }
            letters[at] = printed;
        }
        None
    }

    /// Per duty: each stem of the clause that speaks for it, with the best reason's worth.
    fn best_worths(&self, clause: &[Known]) -> Vec<Vec<(usize, f32)>> {
        let mut best: Vec<Vec<(usize, f32)>> = vec![Vec::new(); self.duties.len()];
        let mut seen: Vec<usize> = clause.iter().map(|known| known.stem).collect();
        seen.sort_unstable();
        seen.dedup();
        for &stem in &seen {
            for &(duty, worth) in &self.loose[stem] {
                raise(&mut best[duty], stem, worth);
            }
        }
        for phrase in self.phrases_standing_in(clause, &seen) {
            let worth = 1.0 + self.weights.gain * (phrase.stems.len() - 1) as f32;
            for &stem in &phrase.stems {
                raise(&mut best[phrase.duty], stem, worth);
            }
        }
        best
    }

    /// The keywords that stand in the clause as a whole: place of the duty, place of the keyword.
    pub fn keywords_in(&self, clause: &[Word<'_>]) -> HashSet<(usize, usize)> {
        let known = self.known(clause);
        let seen: HashSet<usize> = known.iter().map(|known| known.stem).collect();
        let seen: Vec<usize> = seen.into_iter().collect();
        self.phrases_standing_in(&known, &seen).map(|phrase| (phrase.duty, phrase.keyword)).collect()
    }

    fn phrases_standing_in<'a>(
        &'a self,
        clause: &'a [Known],
        distinct: &[usize],
    ) -> impl Iterator<Item = &'a Phrase> {
        let mut hits: HashMap<usize, usize> = HashMap::new();
        for &stem in distinct {
            for &phrase in &self.holders[stem] {
                *hits.entry(phrase).or_default() += 1;
            }
        }
        hits.into_iter().filter_map(|(number, count)| {
            let phrase = &self.phrases[number];
            (count == phrase.stems.len() && stands_close(clause, &phrase.stems)).then_some(phrase)
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Known {
    place: usize,
    stem: usize,
}

fn raise(worths: &mut Vec<(usize, f32)>, stem: usize, worth: f32) {
    match worths.iter_mut().find(|(known, _)| *known == stem) {
        Some((_, known)) => *known = known.max(worth),
        None => worths.push((stem, worth)),
    }
}

/// Whether all stems stand in the clause with at most [`MAX_GAP`] other words between the first and the last.
fn stands_close(clause: &[Known], stems: &[usize]) -> bool {
    clause.iter().enumerate().filter(|(_, known)| stems.contains(&known.stem)).any(|(first, start)| {
        let reach = start.place + stems.len() + MAX_GAP;
        let window = clause[first..].iter().take_while(|known| known.place < reach);
        let mut found: Vec<usize> =
            window.map(|known| known.stem).filter(|stem| stems.contains(stem)).collect();
        found.sort_unstable();
        found.dedup();
        found.len() == stems.len()
    })
}

/// Letters an optical reader of another language prints for a Turkish one, after folding.
fn mistaken_for(printed: u8) -> &'static [u8] {
    match printed {
        b'g' => b"c",
        b'i' => b"ul",
        b'l' => b"i",
        b'm' => b"n",
        b'n' => b"m",
        b'e' => b"oc",
        b'v' => b"y",
        _ => b"",
    }
}
