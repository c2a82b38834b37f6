//! How well the matcher agrees with matches people confirmed. It measures; it changes nothing.

use std::collections::HashSet;
use std::fmt;

use super::index::{Index, LeftOut};
use super::weights::Weights;
use super::words::{Word, words};
use super::{Finding, Matcher, Weighing, provisions};
use crate::catalogue::{Catalogue, DutyId};
use crate::profiles::Profile;
use crate::reading::{self, ReadingError};

/// A clause and the duties a person confirmed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub text: String,
    /// See [`super::Passage::context`].
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
    /// its clauses and in no other one's, by stem and by family; with weights chosen on the others, each of them left out
    /// beside it in its turn. Profiles are used on none.
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
    let shipped = Matcher::new(catalogue);
    let asked: Vec<Vec<Asked<'_>>> = towns.iter().map(|town| asked(town, &shipped)).collect();
    let seen: Vec<Seen> = asked.iter().map(|asked| Seen::of(asked, &shipped)).collect();
    let rows = towns.iter().enumerate().map(|(tested, town)| {
        let only_here = left_out(&seen, &[tested]);
        let keywords = LeftOut { keywords: only_here.keywords.clone(), ..LeftOut::default() };
        let weights = weights_without(tested, catalogue, &asked, &seen);
        let matcher = |left_out, weights| Matcher::without(catalogue, left_out, weights);
        Row {
            name: town.name.clone(),
            shipped: agreement(&shipped, &asked[tested]),
            left_out: agreement(&matcher(&only_here, weights), &asked[tested]),
            keywords_out: agreement(&matcher(&keywords, Weights::SHIPPED), &asked[tested]),
        }
    });
    Report { rows: rows.collect() }
}

/// A sample made ready to be asked many times.
struct Asked<'a> {
    clause: Vec<Word<'a>>,
    context: Vec<Word<'a>>,
    /// Places in the catalogue.
    confirmed: HashSet<usize>,
}

impl Asked<'_> {
    /// How many duties come before the first confirmed one.
    fn place(&self, matcher: &Matcher, finding: &Finding, weighing: &Weighing) -> Option<usize> {
        let ranked = matcher.rank(finding, weighing);
        ranked.iter().position(|(duty, _)| self.confirmed.contains(duty))
    }
}

fn asked<'a>(town: &'a Town, matcher: &Matcher) -> Vec<Asked<'a>> {
    let place = |duty: &DutyId| matcher.duties.iter().position(|known| known == duty);
    let ask = |sample: &'a Sample| Asked {
        clause: words(&sample.text),
        context: words(&sample.context),
        confirmed: sample.confirmed.iter().filter_map(place).collect(),
    };
    town.samples.iter().map(ask).collect()
}

/// What the clauses of one municipality vouch for.
struct Seen {
    /// Keywords that stand in them, comparing by stem and by family.
    keywords: [HashSet<(usize, usize)>; 2],
    /// Stems and families in them, as they stand there and as the catalogue takes them.
    words: [HashSet<String>; 2],
}

impl Seen {
    fn of(asked: &[Asked<'_>], matcher: &Matcher) -> Self {
        let indexes = [&matcher.stems, &matcher.kin];
        let keywords = |index: &Index| asked.iter().flat_map(|one| index.keywords_in(&one.clause)).collect();
        let said = |index: &Index| {
            let all = asked.iter().flat_map(|one| one.clause.iter().chain(&one.context));
            all.flat_map(|word| [Some(index.key(word)), index.taken_for(word)])
                .flatten()
                .map(str::to_owned)
                .collect()
        };
        Self { keywords: indexes.map(keywords), words: indexes.map(said) }
    }
}

/// What stands in the clauses of those municipalities and in no other one's.
fn left_out(seen: &[Seen], towns: &[usize]) -> LeftOut {
    let [keywords, kin_keywords] = [0, 1].map(|way| only_in(seen, towns, |seen| &seen.keywords[way]));
    let [stems, kin] = [0, 1].map(|way| only_in(seen, towns, |seen| &seen.words[way]));
    LeftOut { keywords, stems, kin_keywords, kin }
}

fn only_in<T: Clone + Eq + std::hash::Hash>(
    seen: &[Seen],
    towns: &[usize],
    set: impl Fn(&Seen) -> &HashSet<T>,
) -> HashSet<T> {
    let (here, others): (Vec<_>, Vec<_>) =
        seen.iter().enumerate().partition(|(town, _)| towns.contains(town));
    let known: HashSet<&T> = others.into_iter().flat_map(|(_, seen)| set(seen)).collect();
    here.into_iter().flat_map(|(_, seen)| set(seen)).filter(|item| !known.contains(item)).cloned().collect()
}

/// Weights chosen without a municipality: on each of the others as if its text had not been read either, which is how the
/// tested one will be met.
fn weights_without(tested: usize, catalogue: &Catalogue, asked: &[Vec<Asked<'_>>], seen: &[Seen]) -> Weights {
    let others = (0..asked.len()).filter(|other| *other != tested);
    let ready: Vec<(Matcher, Vec<(&Asked<'_>, Finding)>)> = others
        .map(|other| {
            let left_out = left_out(seen, &[tested, other]);
            let matcher = Matcher::without(catalogue, &left_out, Weights::SHIPPED);
            let found =
                asked[other].iter().map(|one| (one, matcher.find(&one.clause, &one.context))).collect();
            (matcher, found)
        })
        .collect();
    Weights::chosen(|weights| {
        let agreement = ready.iter().flat_map(|(matcher, found)| {
            let weighing = Weighing::new(&matcher.stems, &matcher.kin, weights);
            found.iter().filter_map(move |(one, finding)| one.place(matcher, finding, &weighing))
        });
        // A second place is worth half a first one, a third one a third, and so on.
        agreement.map(|place| 1.0 / (1 + place) as f64).sum()
    })
}

fn agreement(matcher: &Matcher, asked: &[Asked<'_>]) -> Agreement {
    let mut agreement = Agreement::default();
    for one in asked {
        let finding = matcher.find(&one.clause, &one.context);
        agreement.count(one.place(matcher, &finding, &matcher.weights));
    }
    agreement
}
