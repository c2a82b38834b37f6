//! What somebody typed, as it is looked for: every word, in whatever form; what stands in quotes or is written in one piece
//! ("E-24312041-702") side by side.

use kernel::tr;
use tantivy::Term;
use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

use crate::fields::Fields;
use crate::words::{meant, stem};

/// More of what is typed is not read.
pub const MOST_LETTERS: usize = 200;
/// More words than this are not looked for.
pub const MOST_WORDS: usize = 12;

/// Words that stand in nearly every text: they are looked for in quotes only, unless there is nothing else.
const COMMON: &[&str] = &[
    "ve", "ile", "bu", "bir", "da", "de", "ki", "icin", "olan", "olarak", "veya", "ya", "mi", "o", "gibi",
    "her",
];

/// A word of a title counts so many times more.
const WEIGHT_OF_TITLE: u8 = 2;

/// What is looked for, part by part; all of them must be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub(crate) parts: Vec<Part>,
    /// Words were left out because there are too many.
    pub is_cut: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// One of these stems.
    Word(Vec<String>),
    /// These stems side by side.
    Phrase(Vec<String>),
}

impl Wanted {
    pub fn parse(typed: &str) -> Self {
        let typed: String = typed.chars().take(MOST_LETTERS).collect();
        let mut groups: Vec<(bool, Vec<String>)> = Vec::new();
        let mut is_quoted = false;
        for piece in typed.split(['"', '“', '”', '„', '«', '»']) {
            if is_quoted {
                groups.push((true, tr::words(piece).collect()));
            } else {
                let pieces = piece.split_whitespace().map(|piece| (false, tr::words(piece).collect()));
                groups.extend(pieces);
            }
            is_quoted = !is_quoted;
        }
        groups.retain(|(_, words)| !words.is_empty());
        let is_common = |group: &(bool, Vec<String>)| {
            !group.0 && group.1.len() == 1 && COMMON.contains(&group.1[0].as_str())
        };
        if !groups.iter().all(is_common) {
            groups.retain(|group| !is_common(group));
        }
        let mut wanted = Self::default();
        let mut left = MOST_WORDS;
        for (_, mut words) in groups {
            if words.len() > left {
                wanted.is_cut = true;
                words.truncate(left);
            }
            left -= words.len();
            let part = match words.as_slice() {
                [] => continue,
                [word] => Part::Word(meant(word)),
                _ => Part::Phrase(words.iter().map(|word| stem(word)).collect()),
            };
            if !wanted.parts.contains(&part) {
                wanted.parts.push(part);
            }
        }
        wanted
    }

    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub(crate) fn is_one_word(&self) -> bool {
        matches!(self.parts.as_slice(), [Part::Word(_)])
    }

    /// Parts of a question to the index. Titles stand in the texts, too: they only say how well a record fits, where that is
    /// asked.
    pub(crate) fn query(&self, fields: &Fields, is_weighed: bool) -> Vec<(Occur, Box<dyn Query>)> {
        let mut parts: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for part in &self.parts {
            let stems = match part {
                Part::Word(stems) => stems,
                Part::Phrase(stems) => {
                    let terms = stems.iter().map(|stem| Term::from_field_text(fields.text, stem)).collect();
                    parts.push((Occur::Must, Box::new(PhraseQuery::new(terms))));
                    continue;
                }
            };
            let of = |field| stems.iter().map(move |stem| of(field, stem));
            let titles = (0..WEIGHT_OF_TITLE).filter(|_| is_weighed).flat_map(|_| of(fields.title));
            let titles = titles.map(|title| (Occur::Should, title));
            if self.is_one_word() {
                // Lists side by side, so that the best are found without reading them to their ends.
                parts.extend(of(fields.text).map(|text| (Occur::Should, text)));
            } else {
                parts.push((Occur::Must, Box::new(BooleanQuery::union(of(fields.text).collect()))));
            }
            parts.extend(titles);
        }
        parts
    }

    /// Whether a stem of a text is one of those looked for.
    pub(crate) fn has(&self, stem: &str) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Word(stems) | Part::Phrase(stems) => stems.iter().any(|one| one == stem),
        })
    }
}

fn of(field: Field, stem: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, stem), IndexRecordOption::WithFreqs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(typed: &str) -> Vec<String> {
        let parts = Wanted::parse(typed).parts;
        parts
            .iter()
            .map(|part| match part {
                Part::Word(stems) if stems.len() > 1 => format!("{}…", stems[0]),
                Part::Word(stems) => stems[0].clone(),
                Part::Phrase(stems) => format!("\"{}\"", stems.join(" ")),
            })
            .collect()
    }

    #[test]
    fn words_count_in_any_order_and_quotes_hold_them_together() {
        assert_eq!(parts("İhale Komisyonu"), ["ihale", "komis"]);
        assert_eq!(parts("“ihale komisyonu” kararı"), ["\"ihale komis\"", "karar"]);
        assert_eq!(parts("\"ihale komisyonu"), ["\"ihale komis\""]);
        assert_eq!(parts("ihale ihale"), ["ihale"]);
    }

    #[test]
    fn what_is_written_in_one_piece_is_one_thing() {
        assert_eq!(parts("E-24312041-702.03"), ["\"e 24312041 702 03\""]);
        assert_eq!(parts("Kars’ta"), ["\"kars ta\""]);
    }

    #[test]
    fn words_of_every_text_are_looked_for_only_where_nothing_else_is() {
        assert_eq!(parts("yol ve park"), ["yol…", "park…"]);
        assert_eq!(parts("\"yol ve park\""), ["\"yol ve park\""]);
        assert_eq!(parts("ve ile").len(), 2);
        assert!(Wanted::parse(" - … ").is_empty());
    }

    #[test]
    fn a_whole_page_pasted_into_the_box_is_cut_and_said_so() {
        let long = "kelime1 kelime2 kelime3 kelime4 kelime5 kelime6 kelime7 kelime8 kelime9 kelime10 kelime11 kelime12 kelime13";
        let wanted = Wanted::parse(long);
        assert!(wanted.is_cut);
        assert_eq!(wanted.parts.len(), MOST_WORDS);
        assert!(!Wanted::parse("a".repeat(10_000).as_str()).is_empty());
    }
}
