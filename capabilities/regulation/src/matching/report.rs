//! How well the matcher agrees with matches people confirmed. It measures; it changes nothing.

use std::collections::HashSet;
use std::fmt;

use super::index::{Index, LeftOut, Weights};
use super::words::words;
use super::{Matcher, Passage, provisions};
use crate::catalogue::{Catalogue, DutyId};
use crate::profiles::Profile;
use crate::reading::{self, ReadingError};

/// A clause and the duties a person confirmed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub text: String,
    /// See [`Passage::context`].
    pub context: String,
    pub confirmed: Vec<DutyId>,
}

/// The confirmed clauses of one municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Town {
    pub name: String,
    pub samples: Vec<Sample>,
    /// Addresses the profile has and the text does not.
    pub missing: Vec<String>,
}

impl Town {
    /// The clauses of `text` that the profile has confirmed duties for.
    ///
    /// # Errors
    /// The text cannot be read.
    pub fn of(profile: &Profile, text: &str) -> Result<Self, ReadingError> {
        let provisions = provisions(&reading::read(text)?, text);
        let mut town = Self { name: profile.id.clone(), samples: Vec::new(), missing: Vec::new() };
        for known in &profile.matches {
            match provisions.iter().find(|provision| provision.address == known.at) {
                Some(found) => town.samples.push(Sample {
                    text: found.text.clone(),
                    context: found.context.clone(),
                    confirmed: known.duties.clone(),
                }),
                None => town.missing.push(known.at.clone()),
            }
        }
        Ok(town)
    }
}

/// How many clauses agree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Agreement {
    pub clauses: usize,
    /// Clauses whose first proposal is among the confirmed duties.
    pub top_1: usize,
    /// Clauses one of whose first three proposals is among the confirmed duties.
    pub top_3: usize,
}

impl Agreement {
    fn count(&mut self, rank: Option<usize>) {
        self.clauses += 1;
        self.top_1 += usize::from(rank == Some(0));
        self.top_3 += usize::from(rank.is_some_and(|rank| rank < 3));
    }

    fn add(&mut self, other: Self) {
        self.clauses += other.clauses;
        self.top_1 += other.top_1;
        self.top_3 += other.top_3;
    }

    /// Share of clauses with agreement in the first place, 0 to 100; 0 without clauses.
    pub fn top_1_percent(self) -> f64 {
        percent(self.top_1, self.clauses)
    }

    /// Share of clauses with agreement in the first three places, 0 to 100; 0 without clauses.
    pub fn top_3_percent(self) -> f64 {
        percent(self.top_3, self.clauses)
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// Agreement in one municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub name: String,
    /// With the catalogue as it ships.
    pub shipped: Agreement,
    /// Without what this municipality alone could have taught: keywords, and words of titles and texts, that stand in
    /// its clauses and in no other one's; with weights chosen on the others. Profiles are used on none.
    pub left_out: Agreement,
    /// Without the keywords only, with the weights as they ship.
    pub keywords_out: Agreement,
}

/// Agreement over all municipalities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub rows: Vec<Row>,
}

impl Report {
    /// All municipalities together.
    pub fn total(&self) -> Row {
        let none = Agreement::default();
        let mut total = Row { name: "all".into(), shipped: none, left_out: none, keywords_out: none };
        for row in &self.rows {
            total.keywords_out.add(row.keywords_out);
            total.shipped.add(row.shipped);
            total.left_out.add(row.left_out);
        }
        total
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = "| municipality | clauses | top-1 left out | top-3 left out | top-1 without own keywords | top-3 without own \
                    keywords | top-1 shipped | top-3 shipped |";
        writeln!(f, "{head}\n|---|---:|---:|---:|---:|---:|---:|---:|")?;
        for row in self.rows.iter().chain([&self.total()]) {
            write!(f, "| {} | {} |", row.name, row.shipped.clauses)?;
            for one in [row.left_out, row.keywords_out, row.shipped] {
                write!(f, " {:.1} % | {:.1} % |", one.top_1_percent(), one.top_3_percent())?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Compares proposals with confirmed matches, municipality by municipality.
pub fn report(catalogue: &Catalogue, towns: &[Town]) -> Report {
    let index = Index::new(catalogue, &LeftOut::default(), Weights::SHIPPED);
    let standing: Vec<HashSet<(usize, usize)>> = towns
        .iter()
        .map(|town| town.samples.iter().flat_map(|sample| index.keywords_in(&words(&sample.text))).collect())
        .collect();
    let stems: Vec<HashSet<String>> = towns.iter().map(stems).collect();
    let shipped = Matcher { index };
    let rows = towns.iter().enumerate().map(|(tested, town)| {
        let only_here = LeftOut { keywords: only_in(&standing, tested), stems: only_in(&stems, tested) };
        let keywords = LeftOut { keywords: only_here.keywords.clone(), ..LeftOut::default() };
        let others: Vec<&Town> =
            towns.iter().enumerate().filter(|(other, _)| *other != tested).map(|(_, town)| town).collect();
        let matcher =
            |left_out: &LeftOut, weights| Matcher { index: Index::new(catalogue, left_out, weights) };
        let weights = chosen(|weights| {
            let matcher = matcher(&only_here, weights);
            let found = others.iter().map(|other| agreement(&matcher, other));
            found.map(|found| found.top_1 + found.top_3).sum()
        });
        Row {
            name: town.name.clone(),
            shipped: agreement(&shipped, town),
            left_out: agreement(&matcher(&only_here, weights), town),
            keywords_out: agreement(&matcher(&keywords, Weights::SHIPPED), town),
        }
    });
    Report { rows: rows.collect() }
}

fn stems(town: &Town) -> HashSet<String> {
    let of = |sample: &Sample| {
        let text = words(&sample.text).into_iter().chain(words(&sample.context));
        text.map(|word| word.stem).collect::<Vec<_>>()
    };
    town.samples.iter().flat_map(of).collect()
}

/// What is in the set of one and in no other's.
fn only_in<T: Clone + Eq + std::hash::Hash>(sets: &[HashSet<T>], one: usize) -> HashSet<T> {
    let others = sets.iter().enumerate().filter(|(other, _)| *other != one);
    let known: HashSet<&T> = others.flat_map(|(_, set)| set).collect();
    sets[one].iter().filter(|item| !known.contains(item)).cloned().collect()
}

/// Weights chosen one after the other, from all words being worth alike, by how much they agree.
fn chosen(agree: impl Fn(Weights) -> usize) -> Weights {
    let even = Weights { title: 1.0, text: 1.0, loose: 1.0, gain: 0.0, context: 0.0, rarity: 1.0 };
    let steps: [fn(Weights) -> [Weights; 2]; 5] = [
        |now| [Weights { rarity: 1.5, ..now }, Weights { rarity: 2.0, ..now }],
        |now| [Weights { gain: 0.25, ..now }, Weights { gain: 0.5, ..now }],
        |now| [Weights { loose: 0.6, ..now }, Weights { loose: 0.3, ..now }],
        |now| [Weights { text: 0.6, ..now }, Weights { text: 0.3, ..now }],
        |now| [Weights { context: 0.1, ..now }, Weights { context: 0.2, ..now }],
    ];
    let (mut best, mut most) = (even, agree(even));
    for step in steps {
        for tried in step(best) {
            let found = agree(tried);
            if found > most {
                (best, most) = (tried, found);
            }
        }
    }
    best
}

fn agreement(matcher: &Matcher, town: &Town) -> Agreement {
    let mut agreement = Agreement::default();
    for sample in &town.samples {
        let proposals = matcher.propose(&Passage { text: &sample.text, context: &sample.context });
        agreement.count(proposals.iter().position(|proposal| sample.confirmed.contains(&proposal.duty)));
    }
    agreement
}
