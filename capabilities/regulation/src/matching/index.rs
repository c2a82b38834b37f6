//! The catalogue turned into something a clause can be asked against: words, their rarity and the phrases that hold
//! them. What the findings are worth is decided in `weights`, what is done with the answer by the callers.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::weights::Weights;
use super::words::{Word, words};
use crate::catalogue::{Catalogue, Duty};

/// Words that may stand between the words of a phrase.
const MAX_GAP: usize = 7;

/// When two words count as the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Forms of one word: equal stems.
    Stem,
    /// Words of one family: see [`Word::kin`].
    Kin,
}

impl Level {
    /// What is compared of the word.
    pub fn key<'a>(self, word: &'a Word<'_>) -> &'a str {
        match self {
            Self::Stem => &word.stem,
            Self::Kin => word.kin(),
        }
    }
}

/// What of the catalogue is not to be used. What is left out by stem is not used by family either: a word that was only
/// heard in one place does not come back through its relatives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Keywords by place of the duty and place of the keyword.
    pub keywords: HashSet<(usize, usize)>,
    /// Stems of titles and texts, and of keywords that do not stand in the clause as a whole.
    pub stems: HashSet<String>,
    /// Keywords not used by family.
    pub kin_keywords: HashSet<(usize, usize)>,
    /// Families ([`Word::kin`]) not used, where the stem is.
    pub kin: HashSet<String>,
}

impl LeftOut {
    fn has(&self, word: &Word<'_>, level: Level) -> bool {
        self.stems.contains(&word.stem) || level == Level::Kin && self.kin.contains(word.kin())
    }

    fn has_keyword(&self, place: (usize, usize), level: Level) -> bool {
        self.keywords.contains(&place) || level == Level::Kin && self.kin_keywords.contains(&place)
    }
}

/// Ready-made answer machine over a catalogue; cheap to keep, some milliseconds to make. "Stem" below is what its
/// [`Level`] compares.
#[derive(Debug)]
pub struct Index {
    level: Level,
    duties: usize,
    stems: HashMap<String, usize>,
    /// Per stem: duties that use it, with the parts of the wording it stands in.
    users: Vec<Vec<(usize, Support)>>,
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

/// Why a stem speaks for a duty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Support {
    pub in_title: bool,
    pub in_text: bool,
    pub in_keyword: bool,
    /// Words of the longest keyword with it that stands in the clause as a whole; 0 when none does.
    pub longest: usize,
}

impl Support {
    fn join(&mut self, other: Self) {
        self.in_title |= other.in_title;
        self.in_text |= other.in_text;
        self.in_keyword |= other.in_keyword;
        self.longest = self.longest.max(other.longest);
    }
}

/// Weights with the worth of every stem's rarity under them.
#[derive(Debug, Clone)]
pub struct Scale {
    weights: Weights,
    rarity: Vec<f32>,
}

/// What of the catalogue a clause and its context hold, before it is weighed.
#[derive(Debug, Clone)]
pub struct Found {
    known: Vec<Known>,
    /// By place of the duty: the stems that speak for it.
    own: Vec<Vec<(usize, Support)>>,
    around: Vec<Vec<(usize, Support)>>,
}

impl Found {
    /// Places of the clause's words that speak for the duty, in order.
    pub fn words(&self, duty: usize) -> impl Iterator<Item = usize> {
        let speaks = move |known: &&Known| self.own[duty].iter().any(|(stem, _)| *stem == known.stem);
        self.known.iter().filter(speaks).map(|known| known.place)
    }
}

impl Index {
    /// Reads the wording of every duty, without what is left out.
    pub fn new(catalogue: &Catalogue, left_out: &LeftOut, level: Level) -> Self {
        let mut index = Self {
            level,
            duties: catalogue.duties().len(),
            stems: HashMap::new(),
            users: Vec::new(),
            phrases: Vec::new(),
            holders: Vec::new(),
        };
        for (place, duty) in catalogue.duties().iter().enumerate() {
            index.add_wording(place, duty, left_out);
            for (number, keyword) in duty.keywords_tr.iter().enumerate() {
                if !left_out.has_keyword((place, number), level) {
                    index.add_keyword(place, number, keyword, left_out);
                }
            }
        }
        index
    }

    fn add_keyword(&mut self, duty: usize, number: usize, keyword: &str, left_out: &LeftOut) {
        let mut stems: Vec<usize> = Vec::new();
        for word in words(keyword) {
            let stem = self.stem(self.level.key(&word));
            if !stems.contains(&stem) {
                stems.push(stem);
            }
            if !left_out.has(&word, self.level) {
                raise(&mut self.users[stem], duty, Support { in_keyword: true, ..Support::default() });
            }
        }
        for &stem in &stems {
            self.holders[stem].push(self.phrases.len());
        }
        self.phrases.push(Phrase { duty, keyword: number, stems });
    }

    fn add_wording(&mut self, duty: usize, wording: &Duty, left_out: &LeftOut) {
        let level = self.level;
        let title = Support { in_title: true, ..Support::default() };
        let text = Support { in_text: true, ..Support::default() };
        for (said, support) in [(&wording.title_tr, title), (&wording.text_tr, text)] {
            for word in words(said).into_iter().filter(|word| !left_out.has(word, level)) {
                let stem = self.stem(self.level.key(&word));
                raise(&mut self.users[stem], duty, support);
            }
        }
    }

    fn stem(&mut self, stem: &str) -> usize {
        if let Some(&known) = self.stems.get(stem) {
            return known;
        }
        let number = self.stems.len();
        self.stems.insert(stem.to_owned(), number);
        self.users.push(Vec::new());
        self.holders.push(Vec::new());
        number
    }

    /// The weights made ready: a stem is telling when few duties use it.
    pub fn scale(&self, weights: Weights) -> Scale {
        let count = self.duties as f32;
        let telling = |users: &Vec<_>| (1.0 + count / users.len().max(1) as f32).ln().powf(weights.rarity);
        Scale { weights, rarity: self.users.iter().map(telling).collect() }
    }

    /// What the clause and the words around it hold of the catalogue.
    pub fn find(&self, clause: &[Word<'_>], context: &[Word<'_>]) -> Found {
        let known = self.known(clause);
        Found { own: self.supports(&known), around: self.supports(&self.known(context)), known }
    }

    /// Raw scores by place of the duty; 0 where the clause has nothing in common with it, whatever stands around it.
    pub fn sums(&self, found: &Found, scale: &Scale) -> Vec<f32> {
        let weigh = |supports: &[(usize, Support)]| -> f32 {
            supports.iter().map(|&(stem, support)| scale.weights.worth(support) * scale.rarity[stem]).sum()
        };
        let sums = found.own.iter().zip(&found.around).map(|(own, around)| match weigh(own) {
            sum if sum > 0.0 => sum + scale.weights.context * weigh(around),
            _ => 0.0,
        });
        sums.collect()
    }

    /// What is compared of the word.
    pub fn key<'a>(&self, word: &'a Word<'_>) -> &'a str {
        self.level.key(word)
    }

    /// The stem of the catalogue the word is taken for.
    pub fn taken_for(&self, word: &Word<'_>) -> Option<&str> {
        let (stem, _) = self.look_up(self.level.key(word))?;
        Some(stem)
    }

    /// The clause's words the catalogue knows.
    fn known(&self, clause: &[Word<'_>]) -> Vec<Known> {
        clause
            .iter()
            .enumerate()
            .filter_map(|(place, word)| Some(Known { place, stem: self.look_up(self.level.key(word))?.1 }))
            .collect()
    }

    /// The stem, or the one known stem that differs from it by a letter an optical reader takes for another.
    fn look_up(&self, stem: &str) -> Option<(&str, usize)> {
        let get =
            |stem: &str| self.stems.get_key_value(stem).map(|(known, number)| (known.as_str(), *number));
        if let Some(known) = get(stem) {
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
                if let Some(known) = get(std::str::from_utf8(&letters).ok()?) {
                    return Some(known);
                }
            }
            letters[at] = printed;
        }
        None
    }

    /// Per duty: each stem of the clause that speaks for it, with its reasons.
    fn supports(&self, clause: &[Known]) -> Vec<Vec<(usize, Support)>> {
        let mut found: Vec<Vec<(usize, Support)>> = vec![Vec::new(); self.duties];
        let mut seen: Vec<usize> = clause.iter().map(|known| known.stem).collect();
        seen.sort_unstable();
        seen.dedup();
        for &stem in &seen {
            for &(duty, support) in &self.users[stem] {
                raise(&mut found[duty], stem, support);
            }
        }
        for phrase in self.phrases_standing_in(clause, &seen) {
            let whole = Support { longest: phrase.stems.len(), ..Support::default() };
            for &stem in &phrase.stems {
                raise(&mut found[phrase.duty], stem, whole);
            }
        }
        found
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
        // In order, so that sums of equal parts are equal to the last bit on every run.
        let mut hits: BTreeMap<usize, usize> = BTreeMap::new();
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

fn raise(supports: &mut Vec<(usize, Support)>, of: usize, support: Support) {
    match supports.iter_mut().find(|(known, _)| *known == of) {
        Some((_, known)) => known.join(support),
        None => supports.push((of, support)),
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
        b'g' => b"cs",
        b'i' => b"ul",
        b'l' => b"i",
        b'm' => b"n",
        b'n' => b"m",
        b'e' => b"oc",
        b'v' => b"y",
        _ => b"",
    }
}
