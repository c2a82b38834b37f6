//! Two readings compared article by article, for amendments: what stayed, changed, came, went or got another number,
//! with the words that differ. Compares what people read, so a new line break is no change.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::model::{Kind, Node, Reading};

/// Least share of common words for two articles to be versions of one.
const ALIKE: f64 = 0.5;
/// Most unmatched articles searched for a likeness; above this only equal texts are matched.
const SEARCHED: usize = 400;
/// Most cells of the table a word comparison may fill.
const CELLS: usize = 4_000_000;

/// What became of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Same,
    Changed,
    Added,
    Removed,
    /// Same words under another number.
    Renumbered,
    /// Another number and other words.
    RenumberedAndChanged,
}

/// What became of a run of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Kept,
    Added,
    Removed,
}

/// Neighbouring words with one fate, joined by spaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordRun {
    pub fate: Fate,
    pub words: String,
}

/// One article of either reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleChange {
    pub change: Change,
    /// Address in the old reading, unless the article is new.
    pub old: Option<String>,
    /// Address in the new reading, unless the article is gone.
    pub new: Option<String>,
    /// Heading in the new reading, else in the old.
    pub heading: Option<String>,
    /// The words with what became of them; empty when nothing changed.
    pub words: Vec<WordRun>,
}

/// An article with the words of everything in it.
struct Article<'a> {
    node: &'a Node,
    words: Vec<String>,
}

/// Compares two readings, each with its text. In the order of the new one; articles that went stand behind the one
/// they followed.
pub fn compare(old: (&Reading, &str), new: (&Reading, &str)) -> Vec<ArticleChange> {
    let (before, after) = (articles(old), articles(new));
    let pairs = pair(&before, &after);
    let matched: HashSet<usize> = pairs.values().copied().collect();
    let mut gone: Vec<usize> = (0..before.len()).filter(|at| !matched.contains(at)).rev().collect();
    let mut changes = Vec::with_capacity(before.len().max(after.len()));
    for (at, article) in after.iter().enumerate() {
        let partner = pairs.get(&at).copied();
        if let Some(partner) = partner {
            while let Some(old) = gone.pop_if(|old| *old < partner) {
                changes.push(removed(&before[old]));
            }
        }
        changes.push(change(partner.map(|at| &before[at]), article));
    }
    changes.extend(gone.into_iter().rev().map(|old| removed(&before[old])));
    changes
}

fn articles<'a>((reading, text): (&'a Reading, &str)) -> Vec<Article<'a>> {
    let mut found: Vec<Article> = Vec::new();
    let mut homes: HashMap<u32, usize> = HashMap::new();
    for node in &reading.nodes {
        let home = match node.kind {
            Kind::Article => {
                found.push(Article { node, words: Vec::new() });
                Some(found.len() - 1)
            }
            _ => node.parent.and_then(|parent| homes.get(&parent).copied()),
        };
        let Some(home) = home else { continue };
        homes.insert(node.index, home);
        let words = &mut found[home].words;
        if node.kind != Kind::Article {
            words.push(mark(&node.label));
        }
        words.extend(node.heading.iter().flat_map(|heading| heading.split_whitespace()).map(str::to_owned));
        words.extend(reading.display(node, text).split_whitespace().map(str::to_owned));
    }
    found
}

/// The mark of a clause as a word: `ç)`, `(2)`; all bullets are alike, so that one more does not change the others.
fn mark(label: &str) -> String {
    match label.chars().next() {
        Some('•') => "•".to_owned(),
        Some('§') => "§".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("({label})"),
        _ => format!("{label})"),
    }
}

/// For articles of the new reading the article of the old one they are a version of.
fn pair(before: &[Article], after: &[Article]) -> HashMap<usize, usize> {
    let mut pairs = HashMap::new();
    let mut taken: HashSet<usize> = HashSet::new();
    let labels: HashMap<&str, usize> =
        before.iter().enumerate().rev().map(|(at, article)| (article.node.label.as_str(), at)).collect();
    let mut match_up = |at: usize, old: usize, taken: &mut HashSet<usize>| {
        if taken.insert(old) {
            pairs.insert(at, old);
        }
    };
    let same_words: HashMap<&[String], usize> =
        before.iter().enumerate().rev().map(|(at, article)| (article.words.as_slice(), at)).collect();
    let mut open = Vec::new();
    for (at, article) in after.iter().enumerate() {
        let numbered = labels.get(article.node.label.as_str()).copied();
        let equal = same_words.get(article.words.as_slice()).copied();
        match (numbered, equal) {
            (Some(old), _) if before[old].words == article.words => match_up(at, old, &mut taken),
            (_, Some(old)) if !taken.contains(&old) => match_up(at, old, &mut taken),
            (_, _) => open.push(at),
        }
    }
    open.retain(|&at| {
        let old = labels.get(after[at].node.label.as_str()).copied().filter(|old| !taken.contains(old));
        let old = old.filter(|&old| {
            likeness(&before[old], &after[at]) >= ALIKE || same_heading(&before[old], &after[at])
        });
        old.is_none_or(|old| {
            match_up(at, old, &mut taken);
            false
        })
    });
    let left: Vec<usize> = (0..before.len()).filter(|old| !taken.contains(old)).collect();
    if open.len() > SEARCHED || left.len() > SEARCHED {
        return pairs;
    }
    for at in open {
        let candidates = left
            .iter()
            .filter(|old| !taken.contains(old))
            .map(|&old| (likeness(&before[old], &after[at]), old));
        let best = candidates.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)));
        if let Some((_, old)) = best.filter(|&(likeness, _)| likeness >= ALIKE) {
            match_up(at, old, &mut taken);
        }
    }
    pairs
}

fn same_heading(one: &Article, other: &Article) -> bool {
    one.node.heading.is_some() && one.node.heading == other.node.heading
}

/// Twice the common words over all words: 1 for the same words in any order.
fn likeness(one: &Article, other: &Article) -> f64 {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in &one.words {
        *counts.entry(word).or_default() += 1;
    }
    let mut common = 0_u32;
    for word in &other.words {
        if let Some(count) = counts.get_mut(word.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    let all = u32::try_from(one.words.len() + other.words.len()).unwrap_or(u32::MAX);
    if all == 0 { 1.0 } else { 2.0 * f64::from(common) / f64::from(all) }
}

fn removed(old: &Article) -> ArticleChange {
    let words = vec![WordRun { fate: Fate::Removed, words: old.words.join(" ") }];
    let heading = old.node.heading.clone();
    ArticleChange { change: Change::Removed, old: Some(old.node.address.clone()), new: None, heading, words }
}

fn change(old: Option<&Article>, new: &Article) -> ArticleChange {
    let (address, heading) = (Some(new.node.address.clone()), new.node.heading.clone());
    let Some(old) = old else {
        let words = vec![WordRun { fate: Fate::Added, words: new.words.join(" ") }];
        return ArticleChange { change: Change::Added, old: None, new: address, heading, words };
    };
    let change = match (old.words == new.words, old.node.label == new.node.label) {
        (true, true) => Change::Same,
        (true, false) => Change::Renumbered,
        (false, true) => Change::Changed,
        (false, false) => Change::RenumberedAndChanged,
    };
    let words = if old.words == new.words { Vec::new() } else { difference(&old.words, &new.words) };
    let heading = heading.or_else(|| old.node.heading.clone());
    ArticleChange { change, old: Some(old.node.address.clone()), new: address, heading, words }
}

/// The shortest story of how `old` became `new`, word by word. Texts too long for the table are told as replaced
/// between their common beginning and end.
fn difference(old: &[String], new: &[String]) -> Vec<WordRun> {
    let head = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let rest = (&old[head..], &new[head..]);
    let tail = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(|(one, other)| one == other).count();
    let (left, right) = (&rest.0[..rest.0.len() - tail], &rest.1[..rest.1.len() - tail]);
    let told = old[..head].iter().map(|word| (Fate::Kept, word));
    let told =
        told.chain(middle(left, right)).chain(old[old.len() - tail..].iter().map(|word| (Fate::Kept, word)));
    let mut runs: Vec<WordRun> = Vec::new();
    for (fate, word) in told {
        match runs.last_mut() {
            Some(last) if last.fate == fate => {
                last.words.push(' ');
                last.words.push_str(word);
            }
            _ => runs.push(WordRun { fate, words: word.clone() }),
        }
    }
    runs
}

/// Longest common subsequence between two runs of words that differ at both ends.
fn middle<'a>(old: &'a [String], new: &'a [String]) -> Vec<(Fate, &'a String)> {
    let gone = |words: &'a [String]| words.iter().map(|word| (Fate::Removed, word));
    let come = |words: &'a [String]| words.iter().map(|word| (Fate::Added, word));
    if old.len().saturating_mul(new.len()) > CELLS {
        return gone(old).chain(come(new)).collect();
    }
    // lengths[i][j]: longest common subsequence of old[i..] and new[j..], row by row in one vector.
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            lengths[i * width + j] = if old[i] == new[j] {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut told = Vec::with_capacity(old.len() + new.len());
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            told.push((Fate::Kept, &old[i]));
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            told.push((Fate::Removed, &old[i]));
            i += 1;
        } else {
            told.push((Fate::Added, &new[j]));
            j += 1;
        }
    }
    told.extend(gone(&old[i..]));
    told.extend(come(&new[j..]));
    told
}
