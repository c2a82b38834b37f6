//! How well the matcher agrees with matches people confirmed. It measures; it changes nothing.

use std::collections::HashSet;
use std::fmt;

use super::index::Index;
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
    /// Without the keywords that stand in this municipality's text and in no other one's, so that nothing this
    /// text alone could have taught is used on it.
    pub left_out: Agreement,
}

/// Agreement over all municipalities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub rows: Vec<Row>,
}

impl Report {
    /// All municipalities together.
    pub fn total(&self) -> Row {
        let mut total =
            Row { name: "all".into(), shipped: Agreement::default(), left_out: Agreement::default() };
        for row in &self.rows {
            total.shipped.add(row.shipped);
            total.left_out.add(row.left_out);
        }
        total
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| municipality | clauses | top-1 left out | top-3 left out | top-1 shipped | top-3 shipped |"
        )?;
        writeln!(f, "|---|---:|---:|---:|---:|---:|")?;
        for row in self.rows.iter().chain([&self.total()]) {
            let (out, all) = (row.left_out, row.shipped);
            writeln!(
                f,
                "| {} | {} | {:.1} % | {:.1} % | {:.1} % | {:.1} % |",
                row.name,
                all.clauses,
                out.top_1_percent(),
                out.top_3_percent(),
                all.top_1_percent(),
                all.top_3_percent(),
            )?;
        }
        Ok(())
    }
}

/// Compares proposals with confirmed matches, municipality by municipality.
pub fn report(catalogue: &Catalogue, towns: &[Town]) -> Report {
    let index = Index::new(catalogue, &HashSet::new());
    let standing: Vec<HashSet<(usize, usize)>> = towns
        .iter()
        .map(|town| town.samples.iter().flat_map(|sample| index.keywords_in(&words(&sample.text))).collect())
        .collect();
    let shipped = Matcher { index };
    let rows = towns.iter().enumerate().map(|(tested, town)| {
        let others = standing.iter().enumerate().filter(|(other, _)| *other != tested);
        let vouched: HashSet<_> = others.flat_map(|(_, keywords)| keywords).collect();
        let only_here =
            standing[tested].iter().filter(|keyword| !vouched.contains(keyword)).copied().collect();
        let left_out = Matcher { index: Index::new(catalogue, &only_here) };
        Row {
            name: town.name.clone(),
            shipped: agreement(&shipped, town),
            left_out: agreement(&left_out, town),
        }
    });
    Report { rows: rows.collect() }
}

fn agreement(matcher: &Matcher, town: &Town) -> Agreement {
    let mut agreement = Agreement::default();
    for sample in &town.samples {
        let proposals = matcher.propose(&Passage { text: &sample.text, context: &sample.context });
        agreement.count(proposals.iter().position(|proposal| sample.confirmed.contains(&proposal.duty)));
    }
    agreement
}
